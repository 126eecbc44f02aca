//! The L1 side of the network, as far as the chain needs it.
//!
//! | Item | Subject |
//! |---|---|
//! | [`L1`] | the port: where checkpoints go, where messages come from, what gas costs |
//! | [`DevelopmentL1`] | a built-in L1 that only keeps time |
//! | [`fees`] | the price of L2 gas |
//! | [`outbox`] | messages to L1 |

mod development;
pub mod fees;
pub mod outbox;

use std::fmt::Debug;

use protocol::block::{Checkpoint, L1PublishedData, Timestamp};
use protocol::rpc::info::L1ContractAddresses;
use thiserror::Error;

pub use development::DevelopmentL1;
pub use fees::L1GasPrices;

/// L1 did not take what it was given.
#[derive(Debug, Error)]
pub enum L1Error {
    /// The fee asset or gas has no usable price.
    #[error("L1 refused checkpoint {checkpoint}: {reason}")]
    Refused {
        /// The checkpoint.
        checkpoint: protocol::block::CheckpointNumber,
        /// What L1 says.
        reason: String,
    },
}

/// The L1 side of the network.
pub trait L1: Send + Sync + Debug {
    /// The network's contracts.
    fn contracts(&self) -> &L1ContractAddresses;

    /// What L1 gas costs at a time.
    fn gas_prices(&self, time: Timestamp) -> L1GasPrices;

    /// Publishes a checkpoint; returns where it is.
    fn publish(&self, checkpoint: &Checkpoint) -> Result<L1PublishedData, L1Error>;

    /// The L1 block that is the latest at a time.
    fn block_at(&self, time: Timestamp) -> L1PublishedData;

    /// Up to which time blocks are final when it is `now`.
    fn finalized_at(&self, now: Timestamp) -> Timestamp;
}
