//! The program as people start it: what it prints, how it ends, what it says when it cannot start.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_node-lite"));
    command.arg("--no-test-accounts").args(options);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // Options may come from the environment; here they do not.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("NODE_LITE_")) {
        command.env_remove(name);
    }
    command.env("NODE_LITE_LOG", "warn");
    command
}

/// A program that has said where it is.
struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    welcome: Value,
}

impl Running {
    fn start(options: &[&str]) -> Self {
        let mut child = command(&[&["--port", "0", "--json"], options].concat()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let welcome = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut errors = String::new();
            child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
            panic!("{error}: {line:?}: {errors}")
        });
        Self { child, stdout, welcome }
    }

    fn address(&self) -> &str {
        self.welcome["url"].as_str().unwrap().strip_prefix("http://").unwrap()
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        let body = json!({"id": 1, "method": method, "params": params}).to_string();
        let mut stream = TcpStream::connect(self.address()).unwrap();
        let head =
            "POST / HTTP/1.1\r\nhost: n\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let reply: Value = serde_json::from_str(reply.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(reply.get("error"), None, "{method}{params}");
        reply.get("result").cloned().unwrap_or(Value::Null)
    }

    /// Ends it as a terminal or a supervisor does; it has a second.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let start = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (status.code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn fails(options: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(options).output().unwrap();
    assert!(stdout.is_empty(), "{}", String::from_utf8_lossy(&stdout));
    (status.code(), String::from_utf8(stderr).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn it_says_where_it_is_in_one_line_and_ends_when_told() {
    for signal in ["-INT", "-TERM"] {
        let one = "0x0000000000000000000000000000000000000000000000000000000000000001";
        let node = Running::start(&["--fund", one, "--mining", "interval:3", "--no-dev"]);
        assert_eq!(
            (&node.welcome["protocolVersion"], &node.welcome["mining"]),
            (&json!("4.1.2"), &json!("interval:3"))
        );
        assert_eq!((&node.welcome["funded"], &node.welcome["dev"]), (&json!([one]), &json!(false)));
        assert_eq!(node.call("node_isReady", &json!([])), true);
        assert_eq!(node.end(signal), (Some(0), String::new()), "{signal}");
    }
}

#[test]
fn a_person_reads_more() {
    let mut child = command(&["--port", "0"]).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut read = String::new();
    while !read.contains("FOR DEVELOPMENT ONLY") {
        read += &(lines.next().unwrap().unwrap() + "\n");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for part in
        ["JSON-RPC       http://127.0.0.1:", "/status", "in memory: gone when this stops", "Mining         auto"]
    {
        assert!(read.contains(part), "{part} is not in\n{read}");
    }
}

#[test]
fn a_chain_in_a_folder_is_there_again_and_belongs_to_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let options = ["--data-dir", text(folder.path()), "--mining", "manual"];
    let node = Running::start(&options);
    assert_eq!(node.call("dev_mine", &json!([3])), 3);
    let (code, errors) = fails(&[&options[..], &["--port", "0"]].concat());
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("another node-lite uses this folder") && errors.contains("--data-dir"), "{errors}");
    assert_eq!(node.end("-TERM").0, Some(0));

    let again = Running::start(&options);
    assert_eq!((&again.welcome["blockNumber"], again.call("node_getBlockNumber", &json!([]))), (&json!(3), json!(3)));
    drop(again);
    let one = "0x0000000000000000000000000000000000000000000000000000000000000001";
    let (code, errors) = fails(&[&options[..], &["--port", "0", "--fund", one]].concat());
    assert_eq!(code, Some(1));
    assert!(errors.contains("hint: this folder has a network with other funded accounts"), "{errors}");
}

#[test]
fn state_is_written_at_the_end_and_read_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state");
    let options = ["--mining", "manual", "--load-state", text(&file), "--dump-state", text(&file)];
    let node = Running::start(&options);
    node.call("dev_mine", &json!([2]));
    let tips = node.call("node_getL2Tips", &json!([]));
    assert_eq!(node.end("-INT").0, Some(0));
    let again = Running::start(&options);
    assert_eq!(again.welcome["blockNumber"], 2);
    assert_eq!(again.call("node_getL2Tips", &json!([]))["proposed"], tips["proposed"]);
    assert_eq!(again.end("-INT").0, Some(0));
    // Nothing is left of writing.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    std::fs::write(&file, "no chain").unwrap();
    let (code, errors) = fails(&[&options[..], &["--port", "0"]].concat());
    assert_eq!(code, Some(1));
    assert!(errors.contains("cannot load") && errors.contains("hint:"), "{errors}");
    assert_eq!(std::fs::read(&file).unwrap(), b"no chain");
}

#[test]
fn what_cannot_be_is_said_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, errors) = fails(&["--port", &port]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(
        errors.contains(&format!("port {port}")) && errors.contains("hint: ") && errors.contains("--port"),
        "{errors}"
    );

    for options in [&["--mining", "often"][..], &["--admin-port", "1"], &["--nothing"]] {
        let (code, errors) = fails(options);
        assert_eq!(code, Some(2), "{errors}");
        assert!(errors.contains("error: "), "{errors}");
    }
    let (code, errors) = fails(&["--admin-port", "0", "--admin-api-key", "short"]);
    assert_eq!((code, errors.contains("at least 16 characters")), (Some(2), true), "{errors}");
    let (code, errors) = fails(&["--log", "a=b=c"]);
    assert_eq!((code, errors.contains("not a level")), (Some(2), true), "{errors}");
}

#[test]
fn help_tells_every_option_and_examples() {
    let Output { status, stdout, .. } = command(&["--help"]).output().unwrap();
    let help = String::from_utf8(stdout).unwrap();
    assert!(status.success());
    for part in ["Server:", "Chain:", "Output:", "--data-dir", "--mining", "--json", "Examples:", "NODE_LITE_PORT"] {
        assert!(help.contains(part), "{part} is not in\n{help}");
    }
}
