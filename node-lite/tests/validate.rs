//! Recorded transactions, changed here and there: the rules must say what the official validators say, in their words.
//!
//! The data is made by `tests/state/generate/rules.mjs`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use common::{bytes, field, lines};
use flate2::read::GzDecoder;
use node_lite::public::fee_payer_balance_slot;
use node_lite::state::{Fork, Genesis};
use node_lite::store::ChainStore;
use node_lite::validate::{
    AcceptAll, ProofVerifier, Rules, Verdict, VerifierError, VerifierHealth, default_allowed_setup,
};
use protocol::block::{BlockNumber, GlobalVariables, Timestamp};
use protocol::codec::Decode;
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{ContractClassId, DelayedClassId};
use protocol::field::Fr;
use protocol::gas::{FeePerGas, Gas, GasFees};
use protocol::hash::silo::public_data_leaf_slot;
use protocol::merkle::PublicDataLeaf;
use protocol::rpc::info::{AllowedElement, L1ChainId, RollupVersion};
use protocol::rpc::lookup::TxValidationOptions;
use protocol::tx::{Tx, TxValidationResult};
use serde_json::Value;

/// Refuses every proof.
#[derive(Debug)]
struct RefuseAll;

impl ProofVerifier for RefuseAll {
    fn verify(&self, _tx: &Tx) -> Result<bool, VerifierError> {
        Ok(false)
    }

    fn health(&self) -> VerifierHealth {
        VerifierHealth { healthy: true, detail: "refuses all".into() }
    }
}

/// The recording, and the state all of its cases start from.
struct Recording {
    header: Value,
    cases: Vec<Value>,
    state: Fork,
    /// What the state reads.
    _store: ChainStore,
    bases: HashMap<String, Vec<u8>>,
}

impl Recording {
    fn read() -> Self {
        let mut cases = lines("rules");
        let header = cases.remove(0);
        let store = ChainStore::in_memory(&Genesis::default()).unwrap();
        let register = |contract: &Value| {
            let class = ContractClassId::from_field(field(&contract[1]));
            let mut instance = ProtocolContract::FeeJuice.instance_of(class);
            instance.address = field(&contract[0]).into();
            store.write(|batch| batch.register_instance(&instance)).unwrap();
        };
        header["contracts"].as_array().unwrap().iter().for_each(register);
        let state = store.snapshot().unwrap().fork().unwrap();
        Self { header, cases, state, _store: store, bases: HashMap::new() }
    }

    /// The transaction of a case: a recorded one, patched.
    fn tx(&mut self, case: &Value) -> Tx {
        let name = case["base"].as_str().unwrap().to_owned();
        let base = self.bases.entry(name).or_insert_with_key(|name| {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tx").join(name);
            let mut bytes = Vec::new();
            GzDecoder::new(File::open(file).unwrap()).read_to_end(&mut bytes).unwrap();
            bytes
        });
        let mut tx = base.clone();
        for patch in case["patches"].as_array().unwrap() {
            let (at, bytes) = (patch[0].as_u64().unwrap() as usize, bytes(&patch[1]));
            tx[at..at + bytes.len()].copy_from_slice(&bytes);
        }
        if case["tail"].is_string() {
            // Class logs and calldata end both forms.
            let tail = Tx::from_buffer(&tx).map(|tx| tail_length(&tx)).unwrap();
            tx.truncate(tx.len() - tail);
            tx.extend(bytes(&case["tail"]));
        }
        Tx::from_buffer(&tx).unwrap()
    }

    fn rules(&self, case: &Value) -> Rules {
        let list = &self.header["lists"][case["list"].as_str().unwrap()];
        let allowed_setup: Vec<AllowedElement> = serde_json::from_value(list.clone()).unwrap();
        let max_gas = match case["max"].as_array() {
            None => Rules::PROTOCOL_MAX_GAS,
            Some(max) => Gas { da_gas: max[0].as_u64().unwrap() as u32, l2_gas: max[1].as_u64().unwrap() as u32 },
        };
        let verifier: Arc<dyn ProofVerifier> = match case["proof"].as_bool().unwrap() {
            true => Arc::new(AcceptAll),
            false => Arc::new(RefuseAll),
        };
        Rules {
            l1_chain_id: L1ChainId(self.header["chain"].as_u64().unwrap()),
            rollup_version: RollupVersion(case["version"].as_u64().unwrap() as u32),
            vk_tree_root: field(&self.header["vkTreeRoot"]),
            protocol_contracts_hash: field(&self.header["protocolContractsHash"]),
            allowed_setup,
            max_gas,
            verifier,
        }
    }

    fn state(&self, case: &Value) -> Fork {
        let mut fork = self.state.clone();
        for anchor in case["anchors"].as_array().unwrap() {
            fork.append_block(field(anchor).into()).unwrap();
        }
        fork.insert_nullifiers(&common::fields(&case["nullifiers"])).unwrap();
        for balance in case["balances"].as_array().unwrap() {
            let slot = fee_payer_balance_slot(field(&balance[0]).into());
            fork.write_public_data(&[PublicDataLeaf { slot, value: field(&balance[1]) }]).unwrap();
        }
        fork
    }
}

fn tail_length(tx: &Tx) -> usize {
    let class_logs = tx.contract_class_log_fields().iter().map(|log| log.fields.len() * 32).sum::<usize>();
    let calldata = tx.public_function_calldata().iter().map(|calldata| 36 + calldata.values.len() * 32).sum::<usize>();
    2 + class_logs + calldata
}

fn next(case: &Value) -> GlobalVariables {
    let next = &case["next"];
    let number = |value: &Value| value.as_str().unwrap().parse::<u128>().unwrap();
    GlobalVariables {
        block_number: BlockNumber(next["block"].as_u64().unwrap() as u32),
        timestamp: Timestamp(number(&next["time"]) as u64),
        gas_fees: GasFees {
            fee_per_da_gas: FeePerGas(number(&next["da"])),
            fee_per_l2_gas: FeePerGas(number(&next["l2"])),
        },
        ..GlobalVariables::default()
    }
}

/// What the official validators said, but for this: a proof is not verified when something else is wrong.
fn expected(result: &Value) -> TxValidationResult {
    let mut result = result.clone();
    if let Some(reason) = result["reason"].as_array_mut().filter(|reason| reason.len() > 1) {
        reason.retain(|reason| reason != "Invalid proof");
    }
    serde_json::from_value(result).unwrap()
}

#[test]
fn the_official_validators_agree() {
    let mut recording = Recording::read();
    let mut texts = BTreeSet::new();
    let mut outcomes = BTreeMap::new();
    for case in std::mem::take(&mut recording.cases) {
        let (tx, rules, state, next) =
            (recording.tx(&case), recording.rules(&case), recording.state(&case), next(&case));
        let options = |is_simulation, skip_fee_enforcement| TxValidationOptions {
            is_simulation: Some(is_simulation),
            skip_fee_enforcement: Some(skip_fee_enforcement),
        };
        let receive = |options: &TxValidationOptions| rules.receive(&tx, &state, &next, options).unwrap();
        let stages = [
            ("receive", receive(&TxValidationOptions::default())),
            ("simulate", receive(&options(true, false))),
            ("free", receive(&options(false, true))),
            ("build", rules.build(&tx, &state, &next).unwrap()),
            ("reenter", rules.reenter(&tx, &state, &next).unwrap()),
        ];
        for (stage, verdict) in stages {
            let name = format!("{} ({}), {stage}: {}", case["name"], case["base"], verdict.explanation());
            assert_eq!(verdict.result(), expected(&case["results"][stage]), "{name}");
            let outcome = verdict.refusals().first().map_or("valid".to_owned(), ToString::to_string);
            *outcomes.entry(outcome).or_insert(0) += 1;
            texts.extend(verdict.refusals().iter().map(|refusal| format!("{refusal}: {}", refusal.detail())));
            check_display(&verdict);
        }
    }
    // Every text of the official validators but the one of transactions that are not permitted at all.
    assert_eq!(texts.iter().map(|text| text.split(": ").next().unwrap()).collect::<BTreeSet<_>>().len(), 30);
    assert!(outcomes["valid"] > 500, "{outcomes:?}");
}

fn check_display(verdict: &Verdict) {
    let joined = match verdict.result() {
        TxValidationResult::Valid => String::new(),
        TxValidationResult::Invalid { reason } | TxValidationResult::Skipped { reason } => reason.join(", "),
    };
    assert_eq!(verdict.to_string(), joined);
}

#[test]
fn every_network_allows_what_the_official_ones_allow() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/rpc/getAllowedPublicSetup.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    let official: Vec<AllowedElement> = serde_json::from_value(first["response"]["result"].clone()).unwrap();
    // The local network adds those of its token.
    assert_eq!(official[..3], default_allowed_setup());
    let recording = Recording::read();
    let recorded: Vec<AllowedElement> = serde_json::from_value(recording.header["lists"]["addresses"].clone()).unwrap();
    assert_eq!(recorded, default_allowed_setup());
}

#[test]
fn setup_may_call_what_a_contract_will_be_in_the_block() {
    let mut recording = Recording::read();
    let find = |name: &str| recording.cases.iter().find(|case| case["name"] == name).unwrap().clone();
    let case = find("setup: transfer of another class; list: full");
    let token = find("setup: transfer; list: full");
    let (tx, rules, mut state, next) =
        (recording.tx(&case), recording.rules(&case), recording.state(&case), next(&case));
    let contract = tx.data().setup_calls().next().unwrap().contract_address;
    let token = recording.tx(&token).data().setup_calls().next().unwrap().contract_address;
    let class = state.contract_instance(token).unwrap().unwrap().instance.current_contract_class_id;
    let mut schedule = |change: u64| {
        let update = DelayedClassId { next: class, change: change as u32, ..DelayedClassId::default() };
        let slot = DelayedClassId::slot(contract);
        let fields: Vec<Fr> = protocol::codec::ToFields::to_fields(&update);
        let values = fields.into_iter().chain([update.hash()]);
        let writes = values.zip(0u32..).map(|(value, at)| {
            let slot = public_data_leaf_slot(DelayedClassId::contract(), slot + Fr::from(at));
            PublicDataLeaf { slot, value }
        });
        state.write_public_data(&writes.collect::<Vec<_>>()).unwrap();
        rules.build(&tx, &state, &next).unwrap()
    };
    assert_eq!(schedule(next.timestamp.0 + 1).to_string(), "Setup function not on allow list");
    assert_eq!(schedule(next.timestamp.0).to_string(), "");
}

#[test]
fn earlier_transactions_of_a_block_count() {
    let mut recording = Recording::read();
    let case = recording.cases.iter().find(|case| case["name"] == "valid").unwrap().clone();
    let (tx, rules, mut state, next) =
        (recording.tx(&case), recording.rules(&case), recording.state(&case), next(&case));
    assert!(rules.build(&tx, &state, &next).unwrap().is_valid());
    let nullifiers: Vec<Fr> = tx.data().nullifiers().copied().collect();
    state.insert_nullifiers(&nullifiers[..1]).unwrap();
    let verdict = rules.build(&tx, &state, &next).unwrap();
    assert_eq!(verdict.to_string(), "Existing nullifier");
    let detail = format!("nullifier {} is in the chain already", nullifiers[0]);
    assert_eq!(verdict.explanation(), format!("Existing nullifier: {detail}"));
}
