//! The execution of a recorded transaction.

use std::collections::BTreeMap;

use circuits::program::Program;
use circuits::witness::WitnessMap;
use protocol::artifact::VerificationKey;
use protocol::codec::FromFields;
use protocol::field::Fr;
use protocol::kernel::{PrivateCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs, SideEffectCounter};
use protocol::log::{ContractClassLog, ContractClassLogFields};
use protocol::tx::{HashedValues, TxExecutionRequest, TxRequest};
use pxe_core::execution::{CountedContractClassLog, PrivateCall, PrivateExecution};
use pxe_core::kernel::KernelMode;
use serde::Deserialize;
use tests::session::{Entry, Fields, FunctionRun};

use super::{Circuits, hints};

/// A recorded transaction.
pub(crate) struct Transaction {
    pub(crate) request: TxRequest,
    pub(crate) execution: PrivateExecution,
    pub(crate) mode: KernelMode,
    /// What came out.
    pub(crate) tail: PrivateKernelTailCircuitPublicInputs,
}

#[derive(Deserialize)]
struct Calldata {
    hash: Fr,
    values: Fields,
}

impl Transaction {
    /// The transaction of an entry, if it has one that went through kernels.
    pub(crate) fn of(entry: &Entry, circuits: &Circuits) -> Option<Self> {
        let result = entry.result.as_ref().filter(|_| !entry.kernels.is_empty())?;
        let enforce_fee = entry.args["skipFeeEnforcement"] != true;
        let mode = match entry.method.as_str() {
            "proveTx" => KernelMode::Simulate { enforce_fee: true },
            "simulateTx" => KernelMode::Simulate { enforce_fee },
            _ => return None,
        };
        let request: TxExecutionRequest = serde_json::from_value(entry.args["request"].clone()).unwrap();
        let calldata: Vec<Calldata> = serde_json::from_value(result["calldata"].clone()).unwrap();
        let calldata = calldata.into_iter().map(|it| HashedValues { values: it.values.0, hash: it.hash });
        // In the order of kernels, which is that of calls.
        let mut keys = hints::keys(entry, circuits).into_iter();
        let mut entry_calls = calls(&entry.runs, None, &circuits.any);
        assert_eq!(entry_calls.len(), 1, "a transaction has one entry call");
        let mut call = entry_calls.remove(0);
        give_keys(&mut call, &mut keys);
        Some(Self {
            request: request.to_tx_request(),
            execution: PrivateExecution {
                entry: call,
                first_nullifier: serde_json::from_value(result["firstNullifier"].clone()).unwrap(),
                public_calldata: calldata.collect(),
            },
            mode,
            tail: serde_json::from_value(result["publicInputs"].clone()).unwrap(),
        })
    }
}

fn give_keys(call: &mut PrivateCall, keys: &mut impl Iterator<Item = VerificationKey>) {
    call.verification_key = keys.next().expect("a kernel for each call");
    call.nested.iter_mut().for_each(|nested| give_keys(nested, keys));
}

/// The private calls that began in a run.
fn calls(runs: &[FunctionRun], within: Option<usize>, program: &Program) -> Vec<PrivateCall> {
    let inside = runs.iter().filter(|run| run.kind == "private" && run.within.map(|(run, _)| run) == within);
    inside.map(|run| call(runs, run, program)).collect()
}

fn call(runs: &[FunctionRun], run: &FunctionRun, program: &Program) -> PrivateCall {
    let counter = |(note, nullifier): &(u32, u32)| (SideEffectCounter(*note), SideEffectCounter(*nullifier));
    let class_log = |log: &tests::session::ClassLog| CountedContractClassLog {
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
        verification_key: VerificationKey::from_bytes(Vec::new()),
        witness: WitnessMap::new(),
        public_inputs: PrivateCircuitPublicInputs::from_fields(&run.output.0).unwrap(),
        return_values: run.returns.0.clone(),
        new_notes: Vec::new(),
        nullified_notes: run.nullified.iter().map(counter).collect::<BTreeMap<_, _>>(),
        offchain_effects: Vec::new(),
        tags: Vec::new(),
        contract_class_logs: run.class_logs.iter().map(class_log).collect(),
        nested: calls(runs, Some(run.id), program),
    }
}
