//! Leaves inserted into a list sorted by key that is not changed yet.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::pending::{Pending, checked_size, grown_size, snapshot};
use super::{
    AppendOnlyTreeSnapshot, IndexedLeaf, IndexedLeafPreimage, LeafIndex, LeafReader, LeafWitness, NodePosition,
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

/// What a draft would store: the nodes by position, roots of empty subtrees left out, the leaves, and the new size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedChange<L> {
    /// The changed leaves' hashes and every node above them.
    pub nodes: Vec<(NodePosition, Fr)>,
    /// The changed leaves, new ones included.
    pub preimages: BTreeMap<LeafIndex, IndexedLeafPreimage<L>>,
    /// Leaves in the tree.
    pub size: u64,
}

/// Leaves on top of a stored indexed tree, which stays as it is.
///
/// Leaves and nodes are hashed when somebody looks at them. Checkpoints nest; each is either kept or reverted. A change
/// that fails changes nothing.
#[derive(Debug, Clone)]
pub struct IndexedDraft<S, L> {
    pending: Pending<S, Poseidon2>,
    size: u64,
    preimages: BTreeMap<LeafIndex, IndexedLeafPreimage<L>>,
    keys: BTreeMap<Fr, LeafIndex>,
    /// Leaves whose hash nobody has needed since they changed.
    not_hashed: BTreeSet<LeafIndex>,
    checkpoints: Vec<Checkpoint>,
    /// What changed since the first open checkpoint, and what was there before.
    journal: Vec<(LeafIndex, Option<IndexedLeafPreimage<L>>)>,
}

/// Where a draft goes back to.
#[derive(Debug, Clone, Copy)]
struct Checkpoint {
    size: u64,
    journal: usize,
}

impl<S: LeafReader<L>, L: IndexedLeaf> IndexedDraft<S, L> {
    /// A draft without changes, of the height its leaves have in the protocol.
    pub fn new(store: S) -> Result<Self, TreeError<S::Error>> {
        Self::with_height(store, L::TREE_HEIGHT)
    }

    /// A draft without changes, of another height.
    pub fn with_height(store: S, height: TreeHeight) -> Result<Self, TreeError<S::Error>> {
        let size = checked_size(&store, height)?;
        Ok(Self {
            pending: Pending::new(store, height),
            size,
            preimages: BTreeMap::new(),
            keys: BTreeMap::new(),
            not_hashed: BTreeSet::new(),
            checkpoints: Vec::new(),
            journal: Vec::new(),
        })
    }

    /// The stored tree.
    #[must_use]
    pub fn store(&self) -> &S {
        self.pending.store()
    }

    /// Leaves in the tree, padding included.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    pub fn root(&mut self) -> Result<Fr, TreeError<S::Error>> {
        self.hash_leaves();
        self.pending.root()
    }

    /// The node at a position.
    pub fn node(&mut self, position: NodePosition) -> Result<Fr, TreeError<S::Error>> {
        self.hash_leaves();
        self.pending.node(position)
    }

    /// Root and size.
    pub fn snapshot(&mut self) -> Result<AppendOnlyTreeSnapshot, TreeError<S::Error>> {
        snapshot(self.root()?, self.size)
    }

    /// The leaf at an index; none for padding and beyond the size.
    pub fn leaf(&self, index: LeafIndex) -> Result<Option<IndexedLeafPreimage<L>>, TreeError<S::Error>> {
        match self.preimages.get(&index) {
            Some(preimage) => Ok(Some(*preimage)),
            None if index.0 >= self.size => Ok(None),
            None => self.pending.store().preimage(index).map_err(TreeError::Store),
        }
    }

    /// The leaf that answers for a key.
    pub fn low_leaf(&self, key: Fr) -> Result<LowLeaf<L>, TreeError<S::Error>> {
        let changed = self.keys.range(..=key).next_back();
        let stored = self.pending.store().index_at_or_below(key).map_err(TreeError::Store)?;
        let stored = stored.map(|index| Ok((index, self.known_leaf(index, key)?))).transpose()?;
        let (index, preimage) = match (changed, stored) {
            (Some((changed_key, _)), Some((index, preimage))) if preimage.leaf.key() > *changed_key => {
                (index, preimage)
            }
            (Some((_, index)), _) => (*index, self.known_leaf(*index, key)?),
            (None, Some(stored)) => stored,
            (None, None) => return Err(TreeError::NoLowLeaf(key)),
        };
        if index.0 >= self.size || !preimage.covers(key) {
            return Err(TreeError::CorruptLeaf { index, key });
        }
        Ok(LowLeaf { index, preimage, already_present: preimage.leaf.key() == key })
    }

    /// The leaf that answers for a key, with its path.
    pub fn witness(&mut self, key: Fr) -> Result<LeafWitness<L>, TreeError<S::Error>> {
        let low = self.low_leaf(key)?;
        self.leaf_witness(low.index, low.preimage)
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&mut self, index: LeafIndex) -> Result<SiblingPath, TreeError<S::Error>> {
        self.hash_leaves();
        self.pending.sibling_path(index)
    }

    /// Gives an empty tree its first leaves, usually those of [`genesis_leaves`](super::genesis_leaves).
    pub fn start(&mut self, leaves: &[IndexedLeafPreimage<L>]) -> Result<(), TreeError<S::Error>> {
        if self.size != 0 {
            return Err(TreeError::NotEmpty(self.size));
        }
        self.grow(leaves.len())?;
        leaves.iter().zip(0..).for_each(|(leaf, index)| self.put(LeafIndex(index), *leaf));
        Ok(())
    }

    /// Inserts leaves one by one: a present key is updated in place, or refused when leaves of its kind do not change.
    /// Padding is skipped.
    pub fn insert(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        self.all_or_nothing(|draft| leaves.iter().try_for_each(|leaf| draft.insert_one(*leaf, |_, _| Ok(()))))
    }

    /// Inserts leaves as [`IndexedDraft::insert`] does and says what was seen on the way: one item for each leaf that is
    /// not padding.
    pub fn insert_with_witnesses(&mut self, leaves: &[L]) -> Result<Vec<Insertion<L>>, TreeError<S::Error>> {
        let mut insertions = Vec::with_capacity(leaves.len());
        self.all_or_nothing(|draft| {
            for leaf in leaves {
                let mut seen = Vec::with_capacity(2);
                draft.insert_one(*leaf, |draft, (index, preimage)| {
                    seen.push(draft.leaf_witness(index, preimage)?);
                    Ok(())
                })?;
                let mut seen = seen.into_iter();
                insertions.extend(seen.next().map(|low_leaf| Insertion { low_leaf, new_leaf: seen.next() }));
            }
            Ok(())
        })?;
        Ok(insertions)
    }

    /// Inserts leaves as one subtree: their number must be a power of two that divides the tree's size. Each is placed
    /// at its position in the batch; places of padding and of updated keys stay empty.
    pub fn insert_batch(&mut self, leaves: &[L]) -> Result<(), TreeError<S::Error>> {
        self.all_or_nothing(|draft| draft.insert_subtree(leaves, |_, _| Ok(()))).map(drop)
    }

    /// Inserts leaves as [`IndexedDraft::insert_batch`] does and says what was seen on the way.
    pub fn insert_batch_with_witnesses(&mut self, leaves: &[L]) -> Result<BatchInsertion<L>, TreeError<S::Error>> {
        let mut low_leaves = Vec::with_capacity(leaves.len());
        let order = self.all_or_nothing(|draft| {
            draft.insert_subtree(leaves, |draft, low| {
                low_leaves.push(low.map(|low| draft.leaf_witness(low.index, low.preimage)).transpose()?);
                Ok(())
            })
        })?;
        let level = leaves.len().trailing_zeros() as u8;
        let first = (self.size - leaves.len() as u64) >> level;
        self.hash_leaves();
        let subtree_path = self.pending.path_from(NodePosition { level, index: first })?;
        let sorted_leaves = order.into_iter().map(|position| (leaves[position], position)).collect();
        Ok(BatchInsertion { sorted_leaves, low_leaves, subtree_path })
    }

    /// Adds `count` empty leaves.
    pub fn pad(&mut self, count: usize) -> Result<(), TreeError<S::Error>> {
        self.grow(count)
    }

    /// Opens a checkpoint.
    pub fn checkpoint(&mut self) {
        self.checkpoints.push(Checkpoint { size: self.size, journal: self.journal.len() });
    }

    /// Closes the last checkpoint, its changes kept. Nothing happens when none is open.
    pub fn commit(&mut self) {
        self.checkpoints.pop();
        if self.checkpoints.is_empty() {
            self.journal.clear();
        }
    }

    /// Closes the last checkpoint, its changes gone. Nothing happens when none is open.
    pub fn revert(&mut self) {
        let Some(checkpoint) = self.checkpoints.pop() else { return };
        for (index, before) in self.journal.drain(checkpoint.journal..).rev() {
            match before {
                Some(preimage) => {
                    self.preimages.insert(index, preimage);
                    self.not_hashed.insert(index);
                }
                None => {
                    if let Some(preimage) = self.preimages.remove(&index) {
                        self.keys.remove(&preimage.leaf.key());
                    }
                    self.not_hashed.remove(&index);
                    self.pending.reset_leaf(index);
                }
            }
        }
        self.size = checkpoint.size;
    }

    /// Everything that is to be stored.
    pub fn finish(&mut self) -> Result<IndexedChange<L>, TreeError<S::Error>> {
        self.hash_leaves();
        Ok(IndexedChange { nodes: self.pending.finish()?, preimages: self.preimages.clone(), size: self.size })
    }

    /// Takes a change back if it fails.
    fn all_or_nothing<T>(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<T, TreeError<S::Error>>,
    ) -> Result<T, TreeError<S::Error>> {
        self.checkpoint();
        let result = change(self);
        match &result {
            Ok(_) => self.commit(),
            Err(_) => self.revert(),
        }
        result
    }

    fn grow(&mut self, added: usize) -> Result<(), TreeError<S::Error>> {
        self.size = grown_size(self.size, added, self.pending.height())?;
        Ok(())
    }

    fn put(&mut self, index: LeafIndex, preimage: IndexedLeafPreimage<L>) {
        self.keys.insert(preimage.leaf.key(), index);
        let before = self.preimages.insert(index, preimage);
        self.not_hashed.insert(index);
        if !self.checkpoints.is_empty() {
            self.journal.push((index, before));
        }
    }

    /// A leaf that is known to be there.
    fn known_leaf(&self, index: LeafIndex, key: Fr) -> Result<IndexedLeafPreimage<L>, TreeError<S::Error>> {
        if let Some(preimage) = self.preimages.get(&index) {
            return Ok(*preimage);
        }
        self.pending.store().preimage(index).map_err(TreeError::Store)?.ok_or(TreeError::CorruptLeaf { index, key })
    }

    fn hash_leaves(&mut self) {
        for index in core::mem::take(&mut self.not_hashed) {
            if let Some(preimage) = self.preimages.get(&index) {
                self.pending.set_leaf(index, preimage.hash());
            }
        }
    }

    fn leaf_witness(
        &mut self,
        index: LeafIndex,
        leaf_preimage: IndexedLeafPreimage<L>,
    ) -> Result<LeafWitness<L>, TreeError<S::Error>> {
        Ok(LeafWitness { index, leaf_preimage, sibling_path: self.sibling_path(index)? })
    }

    /// Inserts one leaf; shows the low leaf before it changes, then the new place before it is filled.
    fn insert_one(
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
    fn insert_subtree(
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
        grown_size::<S::Error>(start, leaves.len(), self.pending.height())?;

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
}

/// Whether a leaf to insert only fills a place.
fn is_padding<L: IndexedLeaf>(leaf: &L) -> bool {
    *leaf == L::with_key(Fr::ZERO)
}
