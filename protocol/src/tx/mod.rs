//! Transactions: what a user asks for, what is sent, what it does, what is known of it.
//!
//! | Step | Type |
//! |---|---|
//! | a wallet builds | [`ExecutionPayload`], [`TxExecutionRequest`] |
//! | the kernels start from | [`TxRequest`] |
//! | a node is sent | [`Tx`] |
//! | a simulation answers | [`PublicSimulationOutput`], [`TxValidationResult`] |
//! | a block holds | [`TxEffect`] |
//! | a user follows | [`TxReceipt`] |

mod context;
mod effect;
mod payload;
mod proof;
mod proven;
mod receipt;
mod request;
mod simulation;
#[cfg(test)]
mod tests;
mod validation;

pub use context::{FunctionData, TxContext};
pub use effect::{IndexedTxEffect, PublicDataWrite, RevertCode, TxEffect};
pub use payload::{AuthWitness, Capsule, ExecutionPayload, FeePayerConflict, HashedValues};
pub use proof::ChonkProof;
pub use proven::{Tx, TxError, TxHashMismatch};
pub use receipt::{TxExecutionResult, TxReceipt, TxStatus};
pub use request::{TxExecutionRequest, TxRequest};
pub use simulation::{
    FailingFunction, NestedProcessReturnValues, NoirCallStack, PublicSimulationOutput, SimulationError,
    SourceCodeLocation, WayToFailure,
};
pub use validation::TxValidationResult;

crate::field_newtype! {
    /// Hash that names a transaction.
    pub struct TxHash;
}
