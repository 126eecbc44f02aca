//! The state at different lengths of history: adding a block, reading, witnesses now and in the past.
//!
//! `STATE_BENCH_TXS` is the list of lengths, by default `1000,10000`. Each prints the size of the file, the memory of the
//! process, and how long the history took to write and the file to open again.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use common::{block, effect, made_up};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::block::{BlockNumber, L2Block};
use protocol::merkle::LeafIndex;
use protocol::rpc::lookup::MerkleTreeId;

const TXS_PER_BLOCK: u32 = 50;

fn next(store: &ChainStore) -> (L2Block, node_lite::state::Fork) {
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    let number = fork.base().0 + 1;
    (block(&mut fork, (0..TXS_PER_BLOCK).map(|tx| effect(number, tx)).collect()), fork)
}

fn add(store: &ChainStore) {
    let (block, mut fork) = next(store);
    store.write(|batch| batch.append_block(&block, &mut fork)).unwrap();
}

fn resident_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn history(file: &Path, txs: u32) -> ChainStore {
    let store = ChainStore::open(file, &Genesis::default()).unwrap();
    let blocks = txs / TXS_PER_BLOCK;
    let start = Instant::now();
    (0..blocks).for_each(|_| add(&store));
    let written = start.elapsed();
    drop(store);
    let start = Instant::now();
    let store = ChainStore::open(file, &Genesis::default()).unwrap();
    let size = std::fs::metadata(file).unwrap().len() >> 20;
    println!(
        "{txs} txs in {blocks} blocks: written in {written:.1?}, {size} MiB, opened in {:.1?}, {} MiB resident",
        start.elapsed(),
        resident_memory() >> 10
    );
    store
}

fn bench(criterion: &mut Criterion) {
    let lengths = std::env::var("STATE_BENCH_TXS").unwrap_or_else(|_| "1000,10000".into());
    for txs in lengths.split(',').map(|txs| txs.parse::<u32>().unwrap()) {
        let folder = tempfile::tempdir().unwrap();
        let store = history(&folder.path().join("chain.redb"), txs);
        let mut group = criterion.benchmark_group(format!("state/{txs}"));
        group.sample_size(20);

        let snapshot = store.snapshot().unwrap();
        let latest = snapshot.latest_block().unwrap().0;
        let (now, past) = (snapshot.latest_state().unwrap(), snapshot.state_at(BlockNumber(1 + latest / 2)).unwrap());
        let mut turn = 0u32;
        let mut some = |below: u32| {
            turn = turn.wrapping_add(0x9e37_79b9);
            (1 + turn % below, (turn >> 8) % TXS_PER_BLOCK)
        };
        group.bench_function("public value", |bencher| {
            bencher.iter(|| {
                let (block, tx) = some(latest);
                black_box(now.public_value(made_up(block, tx, 6)).unwrap())
            });
        });
        group.bench_function("nullifier witness", |bencher| {
            bencher.iter(|| {
                let (block, tx) = some(latest);
                black_box(now.nullifier_witness(made_up(block, tx, 3)).unwrap())
            });
        });
        group.bench_function("nullifier witness, half the history back", |bencher| {
            bencher.iter(|| {
                let (block, tx) = some(latest);
                black_box(past.nullifier_witness(made_up(block, tx, 3)).unwrap())
            });
        });
        group.bench_function("note hash path", |bencher| {
            bencher.iter(|| {
                let (block, tx) = some(latest);
                let index = LeafIndex(u64::from((block - 1) * TXS_PER_BLOCK + tx) * 64);
                black_box(now.sibling_path(MerkleTreeId::NoteHashTree, index).unwrap())
            });
        });
        group.throughput(Throughput::Elements(TXS_PER_BLOCK.into()));
        group.bench_function("block of 50 txs: apply", |bencher| {
            let (block, _) = next(&store);
            bencher.iter(|| {
                let mut fork = store.snapshot().unwrap().fork().unwrap();
                fork.apply_block(&block, &[made_up(block.number().0, 0, 100).into()]).unwrap();
                black_box(fork)
            });
        });
        group.bench_function("block of 50 txs: store durably", |bencher| {
            bencher.iter_batched(
                || next(&store),
                |(block, mut fork)| store.write(|batch| batch.append_block(&block, &mut fork)).unwrap(),
                criterion::BatchSize::PerIteration,
            );
        });
        group.finish();
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
