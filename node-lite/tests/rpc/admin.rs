//! The admin port.

use std::io::{Read, Write};
use std::net::TcpStream;

use node_lite::rpc::{AdminConfig, ApiKey, ServerConfig};
use protocol::rpc::admin::AdminCall;
use serde_json::{Value, json};

use crate::harness::{Reply, TestNode, quiet, read, send};

const KEY: &str = "a key of some length";

struct Admin(TestNode);

impl Admin {
    fn start() -> Self {
        let admin = Some(AdminConfig { port: 0, api_key: ApiKey::new(KEY).unwrap() });
        Self(TestNode::start(quiet(), ServerConfig { admin, ..ServerConfig::default() }))
    }

    fn exchange(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let url = self.0.handle().admin_url().unwrap();
        let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap()).unwrap();
        send(&mut stream, method, path, headers, body.as_bytes()).unwrap();
        read(&mut stream).unwrap()
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        let body = json!([{"id": 1, "method": method, "params": params}]).to_string();
        self.exchange("POST", "/", &[("content-type", "application/json"), ("x-api-key", KEY)], &body).json()[0].clone()
    }
}

#[test]
fn only_who_has_the_key_is_let_in() {
    let admin = Admin::start();
    let body = r#"{"id":1,"method":"nodeAdmin_getConfig"}"#;
    let with = |header: (&str, &str)| {
        admin.exchange("POST", "/", &[("content-type", "application/json"), header], body).status
    };
    assert_eq!(with(("x-api-key", KEY)), 200);
    assert_eq!(with(("authorization", &format!("Bearer {KEY}"))), 200);
    assert_eq!(with(("authorization", &format!("bearer {KEY}"))), 200);
    for header in [("x-api-key", "another key"), ("authorization", "Bearer "), ("authorization", KEY), ("x-other", KEY)]
    {
        assert_eq!(with(header), 401, "{header:?}");
    }
    let refused = admin.exchange("POST", "/", &[("content-type", "application/json")], body);
    let error = json!({"code": -32000, "message": "Unauthorized: invalid or missing API key"});
    assert_eq!(refused.json(), json!({"jsonrpc": "2.0", "id": null, "error": error}));
    assert_eq!(admin.exchange("GET", "/status", &[], "").text(), "OK");
    assert_eq!(admin.exchange("GET", "/metrics", &[], "").status, 401);
}

#[test]
fn each_namespace_is_on_its_own_port() {
    let admin = Admin::start();
    let code = |reply: &Value| reply["error"]["code"].as_i64();
    assert_eq!(code(&admin.call("node_isReady", &json!([]))), Some(-32601));
    assert_eq!(code(&admin.call("dev_mine", &json!([]))), Some(-32601));
    assert_eq!(admin.0.error("nodeAdmin_getConfig", &json!([])).0, -32601);
    assert_eq!(admin.exchange("GET", "/dev/state", &[("x-api-key", KEY)], "").status, 404);
    assert_eq!(admin.0.handle().admin_url().unwrap().find("127.0.0.1"), Some(7));
}

#[test]
fn what_the_node_does_not_have_it_says() {
    let admin = Admin::start();
    assert_eq!(admin.call("nodeAdmin_getConfig", &json!([]))["result"]["l1ChainId"], 31337);
    admin.0.result("dev_mine", &json!([3]));
    let beyond = admin.call("nodeAdmin_rollbackTo", &json!([4]));
    assert!(beyond["error"]["message"].as_str().unwrap().contains("not yet synced"), "{beyond}");
    assert_eq!(admin.call("nodeAdmin_rollbackTo", &json!([1, true])).get("error"), None);
    assert_eq!(admin.0.result("node_getBlockNumber", &json!([])), 1);
    let params = json!(["current"]);
    for method in AdminCall::METHODS {
        if let node_lite::rpc::support::Support::Unavailable(_) = node_lite::rpc::support::of(method.name) {
            let params = match method.name {
                "nodeAdmin_setConfig" => json!([{}]),
                _ => params.clone(),
            };
            let reply = admin.call(method.name, &params);
            assert_eq!(reply["error"]["code"], -32702, "{reply}");
        }
    }
}

#[test]
fn it_is_not_reachable_from_other_machines() {
    let admin = Admin::start();
    let url = admin.0.handle().admin_url().unwrap();
    let port = url.rsplit(':').next().unwrap();
    // Another address of this machine, behind which nothing listens.
    assert!(
        TcpStream::connect(format!("127.0.0.2:{port}"))
            .and_then(|mut stream| {
                stream.write_all(b"GET /status HTTP/1.1\r\nhost: n\r\n\r\n")?;
                let mut bytes = [0];
                stream.read_exact(&mut bytes)
            })
            .is_err()
    );
}
