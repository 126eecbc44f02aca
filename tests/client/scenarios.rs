//! What people do with wallets: accounts, a token, acting for others, events, other contracts.

use protocol::authwit::{Intent, set_authorized};
use protocol::tx::ExecutionPayload;
use pxe_core::account::AccountKind;
use pxe_core::fee::FeeMethod;
use pxe_core::pxe::silent;
use serde_json::json;

use crate::world::{World, arg};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_moves_in_all_four_directions() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    let private = async |of| wallet.number(of, token, "balance_of_private", &[arg(of)]).await;
    let public = async |of| wallet.number(of, token, "balance_of_public", &[arg(of)]).await;

    wallet.send(alice, token, "mint_to_private", &[arg(alice), json!(1000)]).await;
    wallet.send(alice, token, "mint_to_public", &[arg(alice), json!(500)]).await;
    assert_eq!((private(alice).await, public(alice).await), (1000, 500));

    wallet.send(alice, token, "transfer", &[arg(bob), json!(100)]).await;
    wallet.send(alice, token, "transfer_to_public", &[arg(alice), arg(bob), json!(30), json!(0)]).await;
    wallet.send(alice, token, "transfer_to_private", &[arg(bob), json!(200)]).await;
    wallet.send(alice, token, "transfer_in_public", &[arg(alice), arg(bob), json!(7), json!(0)]).await;
    assert_eq!((private(alice).await, public(alice).await), (870, 293));
    assert_eq!((private(bob).await, public(bob).await), (300, 37));

    wallet.send(bob, token, "burn_private", &[arg(bob), json!(50), json!(0)]).await;
    wallet.send(bob, token, "burn_public", &[arg(bob), json!(7), json!(0)]).await;
    assert_eq!((private(bob).await, public(bob).await), (250, 30));
    assert_eq!(wallet.number(alice, token, "total_supply", &[]).await, 1443);
    let why = wallet.fails(bob, token, "transfer", &[arg(alice), json!(251)]).await;
    assert!(why.contains("Balance too low"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_each_kind_are_deployed_and_act() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let admin = wallet.test_accounts().await[0];
    let token = wallet.deploy("Token", vec![arg(admin), json!("Gold"), json!("GLD"), json!(9)], admin).await;
    for kind in [AccountKind::Schnorr, AccountKind::EcdsaK, AccountKind::EcdsaR] {
        let account = wallet.new_account(kind, &wallet.sponsored()).await;
        assert!(wallet.wallet.is_initialized(account).await.unwrap());
        wallet.send(admin, token, "mint_to_private", &[arg(account), json!(10)]).await;
        wallet.send(account, token, "transfer", &[arg(admin), json!(4)]).await;
        assert_eq!(wallet.number(account, token, "balance_of_private", &[arg(account)]).await, 6, "{kind}");
    }
    assert_eq!(wallet.number(admin, token, "balance_of_private", &[arg(admin)]).await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_pays_for_itself_with_fee_juice() {
    let world = World::start().await;
    let Some(node) = world.node("that gives fee juice away") else { return };
    let wallet = world.wallet().await;
    let account = wallet.add_account(AccountKind::Schnorr).await;
    node.fund(account, 10u128.pow(20)).unwrap();
    let before = wallet.wallet.fee_juice(account).await.unwrap();
    wallet.deploy_account(account, &FeeMethod::FeeJuice).await;
    let after = wallet.wallet.fee_juice(account).await.unwrap();
    assert!(before.to_u128().unwrap() == 10u128.pow(20) && after.to_u128() < before.to_u128());
}

#[tokio::test(flavor = "multi_thread")]
async fn others_act_with_private_and_public_authorizations() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    wallet.send(alice, token, "mint_to_private", &[arg(alice), json!(100)]).await;
    wallet.send(alice, token, "mint_to_public", &[arg(alice), json!(100)]).await;

    let args = [arg(alice), arg(bob), json!(40), json!(7)];
    let why = wallet.fails(bob, token, "transfer_in_private", &args).await;
    assert!(
        why.contains("Token.transfer_in_private > SchnorrAccount.verify_private_authwit")
            && why.contains("no auth witness"),
        "{why}"
    );
    let payload = wallet.payload(token, "transfer_in_private", &args).await;
    let intent = Intent::Call { caller: bob, call: payload.calls[0].clone() };
    let witness = wallet.wallet.authorize(alice, &intent).await.unwrap();
    let valid = wallet.wallet.is_authorized_privately(alice, &intent, &witness, &silent()).await.unwrap();
    assert!(valid, "the account takes its own witness");
    let payload = ExecutionPayload { auth_witnesses: vec![witness], ..payload };
    let mut options = wallet.options(bob);
    options.additional_scopes.push(alice);
    let sent = wallet.wallet.send(payload, &options, &silent()).await.unwrap();
    wallet.mined(sent.tx_hash).await;
    assert_eq!(wallet.number(bob, token, "balance_of_private", &[arg(bob)]).await, 40);

    let payload = wallet.payload(token, "transfer_in_public", &args).await;
    let intent = Intent::Call { caller: bob, call: payload.calls[0].clone() };
    assert!(!wallet.wallet.is_authorized_publicly(alice, &intent, &silent()).await.unwrap());
    let allow = set_authorized(intent.message_hash(wallet.wallet.pxe().chain()), true);
    let allow = ExecutionPayload { calls: vec![allow], ..ExecutionPayload::default() };
    let sent = wallet.wallet.send(allow, &wallet.options(alice), &silent()).await.unwrap();
    wallet.mined(sent.tx_hash).await;
    assert!(wallet.wallet.is_authorized_publicly(alice, &intent, &silent()).await.unwrap());
    wallet.send(bob, token, "transfer_in_public", &args).await;
    assert_eq!(wallet.number(bob, token, "balance_of_public", &[arg(bob)]).await, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reverts_publicly_is_told_and_pays() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    let args = [arg(alice), arg(bob), json!(1), json!(0)];
    let why = wallet.fails(alice, token, "transfer_in_public", &args).await;
    assert!(why.contains("attempt to subtract with overflow"), "{why}");
    // Who sends it all the same pays.
    let payload = wallet.payload(token, "transfer_in_public", &args).await;
    let sent = wallet.wallet.send(payload, &wallet.options(alice), &silent()).await.unwrap();
    let receipt = wallet.settled(sent.tx_hash).await;
    assert!(receipt.has_reverted() && receipt.transaction_fee.is_some_and(|fee| fee.0 > 0), "{receipt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_of_one_transaction_are_made_and_spent_in_it() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let pending = wallet.deploy("PendingNoteHashes", vec![], alice).await;
    let amount = json!(65);
    let args = [amount, arg(alice), arg(alice)];
    wallet.send(alice, pending, "test_insert_then_get_then_nullify_flat", &args).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_count_privately() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let counter = wallet.deploy("Counter", vec![json!(5), arg(alice)], alice).await;
    assert_eq!(wallet.number(alice, counter, "get_counter", &[arg(alice)]).await, 5);
    wallet.send(alice, counter, "increment", &[arg(alice)]).await;
    wallet.send(alice, counter, "increment_twice", &[arg(alice)]).await;
    assert_eq!(wallet.number(alice, counter, "get_counter", &[arg(alice)]).await, 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_functions_call_each_other() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let parent = wallet.deploy("Parent", vec![], alice).await;
    let child = wallet.deploy("Child", vec![], alice).await;
    let value = wallet.payload(child, "value", &[json!(0)]).await.calls[0].selector;
    let receipt = wallet.send(alice, parent, "entry_point", &[arg(child), json!({ "inner": value.0 })]).await;
    assert!(receipt.has_succeeded());
}
