//! Answers of the recorded node and the recorded contracts.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use circuits::kernel_inputs::{ContractClassHints, PrivateCallData};
use circuits::witness::WitnessMap;
use protocol::field::{Fr, Point};
use protocol::kernel::CallContext;
use protocol::keys::SecretScalar;
use protocol::merkle::{MembershipWitness, NullifierMembershipWitness};
use pxe_core::kernel::hints::{CalledFunction, HintAnswers, HintError, HintQuestions, HintSource, NullifierMembership};
use serde::de::DeserializeOwned;
use tests::session::Entry;

use super::Circuits;

/// What the node answered and what the kernels were told about contracts.
pub(crate) struct Recorded {
    pub(crate) functions: BTreeMap<CalledFunction, ContractClassHints>,
    pub(crate) note_hashes: BTreeMap<Fr, MembershipWitness<42>>,
    nullifiers: BTreeMap<Fr, NullifierMembership>,
    pub(crate) keys: Vec<(Point, SecretScalar)>,
    asked: AtomicUsize,
}

/// What init and inner kernels were given, in their order.
#[derive(Default)]
pub(crate) struct PrivateCalls {
    pub(crate) calls: Vec<(CallContext, PrivateCallData)>,
    pub(crate) first_nullifier: Option<Fr>,
}

pub(crate) fn private_calls(entry: &Entry, circuits: &Circuits) -> PrivateCalls {
    let mut found = PrivateCalls::default();
    for kernel in &entry.kernels {
        let witness = WitnessMap::from_values(kernel.input.0.iter().copied());
        let maps = circuits.maps(kernel.circuit.ends_with("simulated"));
        if kernel.circuit.starts_with("private_kernel_init") {
            let inputs = maps.init.decode(&witness).unwrap();
            found.calls.push((inputs.app_public_inputs.call_context, inputs.private_call));
            found.first_nullifier = Some(inputs.first_nullifier_hint);
        } else if kernel.circuit.starts_with("private_kernel_inner") {
            let inputs = maps.inner.decode(&witness).unwrap();
            found.calls.push((inputs.app_public_inputs.call_context, inputs.private_call));
        }
    }
    found
}

/// What the node answered to a method, by its last parameter.
fn answers<T: DeserializeOwned>(entry: &Entry, method: &str) -> impl Iterator<Item = (Fr, T)> {
    let calls = entry.rpc.iter().filter(move |call| call.method == method);
    calls.filter_map(|call| {
        let value = serde_json::from_value(call.params.last().unwrap().clone()).unwrap();
        let answer = call.result.clone().filter(|answer| !answer.is_null())?;
        Some((value, serde_json::from_value(answer).unwrap()))
    })
}

impl Recorded {
    pub(crate) fn of(entry: &Entry, circuits: &Circuits, keys: Vec<(Point, SecretScalar)>) -> Arc<Self> {
        let function = |(context, call): (CallContext, PrivateCallData)| {
            let called = CalledFunction { contract: context.contract_address, selector: context.function_selector };
            (called, call.verification_key_hints)
        };
        let nullifier = |(value, answer): (Fr, NullifierMembershipWitness)| {
            let witness = MembershipWitness::new(answer.index, answer.sibling_path).unwrap();
            (value, NullifierMembership { witness, leaf: answer.leaf_preimage })
        };
        Arc::new(Self {
            functions: private_calls(entry, circuits).calls.into_iter().map(function).collect(),
            note_hashes: answers(entry, "node_getNoteHashMembershipWitness").collect(),
            nullifiers: answers(entry, "node_getNullifierMembershipWitness").map(nullifier).collect(),
            keys,
            asked: AtomicUsize::new(0),
        })
    }

    /// How often something was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl HintSource for Recorded {
    async fn answer(&self, questions: &HintQuestions) -> Result<HintAnswers, HintError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let function = |called: &CalledFunction| {
            self.functions.get(called).cloned().ok_or(HintError::UnknownContract(called.contract))
        };
        Ok(HintAnswers {
            functions: questions.functions.iter().map(function).collect::<Result<_, _>>()?,
            note_hashes: questions.note_hashes.iter().map(|value| self.note_hashes.get(value).cloned()).collect(),
            nullifiers: questions.nullifiers.iter().map(|value| self.nullifiers.get(value).cloned()).collect(),
        })
    }

    async fn master_secret_key(&self, public_key: &Point) -> Result<SecretScalar, HintError> {
        let found = self.keys.iter().find(|(key, _)| key == public_key);
        found.map(|(_, secret)| secret.clone()).ok_or_else(|| HintError::UnknownKey(public_key.x))
    }
}
