//! What can be wrong with a tree or a change to it.

use thiserror::Error;

use super::LeafIndex;
use crate::field::Fr;

/// Why a tree could not be read or changed. A failed change leaves the store as it was, unless the store itself failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TreeError<E> {
    /// The leaves do not fit.
    #[error("{added} leaves do not fit behind {size} of {capacity}")]
    Full {
        /// Leaves in the tree.
        size: u64,
        /// Leaves to add.
        added: u64,
        /// Room in the tree.
        capacity: u64,
    },
    /// The index is beyond the tree's room.
    #[error("leaf index {index} is beyond the {capacity} leaves the tree has room for")]
    IndexOutOfRange {
        /// The index.
        index: LeafIndex,
        /// Room in the tree.
        capacity: u64,
    },
    /// The past size asked for is above the present one.
    #[error("the tree has {size} leaves, fewer than the {asked} asked about")]
    NotYet {
        /// Leaves asked about.
        asked: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// The key is in the tree, or twice in the batch, and its leaf may not change.
    #[error("key {0} is already present")]
    DuplicateKey(Fr),
    /// No leaf has a key at or below this one: the tree was never given its first leaves.
    #[error("no leaf at or below key {0}")]
    NoLowLeaf(Fr),
    /// The number of leaves of a batch is not a power of two.
    #[error("a batch of {0} leaves is not a subtree: the number must be a power of two")]
    NotASubtree(usize),
    /// The tree's size is not a multiple of the batch's.
    #[error("a subtree of {batch} leaves cannot start at leaf {size}")]
    Misaligned {
        /// Leaves in the tree.
        size: u64,
        /// Leaves in the batch.
        batch: u64,
    },
    /// Trees are given their first leaves once.
    #[error("the tree already has {0} leaves")]
    NotEmpty(u64),
    /// The store holds more leaves than the tree has room for, or than a snapshot can count.
    #[error("the store claims {0} leaves, more than possible")]
    CorruptSize(u64),
    /// The store holds a leaf that does not fit its place in the list.
    #[error("leaf {index} of the store does not fit the list of keys at key {key}")]
    CorruptLeaf {
        /// The leaf.
        index: LeafIndex,
        /// The key looked for.
        key: Fr,
    },
    /// The store failed.
    #[error("store: {0}")]
    Store(#[source] E),
}
