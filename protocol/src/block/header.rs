//! The header of a block, whose hash names the block.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{block_header,global_variables}.ts`.

use serde::{Deserialize, Serialize};

use super::{AppendOnlyTreeSnapshot, BlockHash, BlockNumber, SlotNumber, StateReference, Timestamp};
use crate::address::{AztecAddress, EthAddress};
use crate::codec::ToFields;
use crate::constants::{BLOCK_HEADER_LENGTH, GLOBAL_VARIABLES_LENGTH};
use crate::field::Fr;
use crate::gas::GasFees;
use crate::hash::{DomainSeparator, poseidon2_with_separator};

wire_struct! {
    /// What every transaction of a block can read about the block. Blocks of one checkpoint differ in the number only.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct GlobalVariables {
        /// Id of the L1 chain.
        pub chain_id: Fr,
        /// Version of the rollup.
        pub version: Fr,
        /// Number of the block.
        pub block_number: BlockNumber,
        /// Slot the block was proposed in.
        #[serde(with = "crate::json::field_hex")]
        pub slot_number: SlotNumber,
        /// Start of that slot.
        pub timestamp: Timestamp,
        /// Receiver of the block reward, on L1.
        pub coinbase: EthAddress,
        /// Named receiver of fees, on L2.
        pub fee_recipient: AztecAddress,
        /// Prices of gas.
        pub gas_fees: GasFees,
    }
}

wire_struct! {
    /// The header of a block: 440 bytes, 22 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct BlockHeader {
        /// The archive before this block.
        pub last_archive: AppendOnlyTreeSnapshot,
        /// The other trees after this block.
        pub state: StateReference,
        /// The checkpoint's blob sponge, squeezed after this block's data.
        pub sponge_blob_hash: Fr,
        /// What the block's transactions can read.
        pub global_variables: GlobalVariables,
        /// Sum of the transaction fees.
        pub total_fees: Fr,
        /// Sum of the L2 gas billed.
        pub total_mana_used: Fr,
    }
}

const _: () = {
    use crate::codec::{Decode, FixedFields};
    assert!(<GlobalVariables as FixedFields>::FIELD_COUNT == GLOBAL_VARIABLES_LENGTH);
    assert!(<BlockHeader as FixedFields>::FIELD_COUNT == BLOCK_HEADER_LENGTH);
    assert!(<BlockHeader as Decode>::MIN_SIZE == 440);
};

impl BlockHeader {
    /// The header of block 0 on a network that starts with `state`; nothing else in it is set.
    #[must_use]
    pub fn genesis(state: StateReference) -> Self {
        Self { state, ..Self::default() }
    }

    /// The hash that names the block: its leaf in the archive.
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        poseidon2_with_separator(&self.to_fields(), DomainSeparator::BlockHeaderHash).into()
    }

    /// Number of the block.
    #[must_use]
    pub fn number(&self) -> BlockNumber {
        self.global_variables.block_number
    }

    /// Slot the block was proposed in.
    #[must_use]
    pub fn slot(&self) -> SlotNumber {
        self.global_variables.slot_number
    }

    /// Start of that slot.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.global_variables.timestamp
    }
}

#[cfg(test)]
mod tests {
    use super::super::PartialStateReference;
    use super::*;
    use crate::codec::{Decode, Encode, FromFields};
    use crate::constants::GENESIS_BLOCK_HEADER_HASH;

    fn snapshot(root: &str, next_available_leaf_index: u32) -> AppendOnlyTreeSnapshot {
        AppendOnlyTreeSnapshot { root: root.parse().expect("a field literal"), next_available_leaf_index }
    }

    #[test]
    fn genesis_hash_is_the_constant() {
        let header = BlockHeader::genesis(StateReference {
            l1_to_l2_message_tree: snapshot("0x0d582c10ff8115413aa5b70564fdd2f3cefe1f33a1e43a47bc495081e91e73e5", 0),
            partial: PartialStateReference {
                note_hash_tree: snapshot("0x2ac5dda169f6bb3b9ca09bbac34e14c94d1654597db740153a1288d859a8a30a", 0),
                nullifier_tree: snapshot("0x1ec3788cd1c32e54d889d67fe29e481114f9d4afe9b44b229aa29d8ad528dd31", 128),
                public_data_tree: snapshot("0x23c08a6b1297210c5e24c76b9a936250a1ce2721576c26ea797c7ec35f9e46a9", 128),
            },
        });
        assert_eq!(header.hash().to_field(), GENESIS_BLOCK_HEADER_HASH);
        assert_eq!(header.state.check_alignment(), Ok(()));
    }

    #[test]
    fn json_is_as_the_node_writes_it() {
        let zero = "0x0000000000000000000000000000000000000000000000000000000000000000";
        let tree = alloc::format!(r#"{{"root":"{zero}","nextAvailableLeafIndex":3}}"#);
        let slot = "0x0000000000000000000000000000000000000000000000000000000000000029";
        let json = [
            r#"{"lastArchive":"#,
            &tree,
            r#","state":{"l1ToL2MessageTree":"#,
            &tree,
            r#","partial":{"noteHashTree":"#,
            &tree,
            r#","nullifierTree":"#,
            &tree,
            r#","publicDataTree":"#,
            &tree,
            r#"}},"spongeBlobHash":""#,
            zero,
            r#"","globalVariables":{"chainId":""#,
            zero,
            r#"","version":""#,
            zero,
            r#"","blockNumber":7,"slotNumber":""#,
            slot,
            r#"","timestamp":"1700000000","coinbase":"0x0000000000000000000000000000000000000000","feeRecipient":""#,
            zero,
            r#"","gasFees":{"feePerDaGas":"0","feePerL2Gas":"2100010100000"}},"totalFees":""#,
            zero,
            r#"","totalManaUsed":""#,
            zero,
            r#""}"#,
        ]
        .concat();
        let header: BlockHeader = crate::json::from_str(&json).unwrap();
        assert_eq!((header.number(), header.slot(), header.timestamp()), (7.into(), 41.into(), 1_700_000_000.into()));
        assert_eq!(serde_json::to_string(&header).unwrap(), json);
        // The official node adds a key of its own.
        let with_cache = json.replacen('{', r#"{"_cachedHash":{},"#, 1);
        assert_eq!(crate::json::from_str::<BlockHeader>(&with_cache).unwrap(), header);
        assert_eq!(BlockHeader::from_buffer(&header.to_buffer()), Ok(header));
        assert_eq!(BlockHeader::from_fields(&header.to_fields()), Ok(header));
        assert!(header.state.check_alignment().is_err());
    }
}
