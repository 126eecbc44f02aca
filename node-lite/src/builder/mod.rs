//! Making blocks and checkpoints.
//!
//! | Item | Subject |
//! |---|---|
//! | [`CheckpointBuilder`] | what the blocks of one slot share, and the header over them |
//! | [`BlockBuilder`] | one block: transactions in, block out |
//!
//! Protocol source: `@aztec/prover-client/src/light/lightweight_checkpoint_builder.ts`.

mod block;
mod checkpoint;
mod commitment;

pub use block::{BlockBuilder, Included};
pub use checkpoint::CheckpointBuilder;

use protocol::blob::TooManyBlobFields;
use protocol::message::TooManyMessages;
use thiserror::Error;

use crate::public::ProcessError;
use crate::store::StoreError;

/// A block or checkpoint cannot be made.
#[derive(Debug, Error)]
pub enum BuildError {
    /// The state cannot be read, or cannot take what a transaction does.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The transaction cannot be in a block.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// More data than a checkpoint carries.
    #[error(transparent)]
    Blobs(#[from] TooManyBlobFields),
    /// More messages than a checkpoint brings in.
    #[error(transparent)]
    Messages(#[from] TooManyMessages),
    /// Too many checkpoints in an epoch.
    #[error(transparent)]
    Epoch(#[from] protocol::message::TooManyCheckpoints),
    /// Executing a transaction crashed, which it must not, whatever it does.
    #[error("executing transaction {tx} crashed; it was dropped. Please report this")]
    Crashed {
        /// The transaction.
        tx: protocol::tx::TxHash,
    },
    /// A checkpoint needs a block.
    #[error("a checkpoint needs at least one block")]
    NoBlocks,
}
