//! The trees of the protocol, as pure algorithms over a storage port.
//!
//! | Module | Trees |
//! |---|---|
//! | [`AppendOnlyTree`] | note hashes, L1 to L2 messages, archive: leaves are added and never change |
//! | [`IndexedTree`] | nullifiers and public data: leaves form a list sorted by key, which proves absence |
//! | [`AppendOnlyDraft`], [`IndexedDraft`] | changes on top of a stored tree, with nested checkpoints |
//! | [`Frontier`] | an append-only tree that keeps only what later roots need |
//! | [`balanced_root`], [`unbalanced_root`], [`wonky_root`] | trees over a list that is known as a whole |
//!
//! Trees of fixed height are sparse: a node that is not stored is the root of an empty subtree. Level 0 holds the
//! leaves; the root is at the level of the height. Changes are collected first and hashed when somebody looks at a node
//! above them, so that a batch hashes each inner node once.
//!
//! Protocol source: `@aztec/merkle-tree/src/`, `@aztec/foundation/src/trees/`, `@aztec/world-state/src/native/`.

mod append_only;
mod append_only_draft;
mod empty_roots;
mod error;
mod frontier;
mod genesis;
mod hasher;
mod height;
mod indexed;
mod indexed_draft;
mod leaf;
mod path;
mod pending;
mod store;
mod unbalanced;
mod witness;

pub use append_only::AppendOnlyTree;
pub use append_only_draft::{AppendOnlyChange, AppendOnlyDraft};
pub use error::TreeError;
pub use frontier::Frontier;
pub use genesis::{GenesisError, PREFILLED_LEAVES, genesis_leaves};
pub use hasher::{Hasher, Poseidon2, Sha256ModP, Sha256Truncated};
pub use height::{LeafIndex, NodePosition, TreeHeight};
pub use indexed::IndexedTree;
pub use indexed_draft::{BatchInsertion, IndexedChange, IndexedDraft, Insertion, LowLeaf};
pub use leaf::{IndexedLeaf, IndexedLeafPreimage, NullifierLeaf, PublicDataLeaf};
pub use path::{MembershipWitness, PathRoots, SiblingPath};
pub use store::{LeafReader, LeafStore, MemoryLeaves, MemoryNodes, NodeReader, NodeStore};
pub use unbalanced::{UnbalancedPath, balanced_root, unbalanced_path, unbalanced_root, wonky_path, wonky_root};
pub use witness::{LeafWitness, NullifierMembershipWitness, PublicDataWitness};

pub use crate::block::AppendOnlyTreeSnapshot;

#[cfg(test)]
mod tests;
