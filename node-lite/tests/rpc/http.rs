//! HTTP: routes, headers, packing, limits.

use std::io::{Read, Write};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};
use node_lite::config::Config;
use node_lite::rpc::{AllowedOrigins, Limits, ServerConfig};
use serde_json::json;

use crate::harness::{TestNode, quiet, read, send};

const CALL: &str = r#"{"jsonrpc":"2.0","id":7,"method":"node_isReady","params":[]}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

fn with_limits(limits: Limits) -> TestNode {
    TestNode::start(quiet(), ServerConfig { limits, ..ServerConfig::default() })
}

#[test]
fn every_reply_says_what_the_node_is() {
    let node = TestNode::quiet();
    for reply in [node.post(CALL), node.post("{"), node.get("/status"), node.get("/nothing"), node.get("/")] {
        assert_eq!(reply.header("x-aztec-packageversion"), Some("4.1.2"));
        let root = "0x1dd2644a17d1ddd8831287a78c5a1033b7ae35cdf2a3db833608856c062fc2ba";
        assert_eq!(reply.header("x-aztec-l2circuitsvktreeroot"), Some(root));
        let hash = "0x2672340d9a0107a7b81e6d10d25b854debe613f3272e8738e8df0ca2ff297141";
        assert_eq!(reply.header("x-aztec-l2protocolcontractshash"), Some(hash));
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    }
    assert_eq!(node.get("/").header("allow"), Some("POST"));
}

#[test]
fn bodies_may_be_packed() {
    let node = TestNode::quiet();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(CALL.as_bytes()).unwrap();
    let mut deflate = ZlibEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(CALL.as_bytes()).unwrap();
    for (encoding, body) in [("gzip", gzip.finish().unwrap()), ("deflate", deflate.finish().unwrap())] {
        let reply = node.exchange("POST", "/", &[JSON, ("content-encoding", encoding)], &body);
        assert_eq!((reply.status, reply.json()), (200, json!({"jsonrpc": "2.0", "id": 7, "result": true})));
    }
    let reply = node.exchange("POST", "/", &[JSON, ("content-encoding", "br")], CALL.as_bytes());
    assert_eq!(reply.status, 415);
    assert_eq!(reply.json()["error"]["message"], "unsupported content encoding \"br\"");
    let reply = node.exchange("POST", "/", &[JSON, ("content-encoding", "gzip")], CALL.as_bytes());
    assert_eq!((reply.status, reply.json()["error"]["code"].as_i64()), (400, Some(-32600)));
}

#[test]
fn large_replies_are_packed_for_those_who_take_it() {
    let node = TestNode::quiet();
    let call = r#"[{"id":1,"method":"node_getNodeInfo"}]"#;
    let plain = node.post(call);
    assert_eq!(plain.header("content-encoding"), None);
    let packed = node.exchange("POST", "/", &[JSON, ("accept-encoding", "gzip, deflate")], call.as_bytes());
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.body.as_slice()).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.body);
    let small = node.exchange("POST", "/", &[JSON, ("accept-encoding", "gzip")], CALL.as_bytes());
    assert_eq!(small.header("content-encoding"), None);
}

#[test]
fn bodies_have_a_limit_packed_or_not() {
    let node = with_limits(Limits { body_size: 1000, ..Limits::default() });
    let fits = format!("{CALL}{}", " ".repeat(1000 - CALL.len()));
    assert_eq!(node.post(&fits).status, 200);
    let chunked = |body: &str| {
        let body = format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
        node.exchange("POST", "/", &[JSON, ("transfer-encoding", "chunked")], body.as_bytes())
    };
    assert_eq!(chunked(&fits).status, 200);
    let too_large = format!("{fits} ");
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(too_large.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 1000);
    let packed = node.exchange("POST", "/", &[JSON, ("content-encoding", "gzip")], &packed);
    for reply in [node.post(&too_large), chunked(&too_large), packed] {
        assert_eq!(reply.status, 413);
        let error = &reply.json()["error"];
        assert_eq!((error["code"].as_i64(), &error["message"]), (Some(-32600), &json!("request entity too large")));
        assert!(error["data"]["hint"].as_str().unwrap().contains("--max-body-size"), "{error}");
    }
}

#[test]
fn a_slow_body_and_a_slow_head_end_the_connection() {
    let short = Duration::from_millis(300);
    let node = with_limits(Limits { head_time: short, body_time: short, ..Limits::default() });
    let mut slow_body = node.connect();
    let head = "POST / HTTP/1.1\r\nhost: node\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    slow_body.write_all(head.as_bytes()).unwrap();
    let mut slow_head = node.connect();
    slow_head.write_all(b"POST / HTTP/1.1\r\nhost: no").unwrap();
    let mut silent = node.connect();
    let reply = read(&mut slow_body).unwrap();
    assert_eq!((reply.status, reply.json()["error"]["code"].as_i64()), (408, Some(-32600)));
    for stream in [&mut slow_head, &mut silent] {
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        let rest = String::from_utf8(rest).unwrap();
        assert!(rest.is_empty() || rest.starts_with("HTTP/1.1 408"), "{rest}");
    }
    assert_eq!(node.post(CALL).status, 200);
}

#[test]
fn a_client_that_takes_nothing_of_its_response_loses_its_connection() {
    let limits =
        Limits { write_time: Duration::from_millis(300), batch_size: 20_000, body_size: 4 << 20, ..Limits::default() };
    let node = with_limits(limits);
    let calls: Vec<_> = (0..10_000).map(|id| json!({"id": id, "method": "node_getNodeInfo"})).collect();
    let body = serde_json::to_vec(&calls).unwrap();
    let mut stream = node.connect();
    send(&mut stream, "POST", "/", &[JSON], &body).unwrap();
    // More than the system's buffers hold is on its way; none of it is read for a while.
    std::thread::sleep(Duration::from_secs(3));
    assert!(read(&mut stream).map_or(true, |reply| reply.body.len() < 10_000_000), "the whole response came");
    assert_eq!(node.post(CALL).status, 200);
}

#[test]
fn results_of_a_request_have_a_limit_together() {
    let node = with_limits(Limits { response_size: 5000, ..Limits::default() });
    let calls: Vec<_> = (0..6).map(|id| json!({"id": id, "method": "node_getNodeInfo"})).collect();
    let replies = node.post(&json!(calls).to_string()).json();
    let replies = replies.as_array().unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = replies.iter().partition(|reply| reply.get("result").is_some());
    assert!(!good.is_empty() && !bad.is_empty(), "{replies:?}");
    for reply in bad {
        assert_eq!(reply["error"]["message"], "The results are larger than 5000 bytes");
    }
    assert!(replies.iter().zip(0..).all(|(reply, id)| reply["id"] == id));
}

#[test]
fn connections_beyond_the_limit_wait_for_their_turn() {
    let node = with_limits(Limits { connections: 2, ..Limits::default() });
    let (first, second) = (node.connect(), node.connect());
    let mut waiting = node.connect();
    send(&mut waiting, "POST", "/", &[JSON], CALL.as_bytes()).unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(waiting.peek(&mut [0]).is_err(), "it was served beyond the limit");
    drop((first, second));
    waiting.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert_eq!(read(&mut waiting).unwrap().status, 200);
}

#[test]
fn pages_of_other_origins_can_be_kept_out() {
    let origin = "https://wallet.example";
    let server = ServerConfig { allowed_origins: AllowedOrigins::Only(vec![origin.into()]), ..ServerConfig::default() };
    let node = TestNode::start(quiet(), server);
    let from = |origin: &str| node.exchange("POST", "/", &[JSON, ("origin", origin)], CALL.as_bytes());
    assert_eq!(from(origin).header("access-control-allow-origin"), Some(origin));
    assert_eq!(from("https://other.example").header("access-control-allow-origin"), None);
}

#[test]
fn every_request_can_be_made_to_wait() {
    let node = TestNode::quiet();
    assert_eq!(node.result("dev_setLatency", &json!([200])), json!(null));
    let start = std::time::Instant::now();
    node.post(CALL);
    assert!(start.elapsed() >= Duration::from_millis(200));
    assert_eq!(node.result("dev_getInfo", &json!([]))["latencyMs"], 200);
}

#[test]
fn a_taken_port_is_an_error_that_says_what_to_do() {
    let node = TestNode::quiet();
    let server = ServerConfig { port: node.address().port(), ..ServerConfig::default() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let error = runtime.block_on(node_lite::spawn(Config::default(), server)).unwrap_err();
    assert!(error.to_string().contains(&format!("port {}", node.address().port())), "{error}");
    assert!(error.hint().unwrap().contains("--port"));
}

#[test]
fn stopping_is_quick_and_the_port_is_free_after_it() {
    let node = TestNode::quiet();
    let address = node.address();
    // A connection that stays open does not hold it up.
    let idle = node.connect();
    let start = std::time::Instant::now();
    node.stop();
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    drop(idle);
    std::net::TcpListener::bind(address).unwrap();
}
