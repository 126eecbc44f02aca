//! Messages to L1: consumed once, and not before their epoch is proven.
//!
//! Protocol source: `l1-contracts/src/core/messagebridge/Outbox.sol`.

use protocol::block::EpochNumber;
use protocol::field::Fr;
use protocol::merkle::LeafIndex;
use thiserror::Error;

/// Why a message to L1 cannot be consumed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OutboxError {
    /// The epoch is not proven, or holds no messages.
    #[error("epoch {epoch} has no root in the outbox: it is not proven yet, or sends nothing to L1")]
    NoRoot {
        /// The epoch.
        epoch: EpochNumber,
    },
    /// The path does not lead from the message to the epoch's root.
    #[error("message {message} is not in epoch {epoch} at index {index}: the path leads to another root than {root}")]
    NotThere {
        /// The message.
        message: Fr,
        /// The epoch.
        epoch: EpochNumber,
        /// The index it should be at.
        index: LeafIndex,
        /// The epoch's root.
        root: Fr,
    },
    /// It was consumed before.
    #[error("message {message} of epoch {epoch} was consumed before")]
    Consumed {
        /// The message.
        message: Fr,
        /// The epoch.
        epoch: EpochNumber,
    },
}
