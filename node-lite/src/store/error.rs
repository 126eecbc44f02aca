//! What can go wrong with stored data.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::block::{AppendOnlyTreeSnapshot, BlockNumber, CheckpointNumber, IndexWithinCheckpoint};
use protocol::codec::DecodeError;
use protocol::field::Fr;
use protocol::merkle::{GenesisError, TreeError};
use protocol::rpc::lookup::MerkleTreeId;
use thiserror::Error;

/// Why stored data could not be read or written. A failed write changes nothing.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file could not be opened: it is in use, not ours, or damaged.
    #[error("cannot open the database {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<redb::DatabaseError>,
    },
    /// The file is damaged beyond what the database can tell.
    #[error("the database {} is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The system refused to write or read, as on a full disk. The database is opened again for the next one.
    #[error("the chain cannot be stored in {}: {why}; what was stored before is safe", path.display())]
    Closed {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        why: Arc<redb::Error>,
    },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[source] Box<redb::Error>),
    /// Something stored cannot be decoded.
    #[error("table {table} holds something else than expected: {source}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// What is wrong with the value.
        source: DecodeError,
    },
    /// Something that must be there is not.
    #[error("table {table} lacks the entry of block {block}")]
    Missing {
        /// The table.
        table: &'static str,
        /// The block it belongs to.
        block: BlockNumber,
    },
    /// The data was written by another version of this program.
    #[error("the database has schema {found}, this program reads {expected}")]
    Schema {
        /// The schema found.
        found: u32,
        /// The schema this program reads and writes.
        expected: u32,
    },
    /// The data belongs to another network.
    #[error("the database starts with archive root {stored}, this network with {expected}")]
    OtherGenesis {
        /// Archive root of the stored genesis.
        stored: Fr,
        /// Archive root of the configured genesis.
        expected: Fr,
    },
    /// The network cannot start with this public data.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// There is no such block yet.
    #[error("block {asked} is not there, the latest is {latest}")]
    UnknownBlock {
        /// The block asked for.
        asked: BlockNumber,
        /// The latest block.
        latest: BlockNumber,
    },
    /// The state of the block is not kept any more.
    #[error("the state of block {asked} is gone, the oldest kept is {oldest}")]
    PrunedBlock {
        /// The block asked for.
        asked: BlockNumber,
        /// The oldest block whose state is kept.
        oldest: BlockNumber,
    },
    /// The block does not follow the latest one.
    #[error("block {found} does not follow block {latest}")]
    NotNext {
        /// The block to add.
        found: BlockNumber,
        /// The latest block.
        latest: BlockNumber,
    },
    /// The block does not follow the latest one in its checkpoint, nor start the next.
    #[error("block {block} cannot be at index {index} of checkpoint {checkpoint}")]
    NotNextInCheckpoint {
        /// The block.
        block: BlockNumber,
        /// The checkpoint it claims.
        checkpoint: CheckpointNumber,
        /// The place it claims there.
        index: IndexWithinCheckpoint,
    },
    /// There is no such checkpoint yet.
    #[error("checkpoint {asked} is not there, the latest is {latest}")]
    UnknownCheckpoint {
        /// The checkpoint asked for.
        asked: CheckpointNumber,
        /// The latest checkpoint.
        latest: CheckpointNumber,
    },
    /// The checkpoint does not follow the latest one.
    #[error("checkpoint {found} does not follow checkpoint {latest}")]
    CheckpointNotNext {
        /// The checkpoint to add.
        found: CheckpointNumber,
        /// The latest checkpoint.
        latest: CheckpointNumber,
    },
    /// A checkpoint names blocks that are not there, or that are in another checkpoint.
    #[error("checkpoint {checkpoint} names block {block}, which is not stored as its block")]
    CheckpointBlock {
        /// The checkpoint.
        checkpoint: CheckpointNumber,
        /// The block.
        block: BlockNumber,
    },
    /// A fork was made from a state that is not the latest any more.
    #[error("the fork of block {base} is stale: the archive had root {expected} there and has {found} now")]
    StaleFork {
        /// The block the fork was made from.
        base: BlockNumber,
        /// The archive root then.
        expected: Fr,
        /// The archive root now.
        found: Fr,
    },
    /// A block's effects lead to another state than its header claims.
    #[error("block {block} leads to {computed:?} in tree {tree:?}, its header claims {claimed:?}")]
    StateMismatch {
        /// The block.
        block: BlockNumber,
        /// The tree.
        tree: MerkleTreeId,
        /// What its effects lead to.
        computed: AppendOnlyTreeSnapshot,
        /// What its header, or for the archive the block, claims.
        claimed: AppendOnlyTreeSnapshot,
    },
    /// Messages were given for a block that is not the first of its checkpoint, or more than a checkpoint has.
    #[error("block {block} cannot bring in {count} messages")]
    Messages {
        /// The block.
        block: BlockNumber,
        /// The messages given.
        count: usize,
    },
    /// A transaction has more of something than one can have.
    #[error("a transaction cannot add {found} leaves to tree {tree:?}, at most {max}")]
    TooManyLeaves {
        /// The tree.
        tree: MerkleTreeId,
        /// The leaves given.
        found: usize,
        /// The leaves possible.
        max: usize,
    },
    /// A message from L1 does not follow the one before it.
    #[error("message {found} does not follow: {expected} is the next index of its checkpoint")]
    MessageNotNext {
        /// Index of the message to add.
        found: u64,
        /// The index it should have.
        expected: u64,
    },
    /// A tree refused a change.
    #[error(transparent)]
    Tree(Box<TreeError<StoreError>>),
}

impl From<TreeError<StoreError>> for StoreError {
    fn from(error: TreeError<StoreError>) -> Self {
        match error {
            TreeError::Store(error) => error,
            error => Self::Tree(Box::new(error)),
        }
    }
}

macro_rules! from_redb {
    ($($error:ident),*) => {$(
        impl From<redb::$error> for StoreError {
            fn from(error: redb::$error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )*};
}
from_redb!(StorageError, TableError, TransactionError, CommitError);

/// What reading and writing stored data returns.
pub(crate) type Result<T, E = StoreError> = core::result::Result<T, E>;
