//! The pending transactions, findable by everything they can be in the way of.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::field::Fr;
use protocol::tx::TxHash;

use super::pending::{PendingTx, Priority};
use crate::validate::Amount;

/// What one payer is to pay.
#[derive(Debug, Default)]
struct Payer {
    txs: BTreeSet<Priority>,
    /// The most all of them can cost beyond what they bring. Who has as much can pay them in any order.
    total: Amount,
}

/// The pending transactions. No two have a nullifier in common.
#[derive(Debug, Default)]
pub(super) struct Index {
    txs: HashMap<TxHash, PendingTx>,
    priorities: BTreeSet<Priority>,
    nullifiers: HashMap<Fr, TxHash>,
    payers: BTreeMap<AztecAddress, Payer>,
    expiries: BTreeSet<(Timestamp, TxHash)>,
}

impl Index {
    pub(super) fn len(&self) -> usize {
        self.txs.len()
    }

    pub(super) fn get(&self, hash: TxHash) -> Option<&PendingTx> {
        self.txs.get(&hash)
    }

    /// The pending transactions, the most preferred first.
    pub(super) fn by_priority(&self) -> impl Iterator<Item = &PendingTx> {
        self.below(None)
    }

    /// Those less preferred than `priority`, the most preferred first.
    pub(super) fn below(&self, priority: Option<Priority>) -> impl Iterator<Item = &PendingTx> {
        let end = priority.map_or(Bound::Unbounded, Bound::Excluded);
        self.priorities.range((Bound::Unbounded, end)).rev().filter_map(|priority| self.get(priority.hash))
    }

    /// The least preferred one.
    pub(super) fn lowest(&self) -> Option<Priority> {
        self.priorities.first().copied()
    }

    /// The one with a nullifier.
    pub(super) fn with_nullifier(&self, nullifier: Fr) -> Option<&PendingTx> {
        self.get(*self.nullifiers.get(&nullifier)?)
    }

    /// Those with a nullifier of a transaction, each once, in the order of its nullifiers.
    pub(super) fn conflicting(&self, tx: &PendingTx) -> Vec<Priority> {
        let conflicting = tx.nullifiers.iter().filter_map(|nullifier| self.with_nullifier(*nullifier));
        let mut seen = BTreeSet::new();
        conflicting.map(PendingTx::priority).filter(|other| seen.insert(*other)).collect()
    }

    /// Everyone who is to pay.
    pub(super) fn payers(&self) -> impl Iterator<Item = AztecAddress> {
        self.payers.keys().copied()
    }

    /// The most that all pending transactions of a payer can cost beyond what they bring.
    pub(super) fn total_of(&self, payer: AztecAddress) -> Amount {
        self.payers.get(&payer).map_or(Amount::ZERO, |payer| payer.total)
    }

    /// The transactions of a payer, the most preferred first.
    pub(super) fn of_payer(&self, payer: AztecAddress) -> impl Iterator<Item = &PendingTx> {
        let priorities = self.payers.get(&payer).into_iter().flat_map(|payer| payer.txs.iter().rev());
        priorities.filter_map(|priority| self.get(priority.hash))
    }

    /// Those that expire at a time or before it.
    pub(super) fn expired(&self, time: Timestamp) -> Vec<(Timestamp, TxHash)> {
        self.expiries.iter().take_while(|(expires, _)| *expires <= time).copied().collect()
    }

    /// Adds a transaction that is not there and conflicts with none.
    pub(super) fn insert(&mut self, tx: PendingTx) {
        self.priorities.insert(tx.priority());
        self.nullifiers.extend(tx.nullifiers.iter().map(|nullifier| (*nullifier, tx.hash)));
        let payer = self.payers.entry(tx.fee_payer).or_default();
        payer.txs.insert(tx.priority());
        payer.total = payer.total.saturating_add(tx.cost());
        self.expiries.insert((tx.expires, tx.hash));
        self.txs.insert(tx.hash, tx);
    }

    pub(super) fn remove(&mut self, hash: TxHash) -> Option<PendingTx> {
        let tx = self.txs.remove(&hash)?;
        self.priorities.remove(&tx.priority());
        for nullifier in &tx.nullifiers {
            self.nullifiers.remove(nullifier);
        }
        if let Some(payer) = self.payers.get_mut(&tx.fee_payer) {
            payer.txs.remove(&tx.priority());
            payer.total = payer.total.checked_sub(tx.cost()).unwrap_or_default();
            if payer.txs.is_empty() {
                self.payers.remove(&tx.fee_payer);
            }
        }
        self.expiries.remove(&(tx.expires, hash));
        Some(tx)
    }
}
