//! Opening the database, reading and writing it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use protocol::block::{BlockHeader, BlockNumber, Timestamp};
use protocol::rpc::lookup::MerkleTreeId;
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use super::connection::Connection;
use super::{Batch, Result, StoreError, codec, pending};
use crate::archive;
use crate::state::tables::StateTables;
use crate::state::{Fork, Genesis, View, commit};

/// What tables hold and how. Another number means that stored data must be migrated.
const SCHEMA: u32 = 2;

/// Facts about the database itself: schema, genesis header, oldest block whose state is kept.
pub(super) const META: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("meta");
const SCHEMA_KEY: &str = "schema";
const GENESIS_KEY: &str = "genesis";
pub(super) const OLDEST_KEY: &str = "oldest_state";
const GENESIS_TIME_KEY: &str = "genesis_time";
pub(super) const CLOCK_KEY: &str = "clock";

/// Everything the node keeps about the chain.
#[derive(Debug)]
pub struct ChainStore {
    connection: Connection,
}

impl ChainStore {
    /// Opens the database in a file, or makes it and writes genesis. A file of up to 64 megabytes is checked for damage.
    pub fn open(path: &Path, genesis: &Genesis) -> Result<Self> {
        Self::open_file(path, genesis, false)
    }

    /// The same, but a file of any size is checked: all of it is read.
    pub fn open_checked(path: &Path, genesis: &Genesis) -> Result<Self> {
        Self::open_file(path, genesis, true)
    }

    fn open_file(path: &Path, genesis: &Genesis, check: bool) -> Result<Self> {
        let damaged = || StoreError::Damaged { path: path.to_path_buf() };
        // Some damage makes the database panic.
        catch_unwind(AssertUnwindSafe(|| Self::start(Connection::open(path, check)?, genesis)))
            .unwrap_or_else(|_| Err(damaged()))
    }

    /// A database in memory, with genesis written.
    pub fn in_memory(genesis: &Genesis) -> Result<Self> {
        Self::start(Connection::in_memory()?, genesis)
    }

    fn start(connection: Connection, genesis: &Genesis) -> Result<Self> {
        let store = Self { connection };
        let database = store.connection.database()?;
        let transaction = database.begin_write()?;
        let schema = transaction.open_table(META)?.get(SCHEMA_KEY)?.map(|schema| codec::decode("meta", schema.value()));
        match schema.transpose()? {
            None => {
                transaction.abort()?;
                write_genesis(&database, genesis)?;
            }
            Some(SCHEMA) => {
                transaction.abort()?;
                let expected = Self::in_memory(genesis)?.snapshot()?.genesis_archive()?;
                let stored = store.snapshot()?.genesis_archive()?;
                if stored != expected {
                    return Err(StoreError::OtherGenesis { stored, expected });
                }
            }
            Some(found) => return Err(StoreError::Schema { found, expected: SCHEMA }),
        }
        Ok(store)
    }

    /// The database at this moment.
    pub fn snapshot(&self) -> Result<Snapshot> {
        let database = self.connection.database()?;
        Snapshot::new(&database).map_err(|error| self.connection.failed(&database, error))
    }

    /// Writes as one transaction, kept when `change` succeeds. Writers take turns; readers go on. When the system refuses
    /// to write, nothing is changed, and the next one finds the database as it was.
    pub fn write<T>(&self, change: impl FnOnce(&mut Batch<'_>) -> Result<T>) -> Result<T> {
        let database = self.connection.database()?;
        let written = || {
            let transaction = begin_write(&database)?;
            let result = change(&mut Batch::new(&transaction))?;
            transaction.commit()?;
            Ok(result)
        };
        match written() {
            Ok(result) => {
                self.connection.succeeded();
                Ok(result)
            }
            Err(error) => Err(self.connection.failed(&database, error)),
        }
    }

    /// Why nothing could be written lately, if so: what the system said, as on a full disk.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.connection.trouble().map(|why| why.to_string())
    }
}

/// Writes schema and genesis. Readers need tables that are there, so these come first; until the schema is written the
/// database counts as empty.
fn write_genesis(database: &Arc<Database>, genesis: &Genesis) -> Result<()> {
    let transaction = begin_write(database)?;
    commit::create_tables(&transaction)?;
    archive::create_tables(&transaction)?;
    pending::create_table(&transaction)?;
    transaction.open_table(META)?;
    transaction.commit()?;
    let empty = Snapshot::new(database)?;
    let transaction = begin_write(database)?;
    if commit::latest(&transaction)?.is_some() {
        return Err(StoreError::Missing { table: "meta", block: BlockNumber(0) });
    }
    let header = genesis.write(&transaction, &empty)?;
    {
        let mut meta = transaction.open_table(META)?;
        meta.insert(GENESIS_KEY, codec::encode(&[&header]).as_slice())?;
        meta.insert(GENESIS_TIME_KEY, codec::encode(&[&genesis.time]).as_slice())?;
        meta.insert(CLOCK_KEY, codec::encode(&[&0u64]).as_slice())?;
        meta.insert(OLDEST_KEY, codec::encode(&[&0u32]).as_slice())?;
        meta.insert(SCHEMA_KEY, codec::encode(&[&SCHEMA]).as_slice())?;
    }
    Ok(transaction.commit()?)
}

fn begin_write(database: &Database) -> Result<WriteTransaction> {
    let mut transaction = database.begin_write()?;
    // Opening after a crash is then a matter of milliseconds, whatever the size.
    transaction.set_quick_repair(true);
    Ok(transaction)
}

/// The database at one moment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Snapshot(Arc<Tables>);

#[derive(Debug)]
struct Tables {
    transaction: ReadTransaction,
    state: StateTables,
    /// Open as long as someone reads.
    _database: Arc<Database>,
}

impl Snapshot {
    fn new(database: &Arc<Database>) -> Result<Self> {
        let transaction = database.begin_read()?;
        let state = StateTables::open(&transaction)?;
        Ok(Self(Arc::new(Tables { transaction, state, _database: Arc::clone(database) })))
    }

    pub(crate) fn state(&self) -> &StateTables {
        &self.0.state
    }

    pub(crate) fn transaction(&self) -> &ReadTransaction {
        &self.0.transaction
    }

    /// The latest block.
    pub fn latest_block(&self) -> Result<BlockNumber> {
        self.0.state.latest()
    }

    /// The oldest block whose state is kept.
    pub fn oldest_state(&self) -> Result<BlockNumber> {
        self.meta(OLDEST_KEY)
    }

    /// Header of block 0.
    pub fn genesis_header(&self) -> Result<BlockHeader> {
        self.meta(GENESIS_KEY)
    }

    /// When the network was made: the start of slot 0.
    pub fn genesis_time(&self) -> Result<Timestamp> {
        self.meta(GENESIS_TIME_KEY)
    }

    /// By how many seconds the chain's clock is ahead of the system's.
    pub fn clock(&self) -> Result<u64> {
        self.meta(CLOCK_KEY)
    }

    fn meta<T: protocol::codec::Decode>(&self, key: &str) -> Result<T> {
        let missing = StoreError::Missing { table: "meta", block: BlockNumber(0) };
        codec::decode("meta", self.0.transaction.open_table(META)?.get(key)?.ok_or(missing)?.value())
    }

    /// Root of the archive of block 0, which names what the network started with.
    pub fn genesis_archive(&self) -> Result<protocol::field::Fr> {
        Ok(self.0.state.roots(BlockNumber(0))?.of(MerkleTreeId::Archive).root)
    }

    /// The state after a block.
    pub fn state_at(&self, block: BlockNumber) -> Result<View> {
        let (oldest, latest) = (self.oldest_state()?, self.latest_block()?);
        if block > latest {
            return Err(StoreError::UnknownBlock { asked: block, latest });
        }
        if block < oldest {
            return Err(StoreError::PrunedBlock { asked: block, oldest });
        }
        View::new(self.clone(), block)
    }

    /// The state after the latest block.
    pub fn latest_state(&self) -> Result<View> {
        View::new(self.clone(), self.latest_block()?)
    }

    /// A fork of the state after a block.
    pub fn fork_at(&self, block: BlockNumber) -> Result<Fork> {
        Fork::new(&self.state_at(block)?)
    }

    /// A fork of the state after the latest block.
    pub fn fork(&self) -> Result<Fork> {
        Fork::new(&self.latest_state()?)
    }
}
