//! One tree as it was after a block.

use protocol::block::BlockNumber;
use protocol::field::Fr;
use protocol::merkle::{
    Hasher, IndexedLeaf, IndexedLeafPreimage, LeafIndex, LeafReader, NodePosition, NodeReader, Poseidon2,
};
use protocol::rpc::lookup::MerkleTreeId;

use super::tables::{self, NodeKey, TreeState};
use crate::store::{Result, Snapshot, StoreError, codec};

/// One tree as it was after a block: what the algorithms of `protocol::merkle` read.
#[derive(Debug, Clone)]
pub(crate) struct TreeReader {
    snapshot: Snapshot,
    tree: MerkleTreeId,
    block: BlockNumber,
    state: TreeState,
}

impl TreeReader {
    pub(super) fn new(snapshot: Snapshot, tree: MerkleTreeId, block: BlockNumber, state: TreeState) -> Self {
        Self { snapshot, tree, block, state }
    }

    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub(super) fn state(&self) -> TreeState {
        self.state
    }

    /// The first leaf with a value, or the one with a key.
    pub(super) fn find(&self, value: Fr) -> Result<Option<LeafIndex>> {
        let found = self.snapshot.state().keys.get(&tables::value_key(self.tree, value))?;
        Ok(found.map(|index| index.value()).filter(|index| *index < self.state.size).map(LeafIndex))
    }
}

impl NodeReader for TreeReader {
    type Error = StoreError;

    fn node(&self, position: NodePosition) -> Result<Option<Fr>> {
        if position == NodePosition::root(self.tree.height()) {
            return Ok(Some(self.state.root));
        }
        let first = position.index.checked_shl(position.level.into()).unwrap_or(u64::MAX);
        if first >= self.state.size {
            return Ok(None);
        }
        let stored = tables::stored_levels(self.state.size, self.tree.height());
        if position.level >= stored {
            // On the left edge, above all leaves: everything to the right is empty.
            let top = self.node(NodePosition { level: stored - 1, index: 0 })?;
            let above = |node, level| Poseidon2::hash(node, Poseidon2::empty_root(level));
            return Ok(top.map(|top| (stored - 1..position.level).fold(top, above)));
        }
        let key = |block| tables::node_key(self.tree, position, BlockNumber(block));
        let mut versions = self.snapshot.state().nodes.range::<&NodeKey>(&key(0)..=&key(self.block.0))?;
        let Some(version) = versions.next_back() else { return Ok(None) };
        codec::decode("state_nodes", version?.1.value()).map(Some)
    }

    fn size(&self) -> Result<u64> {
        Ok(self.state.size)
    }
}

impl<L: IndexedLeaf> LeafReader<L> for TreeReader {
    fn preimage(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>> {
        if index.0 >= self.state.size {
            return Ok(None);
        }
        let key = |block| tables::node_key(self.tree, NodePosition::leaf(index), BlockNumber(block));
        let mut versions = self.snapshot.state().leaves.range::<&NodeKey>(&key(0)..=&key(self.block.0))?;
        let Some(version) = versions.next_back() else { return Ok(None) };
        codec::decode("state_leaves", version?.1.value()).map(Some)
    }

    /// Leaves keep their keys, so a key is there once its index is within the size.
    fn index_at_or_below(&self, key: Fr) -> Result<Option<LeafIndex>> {
        let (first, last) = (tables::value_key(self.tree, Fr::ZERO), tables::value_key(self.tree, key));
        for entry in self.snapshot.state().keys.range::<&[u8; 33]>(&first..=&last)?.rev() {
            let index = entry?.1.value();
            if index < self.state.size {
                return Ok(Some(LeafIndex(index)));
            }
        }
        Ok(None)
    }
}
