//! One write transaction.

use protocol::block::{BlockNumber, CheckpointNumber, EpochNumber, L2Block, PublishedCheckpoint};
use protocol::contract::{ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::merkle::LeafIndex;
use redb::{ReadableTable, WriteTransaction};

use super::database::{CLOCK_KEY, META, OLDEST_KEY};
use super::{Result, StoreError, codec};
use crate::archive::{InboxMessage, blocks, checkpoints, contracts, messages};
use crate::state::{Fork, commit};

/// One write transaction.
#[expect(missing_debug_implementations, reason = "the transaction has none")]
pub struct Batch<'a> {
    transaction: &'a WriteTransaction,
}

impl<'a> Batch<'a> {
    pub(super) fn new(transaction: &'a WriteTransaction) -> Self {
        Self { transaction }
    }

    pub(super) fn transaction(&self) -> &'a WriteTransaction {
        self.transaction
    }

    /// Keeps by how many seconds the chain's clock is ahead of the system's.
    pub fn set_clock(&mut self, ahead: u64) -> Result<()> {
        self.transaction.open_table(META)?.insert(CLOCK_KEY, codec::encode(&[&ahead]).as_slice())?;
        Ok(())
    }

    /// The latest block.
    pub fn latest_block(&self) -> Result<BlockNumber> {
        let missing = StoreError::Missing { table: "state_roots", block: BlockNumber(0) };
        commit::latest(self.transaction)?.ok_or(missing)
    }

    /// Adds the block that follows the latest one, with the state that a fork has come to. The fork stays as it is.
    pub fn append_block(&mut self, block: &L2Block, fork: &mut Fork) -> Result<()> {
        fork.check_block(block)?;
        let added = commit::append(self.transaction, fork)?;
        if added != block.number() {
            let latest = BlockNumber(added.0.saturating_sub(1));
            return Err(StoreError::NotNext { found: block.number(), latest });
        }
        blocks::add(self.transaction, block)
    }

    /// Takes all blocks after `block` back: their states, checkpoints, logs and contracts. Messages from L1 stay.
    pub fn unwind(&mut self, block: BlockNumber) -> Result<()> {
        let latest = self.latest_block()?;
        if block > latest {
            return Err(StoreError::UnknownBlock { asked: block, latest });
        }
        let oldest = self.oldest_state()?;
        if block < oldest {
            return Err(StoreError::PrunedBlock { asked: block, oldest });
        }
        commit::unwind(self.transaction, block)?;
        blocks::unwind(self.transaction, block)
    }

    /// Adds the checkpoint that follows the latest one, over blocks that are there already.
    pub fn add_checkpoint(&mut self, checkpoint: &PublishedCheckpoint) -> Result<()> {
        checkpoints::add(self.transaction, checkpoint)
    }

    /// Says up to which checkpoint the chain is proven.
    pub fn set_proven(&mut self, checkpoint: CheckpointNumber) -> Result<()> {
        checkpoints::set_proven(self.transaction, checkpoint)
    }

    /// Says up to which checkpoint the chain is proven in final L1 blocks.
    pub fn set_finalized(&mut self, checkpoint: CheckpointNumber) -> Result<()> {
        checkpoints::set_finalized(self.transaction, checkpoint)
    }

    /// Makes a class known that no block publishes, as those of the protocol's contracts.
    pub fn register_class(&mut self, class: &ContractClassPublic) -> Result<()> {
        contracts::add_class(self.transaction, class, BlockNumber(0))
    }

    /// Makes an instance known that no block publishes, as those of the protocol's contracts.
    pub fn register_instance(&mut self, instance: &ContractInstanceWithAddress) -> Result<()> {
        contracts::add_instance(self.transaction, instance, BlockNumber(0))
    }

    /// Adds messages from L1, in the order of their indices: each follows the last of its checkpoint, or is the first of
    /// a later one. A message that is there already may come again from another L1 block.
    pub fn add_messages(&mut self, messages: &[InboxMessage]) -> Result<()> {
        messages::add(self.transaction, messages)
    }

    /// Takes the messages from an index on back: L1 has forgotten them.
    pub fn remove_messages_from(&mut self, index: LeafIndex) -> Result<()> {
        messages::remove_from(self.transaction, index.0)
    }

    /// Marks a message to L1 as consumed; false when it was before. `id` is its number in the epoch.
    pub fn consume_message(&mut self, epoch: EpochNumber, id: u64, message: Fr) -> Result<bool> {
        messages::consume(self.transaction, epoch, id, message)
    }

    /// Keeps the states of the latest `count` blocks, at least that of the latest, and forgets older ones.
    pub fn keep_states(&mut self, count: u32) -> Result<()> {
        let oldest = self.oldest_state()?;
        let first_kept = BlockNumber((self.latest_block()?.0 + 1).saturating_sub(count.max(1)));
        if first_kept > oldest {
            commit::prune(self.transaction, oldest, first_kept)?;
            self.transaction.open_table(META)?.insert(OLDEST_KEY, codec::encode(&[&first_kept]).as_slice())?;
        }
        Ok(())
    }

    fn oldest_state(&self) -> Result<BlockNumber> {
        let meta = self.transaction.open_table(META)?;
        let missing = StoreError::Missing { table: "meta", block: BlockNumber(0) };
        let oldest = meta.get(OLDEST_KEY)?.ok_or(missing)?;
        codec::decode("meta", oldest.value())
    }
}
