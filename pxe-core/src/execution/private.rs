//! Private functions, executed.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`,
//! `@aztec/pxe/src/contract_function_simulator/oracle/private_execution.ts`.

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use circuits::abi_map::{private_function_inputs, private_function_outputs};
use protocol::abi::{FunctionSelector, FunctionType, argument_count};
use protocol::address::AztecAddress;
use protocol::codec::{FixedFields, FromFields};
use protocol::entrypoint::EncodedCall;
use protocol::field::Fr;
use protocol::kernel::{CallContext, PrivateContextInputs, SideEffectCounter};
use protocol::tx::{AuthWitness, Capsule, HashedValues, TxExecutionRequest};

use super::budget::Budget;
use super::contract_sync;
use super::hashed_values::HashedValuesCache;
use super::note_cache::NoteCache;
use super::oracle::{Call, PrivateState, Transaction};
use super::tagging_cache::TaggingCache;
use super::{Env, ExecutionError, ExecutionFailure, PrivateCall, PrivateExecution};
use crate::contract::LoadedFunction;
use crate::scopes::Scopes;
use crate::store::Job;

/// The first counter a call uses: those before it are the kernel's.
const FIRST_COUNTER: SideEffectCounter = SideEffectCounter(2);

/// Executes the private part of a transaction at the anchor, its contracts synced first.
///
/// What was found and noted on the way is in the job, for the caller to commit. Dropped before its end it leaves nothing
/// behind but that job.
///
/// # Errors
/// If a function fails, and which.
pub async fn run_private(
    env: &Env,
    job: &mut Job,
    request: &TxExecutionRequest,
    scopes: &Scopes,
) -> Result<PrivateExecution, ExecutionError> {
    let (contract, selector) = (request.origin, request.function_selector);
    let mut contracts = called_contracts(request);
    contracts.insert(contract);
    contract_sync::prefetch(env, job, &contracts, scopes, contract).await?;
    contract_sync::ensure_synced(env, job, contract, Some(selector), scopes).await?;
    let mut tx = Transaction {
        context: request.tx_context,
        hashed_values: HashedValuesCache::new(&request.args_of_calls),
        notes: NoteCache::new(request.to_tx_request().protocol_nullifier()),
        tags: TaggingCache::default(),
        calls: 0,
    };
    let target = Target {
        msg_sender: AztecAddress::NULL_MSG_SENDER,
        contract,
        selector,
        args_hash: request.first_call_args_hash,
        counter: FIRST_COUNTER,
        is_static: None,
        sender_for_tags: None,
        calldata_fields: 0,
        depth: 0,
    };
    let shared = Shared { env, auth_witnesses: &request.auth_witnesses, capsules: &request.capsules };
    let entry = execute(shared, job, &mut Budget::new(), &mut tx, scopes, target).await?;
    let public_calldata = calldata(&entry, &tx.hashed_values)?;
    Ok(PrivateExecution { entry, first_nullifier: tx.notes.first_nullifier(), public_calldata })
}

/// The contracts whose private functions an entrypoint is told to call: what is needed to sync them is asked together.
fn called_contracts(request: &TxExecutionRequest) -> BTreeSet<AztecAddress> {
    let lists = &request.args_of_calls;
    let hashes: BTreeSet<Fr> = lists.iter().map(|list| list.hash).chain([Fr::ZERO]).collect();
    let windows = lists.iter().flat_map(|list| list.values.windows(EncodedCall::FIELD_COUNT));
    let calls = windows.filter(|fields| hashes.contains(&fields[0])).flat_map(EncodedCall::from_fields);
    let private = calls.filter(|call| !call.is_public && call.function_selector != FunctionSelector::default());
    private.map(|call| call.target_address).collect()
}

/// What all private functions of a transaction use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared<'a> {
    pub(super) env: &'a Env,
    pub(super) auth_witnesses: &'a [AuthWitness],
    pub(super) capsules: &'a [Capsule],
}

/// A private function that is to be executed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    /// Who calls it.
    pub(super) msg_sender: AztecAddress,
    /// The contract.
    pub(super) contract: AztecAddress,
    /// The function.
    pub(super) selector: FunctionSelector,
    /// Hash of the arguments.
    pub(super) args_hash: Fr,
    /// The first counter it uses.
    pub(super) counter: SideEffectCounter,
    /// Whether the call must not have side effects; unless it is said, what the function says.
    pub(super) is_static: Option<bool>,
    /// The account whose tags logs get unless they say otherwise.
    pub(super) sender_for_tags: Option<AztecAddress>,
    /// Fields of the calldata of public calls that the functions waiting for it enqueued.
    pub(super) calldata_fields: usize,
    /// How many functions wait for it.
    pub(super) depth: usize,
}

/// Executes a private function with all it calls.
pub(super) async fn execute(
    shared: Shared<'_>,
    job: &mut Job,
    budget: &mut Budget,
    tx: &mut Transaction,
    scopes: &Scopes,
    target: Target,
) -> Result<PrivateCall, ExecutionError> {
    let function = shared.env.contracts.function(job, target.contract, target.selector).await?;
    let by = |error: ExecutionError| error.called_by(&function, target.contract);
    let inputs = begin(shared.env, tx, &function, target).map_err(|failure| by(failure.into()))?;
    let program =
        shared.env.programs.get_hashed(&function.code.0, &function.bytecode).map_err(|error| by(error.into()))?;
    tx.calls += 1;
    let mut call = Call {
        env: shared.env,
        job: &mut *job,
        budget,
        scopes,
        auth_witnesses: shared.auth_witnesses,
        capsules: shared.capsules,
        contract: target.contract,
        contract_name: &function.contract_name,
        found: None,
        private: Some(PrivateState {
            sender_for_tags: target.sender_for_tags,
            calldata_fields: target.calldata_fields,
            ..PrivateState::new(tx, inputs.context.call_context, target.depth)
        }),
    };
    let begins_with = private_function_inputs(&inputs.context, &inputs.arguments);
    let witness = shared.env.solve(&function, &program, begins_with, &mut call).await;
    let state = call.private.expect("it began as a private function");
    let witness = match witness {
        Ok(witness) => witness,
        Err(error) => {
            return Err(ExecutionError::solving(shared.env, job, &function, target.contract, error).await);
        }
    };
    let public_inputs = private_function_outputs(inputs.arguments.len(), &witness);
    let public_inputs = public_inputs.map_err(|error| by(ExecutionFailure::PublicInputs(error).into()))?;
    let returns = state.tx.hashed_values.get(public_inputs.returns_hash).map(<[Fr]>::to_vec);
    let no_returns = || by(ExecutionFailure::NoReturnValues(public_inputs.returns_hash).into());
    Ok(PrivateCall {
        contract_name: function.contract_name.clone(),
        function_name: function.abi.name.clone(),
        program,
        verification_key: function
            .verification_key
            .clone()
            .ok_or_else(|| by(ExecutionFailure::NoVerificationKey.into()))?,
        witness,
        return_values: returns.ok_or_else(no_returns)?,
        public_inputs,
        new_notes: state.new_notes,
        nullified_notes: state.nullified_notes,
        offchain_effects: state.offchain_effects,
        tags: state.tx.tags.used(),
        contract_class_logs: state.contract_class_logs,
        nested: state.nested,
    })
}

/// What a private function starts from.
struct Inputs {
    context: PrivateContextInputs,
    arguments: Vec<Fr>,
}

fn begin(env: &Env, tx: &Transaction, function: &LoadedFunction, target: Target) -> Result<Inputs, ExecutionFailure> {
    let found = function.abi.function_type;
    if found != FunctionType::Private {
        return Err(ExecutionFailure::Kind { expected: FunctionType::Private, found });
    }
    let arguments = tx.hashed_values.get(target.args_hash).ok_or(ExecutionFailure::NoArguments(target.args_hash))?;
    let expected = argument_count(&function.abi.parameters)?;
    if arguments.len() != expected {
        return Err(ExecutionFailure::Arguments { expected, found: arguments.len() });
    }
    let call_context = CallContext {
        msg_sender: target.msg_sender,
        contract_address: target.contract,
        function_selector: function.selector,
        is_static_call: target.is_static.unwrap_or(function.abi.is_static),
    };
    let context = PrivateContextInputs {
        call_context,
        anchor_block_header: *env.node.header(),
        tx_context: tx.context,
        start_side_effect_counter: target.counter,
    };
    Ok(Inputs { context, arguments: arguments.to_vec() })
}

/// What the enqueued public calls are called with: of calls made by one function those of all come before those of the
/// calls they made, each function's calls before its teardown.
fn calldata(entry: &PrivateCall, values: &HashedValuesCache) -> Result<Vec<HashedValues>, ExecutionFailure> {
    let mut hashes = Vec::new();
    collect(core::slice::from_ref(entry), &mut hashes);
    let values = |hash: Fr| {
        let values = values.get(hash).ok_or(ExecutionFailure::NoCalldata(hash))?;
        Ok(HashedValues { values: values.to_vec(), hash })
    };
    hashes.into_iter().map(values).collect()
}

fn collect(calls: &[PrivateCall], hashes: &mut Vec<Fr>) {
    use protocol::kernel::IsEmpty;
    for call in calls {
        let inputs = &call.public_inputs;
        hashes.extend(inputs.public_call_requests.items().iter().map(|request| request.inner.calldata_hash));
        let teardown = &inputs.public_teardown_call_request;
        hashes.extend((!teardown.is_empty()).then_some(teardown.calldata_hash));
    }
    for call in calls {
        collect(&call.nested, hashes);
    }
}
