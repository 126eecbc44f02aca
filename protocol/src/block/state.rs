//! What a block says about the trees: a root and a size for each.
//!
//! Protocol source: `@aztec/stdlib/src/trees/append_only_tree_snapshot.ts`,
//! `@aztec/stdlib/src/tx/{partial_state_reference,state_reference}.ts`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::constants::{MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX, NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP};
use crate::field::Fr;

wire_struct! {
    /// A tree at one moment: 36 bytes, 2 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct AppendOnlyTreeSnapshot {
        /// The root.
        pub root: Fr,
        /// Leaves so far, which is the index the next one gets.
        #[serde(with = "crate::json::number")]
        pub next_available_leaf_index: u32,
    }
}

wire_struct! {
    /// The trees that transactions write to: 108 bytes, 6 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct PartialStateReference {
        /// The note hash tree.
        pub note_hash_tree: AppendOnlyTreeSnapshot,
        /// The nullifier tree.
        pub nullifier_tree: AppendOnlyTreeSnapshot,
        /// The public data tree.
        pub public_data_tree: AppendOnlyTreeSnapshot,
    }
}

wire_struct! {
    /// All trees but the archive: 144 bytes, 8 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct StateReference {
        /// The L1 to L2 message tree.
        pub l1_to_l2_message_tree: AppendOnlyTreeSnapshot,
        /// The trees that transactions write to.
        pub partial: PartialStateReference,
    }
}

/// A tree grew by a part of what each transaction or checkpoint must append as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("size {size} of the {tree} tree is not a multiple of {unit}")]
pub struct UnalignedTree {
    /// The tree, in words.
    pub tree: &'static str,
    /// Its size.
    pub size: u32,
    /// What its size must be a multiple of.
    pub unit: u32,
}

impl StateReference {
    /// Checks that each tree has grown by whole subtrees only.
    pub fn check_alignment(&self) -> Result<(), UnalignedTree> {
        let trees = [
            ("L1 to L2 message", self.l1_to_l2_message_tree, NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP),
            ("note hash", self.partial.note_hash_tree, MAX_NOTE_HASHES_PER_TX),
            ("nullifier", self.partial.nullifier_tree, MAX_NULLIFIERS_PER_TX),
        ];
        for (tree, snapshot, unit) in trees {
            let (size, unit) = (snapshot.next_available_leaf_index, unit as u32);
            if size % unit != 0 {
                return Err(UnalignedTree { tree, size, unit });
            }
        }
        Ok(())
    }
}
