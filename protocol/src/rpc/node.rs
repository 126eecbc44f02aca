//! The `node` namespace: what clients call.
//!
//! Protocol source: `@aztec/stdlib/src/interfaces/{aztec-node,api_limit}.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use super::info::{
    AllowedElement, L1ChainId, L1ContractAddresses, NodeInfo, ProtocolContractAddresses, RollupVersion,
    WorldStateSyncStatus,
};
use super::lookup::{DataInBlock, LogPage, MerkleTreeId, MessageWitness, TxValidationOptions};
use super::method::{LimitError, max_items, rpc_methods, within};
use super::validators::{SingleValidatorStats, ValidatorsStats};
use crate::address::{AztecAddress, EthAddress};
use crate::block::{
    BlockHash, BlockHeader, BlockNumber, BlockParameter, CheckpointData, CheckpointNumber, CheckpointedL2Block,
    EpochNumber, L2Block, L2Tips, PublishedCheckpoint, SlotNumber,
};
use crate::constants::{ARCHIVE_HEIGHT, NOTE_HASH_TREE_HEIGHT};
use crate::contract::{ContractClassId, ContractClassPublic, ContractInstanceWithAddress};
use crate::field::Fr;
use crate::gas::GasFees;
use crate::log::{ExtendedContractClassLog, ExtendedPublicLog, LogFilter, TxScopedL2Log};
use crate::merkle::{LeafIndex, MembershipWitness, NullifierMembershipWitness, PublicDataWitness};
use crate::message::L1ToL2MessageHash;
use crate::tag::{SiloedTag, Tag};
use crate::tx::{IndexedTxEffect, PublicSimulationOutput, Tx, TxHash, TxReceipt, TxValidationResult};

/// Items a list parameter may have.
pub const MAX_RPC_LEN: usize = 100;
/// Transactions asked for at once.
pub const MAX_RPC_TXS_LEN: usize = 50;
/// Blocks asked for at once.
pub const MAX_RPC_BLOCKS_LEN: usize = 50;
/// Checkpoints asked for at once.
pub const MAX_RPC_CHECKPOINTS_LEN: usize = 50;
/// Logs of one tag in a page.
pub const MAX_LOGS_PER_TAG: usize = 10;
/// Characters of a function signature.
pub const MAX_SIGNATURE_LEN: usize = 10_000;

/// At most 100 signatures of at most 10000 characters.
fn signatures(signatures: &[String]) -> Result<(), LimitError> {
    max_items::<String, MAX_RPC_LEN>(signatures)?;
    // The official schema counts as JavaScript does.
    match signatures.iter().any(|signature| signature.encode_utf16().count() > MAX_SIGNATURE_LEN) {
        true => Err(LimitError::Characters(MAX_SIGNATURE_LEN)),
        false => Ok(()),
    }
}

/// From 1 to 50, or absent.
pub(super) fn page_size(limit: &Option<u32>) -> Result<(), LimitError> {
    limit.as_ref().map_or(Ok(()), within::<1, { MAX_RPC_TXS_LEN as u32 }>)
}

rpc_methods! {
    /// A call in the `node` namespace.
    pub enum NodeCall in "node" {
        /// The last block of each degree of certainty.
        getL2Tips: GetL2Tips() -> L2Tips;
        /// How far the node's state is.
        getWorldStateSyncStatus: GetWorldStateSyncStatus() -> WorldStateSyncStatus;
        /// Where leaves are in a tree, and the block that put each there.
        findLeavesIndexes: FindLeavesIndexes(
            block: BlockParameter,
            tree: MerkleTreeId,
            leaves: Vec<Fr> [max_items::<Fr, MAX_RPC_LEN>, "at most 100 items"],
        ) -> Vec<Option<DataInBlock<LeafIndex>>>;
        /// Proof that a nullifier is in its tree.
        getNullifierMembershipWitness: GetNullifierMembershipWitness(block: BlockParameter, nullifier: Fr)
            -> Option<NullifierMembershipWitness>;
        /// Proof of the leaf at or below a nullifier, which shows whether the nullifier is in its tree.
        getLowNullifierMembershipWitness: GetLowNullifierMembershipWitness(block: BlockParameter, nullifier: Fr)
            -> Option<NullifierMembershipWitness>;
        /// Proof of the public data leaf at or below a slot, which shows the slot's value.
        getPublicDataWitness: GetPublicDataWitness(block: BlockParameter, leaf_slot: Fr) -> Option<PublicDataWitness>;
        /// Proof that a block is in the archive as it was before the reference block.
        getBlockHashMembershipWitness: GetBlockHashMembershipWitness(block: BlockParameter, block_hash: BlockHash)
            -> Option<MembershipWitness<ARCHIVE_HEIGHT>>;
        /// Proof that a note hash is in its tree.
        getNoteHashMembershipWitness: GetNoteHashMembershipWitness(block: BlockParameter, note_hash: Fr)
            -> Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>>;
        /// Index of a message from L1 in its tree and the path to the root.
        getL1ToL2MessageMembershipWitness: GetL1ToL2MessageMembershipWitness(
            block: BlockParameter,
            message: L1ToL2MessageHash,
        ) -> Option<MessageWitness>;
        /// The checkpoint that brings in a message from L1.
        getL1ToL2MessageCheckpoint: GetL1ToL2MessageCheckpoint(message: L1ToL2MessageHash) -> Option<CheckpointNumber>;
        /// Whether the node has seen a message on L1.
        isL1ToL2MessageSynced: IsL1ToL2MessageSynced(message: L1ToL2MessageHash) -> bool;
        /// The message hashes to L1 of an epoch, by checkpoint, block and transaction.
        getL2ToL1Messages: GetL2ToL1Messages(epoch: EpochNumber) -> Vec<Vec<Vec<Vec<Fr>>>>;
        /// A block.
        getBlock: GetBlock(block: BlockParameter) -> Option<L2Block>;
        /// A checkpointed block by its hash.
        getBlockByHash: GetBlockByHash(block_hash: BlockHash) -> Option<L2Block>;
        /// A checkpointed block by the archive root after it.
        getBlockByArchive: GetBlockByArchive(archive: Fr) -> Option<L2Block>;
        /// Number of the last block, proposed ones included.
        getBlockNumber: GetBlockNumber() -> BlockNumber;
        /// Number of the last checkpoint.
        getCheckpointNumber: GetCheckpointNumber() -> CheckpointNumber;
        /// Number of the last proven block.
        getProvenBlockNumber: GetProvenBlockNumber() -> BlockNumber;
        /// Number of the last checkpointed block.
        getCheckpointedBlockNumber: GetCheckpointedBlockNumber() -> BlockNumber;
        /// Whether the node takes transactions.
        isReady: IsReady() -> bool;
        /// What a client needs to know before it makes transactions.
        getNodeInfo: GetNodeInfo() -> NodeInfo;
        /// Blocks in a row, proposed ones included.
        getBlocks: GetBlocks(
            from: BlockNumber [within::<1, { u32::MAX }>, "at least 1"],
            limit: u32 [within::<1, { MAX_RPC_BLOCKS_LEN as u32 }>, "1 to 50"],
        ) -> Vec<L2Block>;
        /// Checkpoints in a row.
        getCheckpoints: GetCheckpoints(
            from: CheckpointNumber [within::<1, { u32::MAX }>, "at least 1"],
            limit: u32 [within::<1, { MAX_RPC_CHECKPOINTS_LEN as u32 }>, "1 to 50"],
        ) -> Vec<PublishedCheckpoint>;
        /// Checkpointed blocks in a row.
        getCheckpointedBlocks: GetCheckpointedBlocks(
            from: BlockNumber [within::<1, { u32::MAX }>, "at least 1"],
            limit: u32 [within::<1, { MAX_RPC_BLOCKS_LEN as u32 }>, "1 to 50"],
        ) -> Vec<CheckpointedL2Block>;
        /// The checkpoints of an epoch, without their blocks.
        getCheckpointsDataForEpoch: GetCheckpointsDataForEpoch(epoch: EpochNumber) -> Vec<CheckpointData>;
        /// The least a transaction must offer per unit of gas to get into the next block.
        getCurrentMinFees: GetCurrentMinFees() -> GasFees;
        /// The priority fees of the most preferred pending transaction.
        getMaxPriorityFees: GetMaxPriorityFees() -> GasFees;
        /// Version of the node's software.
        getNodeVersion: GetNodeVersion() -> String;
        /// Version of the rollup.
        getVersion: GetVersion() -> RollupVersion;
        /// Id of the L1 chain.
        getChainId: GetChainId() -> L1ChainId;
        /// Contracts on L1.
        getL1ContractAddresses: GetL1ContractAddresses() -> L1ContractAddresses;
        /// Protocol contracts on L2.
        getProtocolContractAddresses: GetProtocolContractAddresses() -> ProtocolContractAddresses;
        /// Tells the node names of public functions, for its error messages.
        registerContractFunctionSignatures: RegisterContractFunctionSignatures(
            signatures: Vec<String> [signatures, "at most 100 items of at most 10000 characters"],
        ) -> ();
        /// Public logs.
        getPublicLogs: GetPublicLogs(filter: LogFilter) -> LogPage<ExtendedPublicLog>;
        /// Contract class logs.
        getContractClassLogs: GetContractClassLogs(filter: LogFilter) -> LogPage<ExtendedContractClassLog>;
        /// A page of private logs for each tag, as of a block the node must know.
        getPrivateLogsByTags: GetPrivateLogsByTags(
            tags: Vec<SiloedTag> [max_items::<SiloedTag, MAX_RPC_LEN>, "at most 100 items"],
            page: Option<u32>,
            reference_block: Option<BlockHash>,
        ) -> Vec<Vec<TxScopedL2Log>>;
        /// A page of public logs of a contract for each tag, as of a block the node must know.
        getPublicLogsByTagsFromContract: GetPublicLogsByTagsFromContract(
            contract: AztecAddress,
            tags: Vec<Tag> [max_items::<Tag, MAX_RPC_LEN>, "at most 100 items"],
            page: Option<u32>,
            reference_block: Option<BlockHash>,
        ) -> Vec<Vec<TxScopedL2Log>>;
        /// Hands in a transaction.
        sendTx: SendTx(tx: Tx) -> ();
        /// What became of a transaction; an unknown one counts as dropped.
        getTxReceipt: GetTxReceipt(tx_hash: TxHash) -> TxReceipt;
        /// What a transaction in a block did.
        getTxEffect: GetTxEffect(tx_hash: TxHash) -> Option<IndexedTxEffect>;
        /// Pending transactions, the most preferred first.
        getPendingTxs: GetPendingTxs(limit: Option<u32> [page_size, "1 to 50"], after: Option<TxHash>) -> Vec<Tx>;
        /// How many transactions are pending.
        getPendingTxCount: GetPendingTxCount() -> u32;
        /// A transaction that is pending, or was mined lately and is not final.
        getTxByHash: GetTxByHash(tx_hash: TxHash) -> Option<Tx>;
        /// Those of the transactions that are pending.
        getTxsByHash: GetTxsByHash(
            tx_hashes: Vec<TxHash> [max_items::<TxHash, MAX_RPC_TXS_LEN>, "at most 50 items"],
        ) -> Vec<Tx>;
        /// A contract's public storage; 0 where nothing was written.
        getPublicStorageAt: GetPublicStorageAt(block: BlockParameter, contract: AztecAddress, slot: Fr) -> Fr;
        /// The header of a block, by default of the latest.
        getBlockHeader: GetBlockHeader(block: Option<BlockParameter>) -> Option<BlockHeader>;
        /// The header of a block by the archive root after it.
        getBlockHeaderByArchive: GetBlockHeaderByArchive(archive: Fr) -> Option<BlockHeader>;
        /// How reliable validators were.
        getValidatorsStats: GetValidatorsStats() -> ValidatorsStats;
        /// How reliable one validator was, within slots.
        getValidatorStats: GetValidatorStats(
            validator: EthAddress,
            from_slot: Option<SlotNumber>,
            to_slot: Option<SlotNumber>,
        ) -> Option<SingleValidatorStats>;
        /// Runs the public calls of a transaction on the latest state.
        simulatePublicCalls: SimulatePublicCalls(tx: Tx, skip_fee_enforcement: Option<bool>) -> PublicSimulationOutput;
        /// Whether a transaction could be handed in now.
        isValidTx: IsValidTx(tx: Tx, options: Option<TxValidationOptions>) -> TxValidationResult;
        /// A published contract class.
        getContractClass: GetContractClass(id: ContractClassId) -> Option<ContractClassPublic>;
        /// A published contract instance.
        getContract: GetContract(address: AztecAddress) -> Option<ContractInstanceWithAddress>;
        /// The node's address record in the peer-to-peer network.
        getEncodedEnr: GetEncodedEnr() -> Option<String>;
        /// Public functions that may be called in the setup phase.
        getAllowedPublicSetup: GetAllowedPublicSetup() -> Vec<AllowedElement>;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::super::{ErrorCode, ErrorObject, Method, ParamsError, write_request};
    use super::*;

    fn call(method: &str, params: &str) -> Result<NodeCall, ParamsError> {
        let params: &RawValue = serde_json::from_str(params).unwrap();
        NodeCall::from_call(method, Some(params)).expect("a method of the namespace")
    }

    #[test]
    fn parameters_by_position() {
        let block = Fr::from(7u8).into();
        let header = |block| NodeCall::GetBlockHeader(GetBlockHeader { block });
        assert_eq!(call("node_getBlockHeader", "[]"), Ok(header(None)));
        assert_eq!(call("node_getBlockHeader", "[null]"), Ok(header(None)));
        assert_eq!(call("node_getBlockHeader", "[\"0x7\"]"), Ok(header(Some(BlockParameter::Hash(block)))));
        assert_eq!(call("node_getBlockHeader", "[7, \"more than it takes\"]"), Ok(header(Some(BlockNumber(7).into()))));
        assert_eq!(NodeCall::from_call("node_isReady", None), Some(Ok(NodeCall::IsReady(IsReady {}))));
        assert_eq!(NodeCall::from_call("node_nothing", None), None);

        let stats = GetValidatorStats { validator: EthAddress::ZERO, from_slot: None, to_slot: Some(SlotNumber(4)) };
        let zero = "\"0x0000000000000000000000000000000000000000\"";
        assert_eq!(stats.to_params(), alloc::format!("[{zero},null,4]"));
        assert_eq!(GetValidatorStats { to_slot: None, ..stats }.to_params(), alloc::format!("[{zero}]"));
        assert_eq!(GetBlockHeader { block: None }.to_params(), "[]");
        let request = r#"{"jsonrpc":"2.0","id":3,"method":"node_getBlockHeader","params":["latest"]}"#;
        assert_eq!(write_request(3, &GetBlockHeader { block: Some(BlockParameter::Latest) }), request);
    }

    #[test]
    fn errors_name_method_and_parameter() {
        let message = |method, params| ErrorObject::from(call(method, params).unwrap_err()).message.into_owned();
        let missing = message("node_getPublicStorageAt", "[1]");
        assert_eq!(
            missing,
            "Array must contain at least 3 element(s) (): contract of node_getPublicStorageAt is missing"
        );
        let null = message("node_getPublicStorageAt", "[null]");
        assert!(null.starts_with("Invalid input (0): block of node_getPublicStorageAt: .: "), "{null}");
        let many = alloc::format!("[[{}]]", alloc::vec!["\"a\""; 101].join(","));
        assert_eq!(
            message("node_registerContractFunctionSignatures", &many),
            "Array must contain at most 100 element(s) (0): signatures of node_registerContractFunctionSignatures"
        );
        let long = alloc::format!("[[\"{}\"]]", "a".repeat(10_001));
        assert!(message("node_registerContractFunctionSignatures", &long).contains("at most 10000 character(s)"));
        let error = ErrorObject::from(call("node_isReady", "{}").unwrap_err());
        assert_eq!((error.code, &*error.message), (ErrorCode::Execution, "Params to isReady is not an array"));
        assert_eq!(ErrorObject::from(call("node_getContract", "[]").unwrap_err()).code, ErrorCode::InvalidParams);
    }

    #[test]
    fn nothing_is_an_absent_result() {
        let rewrite = |method, json: Option<&str>| {
            let raw = json.map(|json| serde_json::from_str::<&RawValue>(json).unwrap());
            NodeCall::rewrite_result(method, raw).unwrap()
        };
        assert_eq!(rewrite("node_getEncodedEnr", None), Ok(None));
        assert_eq!(rewrite("node_getEncodedEnr", Some("null")), Ok(None));
        assert_eq!(rewrite("node_getEncodedEnr", Some("\"enr\"")), Ok(Some("\"enr\"".into())));
        assert_eq!(rewrite("node_registerContractFunctionSignatures", None), Ok(None));
        assert!(rewrite("node_getBlockNumber", None).is_err());
    }

    #[test]
    fn table() {
        let table = NodeCall::METHODS;
        let storage = table.iter().find(|method| method.name == "node_getPublicStorageAt").unwrap();
        assert_eq!(
            alloc::format!("{storage}"),
            "node_getPublicStorageAt(block: BlockParameter, contract: AztecAddress, slot: Fr) -> Fr"
        );
        assert_eq!(storage.doc, "A contract's public storage; 0 where nothing was written.");
        let mut names: Vec<_> = table.iter().map(|method| method.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), table.len());
    }
}
