//! A node of one's own, and a client that also sends what no client should.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use node_lite::config::{Config, Mining};
use node_lite::rpc::ServerConfig;
use node_lite::spawn::NodeHandle;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

/// Nothing in these tests takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running node.
pub(crate) struct TestNode {
    handle: Option<NodeHandle>,
    runtime: Runtime,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }
}

/// A node without blocks, which makes them when told to.
pub(crate) fn quiet() -> Config {
    let mut config = Config { mining: Mining::Manual, ..Config::default() };
    config.network.test_accounts = false;
    config
}

impl TestNode {
    pub(crate) fn start(config: Config, server: ServerConfig) -> Self {
        let runtime = Runtime::new().unwrap();
        let server = ServerConfig { port: 0, ..server };
        let handle = runtime.block_on(node_lite::spawn(config, server)).unwrap();
        let address = handle.address();
        Self { handle: Some(handle), runtime, address }
    }

    /// In memory, without automatic blocks.
    pub(crate) fn quiet() -> Self {
        Self::start(quiet(), ServerConfig::default())
    }

    pub(crate) fn handle(&self) -> &NodeHandle {
        self.handle.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn stop(mut self) {
        let handle = self.handle.take().unwrap();
        self.runtime.block_on(handle.stop());
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// One exchange over a connection of its own.
    pub(crate) fn exchange(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        send(&mut stream, method, path, headers, body).unwrap();
        read(&mut stream).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.exchange("GET", path, &[], b"")
    }

    /// Posts JSON.
    pub(crate) fn post(&self, body: &str) -> Reply {
        self.exchange("POST", "/", &[("content-type", "application/json")], body.as_bytes())
    }

    /// The reply to one call, in a batch as official clients send it.
    pub(crate) fn call(&self, method: &str, params: &Value) -> Value {
        let reply = self.post(&json!([{ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }]).to_string());
        assert_eq!(reply.status, 200, "{}", reply.text());
        let replies = reply.json();
        assert_eq!((replies.as_array().unwrap().len(), &replies[0]["id"]), (1, &json!(1)));
        replies[0].clone()
    }

    /// The result of a call that succeeds; null for nothing.
    pub(crate) fn result(&self, method: &str, params: &Value) -> Value {
        let reply = self.call(method, params);
        assert_eq!(reply.get("error"), None, "{method}{params}");
        reply.get("result").cloned().unwrap_or(Value::Null)
    }

    /// Code and message of a call that fails.
    pub(crate) fn error(&self, method: &str, params: &Value) -> (i64, String) {
        let reply = self.call(method, params);
        let error = reply.get("error").unwrap_or_else(|| panic!("{method}{params} succeeded: {reply}"));
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }
}

/// Sends a request after which the server closes the connection.
pub(crate) fn send(
    stream: &mut TcpStream,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<()> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: node\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if method != "GET" && !headers.iter().any(|(name, _)| *name == "transfer-encoding") {
        head += &format!("content-length: {}\r\n", body.len());
    }
    head += "\r\n";
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    stream.flush()
}

/// Reads a response up to the end of the connection.
pub(crate) fn read(stream: &mut TcpStream) -> io::Result<Reply> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let _ = stream.shutdown(Shutdown::Both);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: bytes[end + 4..].to_vec() };
    if reply.header("transfer-encoding") == Some("chunked") {
        reply.body = unchunk(&reply.body)?;
    }
    Ok(reply)
}

/// A chunked body; an error when its last part is missing.
fn unchunk(mut bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).unwrap(), 16).unwrap();
        let part = bytes.get(end + 2..end + 2 + size).ok_or(io::ErrorKind::UnexpectedEof)?;
        if size == 0 {
            return Ok(body);
        }
        body.extend_from_slice(part);
        bytes = bytes.get(end + 4 + size..).ok_or(io::ErrorKind::UnexpectedEof)?;
    }
}
