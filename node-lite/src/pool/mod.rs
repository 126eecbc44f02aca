//! Transactions that wait for a block, in memory.
//!
//! | Module | Subject |
//! |---|---|
//! | `pending` | a transaction and what the pool goes by |
//! | `index` | the pending transactions, findable by everything they can be in the way of |
//! | `admission` | who gets in, and who goes for it |
//! | `chain` | what a block and a reorganization change |
//! | `memory` | what was mined or dropped lately |
//! | `refusal` | why a transaction does not get in, or goes |
//!
//! The most preferred transaction is the one with the highest priority fee for L2 gas; of equal ones the one with the
//! higher hash. Pending transactions have no nullifier in common, and the payer of several can pay them all, the most
//! preferred first.
//!
//! The pool has no clock, no lock and no state of the chain: who calls it brings them. A transaction is checked by
//! [`Rules::receive`](crate::validate::Rules::receive) before it is added. Unlike in the official pool it may be in a
//! block as soon as it is there, and one that replaces another in a full pool does not push out a third.
//!
//! Every change takes time logarithmic in the number of pending transactions, but for two: a payer that cannot pay all
//! its pending transactions has them gone through one by one, and a reorganization goes through all.
//!
//! Protocol source: `@aztec/p2p/src/mem_pools/tx_pool_v2/`.

mod admission;
mod chain;
mod index;
mod memory;
mod pending;
mod refusal;

use std::sync::Arc;

use protocol::gas::GasFees;
use protocol::tx::{Tx, TxHash};

pub use admission::Added;
pub use pending::{PendingTx, Priority};
pub use refusal::{DropReason, PoolRefusal};

use index::Index;
use memory::{Dropped, Mined};

/// How much a pool holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Pending transactions, at least 1.
    pub pending: usize,
    /// Bytes of mined transactions, kept to be pending again after a reorganization.
    pub mined_bytes: usize,
    /// Dropped transactions whose reasons are remembered.
    pub dropped: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { pending: 1000, mined_bytes: 64 << 20, dropped: 10_000 }
    }
}

/// Transactions that wait for a block.
#[derive(Debug)]
pub struct Pool {
    max_pending: usize,
    pending: Index,
    mined: Mined,
    dropped: Dropped,
}

impl Pool {
    /// An empty pool.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            max_pending: limits.pending.max(1),
            pending: Index::default(),
            mined: Mined::new(limits.mined_bytes),
            dropped: Dropped::new(limits.dropped),
        }
    }

    /// Number of pending transactions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether nothing is pending.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a transaction is pending.
    #[must_use]
    pub fn is_pending(&self, hash: TxHash) -> bool {
        self.pending.get(hash).is_some()
    }

    /// A pending transaction.
    #[must_use]
    pub fn pending(&self, hash: TxHash) -> Option<&Arc<Tx>> {
        self.pending.get(hash).map(|pending| &pending.tx)
    }

    /// A pending transaction, or one that was mined lately.
    #[must_use]
    pub fn get(&self, hash: TxHash) -> Option<&Arc<Tx>> {
        self.pending(hash).or_else(|| self.mined.get(hash).map(|mined| &mined.tx))
    }

    /// Why a transaction was dropped, if that is remembered.
    #[must_use]
    pub fn dropped(&self, hash: TxHash) -> Option<&DropReason> {
        self.dropped.get(hash)
    }

    /// Pending transactions in the order in which they should be in blocks.
    pub fn candidates(&self) -> impl Iterator<Item = &Arc<Tx>> {
        self.pending.by_priority().map(|pending| &pending.tx)
    }

    /// At most `limit` pending transactions, the most preferred first: those after `after`, or the first. None when
    /// `after` is not pending.
    #[must_use]
    pub fn page(&self, limit: usize, after: Option<TxHash>) -> Vec<Arc<Tx>> {
        let after = match after {
            None => None,
            Some(hash) => match self.pending.get(hash) {
                None => return Vec::new(),
                Some(pending) => Some(pending.priority()),
            },
        };
        self.pending.below(after).take(limit).map(|pending| Arc::clone(&pending.tx)).collect()
    }

    /// The priority fees of the most preferred pending transaction; zeros when nothing is pending.
    #[must_use]
    pub fn max_priority_fees(&self) -> GasFees {
        self.candidates().next().map_or_else(GasFees::default, |tx| tx.gas_settings().max_priority_fees_per_gas)
    }

    /// Takes a pending transaction out, and remembers why. False when it was not pending.
    pub fn remove(&mut self, hash: TxHash, reason: DropReason) -> bool {
        self.take(hash, reason).is_some()
    }

    fn take(&mut self, hash: TxHash, reason: DropReason) -> Option<Arc<Tx>> {
        let removed = self.pending.remove(hash)?;
        self.dropped.insert(hash, reason);
        Some(removed.tx)
    }
}
