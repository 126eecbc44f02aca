//! What contract functions do while they run.

use std::sync::Mutex;

use circuits::witness::{ForeignValue, WitnessMap};
use protocol::abi::FunctionType;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::log::{DebugLog, LogLevel};
use pxe_core::execution::{ContractLog, ContractStep};
use pxe_core::scopes::Scopes;
use sha2::{Digest, Sha256};

/// A call of an oracle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) inputs: Vec<Vec<Fr>>,
    /// Nothing if the client has no answer.
    pub(crate) outputs: Option<Vec<ForeignValue>>,
}

/// A run of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) contract: AztecAddress,
    pub(crate) function: String,
    pub(crate) is_private: bool,
    /// In which run it began, and at which of its calls.
    pub(crate) within: Option<(usize, usize)>,
    pub(crate) scopes: Scopes,
    pub(crate) inputs: Vec<Fr>,
    pub(crate) calls: Vec<Call>,
    /// Digest of the witness, if it was done.
    pub(crate) witness: Option<String>,
}

#[derive(Debug, Default)]
struct Seen {
    runs: Vec<Run>,
    /// Those that are not over.
    open: Vec<usize>,
}

/// Keeps what functions do.
#[derive(Debug, Default)]
pub(crate) struct Watcher(Mutex<Seen>);

impl Watcher {
    /// The runs since the last time, in the order they began.
    pub(crate) fn take(&self) -> Vec<Run> {
        std::mem::take(&mut *self.0.lock().unwrap()).runs
    }
}

impl ContractLog for Watcher {
    fn takes(&self, _: LogLevel) -> bool {
        false
    }

    fn log(&self, _: &str, _: DebugLog) {}

    fn step(&self, step: &ContractStep<'_>) {
        let mut seen = self.0.lock().unwrap();
        let seen = &mut *seen;
        match step {
            ContractStep::Begins { contract, function, function_type, scopes, inputs, .. } => {
                let within = seen.open.last().map(|run| (*run, seen.runs[*run].calls.len() - 1));
                seen.open.push(seen.runs.len());
                seen.runs.push(Run {
                    contract: *contract,
                    function: (*function).into(),
                    is_private: *function_type == FunctionType::Private,
                    within,
                    scopes: (*scopes).clone(),
                    inputs: inputs.iter().map(|(_, value)| value).collect(),
                    calls: Vec::new(),
                    witness: None,
                });
            }
            ContractStep::Asks { oracle, inputs } => {
                let inputs = inputs.iter().map(|input| input.fields().to_vec()).collect();
                let call = Call { name: (*oracle).into(), inputs, outputs: None };
                seen.runs[*seen.open.last().unwrap()].calls.push(call);
            }
            ContractStep::Answers { outputs } => {
                let call = seen.runs[*seen.open.last().unwrap()].calls.last_mut().unwrap();
                call.outputs = Some(outputs.to_vec());
            }
            ContractStep::Refuses { .. } => {}
            ContractStep::Ends { witness } => seen.runs[seen.open.pop().unwrap()].witness = Some(digest(witness)),
            ContractStep::Fails => {
                seen.open.pop();
            }
        }
    }
}

/// What recordings know a witness by.
fn digest(witness: &WitnessMap) -> String {
    let mut hash = Sha256::new();
    for (index, value) in witness.iter() {
        hash.update(index.to_le_bytes());
        hash.update(value.to_be_bytes());
    }
    const_hex::encode(&hash.finalize()[..16])
}
