//! What is known of a transaction.
//!
//! Protocol source: `@aztec/stdlib/src/tx/tx_receipt.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{RevertCode, TxHash};
use crate::block::{BlockHash, BlockNumber, EpochNumber};
use crate::gas::TransactionFee;
use crate::log::DebugLog;

/// How far a transaction has come. Later is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TxStatus {
    /// The node does not know it: it was dropped, or never arrived.
    Dropped,
    /// Waiting for a block.
    Pending,
    /// In a block that is not yet on L1.
    Proposed,
    /// In a checkpoint on L1.
    Checkpointed,
    /// In an epoch that is proven.
    Proven,
    /// Proven, and the L1 block that says so is final.
    Finalized,
}

impl TxStatus {
    /// Every status, in order.
    pub const ALL: [Self; 6] =
        [Self::Dropped, Self::Pending, Self::Proposed, Self::Checkpointed, Self::Proven, Self::Finalized];

    /// Whether the transaction is in a block.
    #[must_use]
    pub fn is_mined(self) -> bool {
        self >= Self::Proposed
    }
}

/// How the execution of a mined transaction went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TxExecutionResult {
    /// Nothing reverted.
    Success,
    /// App logic reverted.
    AppLogicReverted,
    /// Teardown reverted.
    TeardownReverted,
    /// App logic and teardown reverted.
    BothReverted,
}

impl From<RevertCode> for TxExecutionResult {
    fn from(code: RevertCode) -> Self {
        match code {
            RevertCode::Ok => Self::Success,
            RevertCode::AppLogicReverted => Self::AppLogicReverted,
            RevertCode::TeardownReverted => Self::TeardownReverted,
            RevertCode::BothReverted => Self::BothReverted,
        }
    }
}

/// What a node tells of a transaction. What it does not know is left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxReceipt {
    /// The transaction.
    pub tx_hash: TxHash,
    /// How far it has come.
    pub status: TxStatus,
    /// How its execution went, once mined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution_result: Option<TxExecutionResult>,
    /// Why it was dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What it paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction_fee: Option<TransactionFee>,
    /// Hash of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_hash: Option<BlockHash>,
    /// Number of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_number: Option<BlockNumber>,
    /// Epoch of its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch_number: Option<EpochNumber>,
    /// What its contracts printed, on nodes that keep that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub debug_logs: Option<Vec<DebugLog>>,
}

impl TxReceipt {
    /// A receipt that tells the status only.
    #[must_use]
    pub fn new(tx_hash: TxHash, status: TxStatus) -> Self {
        Self {
            tx_hash,
            status,
            execution_result: None,
            error: None,
            transaction_fee: None,
            block_hash: None,
            block_number: None,
            epoch_number: None,
            debug_logs: None,
        }
    }

    /// Whether the transaction is in a block.
    #[must_use]
    pub fn is_mined(&self) -> bool {
        self.status.is_mined()
    }

    /// Whether it is known that nothing reverted.
    #[must_use]
    pub fn has_succeeded(&self) -> bool {
        self.execution_result == Some(TxExecutionResult::Success)
    }

    /// Whether it is known that something reverted.
    #[must_use]
    pub fn has_reverted(&self) -> bool {
        self.execution_result.is_some_and(|result| result != TxExecutionResult::Success)
    }
}

crate::any_value!(TxStatus, (0..6usize).prop_map(|index| Self::ALL[index]));
crate::any_value!(TxExecutionResult, any::<RevertCode>().prop_map(Self::from));
crate::any_struct!(TxReceipt {
    tx_hash: TxHash,
    status: TxStatus,
    execution_result: Option<TxExecutionResult>,
    error: Option<String>,
    transaction_fee: Option<TransactionFee>,
    block_hash: Option<BlockHash>,
    block_number: Option<BlockNumber>,
    epoch_number: Option<EpochNumber>,
    debug_logs: Option<Vec<DebugLog>>,
});
