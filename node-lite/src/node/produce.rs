//! Making blocks and settling epochs.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, MutexGuard};
use std::time::Instant;

use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, Checkpoint, CheckpointNumber, EpochNumber, PublishedCheckpoint, SlotNumber};
use protocol::field::Fr;
use protocol::tx::{Tx, TxEffect, TxHash, TxValidationResult};

use super::development::SavedChain;
use super::{Node, NodeError, Result, lock};
use crate::builder::{BlockBuilder, BuildError, CheckpointBuilder, Included};
use crate::pool::DropReason;
use crate::store::{Snapshot, StoreError};

/// What whoever makes blocks remembers between them.
#[derive(Debug, Default)]
pub(super) struct Producer {
    pub(super) saved: BTreeMap<u32, SavedChain>,
    pub(super) last_saved: u32,
}

/// What a block is to hold.
pub(super) enum Contents {
    /// Pending transactions; no block without any.
    Pending,
    /// Pending transactions, or nothing.
    PendingOrNone,
    /// What no transaction did.
    Effects(Vec<TxEffect>),
}

/// A transaction that cannot be in a block, and why.
struct Refused {
    tx: TxHash,
    reason: DropReason,
}

impl Node {
    pub(super) fn producer(&self) -> MutexGuard<'_, Producer> {
        lock(&self.producer)
    }

    /// Makes a block of pending transactions; `None` when none can be in one.
    pub(super) fn include_pending(&self) -> Result<Option<BlockNumber>> {
        let mut last = None;
        // What does not fit into one block goes into the next.
        while let Some(block) = self.produce(&mut self.producer(), Contents::Pending)? {
            last = Some(block);
            if self.pending_count() == 0 {
                break;
            }
        }
        self.settle()?;
        Ok(last)
    }

    /// Makes a block with its own checkpoint, while nobody else changes the chain; `None` when there is nothing to put into it and it may not be empty.
    pub(super) fn produce(&self, _producer: &mut Producer, contents: Contents) -> Result<Option<BlockNumber>> {
        let started = Instant::now();
        let snapshot = self.chain().store.snapshot()?;
        let globals = self.next_globals(&snapshot, self.config.network.coinbase, AztecAddress::ZERO)?;
        let (number, slot) = (globals.block_number, globals.slot_number);
        let failed = |source: BuildError| NodeError::Build { block: number, source };
        let checkpoint = CheckpointNumber(snapshot.latest_checkpoint()?.0 + 1);
        let messages = snapshot.messages_of(checkpoint)?;
        let out_hashes = self.out_hashes_before(&snapshot, slot)?;
        let mut builder = CheckpointBuilder::new(checkpoint, messages, out_hashes);
        let mut fork = snapshot.fork()?;
        let mut block = builder.block(&mut fork, &self.programs, globals).map_err(failed)?;
        let may_be_empty = !matches!(contents, Contents::Pending);
        let (txs, refused) = match contents {
            Contents::Effects(effects) => {
                effects.into_iter().try_for_each(|effect| block.add_effect(effect)).map_err(failed)?;
                (Vec::new(), Vec::new())
            }
            Contents::Pending | Contents::PendingOrNone => self.fill(&mut block).map_err(failed)?,
        };
        if block.is_empty() && !may_be_empty {
            self.forget(refused)?;
            return Ok(None);
        }
        let block = block.finish().map_err(failed)?;
        let published = self.publish(builder.finish().map_err(failed)?)?;
        self.clock.advance_to(self.chain().constants.slot_start(SlotNumber(slot.0 + 1)));
        self.chain().store.write(|batch| {
            batch.append_block(&block, &mut fork)?;
            batch.add_checkpoint(&published)?;
            batch.set_clock(self.clock.ahead())?;
            batch.keep_states(self.config.kept_states)?;
            txs.iter().try_for_each(|tx| batch.remove_pending(tx.tx_hash()))
        })?;
        let fork = self.chain().store.snapshot()?.fork()?;
        let evicted = lock(&self.pool).on_block(&block, &fork)?;
        if !evicted.is_empty() {
            self.chain().store.write(|batch| evicted.iter().try_for_each(|tx| batch.remove_pending(*tx)))?;
        }
        self.forget(refused)?;
        let took = started.elapsed();
        self.counters.produced(block.body.tx_effects.len(), took);
        tracing::info!(
            block = %number,
            txs = block.body.tx_effects.len(),
            mana = block.header.total_mana_used.to_limbs()[0],
            milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
            "block made"
        );
        Ok(Some(number))
    }

    /// Puts pending transactions into a block, the most preferred first. Returns those it holds, and those that can be
    /// in none.
    fn fill(&self, block: &mut BlockBuilder<'_>) -> Result<(Vec<Arc<Tx>>, Vec<Refused>), BuildError> {
        let candidates: Vec<_> = lock(&self.pool).candidates().cloned().collect();
        let (mut included, mut refused) = (Vec::new(), Vec::new());
        for tx in candidates {
            let hash = tx.tx_hash();
            let verdict = self.rules.build(&tx, block.fork(), block.globals())?;
            match verdict.result() {
                TxValidationResult::Valid => {}
                // Its time may come.
                TxValidationResult::Skipped { .. } => continue,
                TxValidationResult::Invalid { .. } => {
                    refused.push(Refused { tx: hash, reason: DropReason::failed(&verdict.explanation()) });
                    continue;
                }
            }
            let added = catch_unwind(AssertUnwindSafe(|| block.add(&tx)));
            let Ok(added) = added else {
                // Whatever state that left, this block is not made of it, and the transaction is not tried again.
                let reason = DropReason::failed(&"executing it crashed the node's virtual machine");
                lock(&self.pool).remove(hash, reason);
                return Err(BuildError::Crashed { tx: hash });
            };
            match added {
                Ok(Included::Yes(processed)) => {
                    lock(&self.prints).keep(hash, processed.debug_logs);
                    included.push(tx);
                }
                Ok(Included::NoRoom) => {}
                Err(BuildError::Process(error)) => {
                    refused.push(Refused { tx: hash, reason: DropReason::failed(&error) })
                }
                // It does what the trees cannot take.
                Err(BuildError::Store(error @ (StoreError::Tree(_) | StoreError::TooManyLeaves { .. }))) => {
                    refused.push(Refused { tx: hash, reason: DropReason::failed(&error) });
                }
                Err(error) => return Err(error),
            }
        }
        Ok((included, refused))
    }

    /// Drops transactions that can be in no block.
    fn forget(&self, refused: Vec<Refused>) -> Result<()> {
        if refused.is_empty() {
            return Ok(());
        }
        self.chain().store.write(|batch| refused.iter().try_for_each(|refused| batch.remove_pending(refused.tx)))?;
        for Refused { tx, reason } in refused {
            tracing::warn!(%tx, %reason, "transaction dropped");
            lock(&self.pool).remove(tx, reason);
        }
        Ok(())
    }

    /// Out hashes of the checkpoints that come before a slot in its epoch.
    fn out_hashes_before(&self, snapshot: &Snapshot, slot: SlotNumber) -> Result<Vec<Fr>> {
        let slots = *self.chain().constants.slots_of(self.chain().constants.epoch_of(slot)).start()
            ..=SlotNumber(slot.0.saturating_sub(1));
        if slots.start() > slots.end() {
            return Ok(Vec::new());
        }
        let before = snapshot.checkpoints_in_slots(slots)?;
        Ok(before.into_iter().map(|checkpoint| checkpoint.checkpoint_out_hash).collect())
    }

    fn publish(&self, checkpoint: Checkpoint) -> Result<PublishedCheckpoint> {
        let l1 = self.chain().l1.publish(&checkpoint)?;
        Ok(PublishedCheckpoint { checkpoint, l1, attestations: Vec::new() })
    }

    /// Moves the proven tip over the epochs that are over, and the finalized one over those that L1 cannot forget. On a
    /// development network nobody proves epochs.
    pub(super) fn settle(&self) -> Result<()> {
        let _producer = self.producer();
        let snapshot = self.chain().store.snapshot()?;
        let tips = snapshot.tips()?;
        let now = self.time();
        let current = self.chain().constants.epoch_at(now);
        let last_of = |from: CheckpointNumber, over: &dyn Fn(EpochNumber) -> bool| -> Result<CheckpointNumber> {
            let mut last = from;
            while let Some(next) = snapshot.checkpoint_data(CheckpointNumber(last.0 + 1))?
                && over(self.chain().constants.epoch_of(next.header.slot_number))
            {
                last = next.checkpoint_number;
            }
            Ok(last)
        };
        let proven = last_of(tips.proven.checkpoint.number, &|epoch| epoch < current)?;
        let final_time = self.chain().l1.finalized_at(now);
        let is_final = |epoch: EpochNumber| {
            epoch < current && self.chain().constants.epoch_start(EpochNumber(epoch.0 + 1)) <= final_time
        };
        let finalized = last_of(tips.finalized.checkpoint.number, &is_final)?;
        if (proven, finalized) == (tips.proven.checkpoint.number, tips.finalized.checkpoint.number) {
            return Ok(());
        }
        Ok(self.chain().store.write(|batch| {
            batch.set_proven(proven)?;
            batch.set_finalized(finalized)
        })?)
    }

    /// Takes all blocks after `block` back. Their transactions are pending again, as far as they still can be.
    pub(super) fn unwind(&self, block: BlockNumber) -> Result<()> {
        let chain = self.chain();
        chain.store.write(|batch| batch.unwind(block))?;
        let snapshot = chain.store.snapshot()?;
        let next = self.next_globals(&snapshot, self.config.network.coinbase, AztecAddress::ZERO)?;
        let gone = lock(&self.pool).on_reorg(block, &self.rules, &snapshot.fork()?, &next)?;
        let pending: Vec<_> = lock(&self.pool).candidates().cloned().collect();
        chain.store.write(|batch| {
            pending.iter().try_for_each(|tx| batch.add_pending(tx))?;
            gone.iter().try_for_each(|tx| batch.remove_pending(*tx))
        })?;
        tracing::warn!(%block, pending = pending.len(), "blocks taken back");
        Ok(())
    }
}
