//! Clients that mean no good: the server answers or closes, stays small, and goes on.

use std::io::{self, Read, Write};
use std::sync::LazyLock;
use std::time::Duration;

use node_lite::rpc::{Limits, ServerConfig};
use proptest::prelude::*;
use protocol::rpc::dev::DevCall;
use protocol::rpc::node::NodeCall;
use serde_json::{Value, json};

use crate::harness::{Reply, TestNode, quiet, read, send};

static NODE: LazyLock<TestNode> = LazyLock::new(TestNode::quiet);
const JSON: (&str, &str) = ("content-type", "application/json");

/// Memory of this process, in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap() / 1024
}

/// A reply in the form that clients can read: one object or a list of them, each a result or an error.
fn is_well_formed(reply: &Reply) -> bool {
    let of_item = |item: &Value| {
        let error = item.get("error").is_none_or(|error| error["code"].is_i64() && error["message"].is_string());
        item["jsonrpc"].is_string() && error && !(item.get("error").is_some() && item.get("result").is_some())
    };
    match (reply.status, serde_json::from_slice::<Value>(&reply.body)) {
        (200, Ok(Value::Array(items))) => items.iter().all(of_item),
        (200 | 400, Ok(item @ Value::Object(_))) => {
            of_item(&item) && (reply.status == 400) == item.get("error").is_some()
        }
        _ => false,
    }
}

/// Values of all kinds, not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(u64::MAX)),
        Just(json!(-1)),
    ];
    let text = prop_oneof![
        ".{0,20}",
        "0x[0-9a-f]{0,70}",
        Just("latest".to_owned()),
        Just(format!("0x{}", "f".repeat(64))),
        "[A-Za-z0-9+/=]{0,400}",
    ];
    let leaf = prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number, text.prop_map(Value::from)];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z]{0,12}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Ids that a client could recognise.
fn any_id() -> impl Strategy<Value = Value> {
    prop_oneof![Just(Value::Null), any::<i64>().prop_map(Value::from), ".{0,20}".prop_map(Value::from)]
}

fn any_method() -> impl Strategy<Value = &'static str> {
    // Not those that wait or make many blocks.
    let dev = DevCall::METHODS.iter().filter(|method| !["dev_mine", "dev_setLatency"].contains(&method.name));
    let names: Vec<_> = NodeCall::METHODS.iter().chain(dev).map(|method| method.name).collect();
    prop::sample::select(names)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let reply = NODE.exchange("POST", "/", &[JSON], &body);
        prop_assert!(is_well_formed(&reply), "{}: {:?}", reply.status, reply.body);
    }

    #[test]
    fn any_json_is_answered(body in any_json()) {
        let reply = NODE.post(&body.to_string());
        prop_assert!(is_well_formed(&reply), "{}: {}", reply.status, reply.text());
    }

    #[test]
    fn any_parameters_are_answered(method in any_method(), params in prop::collection::vec(any_json(), 0..5), id in any_id()) {
        let reply = NODE.post(&json!([{"id": id, "method": method, "params": params}]).to_string());
        prop_assert!(is_well_formed(&reply), "{}: {}", reply.status, reply.text());
        prop_assert_eq!(&reply.json()[0]["id"], &id);
        // Nothing panics on the way: that answer is for bugs.
        prop_assert!(!reply.text().contains("Error executing request"), "{}", reply.text());
    }

    #[test]
    fn cut_and_changed_calls_are_answered(cut in 0usize..160, place in 0usize..160, byte in any::<u8>()) {
        let call = br#"[{"jsonrpc":"2.0","id":1,"method":"node_getPublicStorageAt","params":["latest","0x01","0x02"]},{"id":2,"method":"node_isReady"}]"#;
        let mut body = call[..call.len() - cut.min(call.len())].to_vec();
        if let Some(changed) = body.get_mut(place) {
            *changed = byte;
        }
        let reply = NODE.exchange("POST", "/", &[JSON], &body);
        prop_assert!(is_well_formed(&reply), "{}: {:?}", reply.status, body);
    }
}

#[test]
fn deep_json_is_refused_not_followed() {
    let node = TestNode::quiet();
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(60_000), close.repeat(60_000));
        for body in [
            deep.clone(),
            format!(r#"{{"id":1,"method":"node_getBlock","params":[{deep}]}}"#),
            format!(r#"[{{"id":{deep},"method":"node_isReady"}}]"#),
            format!(r#"{{"id":1,"method":{deep}}}"#),
            format!(r#"[{{"id":1,"method":"node_getPublicLogs","params":[{{"tag":{deep}}}]}}]"#),
        ] {
            let reply = node.post(&body);
            assert!(reply.status == 200 || reply.status == 400, "{}", reply.status);
        }
    }
    assert_eq!(node.result("node_isReady", &json!([])), true);
}

#[test]
fn many_huge_bodies_at_once_take_little_memory() {
    let node = TestNode::quiet();
    node.post("{}");
    let before = memory();
    let body = vec![b' '; 10 << 20];
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                let mut stream = node.connect();
                // The server may close before it has read everything.
                if send(&mut stream, "POST", "/", &[JSON], &body).is_ok()
                    && let Ok(reply) = read(&mut stream)
                {
                    assert_eq!(reply.status, 413);
                }
            });
        }
    });
    let grown = memory().saturating_sub(before);
    assert!(grown < 100, "{grown} MiB");
    assert_eq!(node.result("node_isReady", &json!([])), true);
}

#[test]
fn a_packed_body_that_grows_a_thousandfold_is_refused() {
    let node = TestNode::quiet();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..200 {
        packed.write_all(&[b'['; 1 << 20]).unwrap();
    }
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1 << 20);
    let before = memory();
    let reply = node.exchange("POST", "/", &[JSON, ("content-encoding", "gzip")], &packed);
    assert_eq!(reply.status, 413);
    assert!(memory().saturating_sub(before) < 50);
}

#[test]
fn a_thousand_connections_at_once_are_all_served() {
    let node = TestNode::quiet();
    let call = r#"[{"id":1,"method":"node_getBlockHeader","params":["latest"]}]"#;
    let expected = node.post(call).json();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut streams: Vec<_> = (0..50).map(|_| node.connect()).collect();
                for stream in &mut streams {
                    send(stream, "POST", "/", &[JSON], call.as_bytes()).unwrap();
                }
                for stream in &mut streams {
                    let reply = read(stream).unwrap();
                    assert_eq!((reply.status, reply.json()), (200, expected.clone()));
                }
            });
        }
    });
}

#[test]
fn half_requests_and_open_connections_do_not_keep_others_out() {
    let limits = Limits { head_time: Duration::from_secs(1), ..Limits::default() };
    let node = TestNode::start(quiet(), ServerConfig { limits, ..ServerConfig::default() });
    let mut halves: Vec<_> = (0..400).map(|_| node.connect()).collect();
    for stream in &mut halves {
        stream.write_all(b"POST / HTTP/1.1\r\nhost: n").unwrap();
    }
    assert_eq!(node.result("node_isReady", &json!([])), true);
    // They are closed in time.
    for stream in &mut halves {
        let mut rest = Vec::new();
        // What was sent and not read makes the system answer with a reset.
        let closed = stream.read_to_end(&mut rest);
        assert!(closed.is_ok() || closed.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionReset));
    }
}

#[test]
fn requests_that_are_no_http_are_closed() {
    let node = TestNode::quiet();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = node.connect();
        stream.write_all(bytes).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4") || answer.starts_with(b"HTTP/1.1 5"));
    }
    let long = "a".repeat(200 << 10);
    let mut stream = node.connect();
    let _ = stream.write_all(format!("GET /{long} HTTP/1.1\r\nhost: n\r\n\r\n").as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 4"), "{}", String::from_utf8_lossy(&answer));
    assert_eq!(node.result("node_isReady", &json!([])), true);
}

/// Where a parameter is not what a method takes, the error says which.
#[test]
fn wrong_types_are_refused_by_name() {
    let node = &*NODE;
    for method in NodeCall::METHODS.iter().chain(DevCall::METHODS) {
        for (index, param) in method.params.iter().enumerate() {
            // What no parameter takes.
            let mut params: Vec<Value> = method.params.iter().map(|param| example(param.ty)).collect();
            params[index] = json!({"nothing": ["like", "this"]});
            if param.ty.contains("LogFilter") || param.ty.contains("TxValidationOptions") {
                // Objects with members that may all be absent.
                params[index] = json!(["nothing like this"]);
            }
            let (code, message) = node.error(method.name, &json!(params));
            assert_eq!(code, -32701, "{}: {message}", method.name);
            assert!(message.contains(param.name) && message.contains(method.name), "{}: {message}", method.name);
            assert!(message.contains(&format!("({index})")), "{message}");
        }
        let needed = method.params.iter().filter(|param| !param.ty.starts_with("Option")).count();
        if needed > 0 {
            let (code, message) = node.error(method.name, &json!([]));
            assert_eq!(code, -32701, "{message}");
            assert!(message.contains(method.params[0].name), "{message}");
        }
    }
}

/// A transaction that an official node gave out.
static TX: LazyLock<Value> = LazyLock::new(|| {
    let recorded = crate::recorded::records("getTxByHash.jsonl.gz");
    recorded.iter().find_map(|record| record["response"].get("result").cloned()).unwrap()
});

/// A value that a parameter of a type takes.
fn example(ty: &str) -> Value {
    let field = json!(format!("0x{}", "0".repeat(64)));
    match ty.replace(' ', "").as_str() {
        "BlockParameter" => json!("latest"),
        "EthAddress" => json!(format!("0x{}", "0".repeat(40))),
        "MiningMode" => json!("manual"),
        ty if ty.starts_with("Vec<") => json!([]),
        ty if ty.starts_with("Option<") => Value::Null,
        "LogFilter" => json!({}),
        "Tx" => TX.clone(),
        "SiblingPath" => json!("AAAAAA=="),
        "Fr" | "AztecAddress" | "TxHash" | "BlockHash" | "L1ToL2MessageHash" | "ContractClassId" => field,
        _ => json!(1),
    }
}
