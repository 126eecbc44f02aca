//! Trees whose leaves are added and never change.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::pending::{Pending, check_index, checked_size, snapshot, stored_node};
use super::{
    AppendOnlyDraft, AppendOnlyTreeSnapshot, Hasher, LeafIndex, NodePosition, NodeReader, NodeStore, Poseidon2,
    SiblingPath, TreeError, TreeHeight,
};
use crate::field::Fr;

/// An append-only tree over a store.
///
/// Since leaves never change, the tree can also be asked about any of its earlier sizes.
///
/// Protocol source: `@aztec/merkle-tree/src/standard_tree/standard_tree.ts`.
#[derive(Debug, Clone)]
pub struct AppendOnlyTree<S, H = Poseidon2> {
    store: S,
    height: TreeHeight,
    hasher: PhantomData<H>,
}

impl<S: NodeReader, H: Hasher> AppendOnlyTree<S, H> {
    /// The tree a store holds.
    #[must_use]
    pub fn new(store: S, height: TreeHeight) -> Self {
        Self { store, height, hasher: PhantomData }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Gives the store back.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// The height.
    #[must_use]
    pub fn height(&self) -> TreeHeight {
        self.height
    }

    /// Leaves in the tree.
    pub fn size(&self) -> Result<u64, TreeError<S::Error>> {
        checked_size(&self.store, self.height)
    }

    /// The root.
    pub fn root(&self) -> Result<Fr, TreeError<S::Error>> {
        stored_node::<S, H>(&self.store, NodePosition::root(self.height))
    }

    /// Root and size.
    pub fn snapshot(&self) -> Result<AppendOnlyTreeSnapshot, TreeError<S::Error>> {
        snapshot(self.root()?, self.size()?)
    }

    /// The leaf at an index; none at and beyond the size.
    pub fn leaf(&self, index: LeafIndex) -> Result<Option<Fr>, TreeError<S::Error>> {
        if index.0 >= self.size()? {
            return Ok(None);
        }
        stored_node::<S, H>(&self.store, NodePosition::leaf(index)).map(Some)
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        Pending::<&S, H>::new(&self.store, self.height).sibling_path(index)
    }

    /// The root when the tree had `size` leaves.
    pub fn root_at(&self, size: u64) -> Result<Fr, TreeError<S::Error>> {
        self.edge(size)?.node(NodePosition::root(self.height))
    }

    /// The path of a leaf when the tree had `size` leaves.
    pub fn sibling_path_at(&self, index: LeafIndex, size: u64) -> Result<SiblingPath, TreeError<S::Error>> {
        check_index(index, self.height)?;
        let edge = self.edge(size)?;
        let mut position = NodePosition::leaf(index);
        let mut nodes = Vec::with_capacity(self.height.levels().into());
        while position.level < self.height.levels() {
            nodes.push(edge.node(position.sibling())?);
            position = position.parent();
        }
        Ok(SiblingPath::new(nodes))
    }

    fn edge(&self, size: u64) -> Result<Edge<'_, S, H>, TreeError<S::Error>> {
        let present = self.size()?;
        if size > present {
            return Err(TreeError::NotYet { asked: size, size: present });
        }
        Ok(Edge { store: &self.store, size, hasher: PhantomData })
    }
}

impl<S: NodeStore, H: Hasher> AppendOnlyTree<S, H> {
    /// Adds leaves behind the last one; returns the index of the first.
    pub fn append(&mut self, leaves: &[Fr]) -> Result<LeafIndex, TreeError<S::Error>> {
        let mut draft = AppendOnlyDraft::<&S, H>::new(&self.store, self.height)?;
        let first = draft.append(leaves)?;
        let change = draft.finish()?;
        for (position, node) in change.nodes {
            self.store.set_node(position, node).map_err(TreeError::Store)?;
        }
        self.store.set_size(change.size).map_err(TreeError::Store)?;
        Ok(first)
    }
}

/// The tree as it was at an earlier size. On each level all nodes are as stored up to the one that was partly filled.
struct Edge<'a, S, H> {
    store: &'a S,
    size: u64,
    hasher: PhantomData<H>,
}

impl<S: NodeReader, H: Hasher> Edge<'_, S, H> {
    fn node(&self, position: NodePosition) -> Result<Fr, TreeError<S::Error>> {
        let first = position.index << position.level;
        let end = (position.index + 1) << position.level;
        match position.children() {
            _ if first >= self.size => Ok(H::empty_root(position.level)),
            Some([left, right]) if end > self.size => Ok(H::hash(self.node(left)?, self.node(right)?)),
            _ => stored_node::<S, H>(self.store, position),
        }
    }
}
