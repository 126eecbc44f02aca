//! A store in one file, for native clients.

use std::boxed::Box;
use std::fmt;
use std::fs::OpenOptions;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::vec::Vec;

use async_trait::async_trait;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{Builder, Database, DatabaseError, ReadOnlyTable, ReadableDatabase, TableDefinition};

use super::{Batch, Entry, Snapshot, Store, StoreError, Table};

/// Memory for pages of the file.
const CACHE_BYTES: usize = 64 << 20;

/// Keeps everything in one [redb](https://www.redb.org) file, which one process at a time can open and only its owner can
/// read. A snapshot is a read transaction, a commit a write transaction that is on the disk when it returns.
///
/// Reading and writing block the calling thread: for microseconds when reading, for as long as the disk takes to be sure
/// when writing.
#[derive(Debug)]
pub struct RedbStore(Database);

const fn definition(table: Table) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
    TableDefinition::new(table.name())
}

fn failed<E: Into<redb::Error>>(action: &'static str) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError::Medium { action, source: Box::new(error.into()) }
}

impl RedbStore {
    /// Opens the store in a file, or makes it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let unusable = |source| StoreError::Medium { action: "open", source: Box::new(source) };
        let file = options.open(path).map_err(unusable)?;
        // Some damage makes the database panic.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let backend = FileBackend::new(file)?;
            Builder::new().set_cache_size(CACHE_BYTES).create_with_backend(backend)
        }));
        opened
            .map(Self::start)
            .unwrap_or_else(|_| Err(StoreError::Medium { action: "open", source: "the file is damaged".into() }))
    }

    /// A store that is gone when it is dropped, with the behaviour of one in a file.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::start(Builder::new().create_with_backend(InMemoryBackend::new()))
    }

    fn start(database: Result<Database, DatabaseError>) -> Result<Self, StoreError> {
        let database = database.map_err(|error| match error {
            DatabaseError::DatabaseAlreadyOpen => StoreError::InUse,
            other => failed("open")(other),
        })?;
        // Readers need tables that are there.
        let mut transaction = database.begin_write().map_err(failed("open"))?;
        transaction.set_quick_repair(true);
        for table in Table::ALL {
            transaction.open_table(definition(table)).map_err(failed("open"))?;
        }
        transaction.commit().map_err(failed("open"))?;
        Ok(Self(database))
    }

    fn write(&self, batch: &Batch) -> Result<(), redb::Error> {
        let mut transaction = self.0.begin_write()?;
        // Opening after a crash is then a matter of milliseconds, whatever the size.
        transaction.set_quick_repair(true);
        for table in Table::ALL {
            let mut writes = batch.range(table, &[]).peekable();
            if writes.peek().is_none() {
                continue;
            }
            let mut stored = transaction.open_table(definition(table))?;
            for (key, value) in writes {
                match value {
                    Some(value) => drop(stored.insert(key, value)?),
                    None => drop(stored.remove(key)?),
                }
            }
        }
        Ok(transaction.commit()?)
    }
}

#[async_trait]
impl Store for RedbStore {
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        let transaction = self.0.begin_read().map_err(failed("read"))?;
        let tables: Result<Vec<_>, _> =
            Table::ALL.into_iter().map(|table| transaction.open_table(definition(table))).collect();
        Ok(Arc::new(Moment(tables.map_err(failed("read"))?)))
    }

    async fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.write(&batch).map_err(failed("write"))
    }
}

/// The tables in one read transaction, by number.
struct Moment(Vec<ReadOnlyTable<&'static [u8], &'static [u8]>>);

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Moment")
    }
}

impl Moment {
    fn table(&self, table: Table) -> &ReadOnlyTable<&'static [u8], &'static [u8]> {
        &self.0[table as usize]
    }

    fn read(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, redb::Error> {
        let mut entries = Vec::new();
        for entry in self.table(table).range(prefix.max(from)..)?.take(limit) {
            let (key, value) = entry?;
            if !key.value().starts_with(prefix) {
                break;
            }
            entries.push((key.value().to_vec(), value.value().to_vec()));
        }
        Ok(entries)
    }
}

#[async_trait]
impl Snapshot for Moment {
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let value = self.table(table).get(key).map_err(failed("read"))?;
        Ok(value.map(|value| value.value().to_vec()))
    }

    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read(table, prefix, from, limit).map_err(failed("read"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Mutex;

    use pollster::block_on;
    use tempfile::TempDir;

    use super::*;
    use crate::store::conformance::{self, Medium};

    /// Files of one folder.
    struct Files {
        folder: TempDir,
        made: Mutex<u32>,
    }

    impl Files {
        fn new() -> Self {
            Self { folder: TempDir::new().unwrap(), made: Mutex::new(0) }
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join(std::format!("{}.redb", self.made.lock().unwrap()))
        }
    }

    #[async_trait]
    impl Medium for Files {
        async fn create(&self) -> Arc<dyn Store> {
            *self.made.lock().unwrap() += 1;
            Arc::new(RedbStore::open(&self.path()).unwrap())
        }

        async fn reopen(&self, store: Arc<dyn Store>) -> Option<Arc<dyn Store>> {
            drop(store);
            Some(Arc::new(RedbStore::open(&self.path()).unwrap()))
        }
    }

    struct InMemory;

    #[async_trait]
    impl Medium for InMemory {
        async fn create(&self) -> Arc<dyn Store> {
            Arc::new(RedbStore::in_memory().unwrap())
        }

        async fn reopen(&self, _: Arc<dyn Store>) -> Option<Arc<dyn Store>> {
            None
        }
    }

    #[test]
    fn conforms() {
        block_on(conformance::run(&Files::new()));
        block_on(conformance::run(&InMemory));
    }

    #[test]
    fn readers_on_other_threads_see_whole_batches() {
        let files = Files::new();
        let store = RedbStore::open(&files.path()).unwrap();
        std::thread::scope(|scope| {
            scope.spawn(|| block_on(conformance::write_rounds(&store, 50)));
            for _ in 0..3 {
                scope.spawn(|| (0..200).for_each(|_| block_on(conformance::check_round(&store))));
            }
        });
    }

    #[test]
    fn one_process_at_a_time() {
        let files = Files::new();
        let store = RedbStore::open(&files.path()).unwrap();
        let error = RedbStore::open(&files.path()).unwrap_err();
        assert!(matches!(error, StoreError::InUse) && error.hint().is_some(), "{error}");
        drop(store);
        RedbStore::open(&files.path()).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let files = Files::new();
        drop(RedbStore::open(&files.path()).unwrap());
        let mode = std::fs::metadata(files.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_is_no_store_is_refused_and_left_alone() {
        let files = Files::new();
        for content in [b"not a database".repeat(1000), std::vec![0; 1 << 16]] {
            std::fs::write(files.path(), &content).unwrap();
            let error = RedbStore::open(&files.path()).unwrap_err();
            assert!(matches!(error, StoreError::Medium { action: "open", .. }), "{error}");
            assert!(std::fs::read(files.path()).unwrap() == content);
        }
        let error = RedbStore::open(files.folder.path()).unwrap_err();
        assert!(matches!(error, StoreError::Medium { action: "open", .. }), "{error}");
    }
}
