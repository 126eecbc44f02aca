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
use protocol::tx::{FailingFunction, NoirCallStack, SimulationError, SourceCodeLocation, WayToFailure};
use thiserror::Error;

use super::{Env, OracleError};
use crate::contract::{ContractError, LoadedFunction, SourcePlace};
use crate::keystore::KeyStoreError;
use crate::store::{Job, StoreError};
use crate::sync::SyncError;

/// A function could not be executed: why, and the calls that led there.
#[derive(Debug)]
pub struct ExecutionError {
    /// Why.
    pub failure: Box<ExecutionFailure>,
    /// The functions on the way, outermost first; the last one failed. Empty when no function had begun.
    pub calls: Vec<FailingFunction>,
    /// The opcodes of the last function that led there, outermost first, as official code writes them.
    pub opcodes: Vec<String>,
    /// Where those opcodes come from, outermost first, if the contract's sources are registered.
    pub sources: Vec<SourcePlace>,
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
    #[error(transparent)]
    Solve(SolveFailure),
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
        Self { failure: Box::new(failure.into()), calls: Vec::new(), opcodes: Vec::new(), sources: Vec::new() }
    }
}

impl fmt::Display for ExecutionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        WayToFailure(&self.calls).fmt(f)?;
        self.failure.fmt(f)?;
        self.sources.last().map_or(Ok(()), |place| write!(f, " at {place}"))
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
    pub(super) async fn solving(
        env: &Env,
        job: &Job,
        function: &LoadedFunction,
        contract: AztecAddress,
        error: SolveError,
    ) -> Self {
        let opcodes = error.official_call_stack();
        let message = error.message(&function.abi.error_types);
        // What cannot be found out is left out: the failure itself is worth more.
        let sources = match opcodes.is_empty() {
            true => Vec::new(),
            false => {
                let places =
                    env.contracts.source_places(job, contract, function.selector, |debug| error.sources(debug));
                places.await.unwrap_or_default()
            }
        };
        let failure = match *error.reason {
            SolveFailure::Assertion { selector, payload } => ExecutionFailure::Assertion { message, selector, payload },
            SolveFailure::ForeignCall { name, source } => match source.downcast::<OracleError>() {
                Ok(source) => match *source {
                    OracleError::Nested(nested) => return nested.called_by(function, contract),
                    source => ExecutionFailure::Oracle { oracle: name, source },
                },
                Err(source) => ExecutionFailure::Solve(SolveFailure::ForeignCall { name, source }),
            },
            reason => ExecutionFailure::Solve(reason),
        };
        Self { failure: Box::new(failure), calls: Vec::new(), opcodes, sources }.called_by(function, contract)
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

    /// Places in sources, whose whole text is left out, or opcodes.
    fn noir_call_stack(&self) -> Option<NoirCallStack> {
        let place = |place: &SourcePlace| SourceCodeLocation {
            file_path: place.path.clone(),
            line: u32::try_from(place.line).unwrap_or(u32::MAX),
            column: u32::try_from(place.column).unwrap_or(u32::MAX),
            file_source: String::new(),
            location_text: place.text.clone(),
        };
        match (self.sources.is_empty(), self.opcodes.is_empty()) {
            (false, _) => Some(NoirCallStack::Source(self.sources.iter().map(place).collect())),
            (true, false) => Some(NoirCallStack::Opcodes(self.opcodes.clone())),
            (true, true) => None,
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
            noir_error_stack: self.noir_call_stack(),
            revert_data: Vec::new(),
        }
    }
}
