//! Transactions of our client with real proofs, under the INSECURE development SRS, before a node that verifies them.
//!
//! Needs barretenberg's module, which `./dev barretenberg` fetches:
//! `cargo test -p tests --features proofs --test client -- --ignored proofs`.

use std::sync::Arc;
use std::time::Instant;

use node_lite::config::{Config, Network};
use node_lite::parameters::{ParameterSet, Parameters};
use node_lite::proofs::{BarretenbergSource, BarretenbergVerifier};
use node_lite::validate::ProofVerifier;
use protocol::address::AztecAddress;
use protocol::codec::ToFields;
use protocol::field::Fr;
use protocol::kernel::PrivateKernelTailCircuitPublicInputs;
use protocol::rpc::node::SendTx;
use protocol::tx::{ChonkProof, HashedValues, Tx};
use pxe_core::fee::FeeMethod;
use pxe_core::pxe::{ProvenTx, silent};
use pxe_core::store::txs::Purpose;
use serde_json::{Value, json};
use tests::client::{DevelopmentBarretenberg, cache_folder, prove, with_causes};

use crate::world::{TestWallet, World, arg};

/// A network with development parameters that verifies proofs.
async fn network() -> (World, Arc<BarretenbergVerifier>) {
    let (set, cache) = (ParameterSet::InsecureDevelopment, cache_folder());
    let source = BarretenbergSource::Cache(cache.clone());
    let verifier = Arc::new(BarretenbergVerifier::start(&source, &cache, Parameters::of(set)).unwrap());
    let config = Config {
        network: Network::local(set),
        verifier: Arc::clone(&verifier) as Arc<dyn ProofVerifier>,
        ..Config::default()
    };
    (World::here(config, set).await, verifier)
}

/// A wallet that proves.
async fn wallet(world: &World) -> TestWallet {
    let mut config = world.config();
    config.barretenberg = Some(Arc::new(DevelopmentBarretenberg));
    world.wallet_of(config, None).await
}

/// Proves a call, for which the account pays.
async fn proven(wallet: &TestWallet, from: AztecAddress, to: AztecAddress, name: &str, args: &[Value]) -> ProvenTx {
    let began = Instant::now();
    let payload = wallet.payload(to, name, args).await;
    let options = wallet.options(from).paid_by(FeeMethod::FeeJuice);
    let proven = prove(&wallet.wallet, payload, &options, &silent()).await;
    let proven = proven.unwrap_or_else(|error| panic!("{name}: {}", with_causes(&*error)));
    println!("{name}: {} circuits proven in {:.1} s", proven.reports.len(), began.elapsed().as_secs_f64());
    proven
}

/// Why the node does not take a transaction.
async fn refusal(wallet: &TestWallet, tx: Tx) -> String {
    match wallet.wallet.pxe().node().call(SendTx { tx }).await {
        Ok(()) => panic!("the node takes it"),
        Err(error) => with_causes(&error),
    }
}

fn flipped(field: &mut Fr) {
    let mut bytes = field.to_be_bytes();
    bytes[31] ^= 1;
    *field = Fr::from_be_bytes(&bytes).unwrap();
}

/// The transaction with other public inputs, whose hash is right again.
fn with_data(tx: &Tx, data: PrivateKernelTailCircuitPublicInputs) -> Tx {
    let (proof, calldata) = (tx.chonk_proof().clone(), tx.public_function_calldata().to_vec());
    Tx::new(data, proof, tx.contract_class_log_fields().to_vec(), calldata).unwrap()
}

fn with_proof(tx: &Tx, proof: ChonkProof) -> Tx {
    let calldata = tx.public_function_calldata().to_vec();
    Tx::new(tx.data().clone(), proof, tx.contract_class_log_fields().to_vec(), calldata).unwrap()
}

/// The transaction with one of its public inputs changed.
fn with_input(tx: &Tx, is_it: impl Fn(&Fr) -> bool) -> Tx {
    let mut fields = tx.data().to_fields();
    flipped(fields.iter_mut().find(|field| is_it(field)).unwrap());
    with_data(tx, PrivateKernelTailCircuitPublicInputs::from_circuit_output(&fields).unwrap())
}

/// What is like a transaction, but not it, is refused by the rule that it breaks.
async fn only_this_one(wallet: &TestWallet, tx: &Tx) {
    // One field of each part: mega, merge, eccvm, ipa, translator.
    for field in [0, 434, 440, 500, 1100, 1934] {
        let mut proof = tx.chonk_proof().clone();
        flipped(&mut proof.fields[field]);
        let why = refusal(wallet, with_proof(tx, proof)).await;
        assert!(why.contains("Invalid proof"), "field {field}: {why}");
    }
    let why = refusal(wallet, with_proof(tx, ChonkProof::default())).await;
    assert!(why.contains("Invalid proof"), "{why}");

    let log = tx.data().private_logs().next().map(|log| ("log", log.fields[log.emitted_length as usize - 1]));
    let nullifier = ("nullifier", *tx.data().nullifiers().last().unwrap());
    let note_hash = tx.data().note_hashes().next().map(|value| ("note hash", *value));
    for (what, value) in [nullifier].into_iter().chain(log).chain(note_hash) {
        let other = with_input(tx, |field| *field == value);
        assert_ne!(other.tx_hash(), tx.tx_hash());
        let why = refusal(wallet, other).await;
        assert!(why.contains("Invalid proof"), "{what}: {why}");
    }

    if tx.has_public_calls() {
        let mut calldata = tx.public_function_calldata().to_vec();
        let HashedValues { values, hash } = &mut calldata[0];
        flipped(values.last_mut().unwrap());
        let changed = HashedValues { values: values.clone(), hash: *hash };
        calldata[0] = changed;
        let other = Tx::new(tx.data().clone(), tx.chonk_proof().clone(), Vec::new(), calldata).unwrap();
        let why = refusal(wallet, other).await;
        assert!(why.contains("Incorrect calldata for public call"), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "makes three proofs, which takes minutes"]
async fn what_our_client_proves_is_taken_and_nothing_else() {
    let (world, verifier) = network().await;
    let wallet = wallet(&world).await;
    assert!(wallet.wallet.pxe().network().real_proofs);
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = world.contract("Token");
    wallet.register("Token", token, &[arg(alice), json!("BC"), json!("BC"), json!(18)], Fr::ZERO).await;
    let balance = async |of| wallet.number(of, token, "balance_of_private", &[arg(of)]).await;

    let mint = proven(&wallet, alice, token, "mint_to_private", &[arg(alice), json!(1000)]).await;
    assert!(mint.tx.has_public_calls());
    only_this_one(&wallet, &mint.tx).await;
    wallet.mined(wallet.wallet.pxe().send(&mint, Purpose::default(), &silent()).await.unwrap()).await;
    assert_eq!(balance(alice).await, 1000);

    let transfer = proven(&wallet, alice, token, "transfer", &[arg(bob), json!(100)]).await;
    assert!(!transfer.tx.has_public_calls());
    only_this_one(&wallet, &transfer.tx).await;
    // A proof of another transaction is none of this one.
    let why = refusal(&wallet, with_proof(&transfer.tx, mint.tx.chonk_proof().clone())).await;
    assert!(why.contains("Invalid proof"), "{why}");
    wallet.mined(wallet.wallet.pxe().send(&transfer, Purpose::default(), &silent()).await.unwrap()).await;
    assert_eq!((balance(alice).await, balance(bob).await), (900, 100));

    // A call of a public function, with nothing private but the account's entrypoint.
    let public = proven(&wallet, alice, token, "mint_to_public", &[arg(bob), json!(50)]).await;
    assert!(public.tx.has_public_calls() && public.tx.data().note_hashes().next().is_none());
    only_this_one(&wallet, &public.tx).await;
    wallet.mined(wallet.wallet.pxe().send(&public, Purpose::default(), &silent()).await.unwrap()).await;
    assert_eq!(wallet.number(bob, token, "balance_of_public", &[arg(bob)]).await, 50);
    let health = verifier.health();
    assert!(health.healthy && health.detail.contains("3 accepted, 28 refused, 0 failures"), "{}", health.detail);
}
