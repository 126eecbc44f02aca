//! What each method does: one match for each namespace, one file for each subject.

mod admin;
mod chain;
mod contracts;
mod dev;
mod info;
mod l1;
mod logs;
mod state;
mod txs;

use protocol::rpc::node::NodeCall;
use protocol::rpc::{ErrorObject, Method, ReplyTo, Response};

use super::context::Reader;

pub(super) use admin::admin;
pub(super) use dev::{dev, mining_mode};

/// What a method returns.
type Result<T, E = ErrorObject> = std::result::Result<T, E>;

/// The reply with what a method returned.
fn reply<M: Method>(reply_to: ReplyTo, _call: &M, result: Result<M::Result>) -> Response {
    match result {
        Ok(result) => Response::result::<M>(reply_to, &result),
        Err(error) => Response::error(reply_to, error),
    }
}

/// Answers a call in the `node` namespace.
pub(super) fn node(reader: &Reader<'_>, to: ReplyTo, call: &NodeCall) -> Response {
    match call {
        NodeCall::GetL2Tips(call) => reply(to, call, chain::tips(reader)),
        NodeCall::GetBlock(call) => reply(to, call, chain::block(reader, call.block)),
        NodeCall::GetBlockByHash(call) => reply(to, call, chain::block(reader, call.block_hash.into())),
        NodeCall::GetBlockByArchive(call) => reply(to, call, chain::block_by_archive(reader, call.archive)),
        NodeCall::GetBlockNumber(call) => reply(to, call, chain::tips(reader).map(|tips| tips.proposed.number)),
        NodeCall::GetCheckpointNumber(call) => {
            reply(to, call, chain::tips(reader).map(|tips| tips.checkpointed.checkpoint.number))
        }
        NodeCall::GetProvenBlockNumber(call) => {
            reply(to, call, chain::tips(reader).map(|tips| tips.proven.block.number))
        }
        NodeCall::GetCheckpointedBlockNumber(call) => {
            reply(to, call, chain::tips(reader).map(|tips| tips.checkpointed.block.number))
        }
        NodeCall::GetBlocks(call) => reply(to, call, chain::blocks(reader, call.from, call.limit)),
        NodeCall::GetCheckpoints(call) => reply(to, call, chain::checkpoints(reader, call.from, call.limit)),
        NodeCall::GetCheckpointedBlocks(call) => {
            reply(to, call, chain::checkpointed_blocks(reader, call.from, call.limit))
        }
        NodeCall::GetCheckpointsDataForEpoch(call) => reply(to, call, chain::epoch(reader, call.epoch)),
        NodeCall::GetBlockHeader(call) => reply(to, call, chain::header(reader, call.block.unwrap_or_default())),
        NodeCall::GetBlockHeaderByArchive(call) => reply(to, call, chain::header_by_archive(reader, call.archive)),

        NodeCall::GetWorldStateSyncStatus(call) => reply(to, call, state::sync_status(reader)),
        NodeCall::FindLeavesIndexes(call) => reply(to, call, state::find_leaves(reader, call)),
        NodeCall::GetNullifierMembershipWitness(call) => {
            reply(to, call, state::nullifier_witness(reader, call.block, call.nullifier))
        }
        NodeCall::GetLowNullifierMembershipWitness(call) => {
            reply(to, call, state::low_nullifier_witness(reader, call.block, call.nullifier).map(Some))
        }
        NodeCall::GetPublicDataWitness(call) => {
            reply(to, call, state::public_data_witness(reader, call.block, call.leaf_slot).map(Some))
        }
        NodeCall::GetBlockHashMembershipWitness(call) => {
            reply(to, call, state::block_hash_witness(reader, call.block, call.block_hash))
        }
        NodeCall::GetNoteHashMembershipWitness(call) => {
            reply(to, call, state::note_hash_witness(reader, call.block, call.note_hash))
        }
        NodeCall::GetL1ToL2MessageMembershipWitness(call) => {
            reply(to, call, state::message_witness(reader, call.block, call.message))
        }
        NodeCall::GetPublicStorageAt(call) => reply(to, call, state::public_storage(reader, call)),

        NodeCall::SendTx(call) => reply(to, call, txs::send(reader, &call.tx)),
        NodeCall::GetTxReceipt(call) => reply(to, call, txs::receipt(reader, call.tx_hash)),
        NodeCall::GetTxEffect(call) => reply(to, call, txs::effect(reader, call.tx_hash)),
        NodeCall::GetPendingTxs(call) => reply(to, call, Ok(txs::pending(reader, call.limit, call.after))),
        NodeCall::GetPendingTxCount(call) => reply(to, call, Ok(txs::pending_count(reader))),
        NodeCall::GetTxByHash(call) => reply(to, call, Ok(txs::by_hash(reader, call.tx_hash))),
        NodeCall::GetTxsByHash(call) => reply(to, call, Ok(txs::by_hashes(reader, &call.tx_hashes))),
        NodeCall::SimulatePublicCalls(call) => {
            reply(to, call, txs::simulate(reader, &call.tx, call.skip_fee_enforcement.unwrap_or_default()))
        }
        NodeCall::IsValidTx(call) => reply(to, call, txs::check(reader, &call.tx, call.options.unwrap_or_default())),
        NodeCall::GetCurrentMinFees(call) => reply(to, call, txs::min_fees(reader)),
        NodeCall::GetMaxPriorityFees(call) => reply(to, call, Ok(reader.node().max_priority_fees())),

        NodeCall::GetPublicLogs(call) => reply(to, call, logs::public(reader, &call.filter)),
        NodeCall::GetContractClassLogs(call) => reply(to, call, logs::contract_class(reader, &call.filter)),
        NodeCall::GetPrivateLogsByTags(call) => reply(to, call, logs::private_by_tags(reader, call)),
        NodeCall::GetPublicLogsByTagsFromContract(call) => reply(to, call, logs::public_by_tags(reader, call)),

        NodeCall::GetContractClass(call) => reply(to, call, contracts::class(reader, call.id)),
        NodeCall::GetContract(call) => reply(to, call, contracts::instance(reader, call.address)),
        NodeCall::RegisterContractFunctionSignatures(call) => {
            // They are for error messages; the node's name contracts and selectors.
            reply(to, call, Ok(()))
        }

        NodeCall::GetL1ToL2MessageCheckpoint(call) => reply(to, call, l1::message_checkpoint(reader, call.message)),
        NodeCall::IsL1ToL2MessageSynced(call) => reply(to, call, l1::knows_message(reader, call.message)),
        NodeCall::GetL2ToL1Messages(call) => reply(to, call, l1::messages_to_l1(reader, call.epoch)),

        NodeCall::IsReady(call) => reply(to, call, Ok(true)),
        NodeCall::GetNodeInfo(call) => reply(to, call, Ok(info::node_info(reader))),
        NodeCall::GetNodeVersion(call) => reply(to, call, Ok(protocol::VERSION.into())),
        NodeCall::GetVersion(call) => reply(to, call, Ok(reader.node().network().rollup_version)),
        NodeCall::GetChainId(call) => reply(to, call, Ok(reader.node().network().l1_chain_id)),
        NodeCall::GetL1ContractAddresses(call) => reply(to, call, Ok(reader.node().network().l1_contracts.clone())),
        NodeCall::GetProtocolContractAddresses(call) => reply(to, call, Ok(info::protocol_contracts())),
        NodeCall::GetEncodedEnr(call) => reply(to, call, Ok(info::enr())),
        NodeCall::GetAllowedPublicSetup(call) => reply(to, call, Ok(reader.node().network().allowed_setup.clone())),
        NodeCall::GetValidatorsStats(call) => reply(to, call, Ok(info::validators())),
        NodeCall::GetValidatorStats(call) => reply(to, call, Ok(info::validator())),
    }
}
