//! Changes to a tree that are not stored yet.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{AppendOnlyTreeSnapshot, Hasher, LeafIndex, NodePosition, NodeReader, SiblingPath, TreeError, TreeHeight};
use crate::field::Fr;

/// New leaves of a tree, and those nodes above them that somebody has looked at.
///
/// A changed leaf only marks the nodes above it. A marked node is hashed when it is read, so each is hashed once per
/// state of the tree in which it is seen.
#[derive(Debug, Clone)]
pub(super) struct Pending<S, H> {
    store: S,
    height: TreeHeight,
    /// `None` marks a node that must be hashed anew. Above a marked node all are marked.
    nodes: BTreeMap<NodePosition, Option<Fr>>,
    hasher: PhantomData<H>,
}

impl<S: NodeReader, H: Hasher> Pending<S, H> {
    pub(super) fn new(store: S, height: TreeHeight) -> Self {
        Self { store, height, nodes: BTreeMap::new(), hasher: PhantomData }
    }

    pub(super) fn store(&self) -> &S {
        &self.store
    }

    pub(super) fn height(&self) -> TreeHeight {
        self.height
    }

    /// Changes a leaf. The index must be within the tree's capacity.
    pub(super) fn set_leaf(&mut self, index: LeafIndex, leaf: Fr) {
        self.nodes.insert(NodePosition::leaf(index), Some(leaf));
        self.mark_above(index);
    }

    /// Takes a change of a leaf back: it is again as stored.
    pub(super) fn reset_leaf(&mut self, index: LeafIndex) {
        if self.nodes.remove(&NodePosition::leaf(index)).is_some() {
            self.mark_above(index);
        }
    }

    fn mark_above(&mut self, index: LeafIndex) {
        let mut position = NodePosition::leaf(index);
        while position.level < self.height.levels() {
            position = position.parent();
            if self.nodes.insert(position, None) == Some(None) {
                break;
            }
        }
    }

    /// The changed leaves from `first` on, by index.
    pub(super) fn leaves_from(&self, first: LeafIndex) -> impl Iterator<Item = (LeafIndex, Fr)> {
        let leaves = self.nodes.range(NodePosition::leaf(first)..NodePosition { level: 1, index: 0 });
        leaves.filter_map(|(position, leaf)| Some((LeafIndex(position.index), (*leaf)?)))
    }

    /// The leaf at an index, or what an empty place has.
    pub(super) fn leaf(&self, index: LeafIndex) -> Result<Fr, TreeError<S::Error>> {
        let position = NodePosition::leaf(index);
        match self.nodes.get(&position) {
            Some(Some(leaf)) => Ok(*leaf),
            _ => stored_node::<S, H>(&self.store, position),
        }
    }

    /// The node at a position, hashed now if it has to be.
    pub(super) fn node(&mut self, position: NodePosition) -> Result<Fr, TreeError<S::Error>> {
        match (self.nodes.get(&position), position.children()) {
            (Some(Some(node)), _) => Ok(*node),
            (Some(None), Some([left, right])) => {
                let (left, right) = (self.node(left)?, self.node(right)?);
                let empty = H::empty_root(position.level - 1);
                let node = match left == empty && right == empty {
                    true => H::empty_root(position.level),
                    false => H::hash(left, right),
                };
                self.nodes.insert(position, Some(node));
                Ok(node)
            }
            _ => stored_node::<S, H>(&self.store, position),
        }
    }

    pub(super) fn root(&mut self) -> Result<Fr, TreeError<S::Error>> {
        self.node(NodePosition::root(self.height))
    }

    /// The nodes beside the way from a node up to the root.
    pub(super) fn path_from(&mut self, position: NodePosition) -> Result<SiblingPath, TreeError<S::Error>> {
        let mut nodes = Vec::with_capacity(self.height.levels().saturating_sub(position.level).into());
        let mut position = position;
        while position.level < self.height.levels() {
            nodes.push(self.node(position.sibling())?);
            position = position.parent();
        }
        Ok(SiblingPath::new(nodes))
    }

    /// [`Pending::path_from`] a leaf, or a place that is still empty.
    pub(super) fn sibling_path(&mut self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        check_index(index, self.height)?;
        self.path_from(NodePosition::leaf(index))
    }

    /// The changed leaves and every node above them, by position, to be stored. Roots of empty subtrees are left out.
    pub(super) fn finish(&mut self) -> Result<Vec<(NodePosition, Fr)>, TreeError<S::Error>> {
        self.root()?;
        let mut level: Vec<NodePosition> =
            self.leaves_from(LeafIndex(0)).map(|(index, _)| NodePosition::leaf(index)).collect();
        let mut changed = Vec::with_capacity(2 * level.len());
        for _ in 0..=self.height.levels() {
            for position in &mut level {
                let node = self.node(*position)?;
                if node != H::empty_root(position.level) {
                    changed.push((*position, node));
                }
                *position = position.parent();
            }
            level.dedup();
        }
        Ok(changed)
    }
}

/// Refuses an index beyond the tree's room.
pub(super) fn check_index<E>(index: LeafIndex, height: TreeHeight) -> Result<(), TreeError<E>> {
    let capacity = height.capacity();
    if index.0 < capacity { Ok(()) } else { Err(TreeError::IndexOutOfRange { index, capacity }) }
}

/// A root and the size it goes with.
pub(super) fn snapshot<E>(root: Fr, size: u64) -> Result<AppendOnlyTreeSnapshot, TreeError<E>> {
    let next_available_leaf_index = u32::try_from(size).map_err(|_| TreeError::CorruptSize(size))?;
    Ok(AppendOnlyTreeSnapshot { root, next_available_leaf_index })
}

/// The node at a position as the store has it.
pub(super) fn stored_node<S: NodeReader, H: Hasher>(
    store: &S,
    position: NodePosition,
) -> Result<Fr, TreeError<S::Error>> {
    let node = store.node(position).map_err(TreeError::Store)?;
    Ok(node.unwrap_or_else(|| H::empty_root(position.level)))
}

/// The size the store claims, if the tree has room for it.
pub(super) fn checked_size<S: NodeReader>(store: &S, height: TreeHeight) -> Result<u64, TreeError<S::Error>> {
    let size = store.size().map_err(TreeError::Store)?;
    if size > height.capacity() { Err(TreeError::CorruptSize(size)) } else { Ok(size) }
}

/// The size of a tree after `added` more leaves, if there is room for them.
pub(super) fn grown_size<E>(size: u64, added: usize, height: TreeHeight) -> Result<u64, TreeError<E>> {
    let (added, capacity) = (added as u64, height.capacity());
    match size.checked_add(added) {
        Some(grown) if grown <= capacity => Ok(grown),
        _ => Err(TreeError::Full { size, added, capacity }),
    }
}
