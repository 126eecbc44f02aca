//! Health and metrics.

use serde_json::json;

use crate::harness::TestNode;

#[test]
fn health_of_each_part() {
    let node = TestNode::quiet();
    let plain = node.get("/status");
    assert_eq!((plain.status, plain.text()), (200, "OK"));
    let accepted = node.exchange("GET", "/status", &[("accept", "text/html, application/json;q=0.9")], b"");
    let named = node.get("/status.json");
    assert_eq!((accepted.status, accepted.json()), (200, named.json()));
    let health = named.json();
    assert_eq!((&health["healthy"], &health["protocolVersion"]), (&json!(true), &json!("4.1.2")));
    for part in ["store", "pool", "mining", "l1"] {
        assert_eq!(health["components"][part]["healthy"], true, "{health}");
    }
    assert_eq!(health["components"]["mining"]["detail"], "manual");
}

#[test]
fn metrics_count_what_happens() {
    let node = TestNode::quiet();
    node.result("dev_mine", &json!([3]));
    node.error("node_getPublicStorageAt", &json!([99, "0x01", "0x02"]));
    node.call("node_no\"thing{}", &json!([]));
    let reply = node.get("/metrics");
    assert!(reply.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let text = reply.text();
    for line in [
        "node_lite_block_height 3",
        "node_lite_tip_block{tip=\"proposed\"} 3",
        "node_lite_pending_txs 0",
        "node_lite_blocks_total 3",
        "node_lite_mined_txs_total 0",
        "node_lite_http_requests_total 3",
        "node_lite_rpc_calls_total{method=\"dev_mine\"} 1",
        "node_lite_rpc_errors_total{method=\"dev_mine\"} 0",
        "node_lite_rpc_errors_total{method=\"node_getPublicStorageAt\"} 1",
        "node_lite_rpc_errors_total{method=\"unknown\"} 1",
        "node_lite_rpc_seconds_count{method=\"dev_mine\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("process_resident_memory_bytes "));
    // The text form: comments, or a name, perhaps labels, and a number.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, value) = line.rsplit_once(' ').unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        let name = name.split('{').next().unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{line}");
    }
}
