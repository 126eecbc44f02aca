//! The wallet as calls in JSON.

use protocol::contract::protocol::ProtocolContract;
use pxe_core::pxe::silent;
use pxe_core::wallet::api;
use serde_json::{Value, json};

use crate::world::{TestWallet, World, arg};

async fn call(wallet: &TestWallet, method: &str, params: Value) -> Value {
    let done = api::call(&wallet.wallet, method, params, &silent()).await;
    done.unwrap_or_else(|error| panic!("{method}: {error:?}"))
}

async fn encoded(wallet: &TestWallet, address: &Value, function: &str, args: Value) -> Value {
    call(wallet, "contracts.encode", json!({ "address": address, "function": function, "args": args })).await
}

fn payload(calls: &[Value]) -> Value {
    json!({ "calls": calls, "authWitnesses": [], "capsules": [], "extraHashedArgs": [] })
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_described_called_and_authorized() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    let token = json!(token);
    let fee = json!({ "method": "sponsored", "sponsor": wallet.sponsor() });

    let interface = call(&wallet, "contracts.interface", json!({ "address": token })).await;
    let events = interface["events"].as_array().unwrap();
    assert_eq!(events[0]["name"], "Transfer");
    assert_eq!(events[0]["type"]["kind"], "struct");
    assert!(interface["functions"].as_array().unwrap().iter().any(|function| function["name"] == "transfer"));
    let metadata = call(&wallet, "contracts.metadata", json!({ "address": token })).await;
    assert_eq!(metadata["instance"]["address"], token);
    assert_eq!((&metadata["isInitialized"], &metadata["isPublished"]), (&json!(true), &json!(true)));
    assert_eq!(metadata["updatedClassId"], Value::Null);
    let class = metadata["instance"]["currentContractClassId"].clone();
    let known = call(&wallet, "contracts.classMetadata", json!({ "classId": class })).await;
    assert_eq!(known, json!({ "isRegistered": true, "isPublished": true }));
    // Again, with the class known and nothing but the instance.
    let again = call(&wallet, "contracts.register", json!({ "instance": metadata["instance"] })).await;
    assert_eq!(again, metadata["instance"]);

    // Values come back in the order of the calls, whatever the fee method calls besides.
    let calls = [
        encoded(&wallet, &token, "mint_to_public", json!([alice, 5])).await,
        encoded(&wallet, &token, "private_get_decimals", json!([])).await,
        encoded(&wallet, &token, "public_get_decimals", json!([])).await,
        encoded(&wallet, &token, "balance_of_public", json!([alice])).await,
    ];
    let params = json!({ "payload": payload(&calls), "from": alice, "fee": fee });
    let simulated = call(&wallet, "tx.simulate", params).await;
    let number = |value: u8| format!("0x{value:064x}");
    assert_eq!(simulated["returns"], json!([[], [number(9)], [number(9)], [number(5)]]));
    assert!(simulated["gasUsed"]["totalGas"]["l2Gas"].as_u64().unwrap() > 0);

    let transfer = encoded(&wallet, &token, "transfer_in_public", json!([alice, bob, "0x0", 7])).await;
    let intent = json!({ "caller": bob, "call": transfer });
    for authorized in [true, false] {
        let allow = call(&wallet, "authwit.public", json!({ "intent": intent, "authorized": authorized })).await;
        let name = format!("request {authorized}");
        let params = json!({ "payload": payload(&[allow]), "from": alice, "fee": fee, "name": name });
        let sent = call(&wallet, "tx.send", params.clone()).await;
        // Whoever did not get the answer asks again; nothing is sent twice.
        assert_eq!(call(&wallet, "tx.send", params).await, json!({ "txHash": sent["txHash"], "offchainEffects": [] }));
        wallet.mined(serde_json::from_value(sent["txHash"].clone()).unwrap()).await;
        let found = call(&wallet, "authwit.lookup", json!({ "from": alice, "intent": intent })).await;
        assert_eq!(found, json!({ "private": false, "public": authorized }));
    }
    let list = call(&wallet, "tx.list", json!({})).await;
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(list.as_array().unwrap().iter().all(|entry| entry["status"] == "proven"), "{list}");
    assert!(list.as_array().unwrap().iter().all(|entry| entry["from"] == json!(alice)), "{list}");
    let allow = json!([{ "contract": ProtocolContract::AuthRegistry.address(), "name": "AuthRegistry", "function": "set_authorized" }]);
    assert_eq!(list[0]["calls"], allow, "what pays is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn private_events_are_told_as_they_are_packed() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let [alice, bob, _] = wallet.test_accounts().await[..] else { panic!("three accounts") };
    let token = wallet.deploy("Token", vec![arg(alice), json!("Gold"), json!("GLD"), json!(9)], alice).await;
    wallet.send(alice, token, "mint_to_private", &[arg(alice), json!(9)]).await;
    wallet.send(alice, token, "transfer", &[arg(bob), json!(4)]).await;
    let query = json!({ "contract": token, "event": "Transfer", "scopes": [bob] });
    let told = call(&wallet, "events.private", query).await;
    assert_eq!(told[0]["event"]["amount"], "4");
    let artifact = wallet.wallet.artifact_at(token).await.unwrap();
    let [protocol::abi::AbiType::Struct(event)] = &artifact.outputs.structs["events"][..] else { panic!("one event") };
    let selector = protocol::abi::EventDefinition::new(event.clone()).unwrap().event_selector;
    let query = json!({ "contract": token, "selector": selector, "scopes": [bob] });
    let packed = call(&wallet, "events.packed", query).await;
    assert_eq!(packed[0]["packed"], json!([alice, bob, format!("0x{:064x}", 4)]));
    assert_eq!(packed[0]["txHash"], told[0]["txHash"]);
    let tip = call(&wallet, "sync.tip", json!({})).await;
    assert_eq!(tip, call(&wallet, "sync.run", json!({})).await);
    assert!(tip["block"].as_u64() >= packed[0]["blockNumber"].as_u64(), "{tip}");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_come_in_the_order_of_the_seed() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    wallet.test_accounts().await;
    for index in [2, 0, 1] {
        let alias = format!("number {index}");
        call(&wallet, "accounts.create", json!({ "type": "ecdsa-r1", "alias": alias, "index": index })).await;
    }
    let accounts = call(&wallet, "accounts.list", json!({})).await;
    let aliases: Vec<_> =
        accounts.as_array().unwrap().iter().map(|account| account["alias"].as_str().unwrap()).collect();
    assert_eq!(aliases, ["number 0", "number 1", "number 2", "", "", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_with_keys_are_no_accounts() {
    let world = World::start().await;
    let wallet = world.wallet().await;
    let alice = wallet.test_accounts().await[0];
    let params = json!({ "artifact": "Escrow", "constructorName": "constructor", "args": [alice], "secret": "0x1234" });
    let instance = call(&wallet, "contracts.register", params).await;
    let accounts = call(&wallet, "accounts.list", json!({})).await;
    let accounts = accounts.as_array().unwrap();
    assert_eq!(accounts.len(), 3);
    assert!(accounts.iter().all(|account| account["address"] != instance["address"]));
    let keys = wallet.wallet.pxe().account(serde_json::from_value(instance["address"].clone()).unwrap()).await.unwrap();
    assert_eq!(json!(keys.complete.public_keys()), instance["publicKeys"]);
}
