//! What is found again: from nothing but the seed phrase, and after blocks were taken back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use protocol::authwit::MessageHash;
use pxe_core::account::AccountKind;
use pxe_core::node::{Transport, TransportError};
use pxe_core::pxe::{Lookup, PxeConfig, silent};
use pxe_core::store::txs::TxState;
use serde_json::json;
use tests::client::with_causes;

use crate::world::{World, arg};

/// A way to a node on which transactions are lost.
#[derive(Debug)]
struct Lossy {
    to: Arc<dyn Transport>,
    loses: AtomicBool,
}

#[async_trait]
impl Transport for Lossy {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        if self.loses.load(Ordering::SeqCst) && body.contains("node_sendTx") {
            let source = "the cable was pulled".into();
            return Err(TransportError { endpoint: "here".into(), is_transient: false, source });
        }
        self.to.exchange(body).await
    }
}

/// As if the process had ended between recording a transaction and handing it in.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_no_node_got_is_handed_in_again() {
    let world = World::start().await;
    let lossy = Arc::new(Lossy { to: world.transport(), loses: AtomicBool::new(false) });
    let config = PxeConfig { transport: Arc::clone(&lossy) as Arc<dyn Transport>, ..world.config() };
    let wallet = world.wallet_of(config, None).await;
    let alice = wallet.test_accounts().await[0];
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    let pxe = wallet.wallet.pxe();
    let before = pxe.transactions(Lookup::Stored).await.unwrap().len();
    lossy.loses.store(true, Ordering::SeqCst);
    let payload = wallet.payload(token, "mint_to_private", &[arg(alice), json!(100)]).await;
    let why = wallet.wallet.send(payload, &wallet.options(alice), &silent()).await.unwrap_err();
    let why = with_causes(&why);
    assert!(why.contains("the cable was pulled"), "{why}");
    // While the way is cut nothing is lost, and nothing claimed.
    assert!(pxe.transactions(Lookup::Ask).await.is_err());
    let all = pxe.transactions(Lookup::Stored).await.unwrap();
    let lost: Vec<_> = all.iter().filter(|record| *record.state() == TxState::Sending).collect();
    assert_eq!((all.len(), lost.len()), (before + 1, 1));
    lossy.loses.store(false, Ordering::SeqCst);
    let found = pxe.lookup(lost[0].hash).await.unwrap();
    assert!(!matches!(found.record.unwrap().state(), TxState::Sending | TxState::Missing { .. }));
    wallet.mined(lost[0].hash).await;
    assert_eq!(wallet.number(alice, token, "balance_of_private", &[arg(alice)]).await, 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_from_the_seed_phrase() {
    let world = World::start().await;
    let first = world.wallet().await;
    let admin = first.test_accounts().await[0];
    let mut tokens = Vec::new();
    for symbol in ["AAA", "BBB", "CCC"] {
        tokens.push(first.deploy("Token", vec![arg(admin), json!("Gold"), json!(symbol), json!(9)], admin).await);
    }
    let account = first.new_account(AccountKind::Schnorr, &first.sponsored()).await;
    for (token, amount) in tokens.iter().zip([3, 5, 7]) {
        for _ in 0..amount {
            first.send(admin, *token, "mint_to_private", &[arg(account), json!(10)]).await;
        }
        first.send(account, *token, "transfer", &[arg(admin), json!(4)]).await;
    }
    let seed = first.wallet.pxe().seed().await.unwrap().unwrap();

    let second = world.restored(&seed).await;
    assert_eq!(second.add_account(AccountKind::Schnorr).await, account, "the seed gives the same account");
    // Whose messages to look for is not on the chain.
    second.wallet.pxe().register_sender(admin, None).await.unwrap();
    for (token, amount) in tokens.iter().zip([3, 5, 7]) {
        second.learn(&first, "Token", *token).await;
        let balance = second.number(account, *token, "balance_of_private", &[arg(account)]).await;
        assert_eq!(balance, amount * 10 - 4);
    }
    second.send(account, tokens[0], "transfer", &[arg(admin), json!(1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_blocks_that_were_taken_back_are_gone() {
    let world = World::start().await;
    let Some(node) = world.node("that takes blocks back") else { return };
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    let balance = async || wallet.number(alice, token, "balance_of_private", &[arg(alice)]).await;
    wallet.send(alice, token, "mint_to_private", &[arg(alice), json!(100)]).await;
    assert_eq!(balance().await, 100);
    for _ in 0..5 {
        wallet.send(alice, token, "mint_to_private", &[arg(alice), json!(1)]).await;
    }
    assert_eq!(balance().await, 105);
    node.reorg(5).unwrap();
    assert_eq!(balance().await, 100);
    // A note that was spent in a block that is gone can be spent again. Transactions of lost blocks may come back.
    wallet.send(alice, token, "burn_private", &[arg(alice), json!(60), json!(0)]).await;
    assert!((40..46).contains(&balance().await));
    node.reorg(1).unwrap();
    // Whoever was not there sees the same.
    let other = world.wallet().await;
    other.test_accounts().await;
    other.learn(&wallet, "Token", token).await;
    let (seen, fresh) = (balance().await, other.number(alice, token, "balance_of_private", &[arg(alice)]).await);
    assert_eq!(seen, fresh);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_wallet_signs_nothing_and_unlocks_with_its_passphrase_only() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let pxe = wallet.wallet.pxe();
    pxe.lock().await;
    let intent = protocol::authwit::Intent::InnerHash { consumer: alice, inner_hash: Default::default() };
    let why = wallet.wallet.authorize(alice, &intent).await.unwrap_err();
    assert_eq!(why.to_string(), "the keys are locked");
    assert_eq!(why.hint().as_deref(), Some("unlock the wallet"));
    use pxe_core::keystore::Credential::Passphrase;
    let why = pxe.unlock(Passphrase("wrong")).await.unwrap_err();
    assert_eq!(why.to_string(), "the keys do not open with this passphrase");
    pxe.unlock(Passphrase("correct horse")).await.unwrap();
    let witness = wallet.wallet.authorize(alice, &intent).await.unwrap();
    let message: MessageHash = intent.message_hash(pxe.chain());
    assert_eq!(witness.request_hash, message.to_field());
}
