//! Why a transaction is in no block.

use protocol::address::AztecAddress;
use protocol::contract::EventError;
use protocol::field::Fr;
use protocol::gas::{Gas, GasError};
use thiserror::Error;

use crate::avm::{AvmError, Failure, SideEffectError, StateError, WriteError};

/// A public call of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PhaseCall {
    /// The contract called.
    pub contract: AztecAddress,
    /// Hash of what is passed.
    pub calldata_hash: Fr,
}

/// Why a transaction is in no block. What it did is undone.
#[derive(Debug, Error)]
pub enum ProcessError {
    /// A private side effect that must not be undone cannot be.
    #[error("non-revertible side effect: {0}")]
    NonRevertible(#[source] SideEffectError),
    /// Setup reverted.
    #[error("setup reverted: {}", .0.to_simulation_error().original_message)]
    SetupReverted(Box<Failure>),
    /// The private part used more than the limits.
    #[error("the private part used {used:?}, above the gas limits {limits:?}")]
    GasLimits {
        /// What it used.
        used: Gas,
        /// The limits.
        limits: Gas,
    },
    /// The gas used is more than a transaction may use.
    #[error("the transaction used {used} L2 gas, above the maximum of {max}")]
    TooMuchGas {
        /// What it used.
        used: u32,
        /// What it may use.
        max: u32,
    },
    /// The sender left out what a public call passes.
    #[error("no calldata with hash {} for a call of contract {}", .0.calldata_hash, .0.contract)]
    MissingCalldata(PhaseCall),
    /// The fee has no price or no amount.
    #[error(transparent)]
    Gas(#[from] GasError),
    /// Nobody pays.
    #[error("the transaction has no fee payer")]
    NoFeePayer,
    /// The payer cannot pay.
    #[error("fee payer {payer} has {balance}, the fee is {fee}")]
    InsufficientBalance {
        /// Who should pay.
        payer: AztecAddress,
        /// What there is.
        balance: Fr,
        /// What is to be paid.
        fee: Fr,
    },
    /// With the payment of the fee, the transaction writes more than blocks take: see [`process`](super::process).
    #[error("the transaction writes {found} slots of public data, the fee's included; at most {max} fit")]
    TooManyWrites {
        /// Slots written.
        found: usize,
        /// Slots that may be.
        max: usize,
    },
    /// A log publishes a class or an instance that is none.
    #[error(transparent)]
    Event(#[from] EventError),
    /// Execution could not go on.
    #[error(transparent)]
    Avm(#[from] AvmError),
}

impl From<StateError> for ProcessError {
    fn from(error: StateError) -> Self {
        Self::Avm(error.into())
    }
}

impl From<WriteError> for ProcessError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::SideEffect(error) => error.into(),
            WriteError::State(error) => error.into(),
        }
    }
}

impl From<SideEffectError> for ProcessError {
    fn from(error: SideEffectError) -> Self {
        Self::NonRevertible(error)
    }
}
