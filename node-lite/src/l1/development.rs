//! A built-in L1 that only keeps time: its blocks follow each other as its clock says and hold what the chain publishes.

use std::num::NonZeroU32;

use protocol::block::{Checkpoint, L1BlockHash, L1BlockNumber, L1PublishedData, Timestamp};
use protocol::rpc::info::L1ContractAddresses;
use sha2::{Digest, Sha256};

use super::{L1, L1Error, L1GasPrices};

/// Blocks until a block is final, as on a fresh Anvil.
const BLOCKS_TO_FINALITY: u64 = 64;

/// A built-in L1 without contracts of its own: it takes every checkpoint at once.
#[derive(Debug, Clone)]
pub struct DevelopmentL1 {
    contracts: L1ContractAddresses,
    genesis: Timestamp,
    slot_duration: NonZeroU32,
}

impl DevelopmentL1 {
    /// An L1 whose first block is from `genesis`, with a block every `slot_duration` seconds.
    #[must_use]
    pub fn new(contracts: L1ContractAddresses, genesis: Timestamp, slot_duration: NonZeroU32) -> Self {
        Self { contracts, genesis, slot_duration }
    }

    fn slot(&self) -> u64 {
        self.slot_duration.get().into()
    }
}

impl L1 for DevelopmentL1 {
    fn contracts(&self) -> &L1ContractAddresses {
        &self.contracts
    }

    fn gas_prices(&self, _time: Timestamp) -> L1GasPrices {
        L1GasPrices::IDLE
    }

    fn publish(&self, checkpoint: &Checkpoint) -> Result<L1PublishedData, L1Error> {
        Ok(self.block_at(checkpoint.header.timestamp))
    }

    fn block_at(&self, time: Timestamp) -> L1PublishedData {
        let number = 1 + time.0.saturating_sub(self.genesis.0) / self.slot();
        let mut hash = Sha256::new();
        hash.update(b"node-lite development L1 block");
        hash.update(self.genesis.0.to_be_bytes());
        hash.update(number.to_be_bytes());
        let timestamp = Timestamp(self.genesis.0 + (number - 1) * self.slot());
        L1PublishedData {
            block_number: L1BlockNumber(number),
            timestamp,
            block_hash: L1BlockHash(hash.finalize().into()),
        }
    }

    fn finalized_at(&self, now: Timestamp) -> Timestamp {
        Timestamp(now.0.saturating_sub(BLOCKS_TO_FINALITY * self.slot()))
    }
}
