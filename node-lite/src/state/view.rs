//! The state as it was after a block.

use protocol::block::{AppendOnlyTreeSnapshot, BlockNumber, StateReference};
use protocol::field::Fr;
use protocol::merkle::{
    AppendOnlyTree, IndexedTree, LeafIndex, LowLeaf, NullifierLeaf, NullifierMembershipWitness, PublicDataLeaf,
    PublicDataWitness, SiblingPath,
};
use protocol::rpc::lookup::MerkleTreeId;

use super::reader::TreeReader;
use super::tables::Roots;
use crate::store::{Result, Snapshot};

/// The state as it was after a block. Writers do not disturb it.
#[derive(Debug, Clone)]
pub struct View {
    snapshot: Snapshot,
    block: BlockNumber,
    roots: Roots,
}

impl View {
    pub(crate) fn new(snapshot: Snapshot, block: BlockNumber) -> Result<Self> {
        let roots = snapshot.state().roots(block)?;
        Ok(Self { snapshot, block, roots })
    }

    /// The block.
    #[must_use]
    pub fn block(&self) -> BlockNumber {
        self.block
    }

    /// Root and size of a tree.
    #[must_use]
    pub fn tree(&self, tree: MerkleTreeId) -> AppendOnlyTreeSnapshot {
        self.roots.snapshot(tree)
    }

    /// All trees but the archive.
    #[must_use]
    pub fn state_reference(&self) -> StateReference {
        self.roots.state_reference()
    }

    pub(super) fn reader(&self, tree: MerkleTreeId) -> TreeReader {
        TreeReader::new(self.snapshot.clone(), tree, self.block, self.roots.of(tree))
    }

    fn fields(&self, tree: MerkleTreeId) -> AppendOnlyTree<TreeReader> {
        AppendOnlyTree::new(self.reader(tree), tree.height())
    }

    fn nullifiers(&self) -> IndexedTree<TreeReader, NullifierLeaf> {
        IndexedTree::new(self.reader(MerkleTreeId::NullifierTree))
    }

    fn public_data(&self) -> IndexedTree<TreeReader, PublicDataLeaf> {
        IndexedTree::new(self.reader(MerkleTreeId::PublicDataTree))
    }

    /// The hash at an index of any tree, in the trees of fields the leaf itself; none beyond the size.
    pub fn leaf(&self, tree: MerkleTreeId, index: LeafIndex) -> Result<Option<Fr>> {
        Ok(self.fields(tree).leaf(index)?)
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&self, tree: MerkleTreeId, index: LeafIndex) -> Result<SiblingPath> {
        Ok(self.fields(tree).sibling_path(index)?)
    }

    /// The first leaf with a value; in the nullifier and the public data tree, the one with a key.
    pub fn find(&self, tree: MerkleTreeId, value: Fr) -> Result<Option<LeafIndex>> {
        self.reader(tree).find(value)
    }

    /// The block that added a leaf. Leaves of genesis count as added by block 1, so they have none before it.
    pub fn block_of_leaf(&self, tree: MerkleTreeId, index: LeafIndex) -> Result<Option<BlockNumber>> {
        if index.0 >= self.roots.of(tree).size {
            return Ok(None);
        }
        let (mut low, mut high) = (1, self.block.0.saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            match self.snapshot.state().roots(BlockNumber(middle))?.of(tree).size > index.0 {
                true => high = middle,
                false => low = middle + 1,
            }
        }
        Ok((low <= self.block.0).then_some(BlockNumber(low)))
    }

    /// The leaf that has a nullifier, or the one below it.
    pub fn low_nullifier(&self, nullifier: Fr) -> Result<LowLeaf<NullifierLeaf>> {
        Ok(self.nullifiers().low_leaf(nullifier)?)
    }

    /// [`View::low_nullifier`] with its path.
    pub fn nullifier_witness(&self, nullifier: Fr) -> Result<NullifierMembershipWitness> {
        Ok(self.nullifiers().witness(nullifier)?)
    }

    /// The leaf that has a slot, or the one below it.
    pub fn low_public_data(&self, slot: Fr) -> Result<LowLeaf<PublicDataLeaf>> {
        Ok(self.public_data().low_leaf(slot)?)
    }

    /// [`View::low_public_data`] with its path.
    pub fn public_data_witness(&self, slot: Fr) -> Result<PublicDataWitness> {
        Ok(self.public_data().witness(slot)?)
    }

    /// What is stored in a slot, siloed; 0 where nothing was written.
    pub fn public_value(&self, slot: Fr) -> Result<Fr> {
        let low = self.low_public_data(slot)?;
        Ok(if low.already_present { low.preimage.leaf.value } else { Fr::ZERO })
    }
}
