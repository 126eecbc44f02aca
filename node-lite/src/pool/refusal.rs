//! Why a transaction does not get into the pool, or goes.

use std::fmt;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber, Timestamp};
use protocol::tx::TxHash;
use thiserror::Error;

use crate::validate::{Amount, Verdict};

/// Why a transaction does not get into the pool. The texts are those of the official pool.
///
/// Protocol source: `@aztec/p2p/src/mem_pools/tx_pool_v2/eviction/interfaces.ts` and the rules beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PoolRefusal {
    /// A pending transaction has one of its nullifiers, and it does not pay enough more to replace that one.
    #[error("Nullifier conflict with existing tx {conflicting}. Minimum required fee: {required}, got: {found}")]
    NullifierConflict {
        /// The pending transaction.
        conflicting: TxHash,
        /// Priority fee that would replace it.
        required: Amount,
        /// Its priority fee.
        found: u128,
    },
    /// Its payer cannot pay it after what is preferred to it.
    #[error("Fee payer {payer} has insufficient balance. Balance at transaction: {available}, required: {required}")]
    FeePayerBalance {
        /// The payer.
        payer: AztecAddress,
        /// What is left for it, its claim included.
        available: Amount,
        /// What it may cost.
        required: Amount,
    },
    /// The pool is full, and it does not pay enough more than the least preferred one.
    #[error("Tx does not meet minimum priority fee. Required: {required}, got: {found}")]
    LowPriorityFee {
        /// Priority fee that would get it in.
        required: Amount,
        /// Its priority fee.
        found: u128,
    },
}

impl PoolRefusal {
    /// Name of the reason for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NullifierConflict { .. } => "NULLIFIER_CONFLICT",
            Self::FeePayerBalance { .. } => "INSUFFICIENT_FEE_PAYER_BALANCE",
            Self::LowPriorityFee { .. } => "LOW_PRIORITY_FEE",
        }
    }
}

/// Why a transaction was pending and is not any more, without being in a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DropReason {
    /// Another one with a nullifier of it pays more.
    Replaced {
        /// The other one.
        by: TxHash,
    },
    /// Its payer cannot pay it any more.
    FeePayerBalance {
        /// The payer.
        payer: AztecAddress,
    },
    /// The pool was full.
    PoolFull,
    /// A block has one of its nullifiers.
    NullifierInBlock {
        /// The block.
        block: BlockNumber,
    },
    /// It was not in a block in time.
    Expired {
        /// Last time of a block that it could be in.
        expires: Timestamp,
        /// Time of the latest block.
        block: Timestamp,
    },
    /// The block it is built on was taken back.
    AnchorGone {
        /// The block.
        anchor: BlockHash,
    },
    /// Its block was taken back, and the rules do not let it wait for another.
    Refused(Verdict),
    /// It could not be executed.
    Failed(String),
    /// Someone who runs the node took it out.
    Removed,
    /// It could not be stored; whoever sent it was told.
    NotKept,
}

impl DropReason {
    /// The reason of what could not be executed. The text is cut to what is worth keeping.
    #[must_use]
    pub fn failed(why: &dyn fmt::Display) -> Self {
        Self::Failed(why.to_string().chars().take(500).collect())
    }
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replaced { by } => write!(f, "replaced by {by}, which has a nullifier of it and pays more"),
            Self::FeePayerBalance { payer } => write!(f, "fee payer {payer} cannot pay for it any more"),
            Self::PoolFull => write!(f, "the pool was full and it paid least"),
            Self::NullifierInBlock { block } => write!(f, "block {block} has one of its nullifiers"),
            Self::Expired { expires, block } => write!(f, "expired at {expires}, the latest block is of {block}"),
            Self::AnchorGone { anchor } => write!(f, "the block {anchor} it is built on was taken back"),
            Self::Refused(verdict) => write!(f, "its block was taken back; {}", verdict.explanation()),
            Self::Failed(why) => write!(f, "execution failed: {why}"),
            Self::Removed => write!(f, "removed by the operator of the node"),
            Self::NotKept => write!(f, "it could not be stored"),
        }
    }
}
