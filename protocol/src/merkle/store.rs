//! Where trees keep their nodes and leaves.

use alloc::collections::BTreeMap;
use core::convert::Infallible;

use super::{IndexedLeaf, IndexedLeafPreimage, LeafIndex, NodePosition};
use crate::field::Fr;

/// Nodes of one tree, to be read.
///
/// A node that is not there is the root of an empty subtree.
pub trait NodeReader {
    /// A failure of the store.
    type Error: core::error::Error + 'static;

    /// The node at a position, if one is stored.
    fn node(&self, position: NodePosition) -> Result<Option<Fr>, Self::Error>;

    /// Leaves in the tree, padding included.
    fn size(&self) -> Result<u64, Self::Error>;
}

/// Nodes of one tree.
///
/// Who takes leaves away must remove the nodes to the right of the new size and restore those above it. One change of a
/// tree is one series of writes that belongs into one transaction.
pub trait NodeStore: NodeReader {
    /// Stores a node.
    fn set_node(&mut self, position: NodePosition, node: Fr) -> Result<(), Self::Error>;

    /// Stores the number of leaves.
    fn set_size(&mut self, size: u64) -> Result<(), Self::Error>;
}

/// Nodes and leaves of one indexed tree, to be read.
pub trait LeafReader<L>: NodeReader {
    /// The leaf at an index, if it is not padding.
    fn preimage(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, Self::Error>;

    /// The index of the leaf with the largest key that is at most `key`.
    fn index_at_or_below(&self, key: Fr) -> Result<Option<LeafIndex>, Self::Error>;
}

/// Nodes and leaves of one indexed tree.
pub trait LeafStore<L>: LeafReader<L> + NodeStore {
    /// Stores a leaf and makes it found by its key.
    fn set_preimage(&mut self, index: LeafIndex, preimage: &IndexedLeafPreimage<L>) -> Result<(), Self::Error>;
}

impl<S: NodeReader + ?Sized> NodeReader for &S {
    type Error = S::Error;

    fn node(&self, position: NodePosition) -> Result<Option<Fr>, S::Error> {
        (**self).node(position)
    }

    fn size(&self) -> Result<u64, S::Error> {
        (**self).size()
    }
}

impl<L, S: LeafReader<L> + ?Sized> LeafReader<L> for &S {
    fn preimage(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, S::Error> {
        (**self).preimage(index)
    }

    fn index_at_or_below(&self, key: Fr) -> Result<Option<LeafIndex>, S::Error> {
        (**self).index_at_or_below(key)
    }
}

/// Nodes in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryNodes {
    nodes: BTreeMap<NodePosition, Fr>,
    size: u64,
}

impl NodeReader for MemoryNodes {
    type Error = Infallible;

    fn node(&self, position: NodePosition) -> Result<Option<Fr>, Infallible> {
        Ok(self.nodes.get(&position).copied())
    }

    fn size(&self) -> Result<u64, Infallible> {
        Ok(self.size)
    }
}

impl NodeStore for MemoryNodes {
    fn set_node(&mut self, position: NodePosition, node: Fr) -> Result<(), Infallible> {
        self.nodes.insert(position, node);
        Ok(())
    }

    fn set_size(&mut self, size: u64) -> Result<(), Infallible> {
        self.size = size;
        Ok(())
    }
}

/// Nodes and leaves in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryLeaves<L> {
    nodes: MemoryNodes,
    preimages: BTreeMap<LeafIndex, IndexedLeafPreimage<L>>,
    keys: BTreeMap<Fr, LeafIndex>,
}

impl<L> Default for MemoryLeaves<L> {
    fn default() -> Self {
        Self { nodes: MemoryNodes::default(), preimages: BTreeMap::new(), keys: BTreeMap::new() }
    }
}

impl<L> NodeReader for MemoryLeaves<L> {
    type Error = Infallible;

    fn node(&self, position: NodePosition) -> Result<Option<Fr>, Infallible> {
        self.nodes.node(position)
    }

    fn size(&self) -> Result<u64, Infallible> {
        self.nodes.size()
    }
}

impl<L> NodeStore for MemoryLeaves<L> {
    fn set_node(&mut self, position: NodePosition, node: Fr) -> Result<(), Infallible> {
        self.nodes.set_node(position, node)
    }

    fn set_size(&mut self, size: u64) -> Result<(), Infallible> {
        self.nodes.set_size(size)
    }
}

impl<L: IndexedLeaf> LeafReader<L> for MemoryLeaves<L> {
    fn preimage(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, Infallible> {
        Ok(self.preimages.get(&index).copied())
    }

    fn index_at_or_below(&self, key: Fr) -> Result<Option<LeafIndex>, Infallible> {
        Ok(self.keys.range(..=key).next_back().map(|(_, index)| *index))
    }
}

impl<L: IndexedLeaf> LeafStore<L> for MemoryLeaves<L> {
    fn set_preimage(&mut self, index: LeafIndex, preimage: &IndexedLeafPreimage<L>) -> Result<(), Infallible> {
        self.keys.insert(preimage.leaf.key(), index);
        self.preimages.insert(index, *preimage);
        Ok(())
    }
}
