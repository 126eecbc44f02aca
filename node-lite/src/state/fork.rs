//! Changes on top of a block's state, for building blocks and for trying things out.

use protocol::block::{AppendOnlyTreeSnapshot, BlockHash, BlockNumber, L2Block, PartialStateReference, StateReference};
use protocol::constants::{MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX, NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP};
use protocol::field::Fr;
use protocol::merkle::{
    AppendOnlyDraft, BatchInsertion, IndexedDraft, Insertion, LeafIndex, LowLeaf, NullifierLeaf,
    NullifierMembershipWitness, PublicDataLeaf, PublicDataWitness, SiblingPath,
};
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::TxEffect;

use super::View;
use super::public::Contracts;
use super::reader::TreeReader;
use super::tables::TreeState;
use crate::store::{Result, StoreError};

/// Changes on top of a block's state, which stays as it is.
///
/// Cheap to make and to drop. Roots are computed when they are asked for. Checkpoints nest. A change that fails changes
/// nothing.
#[derive(Debug, Clone)]
pub struct Fork {
    base: BlockNumber,
    pub(super) note_hashes: AppendOnlyDraft<TreeReader>,
    pub(super) messages: AppendOnlyDraft<TreeReader>,
    pub(super) archive: AppendOnlyDraft<TreeReader>,
    pub(super) nullifiers: IndexedDraft<TreeReader, NullifierLeaf>,
    pub(super) public_data: IndexedDraft<TreeReader, PublicDataLeaf>,
    pub(super) contracts: Contracts,
    depth: usize,
}

impl Fork {
    pub(crate) fn new(view: &View) -> Result<Self> {
        Self::over(view.block(), |tree| view.reader(tree))
    }

    pub(super) fn over(base: BlockNumber, reader: impl Fn(MerkleTreeId) -> TreeReader) -> Result<Self> {
        let fields = |tree: MerkleTreeId| AppendOnlyDraft::new(reader(tree), tree.height());
        Ok(Self {
            base,
            note_hashes: fields(MerkleTreeId::NoteHashTree)?,
            messages: fields(MerkleTreeId::L1ToL2MessageTree)?,
            archive: fields(MerkleTreeId::Archive)?,
            nullifiers: IndexedDraft::new(reader(MerkleTreeId::NullifierTree))?,
            public_data: IndexedDraft::new(reader(MerkleTreeId::PublicDataTree))?,
            contracts: Contracts::default(),
            depth: 0,
        })
    }

    /// The block whose state this is based on.
    #[must_use]
    pub fn base(&self) -> BlockNumber {
        self.base
    }

    /// The trees as they are in the block this is based on.
    pub(super) fn base_state(&self, tree: MerkleTreeId) -> TreeState {
        match tree {
            MerkleTreeId::NullifierTree => self.nullifiers.store(),
            MerkleTreeId::NoteHashTree => self.note_hashes.store(),
            MerkleTreeId::PublicDataTree => self.public_data.store(),
            MerkleTreeId::L1ToL2MessageTree => self.messages.store(),
            MerkleTreeId::Archive => self.archive.store(),
        }
        .state()
    }

    /// Root and size of a tree.
    pub fn tree(&mut self, tree: MerkleTreeId) -> Result<AppendOnlyTreeSnapshot> {
        Ok(match tree {
            MerkleTreeId::NullifierTree => self.nullifiers.snapshot()?,
            MerkleTreeId::NoteHashTree => self.note_hashes.snapshot()?,
            MerkleTreeId::PublicDataTree => self.public_data.snapshot()?,
            MerkleTreeId::L1ToL2MessageTree => self.messages.snapshot()?,
            MerkleTreeId::Archive => self.archive.snapshot()?,
        })
    }

    /// All trees but the archive.
    pub fn state_reference(&mut self) -> Result<StateReference> {
        Ok(StateReference {
            l1_to_l2_message_tree: self.messages.snapshot()?,
            partial: PartialStateReference {
                note_hash_tree: self.note_hashes.snapshot()?,
                nullifier_tree: self.nullifiers.snapshot()?,
                public_data_tree: self.public_data.snapshot()?,
            },
        })
    }

    /// The leaf at an index of a tree of fields, or the hash of one of an indexed tree; none beyond the size.
    pub fn leaf(&self, tree: MerkleTreeId, index: LeafIndex) -> Result<Option<Fr>> {
        let hash = |size: u64, leaf: Option<Fr>| (index.0 < size).then(|| leaf.unwrap_or(Fr::ZERO));
        Ok(match tree {
            MerkleTreeId::NullifierTree => {
                hash(self.nullifiers.size(), self.nullifiers.leaf(index)?.map(|leaf| leaf.hash()))
            }
            MerkleTreeId::PublicDataTree => {
                hash(self.public_data.size(), self.public_data.leaf(index)?.map(|leaf| leaf.hash()))
            }
            MerkleTreeId::NoteHashTree => self.note_hashes.leaf(index)?,
            MerkleTreeId::L1ToL2MessageTree => self.messages.leaf(index)?,
            MerkleTreeId::Archive => self.archive.leaf(index)?,
        })
    }

    /// The nodes beside the way from a leaf, or from a place that is still empty, to the root.
    pub fn sibling_path(&mut self, tree: MerkleTreeId, index: LeafIndex) -> Result<SiblingPath> {
        Ok(match tree {
            MerkleTreeId::NullifierTree => self.nullifiers.sibling_path(index)?,
            MerkleTreeId::NoteHashTree => self.note_hashes.sibling_path(index)?,
            MerkleTreeId::PublicDataTree => self.public_data.sibling_path(index)?,
            MerkleTreeId::L1ToL2MessageTree => self.messages.sibling_path(index)?,
            MerkleTreeId::Archive => self.archive.sibling_path(index)?,
        })
    }

    /// The first leaf with a value; in the nullifier and the public data tree, the one with a key.
    pub fn find(&self, tree: MerkleTreeId, value: Fr) -> Result<Option<LeafIndex>> {
        let among =
            |draft: &AppendOnlyDraft<TreeReader>| Ok(draft.store().find(value)?.or_else(|| draft.find_new(value)));
        match tree {
            MerkleTreeId::NullifierTree => {
                let low = self.low_nullifier(value)?;
                Ok(low.already_present.then_some(low.index))
            }
            MerkleTreeId::PublicDataTree => {
                let low = self.low_public_data(value)?;
                Ok(low.already_present.then_some(low.index))
            }
            MerkleTreeId::NoteHashTree => among(&self.note_hashes),
            MerkleTreeId::L1ToL2MessageTree => among(&self.messages),
            MerkleTreeId::Archive => among(&self.archive),
        }
    }

    /// The leaf that has a nullifier, or the one below it.
    pub fn low_nullifier(&self, nullifier: Fr) -> Result<LowLeaf<NullifierLeaf>> {
        Ok(self.nullifiers.low_leaf(nullifier)?)
    }

    /// [`Fork::low_nullifier`] with its path.
    pub fn nullifier_witness(&mut self, nullifier: Fr) -> Result<NullifierMembershipWitness> {
        Ok(self.nullifiers.witness(nullifier)?)
    }

    /// The leaf that has a slot, or the one below it.
    pub fn low_public_data(&self, slot: Fr) -> Result<LowLeaf<PublicDataLeaf>> {
        Ok(self.public_data.low_leaf(slot)?)
    }

    /// [`Fork::low_public_data`] with its path.
    pub fn public_data_witness(&mut self, slot: Fr) -> Result<PublicDataWitness> {
        Ok(self.public_data.witness(slot)?)
    }

    /// What is stored in a slot, siloed; 0 where nothing was written.
    pub fn public_value(&self, slot: Fr) -> Result<Fr> {
        let low = self.low_public_data(slot)?;
        Ok(if low.already_present { low.preimage.leaf.value } else { Fr::ZERO })
    }

    /// Appends the messages of a checkpoint, zeros up to 1024. Once in each checkpoint, before its first transaction.
    pub fn append_messages(&mut self, messages: &[L1ToL2MessageHash]) -> Result<LeafIndex> {
        let leaves = messages.iter().map(|message| message.to_field());
        let leaves = padded(leaves, NUMBER_OF_L1_L2_MESSAGES_PER_ROLLUP, MerkleTreeId::L1ToL2MessageTree)?;
        Ok(self.messages.append(&leaves)?)
    }

    /// Appends note hashes as they are given.
    pub fn append_note_hashes(&mut self, note_hashes: &[Fr]) -> Result<LeafIndex> {
        Ok(self.note_hashes.append(note_hashes)?)
    }

    /// Inserts nullifiers one by one, without padding.
    pub fn insert_nullifiers(&mut self, nullifiers: &[Fr]) -> Result<()> {
        Ok(self.nullifiers.insert(&nullifier_leaves(nullifiers))?)
    }

    /// [`Fork::insert_nullifiers`] with what circuits need to know about each.
    pub fn insert_nullifiers_with_witnesses(&mut self, nullifiers: &[Fr]) -> Result<Vec<Insertion<NullifierLeaf>>> {
        Ok(self.nullifiers.insert_with_witnesses(&nullifier_leaves(nullifiers))?)
    }

    /// Inserts nullifiers, zeros included, as one subtree, with what circuits need to know about it. Their number must
    /// be a power of two that divides the size of the tree.
    pub fn insert_nullifier_batch(&mut self, nullifiers: &[Fr]) -> Result<BatchInsertion<NullifierLeaf>> {
        Ok(self.nullifiers.insert_batch_with_witnesses(&nullifier_leaves(nullifiers))?)
    }

    /// Fills the note hash and the nullifier tree up to whole transactions: 64 leaves each.
    pub fn pad_tx(&mut self) -> Result<()> {
        let missing = |size: u64, unit: usize| (size.next_multiple_of(unit as u64) - size) as usize;
        let note_hashes = missing(self.note_hashes.size(), MAX_NOTE_HASHES_PER_TX);
        self.note_hashes.append(&vec![Fr::ZERO; note_hashes])?;
        Ok(self.nullifiers.pad(missing(self.nullifiers.size(), MAX_NULLIFIERS_PER_TX))?)
    }

    /// Appends the note hashes and inserts the nullifiers of a transaction, each padded with zeros to 64.
    pub fn add_tx(&mut self, note_hashes: &[Fr], nullifiers: &[Fr]) -> Result<()> {
        let note_hashes = padded(note_hashes.iter().copied(), MAX_NOTE_HASHES_PER_TX, MerkleTreeId::NoteHashTree)?;
        let nullifiers = padded(nullifiers.iter().copied(), MAX_NULLIFIERS_PER_TX, MerkleTreeId::NullifierTree)?;
        self.nullifiers.insert_batch(&nullifier_leaves(&nullifiers))?;
        self.note_hashes.append(&note_hashes)?;
        Ok(())
    }

    /// Adds everything a transaction did, padded as [`Fork::add_tx`] does.
    pub fn add_effect(&mut self, effect: &TxEffect) -> Result<()> {
        self.all_or_nothing(|fork| {
            fork.add_tx(&effect.note_hashes, &effect.nullifiers)?;
            let writes = effect.public_data_writes.iter();
            let writes: Vec<_> =
                writes.map(|write| PublicDataLeaf { slot: write.leaf_slot, value: write.value }).collect();
            fork.write_public_data(&writes)?;
            fork.contracts.add(effect);
            Ok(())
        })
    }

    /// Keeps the classes and instances that a transaction published, for those after it in the block.
    pub fn add_contracts(&mut self, effect: &TxEffect) {
        self.contracts.add(effect);
    }

    /// Writes public data one by one: a slot is updated in place or appended.
    pub fn write_public_data(&mut self, writes: &[PublicDataLeaf]) -> Result<()> {
        Ok(self.public_data.insert(writes)?)
    }

    /// [`Fork::write_public_data`] with what circuits need to know about each.
    pub fn write_public_data_with_witnesses(
        &mut self,
        writes: &[PublicDataLeaf],
    ) -> Result<Vec<Insertion<PublicDataLeaf>>> {
        Ok(self.public_data.insert_with_witnesses(writes)?)
    }

    /// Ends the block: appends its hash to the archive.
    pub fn append_block(&mut self, hash: BlockHash) -> Result<()> {
        self.archive.append(&[hash.to_field()])?;
        Ok(())
    }

    /// Applies a whole block and compares the state with what it claims.
    ///
    /// Protocol source: `handleL2BlockAndMessages` in `@aztec/world-state/src/native/native_world_state.ts`.
    pub fn apply_block(&mut self, block: &L2Block, messages: &[L1ToL2MessageHash]) -> Result<()> {
        self.all_or_nothing(|fork| {
            let number = block.number();
            fork.check_tree(number, MerkleTreeId::Archive, block.header.last_archive)?;
            if block.index_within_checkpoint.0 == 0 {
                fork.append_messages(messages)?;
            } else if !messages.is_empty() {
                return Err(StoreError::Messages { block: number, count: messages.len() });
            }
            block.body.tx_effects.iter().try_for_each(|effect| fork.add_effect(effect))?;
            fork.append_block(block.hash())?;
            fork.check_block(block)
        })
    }

    /// Compares the state after a block with what the block claims.
    pub(crate) fn check_block(&mut self, block: &L2Block) -> Result<()> {
        let StateReference { l1_to_l2_message_tree, partial } = block.header.state;
        let claims = [
            (MerkleTreeId::L1ToL2MessageTree, l1_to_l2_message_tree),
            (MerkleTreeId::NoteHashTree, partial.note_hash_tree),
            (MerkleTreeId::NullifierTree, partial.nullifier_tree),
            (MerkleTreeId::PublicDataTree, partial.public_data_tree),
            (MerkleTreeId::Archive, block.archive),
        ];
        claims.into_iter().try_for_each(|(tree, claimed)| self.check_tree(block.number(), tree, claimed))
    }

    fn check_tree(&mut self, block: BlockNumber, tree: MerkleTreeId, claimed: AppendOnlyTreeSnapshot) -> Result<()> {
        let computed = self.tree(tree)?;
        match computed == claimed {
            true => Ok(()),
            false => Err(StoreError::StateMismatch { block, tree, computed, claimed }),
        }
    }

    fn all_or_nothing<T>(&mut self, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.checkpoint();
        let result = change(self);
        match &result {
            Ok(_) => self.commit(),
            Err(_) => self.revert(),
        }
        result
    }

    /// Opens a checkpoint; returns how many are open.
    pub fn checkpoint(&mut self) -> usize {
        self.note_hashes.checkpoint();
        self.messages.checkpoint();
        self.archive.checkpoint();
        self.nullifiers.checkpoint();
        self.public_data.checkpoint();
        self.contracts.checkpoint();
        self.depth += 1;
        self.depth
    }

    /// Closes the last checkpoint, its changes kept. Nothing happens when none is open.
    pub fn commit(&mut self) {
        self.note_hashes.commit();
        self.messages.commit();
        self.archive.commit();
        self.nullifiers.commit();
        self.public_data.commit();
        self.contracts.commit();
        self.depth = self.depth.saturating_sub(1);
    }

    /// Closes the last checkpoint, its changes gone. Nothing happens when none is open.
    pub fn revert(&mut self) {
        self.note_hashes.revert();
        self.messages.revert();
        self.archive.revert();
        self.nullifiers.revert();
        self.public_data.revert();
        self.contracts.revert();
        self.depth = self.depth.saturating_sub(1);
    }

    /// Reverts checkpoints until `depth` are open.
    pub fn revert_to(&mut self, depth: usize) {
        (depth..self.depth).for_each(|_| self.revert());
    }
}

fn nullifier_leaves(nullifiers: &[Fr]) -> Vec<NullifierLeaf> {
    nullifiers.iter().map(|nullifier| NullifierLeaf { nullifier: *nullifier }).collect()
}

fn padded(leaves: impl ExactSizeIterator<Item = Fr>, max: usize, tree: MerkleTreeId) -> Result<Vec<Fr>> {
    let found = leaves.len();
    if found > max {
        return Err(StoreError::TooManyLeaves { tree, found, max });
    }
    let mut leaves: Vec<Fr> = leaves.collect();
    leaves.resize(max, Fr::ZERO);
    Ok(leaves)
}
