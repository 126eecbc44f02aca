//! Trees whose leaves form a list sorted by key.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::pending::{checked_size, grown_size, snapshot, stored_node};
use super::{
    AppendOnlyTreeSnapshot, BatchInsertion, IndexedDraft, IndexedLeaf, IndexedLeafPreimage, Insertion, LeafIndex,
    LeafReader, LeafStore, LeafWitness, LowLeaf, NodePosition, Poseidon2, SiblingPath, TreeError, TreeHeight,
};
use crate::field::Fr;

/// An indexed tree over a store: a key is shown to be absent by the leaf below it, which names the next key.
///
/// Inserting one by one or as a subtree leads to the same tree; only what is witnessed on the way differs.
///
/// Protocol source: `@aztec/merkle-tree/src/standard_indexed_tree/standard_indexed_tree.ts`,
/// `@aztec/world-state/src/native/merkle_trees_facade.ts`.
#[derive(Debug, Clone)]
pub struct IndexedTree<S, L> {
    store: S,
    height: TreeHeight,
    leaf: PhantomData<L>,
}

impl<S: LeafReader<L>, L: IndexedLeaf> IndexedTree<S, L> {
    /// The tree a store holds, of the height its leaves have in the protocol.
    #[must_use]
    pub fn new(store: S) -> Self {
        Self::with_height(store, L::TREE_HEIGHT)
    }

    /// The tree a store holds, of another height.
    #[must_use]
    pub fn with_height(store: S, height: TreeHeight) -> Self {
        Self { store, height, leaf: PhantomData }
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

    /// Leaves in the tree, padding included.
    pub fn size(&self) -> Result<u64, TreeError<S::Error>> {
        checked_size(&self.store, self.height)
    }

    /// The root.
    pub fn root(&self) -> Result<Fr, TreeError<S::Error>> {
        stored_node::<S, Poseidon2>(&self.store, NodePosition::root(self.height))
    }

    /// Root and size.
    pub fn snapshot(&self) -> Result<AppendOnlyTreeSnapshot, TreeError<S::Error>> {
        snapshot(self.root()?, self.size()?)
    }

    /// The leaf at an index; none for padding and beyond the size.
    pub fn leaf(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, TreeError<S::Error>> {
        if index.0 >= self.size()? {
            return Ok(None);
        }
        self.store.preimage(index).map_err(TreeError::Store)
    }

    /// The leaf that answers for a key.
    pub fn low_leaf(&self, key: Fr) -> Result<LowLeaf<L>, TreeError<S::Error>> {
        self.draft()?.low_leaf(key)
    }

    /// The leaf that answers for a key, with its path.
    pub fn witness(&self, key: Fr) -> Result<LeafWitness<L>, TreeError<S::Error>> {
        self.draft()?.witness(key)
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        self.draft()?.sibling_path(index)
    }

    fn draft(&self) -> Result<IndexedDraft<&S, L>, TreeError<S::Error>> {
        IndexedDraft::with_height(&self.store, self.height)
    }
}

impl<S: LeafStore<L>, L: IndexedLeaf> IndexedTree<S, L> {
    /// Gives an empty tree its first leaves, usually those of [`genesis_leaves`](super::genesis_leaves).
    pub fn start(&mut self, leaves: &[IndexedLeafPreimage<L>]) -> Result<(), TreeError<S::Error>> {
        self.change(|draft| draft.start(leaves))
    }

    /// Inserts leaves one by one: a present key is updated in place, or refused when leaves of its kind do not change.
    /// Padding is skipped.
    pub fn insert(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        self.change(|draft| draft.insert(leaves))
    }

    /// Inserts leaves as [`IndexedTree::insert`] does and says what was seen on the way: one item for each leaf that is
    /// not padding.
    pub fn insert_with_witnesses(&mut self, leaves: &[L]) -> Result<Vec<Insertion<L>>, TreeError<S::Error>> {
        self.change(|draft| draft.insert_with_witnesses(leaves))
    }

    /// Inserts leaves as one subtree: their number must be a power of two that divides the tree's size. Each is placed
    /// at its position in the batch; places of padding and of updated keys stay empty.
    pub fn insert_batch(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        self.change(|draft| draft.insert_batch(leaves))
    }

    /// Inserts leaves as [`IndexedTree::insert_batch`] does and says what was seen on the way.
    pub fn insert_batch_with_witnesses(&mut self, leaves: &[L]) -> Result<BatchInsertion<L>, TreeError<S::Error>> {
        self.change(|draft| draft.insert_batch_with_witnesses(leaves))
    }

    /// Adds `count` empty leaves.
    pub fn pad(&mut self, count: usize) -> Result<(), TreeError<S::Error>> {
        let grown = grown_size(self.size()?, count, self.height)?;
        self.store.set_size(grown).map_err(TreeError::Store)
    }

    /// Changes a draft, then stores it.
    fn change<T>(
        &mut self,
        change: impl FnOnce(&mut IndexedDraft<&S, L>) -> Result<T, TreeError<S::Error>>,
    ) -> Result<T, TreeError<S::Error>> {
        let mut draft = self.draft()?;
        let seen = change(&mut draft)?;
        let finished = draft.finish()?;
        for (position, node) in finished.nodes {
            self.store.set_node(position, node).map_err(TreeError::Store)?;
        }
        for (index, preimage) in &finished.preimages {
            self.store.set_preimage(*index, preimage).map_err(TreeError::Store)?;
        }
        self.store.set_size(finished.size).map_err(TreeError::Store)?;
        Ok(seen)
    }
}
