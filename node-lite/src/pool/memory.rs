//! What was mined or dropped lately.

use std::collections::{BTreeMap, HashMap};

use protocol::block::BlockNumber;
use protocol::tx::TxHash;

use super::pending::PendingTx;
use super::refusal::DropReason;

/// Mined transactions, for a block that may be taken back. The oldest go first.
#[derive(Debug)]
pub(super) struct Mined {
    max_bytes: usize,
    bytes: usize,
    /// By block and place among those of the block.
    txs: BTreeMap<(BlockNumber, usize), PendingTx>,
    places: HashMap<TxHash, (BlockNumber, usize)>,
}

impl Mined {
    pub(super) fn new(max_bytes: usize) -> Self {
        Self { max_bytes, bytes: 0, txs: BTreeMap::new(), places: HashMap::new() }
    }

    pub(super) fn get(&self, hash: TxHash) -> Option<&PendingTx> {
        self.txs.get(self.places.get(&hash)?)
    }

    /// Keeps a transaction, and forgets older ones when there is no room.
    pub(super) fn insert(&mut self, block: BlockNumber, place: usize, tx: PendingTx) {
        self.remove((block, place));
        self.bytes += tx.tx.size();
        self.places.insert(tx.hash, (block, place));
        self.txs.insert((block, place), tx);
        while self.bytes > self.max_bytes
            && let Some((oldest, _)) = self.txs.first_key_value()
        {
            self.remove(*oldest);
        }
    }

    fn remove(&mut self, place: (BlockNumber, usize)) -> Option<PendingTx> {
        let tx = self.txs.remove(&place)?;
        self.bytes -= tx.tx.size();
        self.places.remove(&tx.hash);
        Some(tx)
    }

    /// Those of blocks after `block`, in the order of the chain.
    pub(super) fn after(&self, block: BlockNumber) -> impl Iterator<Item = &PendingTx> {
        self.txs.range((block, usize::MAX)..).map(|(_, tx)| tx)
    }

    /// Takes those of blocks after `block` out.
    pub(super) fn take_after(&mut self, block: BlockNumber) -> Vec<PendingTx> {
        let places: Vec<_> = self.txs.range((block, usize::MAX)..).map(|(place, _)| *place).collect();
        places.into_iter().filter_map(|place| self.remove(place)).collect()
    }
}

/// Why transactions were dropped. The oldest go first.
#[derive(Debug)]
pub(super) struct Dropped {
    max: usize,
    next: u64,
    reasons: HashMap<TxHash, (u64, DropReason)>,
    order: BTreeMap<u64, TxHash>,
}

impl Dropped {
    pub(super) fn new(max: usize) -> Self {
        Self { max, next: 0, reasons: HashMap::new(), order: BTreeMap::new() }
    }

    pub(super) fn get(&self, hash: TxHash) -> Option<&DropReason> {
        self.reasons.get(&hash).map(|(_, reason)| reason)
    }

    pub(super) fn insert(&mut self, hash: TxHash, reason: DropReason) {
        self.forget(hash);
        self.order.insert(self.next, hash);
        self.reasons.insert(hash, (self.next, reason));
        self.next += 1;
        while self.reasons.len() > self.max
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.reasons.remove(&oldest);
        }
    }

    /// Forgets a transaction that is pending again, or in a block.
    pub(super) fn forget(&mut self, hash: TxHash) {
        if let Some((place, _)) = self.reasons.remove(&hash) {
            self.order.remove(&place);
        }
    }
}
