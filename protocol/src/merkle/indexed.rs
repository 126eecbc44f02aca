//! Trees whose leaves form a list sorted by key.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::pending::{Pending, checked_size, grown_size, stored_node};
use super::{
    AppendOnlyTreeSnapshot, IndexedLeaf, IndexedLeafPreimage, LeafIndex, LeafStore, LeafWitness, NodePosition,
    Poseidon2, SiblingPath, TreeError, TreeHeight,
};
use crate::field::Fr;

/// The leaf that answers for a key: the one with the key, or else the one with the largest key below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LowLeaf<L> {
    /// The leaf's index.
    pub index: LeafIndex,
    /// The leaf.
    pub preimage: IndexedLeafPreimage<L>,
    /// Whether it has the key itself.
    pub already_present: bool,
}

/// What circuits need to know about one leaf that was inserted by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion<L> {
    /// The leaf that answered for the key, before it was changed.
    pub low_leaf: LeafWitness<L>,
    /// The place of the new leaf while it was still empty, behind the changed low leaf; none when a leaf was updated.
    pub new_leaf: Option<LeafWitness<L>>,
}

/// What circuits need to know about leaves that were inserted as one subtree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchInsertion<L> {
    /// The leaves by descending key, each with its position in the batch.
    pub sorted_leaves: Vec<(L, usize)>,
    /// For each of them the leaf that answered for its key, before it was changed and after those before were; none
    /// for padding.
    pub low_leaves: Vec<Option<LeafWitness<L>>>,
    /// The path of the new subtree.
    pub subtree_path: SiblingPath,
}

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

impl<S: LeafStore<L>, L: IndexedLeaf> IndexedTree<S, L> {
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

    /// Gives an empty tree its first leaves, usually those of [`genesis_leaves`](super::genesis_leaves).
    pub fn start(&mut self, leaves: &[IndexedLeafPreimage<L>]) -> Result<(), TreeError<S::Error>> {
        let mut change = self.change()?;
        if change.size != 0 {
            return Err(TreeError::NotEmpty(change.size));
        }
        change.grow(leaves.len())?;
        leaves.iter().zip(0..).for_each(|(leaf, index)| change.put(LeafIndex(index), *leaf));
        let finished = change.finish()?;
        self.save(finished)
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
        let size = self.size()?;
        let next_available_leaf_index = u32::try_from(size).map_err(|_| TreeError::CorruptSize(size))?;
        Ok(AppendOnlyTreeSnapshot { root: self.root()?, next_available_leaf_index })
    }

    /// The leaf at an index; none for padding and beyond the size.
    pub fn leaf(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, TreeError<S::Error>> {
        self.store.preimage(index).map_err(TreeError::Store)
    }

    /// The leaf that answers for a key.
    pub fn low_leaf(&self, key: Fr) -> Result<LowLeaf<L>, TreeError<S::Error>> {
        self.change()?.low_leaf(key)
    }

    /// The leaf that answers for a key, with its path.
    pub fn witness(&self, key: Fr) -> Result<LeafWitness<L>, TreeError<S::Error>> {
        let mut change = self.change()?;
        let low = change.low_leaf(key)?;
        change.witness(low.index, low.preimage)
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        let capacity = self.height.capacity();
        if index.0 >= capacity {
            return Err(TreeError::IndexOutOfRange { index, capacity });
        }
        self.change()?.pending.path_from(NodePosition::leaf(index))
    }

    /// Inserts leaves one by one: a present key is updated in place, or refused when leaves of its kind do not change.
    /// Padding is skipped.
    pub fn insert(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        let mut change = self.change()?;
        leaves.iter().try_for_each(|leaf| change.insert(*leaf, |_, _| Ok(())))?;
        let finished = change.finish()?;
        self.save(finished)
    }

    /// Inserts leaves as [`IndexedTree::insert`] does and says what was seen on the way: one item for each leaf that is
    /// not padding.
    pub fn insert_with_witnesses(&mut self, leaves: &[L]) -> Result<Vec<Insertion<L>>, TreeError<S::Error>> {
        let mut change = self.change()?;
        let mut insertions = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let mut seen = Vec::with_capacity(2);
            change.insert(*leaf, |change, (index, preimage)| {
                seen.push(change.witness(index, preimage)?);
                Ok(())
            })?;
            let mut seen = seen.into_iter();
            insertions.extend(seen.next().map(|low_leaf| Insertion { low_leaf, new_leaf: seen.next() }));
        }
        let finished = change.finish()?;
        self.save(finished)?;
        Ok(insertions)
    }

    /// Inserts leaves as one subtree: their number must be a power of two that divides the tree's size. Each is placed
    /// at its position in the batch; places of padding and of updated keys stay empty.
    pub fn insert_batch(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        let mut change = self.change()?;
        change.insert_batch(leaves, |_, _| Ok(()))?;
        let finished = change.finish()?;
        self.save(finished)
    }

    /// Inserts leaves as [`IndexedTree::insert_batch`] does and says what was seen on the way.
    pub fn insert_batch_with_witnesses(&mut self, leaves: &[L]) -> Result<BatchInsertion<L>, TreeError<S::Error>> {
        let mut change = self.change()?;
        let mut low_leaves = Vec::with_capacity(leaves.len());
        let order = change.insert_batch(leaves, |change, low| {
            low_leaves.push(low.map(|low| change.witness(low.index, low.preimage)).transpose()?);
            Ok(())
        })?;
        let level = leaves.len().trailing_zeros() as u8;
        let first = (change.size - leaves.len() as u64) >> level;
        let subtree_path = change.path_from(NodePosition { level, index: first })?;
        let finished = change.finish()?;
        self.save(finished)?;
        let sorted_leaves = order.into_iter().map(|position| (leaves[position], position)).collect();
        Ok(BatchInsertion { sorted_leaves, low_leaves, subtree_path })
    }

    /// Adds `count` empty leaves.
    pub fn pad(&mut self, count: usize) -> Result<(), TreeError<S::Error>> {
        let grown = grown_size(self.size()?, count, self.height)?;
        self.store.set_size(grown).map_err(TreeError::Store)
    }

    fn change(&self) -> Result<Change<'_, S, L>, TreeError<S::Error>> {
        Ok(Change {
            store: &self.store,
            height: self.height,
            size: self.size()?,
            pending: Pending::new(&self.store, self.height),
            preimages: BTreeMap::new(),
            keys: BTreeMap::new(),
            not_hashed: BTreeSet::new(),
        })
    }

    fn save(&mut self, finished: Finished<L>) -> Result<(), TreeError<S::Error>> {
        for (position, node) in finished.nodes {
            self.store.set_node(position, node).map_err(TreeError::Store)?;
        }
        for (index, preimage) in &finished.preimages {
            self.store.set_preimage(*index, preimage).map_err(TreeError::Store)?;
        }
        self.store.set_size(finished.size).map_err(TreeError::Store)
    }
}

/// Everything that is to be stored.
struct Finished<L> {
    nodes: Vec<(NodePosition, Fr)>,
    preimages: BTreeMap<LeafIndex, IndexedLeafPreimage<L>>,
    size: u64,
}

/// Leaves that are not stored yet, on top of those that are.
struct Change<'a, S, L> {
    store: &'a S,
    height: TreeHeight,
    size: u64,
    pending: Pending<'a, S, Poseidon2>,
    preimages: BTreeMap<LeafIndex, IndexedLeafPreimage<L>>,
    keys: BTreeMap<Fr, LeafIndex>,
    /// Leaves whose hash nobody has needed since they changed.
    not_hashed: BTreeSet<LeafIndex>,
}

impl<S: LeafStore<L>, L: IndexedLeaf> Change<'_, S, L> {
    fn grow(&mut self, added: usize) -> Result<(), TreeError<S::Error>> {
        self.size = grown_size(self.size, added, self.height)?;
        Ok(())
    }

    fn put(&mut self, index: LeafIndex, preimage: IndexedLeafPreimage<L>) {
        self.keys.insert(preimage.leaf.key(), index);
        self.preimages.insert(index, preimage);
        self.not_hashed.insert(index);
    }

    fn low_leaf(&self, key: Fr) -> Result<LowLeaf<L>, TreeError<S::Error>> {
        let changed = self.keys.range(..=key).next_back();
        let stored = self.store.index_at_or_below(key).map_err(TreeError::Store)?;
        let stored = stored.map(|index| Ok((index, self.preimage(index, key)?))).transpose()?;
        let (index, preimage) = match (changed, stored) {
            (Some((changed_key, _)), Some((index, preimage))) if preimage.leaf.key() > *changed_key => {
                (index, preimage)
            }
            (Some((_, index)), _) => (*index, self.preimage(*index, key)?),
            (None, Some(stored)) => stored,
            (None, None) => return Err(TreeError::NoLowLeaf(key)),
        };
        if index.0 >= self.size || !preimage.covers(key) {
            return Err(TreeError::CorruptLeaf { index, key });
        }
        Ok(LowLeaf { index, preimage, already_present: preimage.leaf.key() == key })
    }

    /// A leaf that is known to be there.
    fn preimage(&self, index: LeafIndex, key: Fr) -> Result<IndexedLeafPreimage<L>, TreeError<S::Error>> {
        if let Some(preimage) = self.preimages.get(&index) {
            return Ok(*preimage);
        }
        self.store.preimage(index).map_err(TreeError::Store)?.ok_or(TreeError::CorruptLeaf { index, key })
    }

    fn hash_leaves(&mut self) {
        for index in core::mem::take(&mut self.not_hashed) {
            if let Some(preimage) = self.preimages.get(&index) {
                self.pending.set_leaf(index, preimage.hash());
            }
        }
    }

    fn path_from(&mut self, position: NodePosition) -> Result<SiblingPath, TreeError<S::Error>> {
        self.hash_leaves();
        self.pending.path_from(position)
    }

    fn witness(
        &mut self,
        index: LeafIndex,
        leaf_preimage: IndexedLeafPreimage<L>,
    ) -> Result<LeafWitness<L>, TreeError<S::Error>> {
        Ok(LeafWitness { index, leaf_preimage, sibling_path: self.path_from(NodePosition::leaf(index))? })
    }

    /// Inserts one leaf; shows the low leaf before it changes, then the new place before it is filled.
    fn insert(
        &mut self,
        leaf: L,
        mut show: impl FnMut(&mut Self, (LeafIndex, IndexedLeafPreimage<L>)) -> Result<(), TreeError<S::Error>>,
    ) -> Result<(), TreeError<S::Error>> {
        if is_padding(&leaf) {
            return Ok(());
        }
        let low = self.low_leaf(leaf.key())?;
        if low.already_present {
            return self.update(low, leaf, |change| show(change, (low.index, low.preimage)));
        }
        let index = LeafIndex(self.size);
        self.grow(1)?;
        show(self, (low.index, low.preimage))?;
        self.put(low.index, IndexedLeafPreimage { next_key: leaf.key(), next_index: index, ..low.preimage });
        let empty = IndexedLeafPreimage { leaf: L::with_key(Fr::ZERO), next_key: Fr::ZERO, next_index: LeafIndex(0) };
        show(self, (index, empty))?;
        self.put(index, IndexedLeafPreimage { leaf, ..low.preimage });
        Ok(())
    }

    fn update(
        &mut self,
        low: LowLeaf<L>,
        leaf: L,
        show: impl FnOnce(&mut Self) -> Result<(), TreeError<S::Error>>,
    ) -> Result<(), TreeError<S::Error>> {
        if !L::UPDATABLE {
            return Err(TreeError::DuplicateKey(leaf.key()));
        }
        show(self)?;
        self.put(low.index, IndexedLeafPreimage { leaf, ..low.preimage });
        Ok(())
    }

    /// Inserts a subtree; shows the low leaf of each leaf before it changes, by descending key. Returns that order.
    fn insert_batch(
        &mut self,
        leaves: &[L],
        mut show: impl FnMut(&mut Self, Option<LowLeaf<L>>) -> Result<(), TreeError<S::Error>>,
    ) -> Result<Vec<usize>, TreeError<S::Error>> {
        if !leaves.len().is_power_of_two() {
            return Err(TreeError::NotASubtree(leaves.len()));
        }
        let (start, batch) = (self.size, leaves.len() as u64);
        if start % batch != 0 {
            return Err(TreeError::Misaligned { size: start, batch });
        }
        grown_size::<S::Error>(start, leaves.len(), self.height)?;

        let mut order: Vec<usize> = (0..leaves.len()).collect();
        order.sort_by_key(|position| core::cmp::Reverse(leaves[*position].key()));
        let mut new = Vec::with_capacity(leaves.len());
        let mut previous = None;
        for position in &order {
            let leaf = leaves[*position];
            if is_padding(&leaf) {
                show(self, None)?;
                continue;
            }
            if previous.replace(leaf.key()) == Some(leaf.key()) {
                return Err(TreeError::DuplicateKey(leaf.key()));
            }
            let low = self.low_leaf(leaf.key())?;
            if low.already_present {
                self.update(low, leaf, |change| show(change, Some(low)))?;
                continue;
            }
            show(self, Some(low))?;
            let index = LeafIndex(start + *position as u64);
            self.put(low.index, IndexedLeafPreimage { next_key: leaf.key(), next_index: index, ..low.preimage });
            new.push((index, IndexedLeafPreimage { leaf, ..low.preimage }));
        }
        self.grow(leaves.len())?;
        new.into_iter().for_each(|(index, preimage)| self.put(index, preimage));
        Ok(order)
    }

    fn finish(mut self) -> Result<Finished<L>, TreeError<S::Error>> {
        self.hash_leaves();
        Ok(Finished { nodes: self.pending.finish()?, preimages: self.preimages, size: self.size })
    }
}

/// Whether a leaf to insert only fills a place.
fn is_padding<L: IndexedLeaf>(leaf: &L) -> bool {
    *leaf == L::with_key(Fr::ZERO)
}
