//! Accounts and the token.

use pxe_core::account::AccountKind;
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
        let account = wallet.new_account(kind).await.address();
        assert!(wallet.wallet.is_initialized(account).await.unwrap());
        wallet.send(admin, token, "mint_to_private", &[arg(account), json!(10)]).await;
        wallet.send(account, token, "transfer", &[arg(admin), json!(4)]).await;
        assert_eq!(wallet.number(account, token, "balance_of_private", &[arg(account)]).await, 6, "{kind}");
    }
    assert_eq!(wallet.number(admin, token, "balance_of_private", &[arg(admin)]).await, 12);
}
