//! Hashing: what everything else is made of.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use protocol::field::Fr;
use protocol::hash::{poseidon2, poseidon2_permutation};

fn hash(c: &mut Criterion) {
    let mut group = c.benchmark_group("poseidon2");
    let state = [1u8, 2, 3, 4].map(|n| -Fr::from(n));
    group.bench_function("permutation", |b| b.iter(|| poseidon2_permutation(core::hint::black_box(state))));
    let pair = [state[0], state[1]];
    group.bench_function("hash of 2", |b| b.iter(|| poseidon2(core::hint::black_box(&pair))));
    let many: Vec<Fr> = (0..3000u32).map(|n| -Fr::from(n)).collect();
    group.throughput(Throughput::Elements(many.len() as u64));
    group.bench_function("hash of 3000", |b| b.iter(|| poseidon2(core::hint::black_box(&many))));
    group.finish();
}

criterion_group!(benches, hash);
criterion_main!(benches);
