//! A real proof, under the development SRS: taken with its transaction, refused when a bit of either is another one.
//!
//! Needs barretenberg's module: `./dev barretenberg` fetches it, `./dev test proofs` does so and runs these tests.

#![cfg(feature = "verifier")]
#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use circuits::chonk::PrivateProof;
use flate2::read::GzDecoder;
use node_lite::config::Network;
use node_lite::parameters::{ParameterSet, Parameters};
use node_lite::proofs::{BarretenbergSource, BarretenbergVerifier};
use node_lite::state::{Fork, Genesis};
use node_lite::store::ChainStore;
use node_lite::validate::{ProofVerifier, Rules};
use protocol::block::{GlobalVariables, Timestamp};
use protocol::field::Fr;
use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
use protocol::rpc::info::{L1ChainId, RollupVersion};
use protocol::rpc::lookup::TxValidationOptions;
use protocol::tx::{ChonkProof, Tx, TxValidationResult};

/// The folder in which `./dev` keeps the module.
fn cache() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("AZTEC_LITE_CACHE").unwrap_or_else(|| {
        let home = || std::env::home_dir().unwrap_or_default().join(".cache");
        variable("XDG_CACHE_HOME").unwrap_or_else(home).join("aztec-lite")
    })
}

fn verifier(set: ParameterSet) -> BarretenbergVerifier {
    let cache = cache();
    BarretenbergVerifier::start(&BarretenbergSource::Cache(cache.clone()), &cache, Parameters::of(set)).unwrap()
}

/// A proof of the token transfer in `tests/chonk`, with its public inputs.
fn proof() -> PrivateProof {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/chonk/token-transfer.proof.gz");
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    PrivateProof::from_bytes(&bytes).unwrap()
}

fn tx(public_inputs: &[Fr], proof: ChonkProof) -> Tx {
    let data = PrivateKernelTailCircuitPublicInputs::from_circuit_output(public_inputs).unwrap();
    Tx::new(data, proof, Vec::new(), Vec::new()).unwrap()
}

/// The proof with a bit flipped in a field.
fn flipped(proof: &ChonkProof, field: usize) -> ChonkProof {
    let mut fields = proof.fields.clone();
    let mut bytes = fields[field].to_be_bytes();
    bytes[31] ^= 1;
    fields[field] = Fr::from_be_bytes(&bytes).unwrap();
    ChonkProof { fields }
}

/// The development network on which the transaction can be in the next block, and that block.
fn network(tx: &Tx, verifier: Arc<dyn ProofVerifier>) -> (Rules, Fork, GlobalVariables) {
    let (data, constants) = (tx.data(), &tx.data().constants);
    let parameters = Parameters::of(ParameterSet::InsecureDevelopment);
    let store = ChainStore::in_memory(&Genesis::funding(&[data.fee_payer], Genesis::DEFAULT_FUNDS)).unwrap();
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    fork.append_block(constants.anchor_block_header.hash()).unwrap();
    let rules = Rules {
        l1_chain_id: L1ChainId(constants.tx_context.chain_id.to_u64().unwrap()),
        rollup_version: RollupVersion(constants.tx_context.version.to_u32().unwrap()),
        vk_tree_root: parameters.vk_tree_root(),
        protocol_contracts_hash: parameters.protocol_contracts_hash(),
        allowed_setup: Network::local(ParameterSet::InsecureDevelopment).allowed_setup,
        max_gas: Rules::PROTOCOL_MAX_GAS,
        verifier,
    };
    let next = GlobalVariables {
        timestamp: Timestamp(constants.anchor_block_header.global_variables.timestamp.0 + 72),
        gas_fees: constants.anchor_block_header.global_variables.gas_fees,
        ..GlobalVariables::default()
    };
    (rules, fork, next)
}

#[test]
#[ignore = "needs barretenberg's module: ./dev test proofs"]
fn a_proof_is_taken_with_its_transaction_only() {
    let PrivateProof { public_inputs, proof } = proof();
    let genuine = tx(&public_inputs, proof.clone());
    let verifier: Arc<dyn ProofVerifier> = Arc::new(verifier(ParameterSet::InsecureDevelopment));
    let (rules, fork, next) = network(&genuine, Arc::clone(&verifier));
    let receive = |tx: &Tx| rules.receive(tx, &fork, &next, &TxValidationOptions::default()).unwrap();
    let verdict = receive(&genuine);
    assert!(verdict.is_valid(), "{}", verdict.explanation());

    // One field of each part: mega, merge, eccvm, ipa, translator.
    for field in [0, 434, 440, 500, 1100, 1934] {
        let verdict = receive(&tx(&public_inputs, flipped(&proof, field)));
        assert_eq!(verdict.result(), TxValidationResult::Invalid { reason: vec!["Invalid proof".into()] }, "{field}");
    }
    assert_eq!(receive(&tx(&public_inputs, ChonkProof::default())).to_string(), "Invalid proof");

    // A field of the transaction that no other rule looks at: the tip it offers.
    let mut other = genuine.data().clone();
    other.constants.tx_context.gas_settings.max_priority_fees_per_gas.fee_per_da_gas.0 ^= 1;
    let other = Tx::new(other, proof, Vec::new(), Vec::new()).unwrap();
    assert_eq!(receive(&other).to_string(), "Invalid proof");
    let health = verifier.health();
    assert!(health.healthy && health.detail.contains("1 accepted, 8 refused, 0 failures"), "{}", health.detail);
}

#[test]
#[ignore = "needs barretenberg's module: ./dev test proofs"]
fn official_networks_refuse_a_proof_under_the_development_srs() {
    let PrivateProof { public_inputs, proof } = proof();
    let tx = tx(&public_inputs, proof);
    assert!(!verifier(ParameterSet::Official).verify(&tx).unwrap());
}

#[test]
fn the_proof_is_one_of_the_development_network() {
    let PrivateProof { public_inputs, proof } = proof();
    let constants = &tx(&public_inputs, proof).data().constants.clone();
    let parameters = Parameters::of(ParameterSet::InsecureDevelopment);
    assert_eq!(constants.vk_tree_root, parameters.vk_tree_root());
    assert_eq!(constants.protocol_contracts_hash, parameters.protocol_contracts_hash());
}
