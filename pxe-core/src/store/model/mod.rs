//! Random work of each role, compared with a model that is as plain as can be.

mod capsules;
mod events;
mod notes;
mod tags;

use alloc::vec::Vec;

use pollster::block_on;
use proptest::prelude::*;

use super::{Job, MemoryStore, Table};

/// Runs random operations in jobs, one after the other. `None` commits.
fn run<Op, Model: Default>(ops: Vec<Option<Op>>, step: impl AsyncFn(&mut Job, &mut Model, Op)) -> MemoryStore {
    block_on(async {
        let (store, mut model) = (MemoryStore::default(), Model::default());
        let mut job = Job::begin(&store).await.unwrap();
        for op in ops {
            match op {
                Some(op) => step(&mut job, &mut model, op).await,
                None => {
                    job.commit(&store).await.unwrap();
                    job = Job::begin(&store).await.unwrap();
                }
            }
        }
        job.commit(&store).await.unwrap();
        store
    })
}

/// Mostly operations, sometimes a commit.
fn ops<Op: Clone + core::fmt::Debug + 'static>(
    op: impl Strategy<Value = Op> + 'static,
) -> impl Strategy<Value = Vec<Option<Op>>> {
    prop::collection::vec(prop::option::weighted(0.85, op), 1..80)
}

async fn assert_empty(job: &Job, tables: &[Table]) {
    for table in tables {
        let entries = job.scan(*table, &[], &[], usize::MAX).await.unwrap();
        assert!(entries.is_empty(), "{} entries are left in table {}", entries.len(), table.name());
    }
}
