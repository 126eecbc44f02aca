//! What look-ups in the state and in the logs are asked and answer.
//!
//! Protocol source: `@aztec/stdlib/src/trees/merkle_tree_id.ts`, `@aztec/stdlib/src/block/in_block.ts`,
//! `@aztec/stdlib/src/interfaces/{aztec-node,get_logs_response}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use crate::block::{BlockHash, BlockNumber};
use crate::merkle::{LeafIndex, SiblingPath, TreeHeight};

/// A tree of the state. JSON: its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
#[repr(u8)]
pub enum MerkleTreeId {
    /// Nullifiers.
    NullifierTree = 0,
    /// Note hashes.
    NoteHashTree = 1,
    /// Public data.
    PublicDataTree = 2,
    /// Messages from L1.
    L1ToL2MessageTree = 3,
    /// Block hashes.
    Archive = 4,
}

impl MerkleTreeId {
    /// Every tree, by its number.
    pub const ALL: [Self; 5] =
        [Self::NullifierTree, Self::NoteHashTree, Self::PublicDataTree, Self::L1ToL2MessageTree, Self::Archive];

    /// Its height.
    #[must_use]
    pub const fn height(self) -> TreeHeight {
        match self {
            Self::NullifierTree => TreeHeight::NULLIFIER,
            Self::NoteHashTree => TreeHeight::NOTE_HASH,
            Self::PublicDataTree => TreeHeight::PUBLIC_DATA,
            Self::L1ToL2MessageTree => TreeHeight::L1_TO_L2_MESSAGE,
            Self::Archive => TreeHeight::ARCHIVE,
        }
    }
}

impl From<MerkleTreeId> for u8 {
    fn from(tree: MerkleTreeId) -> Self {
        tree as u8
    }
}

/// There is no tree with this number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no tree {0}")]
pub struct UnknownTree(pub u8);

impl TryFrom<u8> for MerkleTreeId {
    type Error = UnknownTree;

    fn try_from(number: u8) -> Result<Self, UnknownTree> {
        Self::ALL.get(usize::from(number)).copied().ok_or(UnknownTree(number))
    }
}

/// Something and the block it came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DataInBlock<T> {
    /// Number of the block.
    pub l2_block_number: BlockNumber,
    /// Its hash.
    pub l2_block_hash: BlockHash,
    /// What came with it.
    pub data: T,
}

/// That a message from L1 is in its tree. JSON: a list of index and path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageWitness(
    /// Index of the message.
    pub LeafIndex,
    /// The nodes beside the way to the root.
    pub SiblingPath,
);

/// Refuses a path of another length than the tree's height.
impl<'de> Deserialize<'de> for MessageWitness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (index, path) = <(LeafIndex, SiblingPath)>::deserialize(deserializer)?;
        let (found, expected) = (path.nodes().len(), usize::from(TreeHeight::L1_TO_L2_MESSAGE.levels()));
        match found == expected {
            true => Ok(Self(index, path)),
            false => Err(serde::de::Error::custom(format_args!("path has {found} nodes, {expected} expected"))),
        }
    }
}

/// The first logs that a filter lets through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogPage<L> {
    /// The logs, in the order of the chain.
    pub logs: Vec<L>,
    /// Whether there may be more: ask again after the last one.
    pub max_logs_hit: bool,
}

/// How a transaction is to be checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxValidationOptions {
    /// For a simulation, which has no proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_simulation: Option<bool>,
    /// Whether it need not pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_fee_enforcement: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_forms() {
        for tree in MerkleTreeId::ALL {
            let json = serde_json::to_string(&tree).unwrap();
            assert_eq!(crate::json::from_str(&json), Ok(tree));
        }
        assert!(crate::json::from_str::<MerkleTreeId>("5").unwrap_err().reason.starts_with("there is no tree 5"));
        let path = SiblingPath::new(alloc::vec![crate::field::Fr::ONE; 36]);
        let witness = MessageWitness(LeafIndex(7168), path);
        let json = serde_json::to_string(&witness).unwrap();
        assert!(json.starts_with("[\"7168\",\"AAAAJAAA"), "{json}");
        assert_eq!(crate::json::from_str(&json), Ok(witness));
        let short = serde_json::to_string(&MessageWitness(LeafIndex(1), SiblingPath::default())).unwrap();
        assert!(crate::json::from_str::<MessageWitness>(&short).is_err());
        let options = TxValidationOptions { is_simulation: Some(true), skip_fee_enforcement: None };
        assert_eq!(serde_json::to_string(&options).unwrap(), r#"{"isSimulation":true}"#);
        assert_eq!(crate::json::from_str(r#"{"isSimulation":true,"skipFeeEnforcement":null}"#), Ok(options));
    }
}
