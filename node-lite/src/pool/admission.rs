//! Who gets into the pool, and who goes for it.
//!
//! Protocol source: `addPendingTxs` in `@aztec/p2p/src/mem_pools/tx_pool_v2/tx_pool_v2_impl.ts` and
//! `eviction/*_pre_add_rule.ts`, `eviction/nullifier_conflict_rule.ts` beside it.

use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::tx::{Tx, TxHash};

use super::pending::{PendingTx, Priority};
use super::refusal::{DropReason, PoolRefusal};
use super::{Pool, index::Index};
use crate::validate::Amount;

/// What became of a transaction that was not refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It is pending now.
    New {
        /// Those that had to go for it.
        evicted: Vec<Arc<Tx>>,
    },
    /// It was there already: pending, or mined.
    Known,
}

/// The least priority fee that replaces another one: 10 % more, and at least 1.
fn replacing_fee(fee: u128) -> Amount {
    Amount::from(fee).saturating_add(Amount::from((fee / 10).max(1)))
}

impl Pool {
    /// Adds a transaction that a client sent, whose payer has `balance` in the latest state. Nothing changes when it is
    /// refused.
    pub fn add(&mut self, tx: PendingTx, balance: Amount) -> Result<Added, PoolRefusal> {
        if self.get(tx.hash).is_some() {
            return Ok(Added::Known);
        }
        let found = tx.priority_fee;
        let conflicting = self.pending.conflicting(&tx);
        for Priority { fee, hash } in &conflicting {
            let required = replacing_fee(*fee);
            if Amount::from(found) < required {
                return Err(PoolRefusal::NullifierConflict { conflicting: *hash, required, found });
            }
        }
        let unpaid = self.unpaid_after(&tx, balance)?;
        let mut evicted: Vec<(TxHash, DropReason)> =
            conflicting.iter().map(|other| (other.hash, DropReason::Replaced { by: tx.hash })).collect();
        let payer = tx.fee_payer;
        let unpaid = unpaid.into_iter().filter(|other| !conflicting.contains(other));
        evicted.extend(unpaid.map(|other| (other.hash, DropReason::FeePayerBalance { payer })));
        if evicted.is_empty()
            && self.len() >= self.max_pending
            && let Some(lowest) = self.pending.lowest()
        {
            let required = replacing_fee(lowest.fee);
            if Amount::from(found) < required {
                return Err(PoolRefusal::LowPriorityFee { required, found });
            }
            evicted.push((lowest.hash, DropReason::PoolFull));
        }
        let evicted = evicted.into_iter().filter_map(|(hash, reason)| self.take(hash, reason)).collect();
        self.dropped.forget(tx.hash);
        self.pending.insert(tx);
        Ok(Added::New { evicted })
    }

    /// Undoes what adding a transaction did: it could not be kept.
    pub fn take_back(&mut self, hash: TxHash, evicted: Vec<Arc<Tx>>) {
        self.remove(hash, DropReason::NotKept);
        for tx in evicted.into_iter().map(PendingTx::new) {
            if self.get(tx.hash).is_none() && self.pending.conflicting(&tx).is_empty() {
                self.dropped.forget(tx.hash);
                self.pending.insert(tx);
            }
        }
    }

    /// Those that the payer of a new transaction cannot pay beside it, or the refusal when that is the new one.
    fn unpaid_after(&self, new: &PendingTx, balance: Amount) -> Result<Vec<Priority>, PoolRefusal> {
        let total = self.pending.total_of(new.fee_payer).saturating_add(new.cost());
        if total <= balance {
            return Ok(Vec::new());
        }
        let pending = self.pending.of_payer(new.fee_payer);
        let (above, below): (Vec<_>, Vec<_>) = pending.partition(|tx| tx.priority() > new.priority());
        let mut unpaid = Vec::new();
        let mut left = balance;
        for tx in above.into_iter().chain([new]).chain(below) {
            let available = left.saturating_add(tx.claim);
            match available.checked_sub(tx.fee_limit) {
                Some(rest) => left = rest,
                None if tx.hash == new.hash => {
                    let (payer, required) = (tx.fee_payer, tx.fee_limit);
                    return Err(PoolRefusal::FeePayerBalance { payer, available, required });
                }
                None => unpaid.push(tx.priority()),
            }
        }
        Ok(unpaid)
    }
}

/// Those that a payer with a balance cannot pay when the most preferred are paid first.
pub(super) fn unpaid(index: &Index, payer: AztecAddress, balance: Amount) -> Vec<TxHash> {
    if index.total_of(payer) <= balance {
        return Vec::new();
    }
    let mut left = balance;
    let unpaid = index.of_payer(payer).filter(|tx| match left.saturating_add(tx.claim).checked_sub(tx.fee_limit) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    });
    unpaid.map(|tx| tx.hash).collect()
}
