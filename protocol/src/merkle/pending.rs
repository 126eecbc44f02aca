//! Changes to a tree that are not stored yet.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::{Hasher, LeafIndex, NodePosition, NodeStore, SiblingPath, TreeError, TreeHeight};
use crate::field::Fr;

/// New leaves of a tree, and those nodes above them that somebody has looked at.
///
/// A changed leaf only marks the nodes above it. A marked node is hashed when it is read, so each is hashed once per
/// state of the tree in which it is seen.
pub(super) struct Pending<'a, S, H> {
    store: &'a S,
    height: TreeHeight,
    /// `None` marks a node that must be hashed anew.
    nodes: BTreeMap<NodePosition, Option<Fr>>,
    hasher: PhantomData<H>,
}

impl<'a, S: NodeStore, H: Hasher> Pending<'a, S, H> {
    pub(super) fn new(store: &'a S, height: TreeHeight) -> Self {
        Self { store, height, nodes: BTreeMap::new(), hasher: PhantomData }
    }

    /// Changes a leaf. The index must be within the tree's capacity.
    pub(super) fn set_leaf(&mut self, index: LeafIndex, leaf: Fr) {
        let mut position = NodePosition::leaf(index);
        self.nodes.insert(position, Some(leaf));
        while position.level < self.height.levels() {
            position = position.parent();
            // Above a marked node all are marked.
            if self.nodes.insert(position, None) == Some(None) {
                break;
            }
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
            _ => stored_node::<S, H>(self.store, position),
        }
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

    /// Every changed node up to the root, to be stored. Roots of empty subtrees are left out.
    pub(super) fn finish(mut self) -> Result<Vec<(NodePosition, Fr)>, TreeError<S::Error>> {
        self.node(NodePosition::root(self.height))?;
        let changed = self.nodes.into_iter().filter_map(|(position, node)| Some((position, node?)));
        Ok(changed.filter(|(position, node)| *node != H::empty_root(position.level)).collect())
    }
}

/// The node at a position as the store has it.
pub(super) fn stored_node<S: NodeStore, H: Hasher>(
    store: &S,
    position: NodePosition,
) -> Result<Fr, TreeError<S::Error>> {
    let node = store.node(position).map_err(TreeError::Store)?;
    Ok(node.unwrap_or_else(|| H::empty_root(position.level)))
}

/// The size the store claims, if the tree has room for it.
pub(super) fn checked_size<S: NodeStore>(store: &S, height: TreeHeight) -> Result<u64, TreeError<S::Error>> {
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
