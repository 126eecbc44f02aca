//! Work on notes costs the same however many notes there are: entries read and written, counted.

use alloc::boxed::Box;
use alloc::vec;
use core::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::field::Fr;
use protocol::note::Note;
use protocol::tx::TxHash;

use super::notes::{NoteFilter, NoteStatus, StoredNote, add, find, nullify, unwind};
use super::*;
use crate::scopes::Scopes;

/// Counts what is read of a store.
#[derive(Debug, Default)]
struct Counted {
    store: MemoryStore,
    entries: Arc<AtomicUsize>,
}

#[derive(Debug)]
struct Moment {
    snapshot: Arc<dyn Snapshot>,
    entries: Arc<AtomicUsize>,
}

#[async_trait]
impl Store for Counted {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(Arc::new(Moment { snapshot: self.store.snapshot().await?, entries: Arc::clone(&self.entries) }))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.store.commit(batch).await
    }
}

#[async_trait]
impl Snapshot for Moment {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.entries.fetch_add(1, Ordering::Relaxed);
        self.snapshot.get(table, key).await
    }

    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        let entries = self.snapshot.scan(table, prefix, from, limit).await?;
        self.entries.fetch_add(1 + entries.len(), Ordering::Relaxed);
        Ok(entries)
    }
}

const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);

/// Five notes in each slot, one slot in each block.
fn note(number: u32) -> StoredNote {
    StoredNote {
        note: Note(vec![number.into()]),
        contract: CONTRACT,
        owner: CONTRACT,
        storage_slot: Fr::from(number / 5),
        randomness: Fr::ZERO,
        note_nonce: Fr::ZERO,
        note_hash: Fr::ZERO,
        siloed_nullifier: number.into(),
        tx_hash: TxHash::ZERO,
        block: BlockId { number: BlockNumber(number / 5), hash: BlockHash::ZERO },
        tx_index: 0,
        note_index: number,
    }
}

/// Entries read and keys written by adding a note, adding it again, finding the notes of a slot, spending one, and
/// taking a block back, in a store of so many notes.
async fn costs(notes: u32) -> Vec<(usize, usize)> {
    let store = Counted::default();
    let mut job = Job::begin(&store).await.unwrap();
    for number in 0..notes {
        add(&mut job, &note(number), CONTRACT).await.unwrap();
    }
    job.commit(&store).await.unwrap();
    let mut costs = Vec::new();
    for step in 0..5 {
        store.entries.store(0, Ordering::Relaxed);
        let mut job = Job::begin(&store).await.unwrap();
        match step {
            0 => add(&mut job, &note(notes), CONTRACT).await.unwrap(),
            1 => add(&mut job, &note(3), AztecAddress::ZERO).await.unwrap(),
            2 => {
                let status = NoteStatus::ActiveOrNullified;
                let slot = Some(Fr::from(2u8));
                let filter =
                    NoteFilter { contract: CONTRACT, owner: None, storage_slot: slot, status, scopes: Scopes::All };
                assert_eq!(find(&job, &filter).await.unwrap().len(), 5);
            }
            3 => assert!(nullify(&mut job, CONTRACT, 7u8.into(), BlockNumber(u32::MAX)).await.unwrap()),
            _ => unwind(&mut job, BlockNumber(notes / 5 - 2)).await.unwrap(),
        }
        costs.push((store.entries.load(Ordering::Relaxed), job.writes().len()));
    }
    costs
}

#[test]
fn work_on_notes_does_not_depend_on_their_number() {
    block_on(async {
        let few = costs(20).await;
        assert_eq!(few, costs(5000).await);
        // One slot of five notes, and a scan of each of two tables.
        assert_eq!(few[2], (5 + 2, 0));
    });
}
