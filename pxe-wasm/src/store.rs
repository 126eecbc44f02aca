//! The store in IndexedDB.
//!
//! Everything is in memory, which is what work reads; a commit is written to IndexedDB first, in one transaction, and then
//! to memory. IndexedDB ends a transaction as soon as a task does no database work, so nothing else is awaited inside one.
//! Only the tab that leads has the store open.

use core::fmt;
use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use indexed_db_futures::database::Database;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::TransactionMode;
use js_sys::Uint8Array;
use pxe_core::store::{Batch, MemoryStore, Snapshot, Store, StoreError, Table};
use wasm_bindgen::{JsCast, JsValue};

/// The version of the set of tables; what is in them has a version of its own.
const VERSION: u8 = 1;

/// A store in IndexedDB.
pub struct IndexedDbStore {
    database: Database,
    memory: MemoryStore,
}

impl fmt::Debug for IndexedDbStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IndexedDbStore({})", self.database.name())
    }
}

fn failed<E: fmt::Display>(action: &'static str) -> impl Fn(E) -> StoreError {
    move |error| StoreError::Medium { action, source: Box::new(io::Error::other(error.to_string())) }
}

fn bytes(value: &JsValue) -> Result<Vec<u8>, StoreError> {
    let array = match value.dyn_ref::<js_sys::ArrayBuffer>() {
        Some(buffer) => Uint8Array::new(buffer),
        None => value.dyn_ref::<Uint8Array>().cloned().ok_or_else(|| failed("read")("a value that is no bytes"))?,
    };
    Ok(array.to_vec())
}

impl IndexedDbStore {
    /// Opens the store with a name, or makes it, and reads all of it.
    ///
    /// # Errors
    /// If the browser has no IndexedDB for this page, or a newer version of the wallet has written it.
    pub async fn open(name: &str) -> Result<Self, StoreError> {
        let upgrade = |_: indexed_db_futures::database::VersionChangeEvent, database: Database| {
            let known: Vec<String> = database.object_store_names().collect();
            for table in Table::ALL {
                if !known.iter().any(|name| name == table.name()) {
                    database.create_object_store(table.name()).build()?;
                }
            }
            Ok(())
        };
        let opening = Database::open(name).with_version(VERSION).with_on_upgrade_needed(upgrade);
        let database = opening.await.map_err(failed("open"))?;
        let store = Self { database, memory: MemoryStore::default() };
        store.load().await?;
        Ok(store)
    }

    async fn load(&self) -> Result<(), StoreError> {
        let error = failed::<indexed_db_futures::error::Error>("read");
        let mut batch = Batch::new();
        for table in Table::ALL {
            let transaction = self.database.transaction(table.name()).build().map_err(&error)?;
            let objects = transaction.object_store(table.name()).map_err(&error)?;
            // Both go out before the first is awaited, and are answered in the order of the keys.
            let keys = objects.get_all_keys::<JsValue>().primitive().map_err(&error)?;
            let values = objects.get_all::<JsValue>().primitive().map_err(&error)?;
            let keys: Vec<JsValue> = keys.await.map_err(&error)?.collect::<Result<_, _>>().map_err(&error)?;
            let values: Vec<JsValue> = values.await.map_err(&error)?.collect::<Result<_, _>>().map_err(&error)?;
            for (key, value) in keys.iter().zip(&values) {
                batch.put(table, bytes(key)?, bytes(value)?);
            }
        }
        self.memory.commit(batch).await
    }

    async fn write(&self, batch: &Batch) -> Result<(), indexed_db_futures::error::Error> {
        let mut tables: Vec<&'static str> = batch.iter().map(|(table, ..)| table.name()).collect();
        tables.dedup();
        let building = self.database.transaction(tables.as_slice()).with_mode(TransactionMode::Readwrite);
        let transaction = building.build()?;
        for (table, key, value) in batch.iter() {
            let objects = transaction.object_store(table.name())?;
            let key = JsValue::from(Uint8Array::from(key));
            match value {
                // Requests go out without being awaited: a failed one fails the transaction.
                Some(value) => drop(objects.put(JsValue::from(Uint8Array::from(value))).with_key(key).primitive()?),
                None => drop(objects.delete(key).primitive()?),
            }
        }
        transaction.commit().await
    }
}

#[async_trait(?Send)]
impl Store for IndexedDbStore {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.memory.snapshot().await
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        if batch.is_empty() {
            return Ok(());
        }
        self.write(&batch).await.map_err(failed("write"))?;
        self.memory.commit(batch).await
    }
}
