//! The executions of recorded transactions.

use std::collections::BTreeMap;

use circuits::program::Program;
use circuits::witness::WitnessMap;
use protocol::artifact::VerificationKey;
use protocol::codec::FromFields;
use protocol::field::Fr;
use protocol::kernel::{IsEmpty, PrivateCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs, SideEffectCounter};
use protocol::log::{ContractClassLog, ContractClassLogFields};
use protocol::tx::{HashedValues, TxExecutionRequest, TxRequest};
use pxe_core::execution::{CountedContractClassLog, PrivateCall, PrivateExecution};
use pxe_core::kernel::KernelMode;
use serde::Deserialize;
use tests::session::{ClassLog, Entry, Fields, FunctionRun};

use super::Circuits;
use super::hints::{self, PrivateCalls};

/// How a recorded transaction went on after its execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    /// Through the kernels.
    Kernels(KernelMode),
    /// Without any, because contracts are replaced.
    Nothing,
}

/// A recorded transaction.
pub(crate) struct Transaction {
    pub(crate) request: TxRequest,
    pub(crate) execution: PrivateExecution,
    pub(crate) through: Through,
    /// What came out, where it is recorded.
    pub(crate) tail: Option<PrivateKernelTailCircuitPublicInputs>,
}

#[derive(Deserialize)]
struct Calldata {
    hash: Fr,
    values: Fields,
}

impl Transaction {
    /// The transaction of an entry, if its execution ended well.
    pub(crate) fn of(entry: &Entry, circuits: &Circuits) -> Option<Self> {
        let overrides = entry.args["overrides"].as_array().is_some_and(|overrides| !overrides.is_empty());
        let enforce_fee = entry.args["skipFeeEnforcement"] != true;
        let through = match entry.method.as_str() {
            "simulateTx" if overrides => Through::Nothing,
            "simulateTx" => Through::Kernels(KernelMode::Simulate { enforce_fee }),
            "proveTx" => Through::Kernels(KernelMode::Simulate { enforce_fee: true }),
            "profileTx" => Through::Kernels(KernelMode::Profile { enforce_fee: true }),
            _ => return None,
        };
        let result = entry.result.as_ref();
        // Of a failure before the kernels nothing is left to do, and without kernels nothing tells how far it came.
        if entry.kernels.is_empty() && (through != Through::Nothing || result.is_none()) {
            return None;
        }
        let calls = hints::private_calls(entry, circuits);
        let request: TxExecutionRequest = serde_json::from_value(entry.args["request"].clone()).unwrap();
        let mut entries = made(&entry.runs, None, &circuits.any);
        assert_eq!(entries.len(), 1, "a transaction has one entry call");
        let mut call = entries.remove(0);
        // In the order of kernels, which is that of calls.
        give_keys(&mut call, &mut calls.keys().into_iter());
        let told = result.filter(|result| result["firstNullifier"].is_string());
        let (first_nullifier, public_calldata) = match told {
            Some(result) => {
                let calldata: Vec<Calldata> = serde_json::from_value(result["calldata"].clone()).unwrap();
                let calldata = calldata.into_iter().map(|it| HashedValues { values: it.values.0, hash: it.hash });
                (serde_json::from_value(result["firstNullifier"].clone()).unwrap(), calldata.collect())
            }
            None => (calls.first_nullifier.unwrap(), hashes(&call)),
        };
        let tail = told.map(|result| serde_json::from_value(result["publicInputs"].clone()).unwrap());
        let execution = PrivateExecution { entry: call, first_nullifier, public_calldata };
        Some(Self { request: request.to_tx_request(), execution, through, tail })
    }
}

/// Calldata of which only hashes are known.
fn hashes(entry: &PrivateCall) -> Vec<HashedValues> {
    let requests = entry.all().flat_map(|call| {
        let inputs = &call.public_inputs;
        let enqueued = inputs.public_call_requests.items().iter().map(|call| call.inner);
        enqueued.chain([inputs.public_teardown_call_request].into_iter().filter(|teardown| !teardown.is_empty()))
    });
    requests.map(|request| HashedValues { values: Vec::new(), hash: request.calldata_hash }).collect()
}

fn give_keys(call: &mut PrivateCall, keys: &mut impl Iterator<Item = VerificationKey>) {
    // A failure leaves calls without kernels; their keys are never looked at.
    call.verification_key = keys.next().unwrap_or_else(|| call.verification_key.clone());
    call.nested.iter_mut().for_each(|nested| give_keys(nested, keys));
}

/// The private calls that began in a run.
fn made(runs: &[FunctionRun], within: Option<usize>, program: &Program) -> Vec<PrivateCall> {
    let inside = runs.iter().filter(|run| run.kind == "private" && run.within.map(|(run, _)| run) == within);
    inside.map(|run| call(runs, run, program)).collect()
}

fn call(runs: &[FunctionRun], run: &FunctionRun, program: &Program) -> PrivateCall {
    let counter = |(note, nullifier): &(u32, u32)| (SideEffectCounter(*note), SideEffectCounter(*nullifier));
    let class_log = |log: &ClassLog| CountedContractClassLog {
        log: ContractClassLog {
            contract_address: log.contract,
            fields: ContractClassLogFields::from_fields(&log.fields.0).unwrap(),
            emitted_length: log.length,
        },
        counter: SideEffectCounter(log.counter),
    };
    PrivateCall {
        contract_name: run.artifact.clone(),
        function_name: run.function.clone(),
        program: program.clone(),
        verification_key: VerificationKey::from_bytes(vec![0; VerificationKey::MEGA_SIZE]),
        witness: WitnessMap::new(),
        public_inputs: PrivateCircuitPublicInputs::from_fields(&run.output.0).unwrap(),
        return_values: run.returns.0.clone(),
        new_notes: Vec::new(),
        nullified_notes: run.nullified.iter().map(counter).collect::<BTreeMap<_, _>>(),
        offchain_effects: Vec::new(),
        tags: Vec::new(),
        contract_class_logs: run.class_logs.iter().map(class_log).collect(),
        nested: made(runs, Some(run.id), program),
    }
}

impl PrivateCalls {
    /// The keys of the private functions.
    fn keys(&self) -> Vec<VerificationKey> {
        let bytes = |call: &circuits::kernel_inputs::PrivateCallData| {
            VerificationKey::from_bytes(call.vk.key.iter().flat_map(|field| field.to_be_bytes()).collect())
        };
        self.calls.iter().map(|(_, call)| bytes(call)).collect()
    }
}
