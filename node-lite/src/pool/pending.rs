//! A transaction and what the pool goes by.

use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, Timestamp};
use protocol::field::Fr;
use protocol::gas::GasSettings;
use protocol::tx::{Tx, TxHash};

use crate::validate::{Amount, fee_limit, fee_payer_claim};

/// How much a transaction is preferred to others: by its fee, then by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority {
    /// The most it pays in addition, per L2 gas.
    pub fee: u128,
    /// The transaction.
    pub hash: TxHash,
}

/// A transaction and what the pool goes by.
///
/// Protocol source: `@aztec/p2p/src/mem_pools/tx_pool_v2/tx_metadata.ts`.
#[derive(Debug, Clone)]
pub struct PendingTx {
    /// The transaction.
    pub tx: Arc<Tx>,
    /// Its hash.
    pub hash: TxHash,
    /// The block it is built on.
    pub anchor: BlockHash,
    /// The most it pays in addition, per L2 gas.
    pub priority_fee: u128,
    /// Who pays.
    pub fee_payer: AztecAddress,
    /// The most it can cost.
    pub fee_limit: Amount,
    /// What it brings its payer before it is paid.
    pub claim: Amount,
    /// Its nullifiers.
    pub nullifiers: Vec<Fr>,
    /// Last time of a block that it may be in.
    pub expires: Timestamp,
}

impl PendingTx {
    /// Reads what the pool goes by from a transaction.
    #[must_use]
    pub fn new(tx: Arc<Tx>) -> Self {
        let data = tx.data();
        let GasSettings { max_fees_per_gas: max, max_priority_fees_per_gas: priority, .. } = tx.gas_settings();
        Self {
            hash: tx.tx_hash(),
            anchor: data.constants.anchor_block_header.hash(),
            priority_fee: max.fee_per_l2_gas.0.min(priority.fee_per_l2_gas.0),
            fee_payer: data.fee_payer,
            fee_limit: fee_limit(&tx),
            claim: fee_payer_claim(&tx),
            nullifiers: data.nullifiers().copied().collect(),
            expires: data.expiration_timestamp,
            tx,
        }
    }

    /// The most it costs its payer beyond what it brings.
    #[must_use]
    pub fn cost(&self) -> Amount {
        self.fee_limit.checked_sub(self.claim).unwrap_or_default()
    }

    /// How much it is preferred.
    #[must_use]
    pub fn priority(&self) -> Priority {
        Priority { fee: self.priority_fee, hash: self.hash }
    }
}
