//! What an official node answered (`tests/fixtures`), asked again here: whole HTTP exchanges, errors, and the answers that
//! do not depend on a chain.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::harness::TestNode;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/rpc")
}

/// The records of a file.
pub(crate) fn records(name: &str) -> Vec<Value> {
    let bytes = fs::read(folder().join(name)).unwrap();
    let mut text = String::new();
    match name.ends_with(".gz") {
        true => GzDecoder::new(bytes.as_slice()).read_to_string(&mut text).unwrap(),
        false => bytes.as_slice().read_to_string(&mut text).unwrap(),
    };
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every record of every method.
fn all_records() -> Vec<Value> {
    let mut names: Vec<_> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.iter().filter(|name| !name.starts_with("transport")).flat_map(|name| records(name)).collect()
}

/// Drops members that official objects carry by accident.
fn without_accidents(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| *name != "_cachedHash");
            kept.map(|(name, value)| (name.clone(), without_accidents(value))).collect()
        }
        Value::Array(items) => items.iter().map(without_accidents).collect(),
        other => other.clone(),
    }
}

#[test]
fn http_exchanges() {
    let node = TestNode::quiet();
    let records = records("transport.jsonl");
    assert_eq!(records.len(), 30);
    for record in records {
        let (case, request, expected) = (record["case"].as_str().unwrap(), &record["request"], &record["response"]);
        let body = match &request["repeat"] {
            Value::Null => request["body"].as_str().unwrap_or_default().to_owned(),
            repeat => {
                let part = |name: &str| repeat[name].as_str().unwrap();
                let times = usize::try_from(repeat["times"].as_u64().unwrap()).unwrap();
                [part("prefix"), &part("unit").repeat(times), part("suffix")].concat()
            }
        };
        let headers: Vec<(&str, &str)> = request["headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect();
        let [method, path] = ["method", "path"].map(|name| request[name].as_str().unwrap());
        let reply = node.exchange(method, path, &headers, body.as_bytes());
        let status = match case {
            // A client would try 500 again.
            "more than a megabyte" => 413,
            // Preflight: both mean yes.
            "preflight" => 200,
            _ => expected["status"].as_u64().unwrap(),
        };
        assert_eq!(u64::from(reply.status), status, "{case}: {}", reply.text());
        if case == "preflight" {
            assert!(reply.header("access-control-allow-methods").unwrap().contains("POST"));
            continue;
        }
        for name in
            ["x-aztec-packageversion", "x-aztec-l2circuitsvktreeroot", "x-aztec-l2protocolcontractshash", "allow"]
        {
            assert_eq!(reply.header(name), expected["headers"][name].as_str(), "{case}: {name}");
        }
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"), "{case}");
        let expected_body = expected["body"].as_str().unwrap();
        let Ok(expected_json) = serde_json::from_str::<Value>(expected_body) else {
            assert_eq!(reply.text(), expected_body, "{case}");
            continue;
        };
        assert_eq!(reply.header("content-type"), Some("application/json; charset=utf-8"), "{case}");
        compare(case, &reply.json(), &expected_json);
    }
}

/// Replies are the same; but texts of parse errors and of parameter errors are our own, as they say more.
fn compare(case: &str, found: &Value, expected: &Value) {
    if let (Value::Array(found), Value::Array(expected)) = (found, expected) {
        assert_eq!(found.len(), expected.len(), "{case}");
        found.iter().zip(expected).for_each(|(found, expected)| compare(case, found, expected));
        return;
    }
    let mut found = found.clone();
    let mut expected = expected.clone();
    if let Some(error) = found.get_mut("error").and_then(Value::as_object_mut) {
        // Hints are ours.
        error.remove("data");
    }
    let own_words = ["malformed", "single call, wrong params", "params are an object", "params are null"];
    if own_words.contains(&case) {
        let (found, expected) = (found["error"]["message"].take(), expected["error"]["message"].take());
        let start = |text: &Value| text.as_str().unwrap().chars().take(9).collect::<String>();
        if case == "single call, wrong params" {
            assert!(found.as_str().unwrap().contains("node_getBlock"), "{found}");
        } else {
            assert_eq!(start(&found), start(&expected), "{case}");
        }
    }
    if case == "single call, wrong params" {
        // Official hashes fail outside the schema.
        assert_eq!((found["error"]["code"].take(), expected["error"]["code"].take()), (json!(-32701), json!(-32702)));
    }
    assert_eq!(found, expected, "{case}");
}

/// Cases in which we take what official nodes refuse, or the other way.
const TAKEN_OTHERWISE: [&str; 5] = [
    // They refuse addresses with fewer digits than they have.
    "node_getContract, not an address",
    "node_getPublicStorageAt, short address",
    // They take a fraction for a count.
    "node_getCheckpoints, fraction",
    // They say -1 is no block; block 0 is one here.
    "node_findLeavesIndexes, public data leaf slots",
    "node_getTxReceipt, short hash",
];

#[test]
fn errors_have_the_official_codes_and_words() {
    let node = TestNode::quiet();
    let mut compared = 0;
    for record in all_records() {
        let (method, params) = (record["request"]["method"].as_str().unwrap(), &record["request"]["params"]);
        let case = format!("{method}, {}", record["case"].as_str().unwrap());
        let official = &record["response"]["error"];
        if official.is_null() || TAKEN_OTHERWISE.contains(&case.as_str()) {
            continue;
        }
        let (official_code, official_message) =
            (official["code"].as_i64().unwrap(), official["message"].as_str().unwrap());
        // What depends on their chain.
        if ["node_sendTx", "node_isValidTx", "node_simulatePublicCalls"].contains(&method) {
            continue;
        }
        let (code, message) = node.error(method, params);
        compared += 1;
        let about_chain = ["not yet synced", "not found", "non-negative"];
        if official_code == -32702 && !about_chain.iter().any(|words| official_message.contains(words)) {
            // Fields and points that cannot be read fail outside their schema.
            assert_eq!(code, -32701, "{case}: {message}");
            continue;
        }
        assert_eq!(code, official_code, "{case}: {message} for {official_message}");
        if official_code != -32701 {
            let here = official_message.replace("synced upto 34)", "synced upto 0)");
            assert_eq!(message, here, "{case}");
        }
    }
    assert!(compared >= 80, "{compared}");
}

/// Answers that say what the network is, and those about things that no chain has.
#[test]
fn answers_that_depend_on_no_chain() {
    let node = TestNode::quiet();
    node.result("dev_mine", &json!([]));
    let mut compared = 0;
    for record in all_records() {
        let (method, params) = (record["request"]["method"].as_str().unwrap(), &record["request"]["params"]);
        let case = record["case"].as_str().unwrap();
        let about_the_network = [
            "node_isReady",
            "node_getNodeInfo",
            "node_getNodeVersion",
            "node_getVersion",
            "node_getChainId",
            "node_getL1ContractAddresses",
            "node_getProtocolContractAddresses",
            "node_getEncodedEnr",
            "node_getAllowedPublicSetup",
            "node_getValidatorsStats",
            "node_getValidatorStats",
            "node_registerContractFunctionSignatures",
        ];
        let about_nothing = [
            "unknown",
            "unknown hash",
            "never written",
            "no tags",
            "no leaves",
            "none",
            "past the end",
            "future block",
            "future epoch",
            "protocol contract",
        ];
        let genesis = case == "genesis" && method == "node_getBlock";
        if record["response"].get("error").is_some()
            || !(about_the_network.contains(&method) || about_nothing.contains(&case) || genesis)
        {
            continue;
        }
        compared += 1;
        let mut expected = without_accidents(record["response"].get("result").unwrap_or(&Value::Null));
        let mut found = node.result(method, params);
        if method == "node_getNodeInfo" {
            // What official nodes do not tell.
            assert_eq!(found.as_object_mut().unwrap().remove("parameters"), Some("official".into()));
        }
        if genesis {
            // The time of genesis is that of the network's start.
            expected["header"]["globalVariables"]["timestamp"].take();
            found["header"]["globalVariables"]["timestamp"].take();
        }
        assert_eq!(found, expected, "{method}, {case}");
    }
    assert!(compared > 50, "{compared}");
}
