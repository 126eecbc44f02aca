//! The client's notes: adding, finding and spending them, for stores of a hundred to a hundred thousand notes. What one
//! note costs must not depend on how many there are.

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockId, BlockNumber};
use protocol::field::Fr;
use protocol::note::Note;
use protocol::tx::TxHash;
use pxe_core::scopes::Scopes;
use pxe_core::store::notes::{NoteFilter, NoteStatus, StoredNote, add, find, nullify, unwind};
use pxe_core::store::{Job, MemoryStore, RedbStore, Store};

/// Notes of one slot, and notes of one piece of work.
const NOTES: u32 = 100;
const OWNER: AztecAddress = AztecAddress::from_field(Fr::ONE);

fn note(number: u32) -> StoredNote {
    // Slots and nullifiers are hashes: spread over everything.
    let spread = |number: u32| -Fr::from(number.reverse_bits());
    StoredNote {
        note: Note(vec![number.into(); 3]),
        contract: OWNER,
        owner: OWNER,
        storage_slot: spread(number / NOTES),
        randomness: spread(number),
        note_nonce: spread(number),
        note_hash: spread(number),
        siloed_nullifier: spread(number),
        tx_hash: TxHash::from_field(spread(number)),
        block: BlockId { number: BlockNumber(number / NOTES), hash: BlockHash::ZERO },
        tx_index: 0,
        note_index: number % NOTES,
    }
}

async fn add_all(job: &mut Job, numbers: std::ops::Range<u32>) {
    for number in numbers {
        add(job, &note(number), OWNER).await.expect("a note can be added");
    }
}

async fn job(store: &dyn Store) -> Job {
    Job::begin(store).await.expect("work can begin")
}

fn notes(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    for count in [100u32, 1000, 10_000, 100_000] {
        let file = folder.path().join(count.to_string());
        let redb = RedbStore::open(&file).expect("a store");
        let memory = MemoryStore::default();
        let stores: [(&str, &dyn Store); 2] = [("memory", &memory), ("redb", &redb)];
        for (name, store) in stores {
            for first in (0..count).step_by(10_000) {
                block_on(async {
                    let mut job = job(store).await;
                    add_all(&mut job, first..count.min(first + 10_000)).await;
                    job.commit(store).await.expect("a commit");
                });
            }
            let mut group = c.benchmark_group(format!("notes in {name}"));
            group.throughput(Throughput::Elements(NOTES.into()));
            group.bench_function(BenchmarkId::new("add", count), |b| {
                b.iter_batched(
                    || block_on(job(store)),
                    |mut job| {
                        block_on(add_all(&mut job, count..count + NOTES));
                        job
                    },
                    BatchSize::SmallInput,
                );
            });
            group.bench_function(BenchmarkId::new("nullify", count), |b| {
                b.iter_batched(
                    || block_on(job(store)),
                    |mut job| {
                        for number in 0..NOTES {
                            let nullifier = note(number).siloed_nullifier;
                            assert!(
                                block_on(nullify(&mut job, OWNER, nullifier, BlockNumber(u32::MAX))).expect("a note")
                            );
                        }
                        job
                    },
                    BatchSize::SmallInput,
                );
            });
            let filter = NoteFilter {
                contract: OWNER,
                owner: Some(OWNER),
                storage_slot: Some(note(0).storage_slot),
                status: NoteStatus::Active,
                scopes: Scopes::All,
            };
            group.bench_function(BenchmarkId::new("find", count), |b| {
                let job = block_on(job(store));
                b.iter(|| assert_eq!(block_on(find(&job, &filter)).expect("notes").len(), NOTES as usize));
            });
            group.bench_function(BenchmarkId::new("add, commit, unwind, commit", count), |b| {
                b.iter(|| {
                    block_on(async {
                        let mut adding = job(store).await;
                        add_all(&mut adding, count..count + NOTES).await;
                        adding.commit(store).await.expect("a commit");
                        let mut undoing = job(store).await;
                        unwind(&mut undoing, BlockNumber(count / NOTES - 1)).await.expect("an unwind");
                        undoing.commit(store).await.expect("a commit");
                    });
                });
            });
            group.finish();
        }
    }
}

criterion_group!(benches, notes);
criterion_main!(benches);
