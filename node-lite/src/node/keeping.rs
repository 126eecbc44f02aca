//! Keeping pending transactions: what clients hand in at the same time is one write.
//!
//! A write takes as long as the disk does, however much it holds. Whoever comes while one is under way is in the next, all
//! together: the first of them writes it, the others find it written.

use std::sync::{Arc, Mutex, OnceLock};

use protocol::tx::{Tx, TxHash};

use super::lock;
use crate::store::{ChainStore, StoreError};

/// What changes among the kept transactions.
#[derive(Debug)]
pub(super) struct Change {
    /// A transaction to keep.
    pub(super) add: Arc<Tx>,
    /// Those to forget.
    pub(super) remove: Vec<TxHash>,
}

type Outcome = Arc<OnceLock<Result<(), Arc<StoreError>>>>;

/// Writes changes, those that come at the same time together.
#[derive(Debug, Default)]
pub(super) struct Keeper {
    waiting: Mutex<Vec<(Change, Outcome)>>,
    /// Held by whoever writes.
    writing: Mutex<()>,
}

impl Keeper {
    /// Writes a change; it is safe afterwards.
    pub(super) fn keep(&self, store: &ChainStore, change: Change) -> Result<(), Arc<StoreError>> {
        let outcome = Outcome::default();
        lock(&self.waiting).push((change, Arc::clone(&outcome)));
        let _writing = lock(&self.writing);
        if outcome.get().is_none() {
            let changes = std::mem::take(&mut *lock(&self.waiting));
            let written = store.write(|batch| {
                changes.iter().try_for_each(|(Change { add, remove }, _)| {
                    batch.add_pending(add)?;
                    remove.iter().try_for_each(|tx| batch.remove_pending(*tx))
                })
            });
            let written = written.map_err(Arc::new);
            for (_, outcome) in changes {
                outcome.get_or_init(|| written.clone());
            }
        }
        outcome.get().cloned().unwrap_or(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Barrier;
    use std::time::Instant;

    use protocol::field::Fr;
    use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
    use protocol::tx::ChonkProof;

    use super::*;
    use crate::state::Genesis;

    fn tx(number: u64) -> Arc<Tx> {
        let mut fields = vec![Fr::ZERO; 1281];
        // The chain id, which nothing here looks at.
        fields[0] = number.into();
        let data = PrivateKernelTailCircuitPublicInputs::from_circuit_output(&fields).unwrap();
        Arc::new(Tx::new(data, ChonkProof::default(), Vec::new(), Vec::new()).unwrap())
    }

    #[test]
    fn what_comes_together_is_all_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file: &Path = &folder.path().join("chain.redb");
        let store = ChainStore::open(file, &Genesis::default()).unwrap();
        let (keeper, start) = (Keeper::default(), Barrier::new(40));
        let txs: Vec<_> = (1..=40).map(tx).collect();
        let began = Instant::now();
        std::thread::scope(|scope| {
            for tx in &txs {
                scope.spawn(|| {
                    start.wait();
                    keeper.keep(&store, Change { add: Arc::clone(tx), remove: Vec::new() }).unwrap();
                });
            }
        });
        println!("40 at once in {:?}", began.elapsed());
        let gone = txs[0].tx_hash();
        keeper.keep(&store, Change { add: tx(41), remove: vec![gone] }).unwrap();
        drop(store);
        let store = ChainStore::open(file, &Genesis::default()).unwrap();
        let kept: Vec<_> = store.snapshot().unwrap().pending().unwrap().iter().map(Tx::tx_hash).collect();
        assert_eq!(kept.len(), 40);
        assert!(txs[1..].iter().all(|tx| kept.contains(&tx.tx_hash())) && !kept.contains(&gone));
        assert!(lock(&keeper.waiting).is_empty());
    }
}
