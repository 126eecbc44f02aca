//! The store that forgets.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Bound;

use async_lock::RwLock;
use async_trait::async_trait;

use super::{Batch, Entry, Snapshot, Store, StoreError, Table};

/// Shared, so that a copy of a table does not copy what is in it.
type Bytes = Arc<[u8]>;

/// Keeps everything in memory. For tests, and for clients that are to leave no trace.
///
/// While someone looks at an older moment, a commit copies the tables it writes to, without what is in them.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<Memory>);

/// The tables, by number.
#[derive(Clone, Default)]
struct Memory([Arc<BTreeMap<Bytes, Bytes>>; Table::ALL.len()]);

/// Values may be secret to others.
impl core::fmt::Debug for Memory {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Memory({} keys)", self.0.iter().map(|table| table.len()).sum::<usize>())
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Store for MemoryStore {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(Arc::new(self.0.read().await.clone()))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut memory = self.0.write().await;
        for table in Table::ALL {
            let mut writes = batch.range(table, &[]).peekable();
            if writes.peek().is_none() {
                continue;
            }
            let stored = Arc::make_mut(&mut memory.0[table as usize]);
            for (key, value) in writes {
                match value {
                    Some(value) => stored.insert(key.into(), value.into()),
                    None => stored.remove(key),
                };
            }
        }
        Ok(())
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Snapshot for Memory {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0[table as usize].get(key).map(|value| value.to_vec()))
    }

    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        let start = (Bound::Included(prefix.max(from)), Bound::Unbounded);
        let entries = self.0[table as usize].range::<[u8], _>(start).take_while(|(key, _)| key.starts_with(prefix));
        Ok(entries.take(limit).map(|(key, value)| (key.to_vec(), value.to_vec())).collect())
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::store::conformance::{self, Medium};

    struct Fresh;

    #[async_trait]
    impl Medium for Fresh {
        async fn create(&self) -> Arc<dyn Store> {
            Arc::new(MemoryStore::default())
        }

        async fn reopen(&self, _: Arc<dyn Store>) -> Option<Arc<dyn Store>> {
            None
        }
    }

    #[test]
    fn conforms() {
        block_on(conformance::run(&Fresh));
    }

    #[test]
    fn readers_on_other_threads_see_whole_batches() {
        let store = MemoryStore::default();
        std::thread::scope(|scope| {
            scope.spawn(|| block_on(conformance::write_rounds(&store, 300)));
            for _ in 0..3 {
                scope.spawn(|| (0..300).for_each(|_| block_on(conformance::check_round(&store))));
            }
        });
    }
}
