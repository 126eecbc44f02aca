//! Leaves added to a tree that is not changed yet.

use alloc::vec::Vec;

use super::pending::{Pending, checked_size, grown_size, snapshot};
use super::{
    AppendOnlyTreeSnapshot, Hasher, LeafIndex, NodePosition, NodeReader, Poseidon2, SiblingPath, TreeError, TreeHeight,
};
use crate::field::Fr;

/// What a draft would store: the nodes by position, roots of empty subtrees left out, and the new size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendOnlyChange {
    /// The new leaves and every node above them.
    pub nodes: Vec<(NodePosition, Fr)>,
    /// Leaves in the tree.
    pub size: u64,
}

/// Leaves on top of a stored append-only tree, which stays as it is.
///
/// Nodes are hashed when somebody looks at them. Checkpoints nest; each is either kept or reverted.
#[derive(Debug, Clone)]
pub struct AppendOnlyDraft<S, H = Poseidon2> {
    pending: Pending<S, H>,
    base_size: u64,
    size: u64,
    /// The size at each open checkpoint.
    checkpoints: Vec<u64>,
}

impl<S: NodeReader, H: Hasher> AppendOnlyDraft<S, H> {
    /// A draft without changes.
    pub fn new(store: S, height: TreeHeight) -> Result<Self, TreeError<S::Error>> {
        let size = checked_size(&store, height)?;
        Ok(Self { pending: Pending::new(store, height), base_size: size, size, checkpoints: Vec::new() })
    }

    /// The stored tree.
    #[must_use]
    pub fn store(&self) -> &S {
        self.pending.store()
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    pub fn root(&mut self) -> Result<Fr, TreeError<S::Error>> {
        self.pending.root()
    }

    /// The node at a position.
    pub fn node(&mut self, position: NodePosition) -> Result<Fr, TreeError<S::Error>> {
        self.pending.node(position)
    }

    /// Root and size.
    pub fn snapshot(&mut self) -> Result<AppendOnlyTreeSnapshot, TreeError<S::Error>> {
        snapshot(self.pending.root()?, self.size)
    }

    /// The leaf at an index; none at and beyond the size.
    pub fn leaf(&self, index: LeafIndex) -> Result<Option<Fr>, TreeError<S::Error>> {
        if index.0 < self.size { self.pending.leaf(index).map(Some) } else { Ok(None) }
    }

    /// The first of the leaves not stored yet that has a value other than 0.
    #[must_use]
    pub fn find_new(&self, value: Fr) -> Option<LeafIndex> {
        self.pending.leaves_from(LeafIndex(self.base_size)).find(|(_, leaf)| *leaf == value).map(|(index, _)| index)
    }

    /// Adds leaves behind the last one; returns the index of the first.
    pub fn append(&mut self, leaves: &[Fr]) -> Result<LeafIndex, TreeError<S::Error>> {
        let first = self.size;
        self.size = grown_size(first, leaves.len(), self.pending.height())?;
        for (leaf, index) in leaves.iter().zip(first..) {
            // A leaf of 0 is what an empty place has already.
            if !leaf.is_zero() {
                self.pending.set_leaf(LeafIndex(index), *leaf);
            }
        }
        Ok(LeafIndex(first))
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&mut self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        self.pending.sibling_path(index)
    }

    /// Opens a checkpoint.
    pub fn checkpoint(&mut self) {
        self.checkpoints.push(self.size);
    }

    /// Closes the last checkpoint, its changes kept. Nothing happens when none is open.
    pub fn commit(&mut self) {
        self.checkpoints.pop();
    }

    /// Closes the last checkpoint, its changes gone. Nothing happens when none is open.
    pub fn revert(&mut self) {
        let Some(size) = self.checkpoints.pop() else { return };
        (size..self.size).for_each(|index| self.pending.reset_leaf(LeafIndex(index)));
        self.size = size;
    }

    /// Everything that is to be stored.
    pub fn finish(&mut self) -> Result<AppendOnlyChange, TreeError<S::Error>> {
        Ok(AppendOnlyChange { nodes: self.pending.finish()?, size: self.size })
    }
}
