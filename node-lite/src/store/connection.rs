//! The database, open as long as it can be used.
//!
//! After a write that the system refused, as on a full disk, the database refuses everything. It is then closed, with what
//! was committed before, and opened again for whoever comes next.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use redb::backends::InMemoryBackend;
use redb::{Builder, Database};

use super::{Result, StoreError};

/// Memory for pages of the database.
const CACHE_BYTES: usize = 256 << 20;
/// Files up to this size are checked as a whole when they are opened, which takes a tenth of a second.
const CHECKED_BYTES: u64 = 64 << 20;

/// The database, open as long as it can be used.
#[derive(Debug)]
pub(super) struct Connection {
    /// Its file; none in memory.
    path: Option<PathBuf>,
    state: RwLock<State>,
    /// Why it was closed last, unless something was written since.
    trouble: Mutex<Option<Arc<redb::Error>>>,
}

#[derive(Debug)]
enum State {
    Open(Arc<Database>),
    /// Until nobody uses the old one any more.
    Closed {
        old: Weak<Database>,
        why: Arc<redb::Error>,
    },
}

impl Connection {
    /// Opens a file or makes it. A small file, and any if `check` says so, is checked as a whole.
    pub(super) fn open(path: &Path, check: bool) -> Result<Self> {
        let is_small = path.metadata().is_ok_and(|file| file.len() <= CHECKED_BYTES);
        let database = open(path, check || is_small)?;
        Ok(Self::new(Some(path.to_path_buf()), database))
    }

    /// A database in memory.
    pub(super) fn in_memory() -> Result<Self> {
        let database = Builder::new().set_cache_size(CACHE_BYTES).create_with_backend(InMemoryBackend::new());
        let database = database.map_err(|source| StoreError::Database(Box::new(source.into())))?;
        Ok(Self::new(None, database))
    }

    fn new(path: Option<PathBuf>, database: Database) -> Self {
        Self { path, state: RwLock::new(State::Open(Arc::new(database))), trouble: Mutex::default() }
    }

    fn trouble_slot(&self) -> MutexGuard<'_, Option<Arc<redb::Error>>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why nothing can be written, as far as is known.
    pub(super) fn trouble(&self) -> Option<Arc<redb::Error>> {
        self.trouble_slot().clone()
    }

    /// Something was written.
    pub(super) fn succeeded(&self) {
        *self.trouble_slot() = None;
    }

    /// The database; opens it again if it was closed.
    pub(super) fn database(&self) -> Result<Arc<Database>> {
        if let State::Open(database) = &*self.state.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(database));
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let (old, why) = match &*state {
            State::Open(database) => return Ok(Arc::clone(database)),
            State::Closed { old, why } => (old, why),
        };
        let path = match &self.path {
            // The file is locked until the last reader is gone.
            Some(path) if old.strong_count() == 0 => path,
            path => return Err(StoreError::Closed { path: path.clone().unwrap_or_default(), why: Arc::clone(why) }),
        };
        let database = Arc::new(open(path, false)?);
        tracing::warn!(path = %path.display(), "the database is open again");
        *state = State::Open(Arc::clone(&database));
        Ok(database)
    }

    /// Looks at an error that using the database led to: closes the database if it is of no use any more.
    pub(super) fn failed(&self, database: &Arc<Database>, error: StoreError) -> StoreError {
        let why = match error {
            StoreError::Database(why) if matches!(*why, redb::Error::Io(_) | redb::Error::PreviousIo) => Arc::from(why),
            error => return error,
        };
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match &*state {
            State::Open(open) if Arc::ptr_eq(open, database) => {
                tracing::error!(error = %why, "the chain cannot be stored; what was stored before is safe");
                *state = State::Closed { old: Arc::downgrade(database), why: Arc::clone(&why) };
                *self.trouble_slot() = Some(Arc::clone(&why));
            }
            _ => {}
        }
        StoreError::Closed { path: self.path.clone().unwrap_or_default(), why }
    }
}

fn open(path: &Path, check: bool) -> Result<Database> {
    let damaged = || StoreError::Damaged { path: path.to_path_buf() };
    let open = |source| StoreError::Open { path: path.to_path_buf(), source: Box::new(source) };
    // Some damage makes the database panic.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        let mut database = Builder::new().set_cache_size(CACHE_BYTES).create(path).map_err(open)?;
        if check && !database.check_integrity().map_err(open)? {
            return Err(damaged());
        }
        Ok(database)
    }));
    opened.unwrap_or_else(|_| Err(damaged()))
}
