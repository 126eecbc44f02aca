//! What a node has done since it started.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts what a node has done since it started.
#[derive(Debug, Default)]
pub(super) struct Counters {
    blocks: AtomicU64,
    txs: AtomicU64,
    micros: AtomicU64,
}

/// What a node has done since it started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Produced {
    /// Blocks made.
    pub blocks: u64,
    /// Transactions in them.
    pub txs: u64,
    /// Time it took to make them.
    pub time: Duration,
}

impl Counters {
    pub(super) fn produced(&self, txs: usize, took: Duration) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
        self.txs.fetch_add(u64::try_from(txs).unwrap_or(u64::MAX), Ordering::Relaxed);
        self.micros.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Produced {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Produced { blocks: of(&self.blocks), txs: of(&self.txs), time: Duration::from_micros(of(&self.micros)) }
    }
}
