//! The store that forgets.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use async_lock::RwLock;
use async_trait::async_trait;

use super::{Batch, Entry, Snapshot, Store, StoreError, Table};

type Tables = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// Keeps everything in memory. For tests, and for clients that are to leave no trace.
#[derive(Debug, Default)]
pub struct MemoryStore(RwLock<Arc<Memory>>);

#[derive(Debug, Clone, Default)]
struct Memory(Tables);

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Store for MemoryStore {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(Arc::clone(&*self.0.read().await) as Arc<dyn Snapshot>)
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        let mut memory = self.0.write().await;
        // Copied only while someone reads an older moment.
        let tables = &mut Arc::make_mut(&mut memory).0;
        for (table, key, value) in batch.iter() {
            match value {
                Some(value) => tables.insert((table, key.to_vec()), value.to_vec()),
                None => tables.remove(&(table, key.to_vec())),
            };
        }
        Ok(())
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Snapshot for Memory {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(&(table, key.to_vec())).cloned())
    }

    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        let start = (table, prefix.max(from).to_vec());
        let entries = self.0.range(start..).take_while(|((of, key), _)| *of == table && key.starts_with(prefix));
        Ok(entries.take(limit).map(|((_, key), value)| (key.clone(), value.clone())).collect())
    }
}
