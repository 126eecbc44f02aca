//! The dev namespace, and the chain as a stream.

use node_lite::config::Config;
use node_lite::rpc::ServerConfig;
use serde_json::{Value, json};

use crate::harness::{TestNode, quiet, read};

const ACCOUNT: &str = "0x00000000000000000000000000000000000000000000000000000000000000aa";
const SLOT: &str = "0x0000000000000000000000000000000000000000000000000000000000000003";
const VALUE: &str = "0x0000000000000000000000000000000000000000000000000000000000000007";
const ZERO: &str = "0x0000000000000000000000000000000000000000000000000000000000000000";

fn time(node: &TestNode) -> u64 {
    node.result("dev_getInfo", &json!([]))["time"].as_str().unwrap().parse().unwrap()
}

fn storage(node: &TestNode) -> Value {
    node.result("node_getPublicStorageAt", &json!(["latest", ACCOUNT, SLOT]))
}

#[test]
fn accounts_of_the_official_local_network() {
    assert_eq!(TestNode::quiet().result("dev_getAccounts", &json!([])), json!([]));
    let node = TestNode::start(Config::default(), ServerConfig::default());
    let accounts = node.result("dev_getAccounts", &json!([]));
    assert_eq!(accounts.as_array().unwrap().len(), 3);
    let address = "0x0a60414ee907527880b7a53d4dacdeb9ef768bb98d9d8d1e7200725c13763331";
    assert_eq!((&accounts[0]["type"], &accounts[0]["address"]), (&json!("schnorr"), &json!(address)));
    let fee_juice = "0x0000000000000000000000000000000000000000000000000000000000000005";
    let balances = protocol::hash::silo::map_slot(1u64.into(), address.parse().unwrap());
    let balance = node.result("node_getPublicStorageAt", &json!(["latest", fee_juice, balances]));
    assert_ne!(balance, ZERO);
}

#[test]
fn blocks_and_mining_modes() {
    let node = TestNode::quiet();
    assert_eq!(node.result("dev_mine", &json!([])), 1);
    assert_eq!(node.result("dev_mine", &json!([4])), 5);
    assert_eq!(node.result("node_getBlockNumber", &json!([])), 5);
    assert_eq!(node.result("dev_getMining", &json!([])), "manual");
    assert_eq!(node.result("dev_setMining", &json!(["interval:2.5"])), Value::Null);
    assert_eq!(node.result("dev_getInfo", &json!([]))["mining"], "interval:2.5");
    let (code, message) = node.error("dev_setMining", &json!(["fast"]));
    assert!(code == -32701 && message.contains("interval:SECONDS"), "{message}");
    assert_eq!(node.result("dev_reorg", &json!([2])), 3);
    assert_eq!(node.result("node_getBlockNumber", &json!([])), 3);
    assert_eq!(node.error("dev_reorg", &json!([4])).0, -32702);
}

#[test]
fn time_goes_forward_only() {
    let node = TestNode::quiet();
    let start = time(&node);
    let later: u64 = node.result("dev_increaseTime", &json!([3600])).as_str().unwrap().parse().unwrap();
    assert!((start + 3600..start + 3660).contains(&later));
    node.result("dev_setTime", &json!([(start + 90_000).to_string()]));
    assert!(time(&node) >= start + 90_000);
    let (code, message) = node.error("dev_setTime", &json!([start]));
    assert!(code == -32702 && message.contains("has passed"), "{message}");
    node.result("dev_mine", &json!([]));
    let header = node.result("node_getBlockHeader", &json!([]));
    let block_time: u64 = header["globalVariables"]["timestamp"].as_str().unwrap().parse().unwrap();
    assert!(block_time >= start + 90_000 - 72);
}

#[test]
fn state_by_hand_snapshots_and_reverts() {
    let node = TestNode::quiet();
    assert_eq!(storage(&node), ZERO);
    let kept = node.result("dev_snapshot", &json!([]));
    let block = node.result("dev_setPublicStorage", &json!([ACCOUNT, SLOT, VALUE]));
    assert_eq!(storage(&node), VALUE);
    // By number too, and not before.
    let at = |block: &Value| node.result("node_getPublicStorageAt", &json!([block, ACCOUNT, SLOT]));
    assert_eq!((at(&block), at(&json!(block.as_u64().unwrap() - 1))), (json!(VALUE), json!(ZERO)));
    assert_eq!(node.result("dev_revert", &json!([kept])), true);
    assert_eq!(storage(&node), ZERO);
    assert_eq!(node.result("dev_revert", &json!([kept])), false);
    let funded = node.result("dev_fundAddress", &json!([ACCOUNT, "5"]));
    assert!(funded.is_u64());
    assert_eq!(node.result("dev_dropTx", &json!([VALUE])), false);
}

#[test]
fn messages_and_deposits_come_in_with_their_checkpoint() {
    let node = TestNode::quiet();
    let sender = "0x00000000000000000000000000000000000000bb";
    let sent = node.result("dev_sendL1ToL2Message", &json!([sender, ACCOUNT, SLOT, VALUE]));
    let claim = node.result("dev_depositFeeJuice", &json!([ACCOUNT, "1000", VALUE]));
    assert_eq!(claim["claimAmount"], "1000");
    for message in [&sent, &claim] {
        let hash = &message["messageHash"];
        assert_eq!(node.result("node_isL1ToL2MessageSynced", &json!([hash])), true);
        assert_eq!(node.result("node_getL1ToL2MessageCheckpoint", &json!([hash])), message["checkpoint"]);
        assert_eq!(node.result("node_getL1ToL2MessageMembershipWitness", &json!(["latest", hash])), Value::Null);
    }
    let checkpoint = claim["checkpoint"].as_u64().unwrap();
    node.result("dev_mine", &json!([checkpoint]));
    for message in [&sent, &claim] {
        let witness = node.result("node_getL1ToL2MessageMembershipWitness", &json!(["latest", message["messageHash"]]));
        assert_eq!(witness[0], message["messageLeafIndex"]);
    }
}

#[test]
fn a_chain_can_be_taken_out_and_in() {
    let node = TestNode::quiet();
    node.result("dev_setPublicStorage", &json!([ACCOUNT, SLOT, VALUE]));
    node.result("dev_mine", &json!([3]));
    let dump = node.get("/dev/state");
    assert_eq!((dump.status, dump.header("content-type")), (200, Some("application/octet-stream")));
    assert_eq!(node.get("/dev/state").body, dump.body, "equal chains give equal bytes");

    // The clock of genesis is the chain's own, so another node takes it as it is.
    let other = TestNode::quiet();
    let loaded = other.exchange("POST", "/dev/state", &[], &dump.body);
    assert_eq!((loaded.status, loaded.json()), (200, json!({"blockNumber": 4})), "{}", loaded.text());
    assert_eq!(storage(&other), VALUE);
    let tips = json!([]);
    assert_eq!(other.result("node_getL2Tips", &tips), node.result("node_getL2Tips", &tips));
    assert_eq!(other.get("/dev/state").body, dump.body);
}

#[test]
fn what_is_no_chain_changes_nothing() {
    let node = TestNode::quiet();
    node.result("dev_mine", &json!([2]));
    let dump = node.get("/dev/state").body;
    let tips = node.result("node_getL2Tips", &json!([]));
    let mut changed = dump.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for body in [&b""[..], b"nothing", &dump[..dump.len() - 1], &changed] {
        let reply = node.exchange("POST", "/dev/state", &[], body);
        assert_eq!((reply.status, reply.json()["error"]["code"].as_i64()), (400, Some(-32702)), "{}", reply.text());
    }
    // A connection that ends in the middle is no end of the chain.
    let mut stream = node.connect();
    let head = format!("POST /dev/state HTTP/1.1\r\nhost: n\r\ncontent-length: {}\r\n\r\n", dump.len());
    std::io::Write::write_all(&mut stream, &[head.as_bytes(), &dump[..dump.len() - 1]].concat()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert!(read(&mut stream).map_or(true, |reply| reply.status == 400));
    assert_eq!(node.result("node_getL2Tips", &json!([])), tips);
}

#[test]
fn without_the_namespace_nothing_of_it_is_there() {
    let node = TestNode::start(quiet(), ServerConfig { dev: false, ..ServerConfig::default() });
    let reply = node.call("dev_mine", &json!([]));
    assert_eq!(
        (&reply["error"]["code"], &reply["error"]["message"]),
        (&json!(-32601), &json!("Method not found: dev_mine"))
    );
    assert!(reply["error"]["data"]["hint"].as_str().unwrap().contains("--no-dev"));
    assert_eq!(node.get("/dev/state").status, 404);
    assert_eq!(node.exchange("POST", "/dev/state", &[], b"x").status, 404);
}
