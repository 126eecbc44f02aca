//! Nodes as people start them.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

/// Nothing takes longer, even on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A node as people start it.
pub(crate) struct Node {
    child: Child,
    pub(crate) address: String,
}

/// Where a node that was started with `--json` is; none if it ended without saying so.
pub(crate) fn welcome(child: &mut Child) -> Option<String> {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let welcome: Value = serde_json::from_str(&line).ok()?;
    Some(welcome["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned())
}

impl Node {
    /// Starts it, on any port; it has said where it is.
    pub(crate) fn start(mut command: Command, options: &[String]) -> Self {
        command.args(["--port", "0", "--json", "--log", "error"]).args(options);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let address = welcome(&mut child).expect("the node starts");
        Self { child, address }
    }

    pub(crate) fn call(&self, method: &str, params: &Value) -> Value {
        call(&self.address, method, params).unwrap()
    }

    pub(crate) fn get(&self, path: &str) -> String {
        exchange(&self.address, &format!("GET {path} HTTP/1.1\r\nhost: n\r\nconnection: close\r\n\r\n")).unwrap()
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Lets it come to its end.
    pub(crate) fn stop(mut self) {
        let kill = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(kill.success() && self.child.wait().unwrap().success());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn exchange(address: &str, request: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(request.as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (_, body) = reply.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(body.to_owned())
}

/// The reply to one call, on a connection of its own. An error is a node that is gone.
pub(crate) fn reply(address: &str, method: &str, params: &Value) -> io::Result<Value> {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let head = "POST / HTTP/1.1\r\nhost: n\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length:";
    Ok(serde_json::from_str(&exchange(address, &format!("{head} {}\r\n\r\n{body}", body.len()))?)?)
}

/// The result of a call; a refusal fails the test.
pub(crate) fn call(address: &str, method: &str, params: &Value) -> io::Result<Value> {
    let reply = reply(address, method, params)?;
    assert_eq!(reply.get("error"), None, "{method}");
    Ok(reply.get("result").cloned().unwrap_or(Value::Null))
}
