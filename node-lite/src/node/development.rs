//! What only a development network lets one do.

use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, Timestamp};
use protocol::constants::MAX_TX_LIFETIME;
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::hash::{poseidon2, sha256_to_field};
use protocol::tx::{PublicDataWrite, Tx, TxEffect, TxHash};

use super::produce::Contents;
use super::{Node, NodeError, Result, lock, new_pool};
use crate::config::Mining;
use crate::state::fee_juice_balance_slot;

/// First field of the hash that names a change made by hand.
const BY_HAND: &[u8] = b"node-lite: by hand";

/// A saved chain to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotId(pub u32);

/// What coming back needs.
#[derive(Debug)]
pub(super) struct SavedChain {
    block: BlockNumber,
    ahead: u64,
    pending: Vec<Arc<Tx>>,
}

impl Node {
    /// Makes blocks, empty ones when nothing is pending; returns the number of the last.
    pub fn mine(&self, blocks: u32) -> Result<BlockNumber> {
        let mut last = self.chain().store.snapshot()?.latest_block()?;
        for _ in 0..blocks {
            last = self.produce(&mut self.producer(), Contents::PendingOrNone)?.unwrap_or(last);
        }
        self.settle()?;
        Ok(last)
    }

    /// Makes the chain's clock show at least `time`. With automatic mining a block is made then if the latest one is too old
    /// for transactions to be anchored at: they live for a day.
    pub fn set_time(&self, time: Timestamp) -> Result<()> {
        let now = self.time();
        if time < now {
            return Err(NodeError::PastTime { asked: time, now });
        }
        self.clock.advance_to(time);
        self.chain().store.write(|batch| batch.set_clock(self.clock.ahead()))?;
        if self.mining() == Mining::Auto && self.latest_is_too_old(time)? {
            self.mine(1)?;
            return Ok(());
        }
        self.settle()
    }

    fn latest_is_too_old(&self, time: Timestamp) -> Result<bool> {
        let snapshot = self.chain().store.snapshot()?;
        let header = snapshot.block_header(snapshot.latest_block()?)?;
        Ok(header.is_some_and(|header| header.timestamp().0.saturating_add(MAX_TX_LIFETIME) <= time.0))
    }

    /// Advances the chain's clock; returns the time it shows then.
    pub fn increase_time(&self, seconds: u64) -> Result<Timestamp> {
        let time = Timestamp(self.time().0.saturating_add(seconds));
        self.set_time(time)?;
        Ok(time)
    }

    /// Remembers the chain and what is pending, to come back to it while its state is kept.
    pub fn take_snapshot(&self) -> Result<SnapshotId> {
        let mut producer = self.producer();
        let block = self.chain().store.snapshot()?.latest_block()?;
        let saved =
            SavedChain { block, ahead: self.clock.ahead(), pending: lock(&self.pool).candidates().cloned().collect() };
        producer.last_saved += 1;
        let id = producer.last_saved;
        producer.saved.insert(id, saved);
        Ok(SnapshotId(id))
    }

    /// Goes back to a remembered chain, which with all later ones is then forgotten. False when there is no such one.
    pub fn revert_to_snapshot(&self, id: SnapshotId) -> Result<bool> {
        let mut producer = self.producer();
        let Some(saved) = producer.saved.remove(&id.0) else { return Ok(false) };
        producer.saved.retain(|other, _| *other < id.0);
        let gone = self.empty_pool();
        self.chain().store.write(|batch| {
            gone.iter().try_for_each(|tx| batch.remove_pending(*tx))?;
            batch.unwind(saved.block)?;
            batch.set_clock(saved.ahead)
        })?;
        self.clock.set_ahead(saved.ahead);
        self.chain().store.write(|batch| saved.pending.iter().try_for_each(|tx| batch.add_pending(tx)))?;
        self.restore_pending(&self.snapshot()?)?;
        Ok(true)
    }

    /// Makes the pool a new one; returns what was pending.
    pub(super) fn empty_pool(&self) -> Vec<TxHash> {
        let old = std::mem::replace(&mut *lock(&self.pool), new_pool(&self.config));
        old.candidates().map(|tx| tx.tx_hash()).collect()
    }

    /// Takes the last `depth` blocks back; their transactions are pending again. Returns the block that is then last.
    pub fn reorg(&self, depth: u32) -> Result<BlockNumber> {
        let mut producer = self.producer();
        let snapshot = self.chain().store.snapshot()?;
        let (latest, oldest) = (snapshot.latest_block()?, snapshot.oldest_state()?);
        let target = latest.0.checked_sub(depth).map(BlockNumber).filter(|target| *target >= oldest);
        let target = target.ok_or(NodeError::TooDeep { depth, latest, oldest })?;
        producer.saved.retain(|_, saved| saved.block <= target);
        self.unwind(target)?;
        Ok(target)
    }

    /// Gives an account fee juice, in a block of its own.
    pub fn fund(&self, account: AztecAddress, amount: u128) -> Result<BlockNumber> {
        let leaf_slot = fee_juice_balance_slot(account);
        self.write_by_hand(leaf_slot, |balance| {
            let limbs = balance.to_limbs();
            let balance = u128::from(limbs[0]) | u128::from(limbs[1]) << 64;
            let fits = limbs[2..].iter().all(|limb| *limb == 0);
            let sum = balance.checked_add(amount).filter(|_| fits).ok_or(NodeError::BalanceOverflow)?;
            Ok(sum.into())
        })
    }

    /// Sets public storage of a contract, in a block of its own.
    pub fn set_public_storage(&self, contract: AztecAddress, slot: Fr, value: Fr) -> Result<BlockNumber> {
        self.write_by_hand(public_data_leaf_slot(contract, slot), |_| Ok(value))
    }

    /// A block with one effect that no transaction had: a write.
    fn write_by_hand(&self, leaf_slot: Fr, change: impl FnOnce(Fr) -> Result<Fr>) -> Result<BlockNumber> {
        let mut producer = self.producer();
        let snapshot = self.chain().store.snapshot()?;
        let latest = snapshot.latest_block()?;
        let value = change(snapshot.latest_state()?.public_value(leaf_slot)?)?;
        let name = sha256_to_field(&[BY_HAND]);
        let effect = TxEffect {
            tx_hash: poseidon2(&[name, latest.0.into()]).into(),
            // As every transaction has one.
            nullifiers: vec![poseidon2(&[name, latest.0.into(), Fr::ONE])],
            public_data_writes: vec![PublicDataWrite { leaf_slot, value }],
            ..TxEffect::default()
        };
        let block = self.produce(&mut producer, Contents::Effects(vec![effect]))?;
        drop(producer);
        self.settle()?;
        Ok(block.unwrap_or(latest))
    }
}
