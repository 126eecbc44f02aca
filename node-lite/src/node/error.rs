//! Why a node does not do what it is asked.

use std::io;
use std::sync::Arc;

use protocol::block::{BlockNumber, Timestamp};
use protocol::rpc::info::L1ChainId;
use protocol::tx::TxHash;
use thiserror::Error;

use super::transfer::TransferError;
use crate::builder::BuildError;
use crate::l1::L1Error;
use crate::l1::outbox::OutboxError;
use crate::parameters::ParameterSet;
use crate::pool::PoolRefusal;
use crate::public::ProcessError;
use crate::store::StoreError;
use crate::validate::{RuleError, Verdict};

/// Why a node does not do what it is asked.
#[derive(Debug, Error)]
pub enum NodeError {
    /// Stored data.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder for the data cannot be made.
    #[error("cannot make the data folder {}: {source}", path.display())]
    DataFolder {
        /// The folder.
        path: std::path::PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The chain was made with other keys.
    #[error("the chain there was made with other parameters than the {wanted} asked for")]
    OtherParameters {
        /// The parameters asked for.
        wanted: ParameterSet,
    },
    /// A block could not be made.
    #[error("cannot make block {block}: {source}")]
    Build {
        /// The block.
        block: BlockNumber,
        /// Why.
        source: BuildError,
    },
    /// L1 refuses.
    #[error(transparent)]
    L1(#[from] L1Error),
    /// A transaction breaks rules, or must wait.
    #[error("Invalid tx: {verdict}")]
    InvalidTx {
        /// The transaction.
        tx: TxHash,
        /// The rules.
        verdict: Verdict,
    },
    /// A transaction could not be stored; it is not pending.
    #[error("transaction {tx} is not taken: {source}")]
    NotKept {
        /// The transaction.
        tx: TxHash,
        /// Why. Others that came at the same time may have the same reason.
        source: Arc<StoreError>,
    },
    /// The pool does not take a transaction.
    #[error(transparent)]
    Pool(#[from] PoolRefusal),
    /// A simulation could use more gas than the node gives to one.
    #[error(
        "Transaction total gas limit {} ({limit} + {teardown_limit}) exceeds maximum gas limit {max} for simulation",
        limit + teardown_limit
    )]
    SimulationGas {
        /// L2 gas limit of the transaction.
        limit: u64,
        /// L2 gas limit of its teardown.
        teardown_limit: u64,
        /// What a simulation may use.
        max: u64,
    },
    /// A simulated transaction could not be in any block.
    #[error(transparent)]
    Simulation(#[from] ProcessError),
    /// Time does not run backwards.
    #[error("time {asked} has passed: it is {now} on the chain")]
    PastTime {
        /// The time asked for.
        asked: Timestamp,
        /// The time it is.
        now: Timestamp,
    },
    /// More blocks are to be taken back than there are, or than states are kept of.
    #[error(
        "cannot take {depth} blocks back: the latest is {latest}, and the state of block {oldest} is the oldest kept"
    )]
    TooDeep {
        /// Blocks to take back.
        depth: u32,
        /// The latest block.
        latest: BlockNumber,
        /// The oldest block whose state is kept.
        oldest: BlockNumber,
    },
    /// A balance would not fit into 128 bits.
    #[error("the balance would be above the largest there can be")]
    BalanceOverflow,
    /// Messages name the L1 chain in 32 bits.
    #[error("L1 chain id {0} is too large for messages: they have 32 bits for it")]
    ChainId(L1ChainId),
    /// The rules could not be checked.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A message to L1 cannot be consumed.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A chain cannot be written or read.
    #[error(transparent)]
    Transfer(#[from] TransferError),
}

/// What a node's methods return.
pub type Result<T, E = NodeError> = std::result::Result<T, E>;
