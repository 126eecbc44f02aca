//! Why a function could not be executed.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use circuits::abi_map::MapError;
use circuits::program::ProgramError;
use circuits::witness::{SolveError, SolveFailure};
use protocol::abi::{ErrorSelector, FunctionType, TypeError};
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tx::{FailingFunction, NoirCallStack, SimulationError};
use thiserror::Error;

use super::OracleError;
use crate::contract::{ContractError, LoadedFunction};
use crate::keystore::KeyStoreError;
use crate::store::StoreError;
use crate::sync::SyncError;

/// A function could not be executed: why, and the calls that led there.
#[derive(Debug)]
pub struct ExecutionError {
    /// Why.
    pub failure: Box<ExecutionFailure>,
    /// The functions on the way, outermost first; the last one failed. Empty when no function had begun.
    pub calls: Vec<FailingFunction>,
    /// The place in the last function.
    pub place: Option<NoirCallStack>,
}

/// Why a function could not be executed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExecutionFailure {
    /// An assertion of the contract does not hold.
    #[error("assertion failed: {message}")]
    Assertion {
        /// What the contract says.
        message: String,
        /// Which assertion.
        selector: ErrorSelector,
        /// The values it tells.
        payload: Vec<Fr>,
    },
    /// The program fails.
    #[error("{}", .0.reason)]
    Solve(SolveError),
    /// An oracle has no answer.
    #[error("oracle {oracle}: {source}")]
    Oracle {
        /// The oracle.
        oracle: String,
        /// Why.
        source: OracleError,
    },
    /// A function runs elsewhere.
    #[error("it is a {found:?} function, not a {expected:?} one")]
    Kind {
        /// Where it should run.
        expected: FunctionType,
        /// Where it runs.
        found: FunctionType,
    },
    /// The arguments are not those of the function.
    #[error("it takes {expected} fields of arguments, found {found}")]
    Arguments {
        /// Fields it takes.
        expected: usize,
        /// Fields there are.
        found: usize,
    },
    /// Nobody said what the arguments are.
    #[error("the arguments with hash {0} are not known")]
    NoArguments(Fr),
    /// Nobody said what is returned.
    #[error("the return values with hash {0} are not known")]
    NoReturnValues(Fr),
    /// Nobody said what a public function is called with.
    #[error("the calldata with hash {0} is not known")]
    NoCalldata(Fr),
    /// A parameter has a type without a size.
    #[error(transparent)]
    Parameters(#[from] TypeError),
    /// The code is none.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// What a private function makes public cannot be read.
    #[error("what it makes public cannot be read: {0}")]
    PublicInputs(MapError),
    /// A private function has no verification key.
    #[error("it has no verification key")]
    NoVerificationKey,
    /// What finds notes and events is called by somebody else than the client.
    #[error("sync_state is called by the client only, so that notes are not found twice")]
    SyncStateCalled,
    /// A contract cannot be used.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// Something cannot be brought up to date.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl<F: Into<ExecutionFailure>> From<F> for ExecutionError {
    fn from(failure: F) -> Self {
        Self { failure: Box::new(failure.into()), calls: Vec::new(), place: None }
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, call) in self.calls.iter().enumerate() {
            f.write_str(if index == 0 { "" } else { " > " })?;
            match &call.contract_name {
                Some(name) => f.write_str(name)?,
                None => call.contract_address.fmt(f)?,
            }
            match (&call.function_name, call.function_selector) {
                (Some(name), _) => write!(f, ".{name}")?,
                (None, Some(selector)) => write!(f, ".{selector}")?,
                (None, None) => {}
            }
        }
        f.write_str(if self.calls.is_empty() { "" } else { ": " })?;
        self.failure.fmt(f)
    }
}

/// The failure is told by the error itself; its source is the failure's.
impl core::error::Error for ExecutionError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.failure.source()
    }
}

impl ExecutionError {
    /// The error of a function whose program failed.
    pub(super) fn solving(function: &LoadedFunction, contract: AztecAddress, error: SolveError) -> Self {
        let place = error.official_call_stack();
        let place = (!place.is_empty()).then_some(NoirCallStack::Opcodes(place));
        let message = error.message(&function.abi.error_types);
        let SolveError { reason, call_stack } = error;
        let failure = match *reason {
            SolveFailure::Assertion { selector, payload } => ExecutionFailure::Assertion { message, selector, payload },
            SolveFailure::ForeignCall { name, source } => match source.downcast::<OracleError>() {
                Ok(source) => match *source {
                    OracleError::Nested(nested) => return nested.called_by(function, contract),
                    source => ExecutionFailure::Oracle { oracle: name, source },
                },
                Err(source) => {
                    let reason = Box::new(SolveFailure::ForeignCall { name, source });
                    ExecutionFailure::Solve(SolveError { reason, call_stack })
                }
            },
            reason => ExecutionFailure::Solve(SolveError { reason: Box::new(reason), call_stack }),
        };
        Self { failure: Box::new(failure), calls: Vec::new(), place }.called_by(function, contract)
    }

    /// The same error of a call that a function made, or of the function itself.
    pub(super) fn called_by(mut self, function: &LoadedFunction, contract: AztecAddress) -> Self {
        let call = FailingFunction {
            contract_address: contract,
            contract_name: Some(function.contract_name.clone()),
            function_selector: Some(function.selector),
            function_name: Some(function.abi.name.clone()),
        };
        self.calls.insert(0, call);
        self
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match &*self.failure {
            ExecutionFailure::Oracle { source, .. } => source.hint(),
            ExecutionFailure::Contract(error) => error.hint(),
            ExecutionFailure::Store(error) => error.hint(),
            ExecutionFailure::Keys(error) => error.hint(),
            ExecutionFailure::Sync(error) => error.hint(),
            _ => None,
        }
    }

    /// The error as official clients tell it.
    #[must_use]
    pub fn to_simulation_error(&self) -> SimulationError {
        let original_message = match &*self.failure {
            ExecutionFailure::Assertion { message, .. } => alloc::format!("Assertion failed: {message}"),
            ExecutionFailure::Oracle { source, .. } => alloc::string::ToString::to_string(source),
            other => alloc::string::ToString::to_string(other),
        };
        SimulationError {
            original_message,
            function_error_stack: self.calls.clone(),
            noir_error_stack: self.place.clone(),
            revert_data: Vec::new(),
        }
    }
}
