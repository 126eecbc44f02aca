//! Utility functions, executed.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`.

use alloc::vec::Vec;

use circuits::program::Program;
use circuits::witness::{WitnessMap, solve};
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
    execute(env, job, call.to, call.selector, &call.args, auth_witnesses, scopes).await
}

/// Executes a utility function of a contract that is synced, or being synced.
pub(super) async fn execute(
    env: &Env,
    job: &mut Job,
    contract: AztecAddress,
    selector: FunctionSelector,
    arguments: &[Fr],
    auth_witnesses: &[AuthWitness],
    scopes: &Scopes,
) -> Result<Vec<Fr>, ExecutionError> {
    let function = env.contracts.function(job, contract, selector).await?;
    let program = begin(env, &function, arguments);
    let program = program.map_err(|failure| ExecutionError::from(failure).called_by(&function, contract))?;
    let mut call = Call {
        env,
        job,
        budget: &mut Budget::new(),
        scopes,
        auth_witnesses,
        capsules: &[],
        contract,
        contract_name: &function.contract_name,
        private: None,
    };
    let witness = solve(&program, WitnessMap::from_values(arguments.iter().copied()), &mut call).await;
    let witness = witness.map_err(|error| ExecutionError::solving(&function, contract, error))?;
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
    Ok(env.programs.get(&function.bytecode)?)
}
