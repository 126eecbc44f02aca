//! Utility functions, executed.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`.

use alloc::vec::Vec;

use circuits::program::Program;
use circuits::witness::WitnessMap;
use protocol::abi::{FunctionCall, FunctionSelector, FunctionType, argument_count};
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tx::AuthWitness;

use super::budget::Budget;
use super::contract_sync;
use super::oracle::Call;
use super::{Env, ExecutionError, ExecutionFailure};
use crate::contract::LoadedFunction;
use crate::scopes::Scopes;
use crate::store::Job;
use crate::sync::logs::FoundLogs;

/// Executes a utility function at the anchor, its contract synced first. Returns the fields it returns.
///
/// What was found and noted on the way is in the job, for the caller to commit.
///
/// # Errors
/// If the function fails.
pub async fn run_utility(
    env: &Env,
    job: &mut Job,
    call: &FunctionCall,
    auth_witnesses: &[AuthWitness],
    scopes: &Scopes,
) -> Result<Vec<Fr>, ExecutionError> {
    contract_sync::ensure_synced(env, job, call.to, Some(call.selector), scopes).await?;
    let run = Run { auth_witnesses, ..Run::new(call.to, call.selector, &call.args, scopes) };
    execute(env, job, run).await
}

/// A utility function that is to be executed.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) contract: AztecAddress,
    pub(super) selector: FunctionSelector,
    pub(super) arguments: &'a [Fr],
    pub(super) scopes: &'a Scopes,
    /// Authorizations it may ask for.
    pub(super) auth_witnesses: &'a [AuthWitness],
    /// Logs that were found for the accounts in the scopes, if the contract is being synced.
    pub(super) found: Option<&'a mut FoundLogs>,
}

impl<'a> Run<'a> {
    /// A run of a function without authorizations.
    pub(super) const fn new(
        contract: AztecAddress,
        selector: FunctionSelector,
        arguments: &'a [Fr],
        scopes: &'a Scopes,
    ) -> Self {
        Self { contract, selector, arguments, scopes, auth_witnesses: &[], found: None }
    }
}

/// Executes a utility function of a contract that is synced, or being synced.
pub(super) async fn execute(env: &Env, job: &mut Job, run: Run<'_>) -> Result<Vec<Fr>, ExecutionError> {
    let Run { contract, selector, arguments, scopes, auth_witnesses, found } = run;
    let function = env.contracts.function(job, contract, selector).await?;
    let program = begin(env, &function, arguments);
    let program = program.map_err(|failure| ExecutionError::from(failure).called_by(&function, contract))?;
    let mut call = Call {
        env,
        job: &mut *job,
        budget: &mut Budget::new(),
        scopes,
        auth_witnesses,
        capsules: &[],
        contract,
        contract_name: &function.contract_name,
        found,
        private: None,
    };
    let begins_with = WitnessMap::from_values(arguments.iter().copied());
    let witness = env.solve(&function, &program, begins_with, &mut call).await;
    let witness = match witness {
        Ok(witness) => witness,
        Err(error) => return Err(ExecutionError::solving(env, job, &function, contract, error).await),
    };
    let returned = program.return_witnesses().iter();
    Ok(returned.map(|index| witness.get(*index).expect("a solved witness has all values")).collect())
}

fn begin(env: &Env, function: &LoadedFunction, arguments: &[Fr]) -> Result<Program, ExecutionFailure> {
    let found = function.abi.function_type;
    if found != FunctionType::Utility {
        return Err(ExecutionFailure::Kind { expected: FunctionType::Utility, found });
    }
    let expected = argument_count(&function.abi.parameters)?;
    if arguments.len() != expected {
        return Err(ExecutionFailure::Arguments { expected, found: arguments.len() });
    }
    Ok(env.programs.get_hashed(&function.code.0, &function.bytecode)?)
}
