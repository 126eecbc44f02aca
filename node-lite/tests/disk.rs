//! A disk without room, and a damaged file: said plainly, and nothing that was answered is lost.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

#[path = "common/process.rs"]
mod process;

use std::fs;
use std::path::Path;
use std::process::Command;

use process::{Node, call, reply};
use serde_json::{Value, json};

/// Starts a node whose files cannot grow beyond so many bytes.
fn start_limited(folder: &Path, bytes: u64) -> Node {
    let mut command = Command::new("sh");
    // Like a full disk, the limit is an error of the write; the signal that comes with it is ignored. In blocks of 512 bytes.
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512)]);
    command.arg(env!("CARGO_BIN_EXE_node-lite"));
    Node::start(command, &options(folder))
}

fn options(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap();
    ["--no-test-accounts", "--mining", "manual", "--data-dir", folder].map(str::to_owned).into()
}

fn start(folder: &Path) -> Node {
    Node::start(Command::new(env!("CARGO_BIN_EXE_node-lite")), &options(folder))
}

/// A block that stores something, or the error.
fn write(node: &Node, turn: u64) -> Value {
    reply(&node.address, "dev_fundAddress", &json!([format!("{turn:#066x}"), "7"])).unwrap()
}

fn headers(node: &Node, latest: u64) -> Vec<Value> {
    (1..=latest).map(|block| node.call("node_getBlockHeader", &json!([block]))).collect()
}

#[test]
fn a_full_disk_is_said_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path());
    (1..=3).for_each(|turn| assert_eq!(write(&node, turn)["result"], json!(turn)));
    node.stop();
    let size = fs::metadata(folder.path().join("chain.redb")).unwrap().len();

    let node = start_limited(folder.path(), size + (64 << 10));
    let mut latest = 3;
    let error = loop {
        let reply = write(&node, latest + 1);
        match reply.get("result") {
            Some(block) => latest = block.as_u64().unwrap(),
            None => break reply["error"].clone(),
        }
        assert!(latest < 3000, "the file does not grow");
    };
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("cannot be stored") && message.contains("chain.redb"), "{message}");
    assert!(message.contains("File too large") && message.contains("what was stored before is safe"), "{message}");
    assert!(error["data"]["hint"].as_str().unwrap().contains("disk"), "{error}");
    // It goes on: what was answered is there, and what is refused is said.
    assert_eq!(node.call("node_getBlockNumber", &json!([])), json!(latest));
    let before = headers(&node, latest);
    let status: Value = serde_json::from_str(&node.get("/status.json")).unwrap();
    assert_eq!(status["components"]["store"]["healthy"], json!(false), "{status}");
    // A smaller write may find room that the refused one left.
    for turn in 5000..5020 {
        match write(&node, turn).get("result") {
            Some(block) => latest = block.as_u64().unwrap(),
            None => assert_eq!(node.call("node_getBlockNumber", &json!([])), json!(latest)),
        }
    }
    let all = headers(&node, latest);
    assert_eq!(all[..before.len()], before);
    node.kill();

    // With room again.
    let node = start(folder.path());
    assert_eq!(headers(&node, latest), all);
    assert_eq!(write(&node, latest + 1)["result"], json!(latest + 1));
    node.stop();
}

#[test]
fn a_full_disk_at_the_start_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_node-lite"),
        "--port",
        "0",
    ]);
    let output = command.args(options(folder.path())).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("chain.redb") && said.contains("File too large"), "{said}");
    assert!(said.contains("hint: there is no room"), "{said}");
}

/// Damage at any place is found when the node starts, or does no harm: no answer differs from that of before.
#[test]
fn damage_is_said_and_never_answered_from() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path());
    (1..=12).for_each(|turn| assert_eq!(write(&node, turn)["result"], json!(turn)));
    let before = headers(&node, 12);
    node.stop();
    let file = folder.path().join("chain.redb");
    let whole = fs::read(&file).unwrap();
    let (mut found, mut harmless) = (0, 0);
    let used: Vec<_> =
        (0..whole.len()).step_by(64).filter(|at| whole[*at..].iter().take(64).any(|byte| *byte != 0)).collect();
    for at in used.iter().step_by(used.len() / 12) {
        let mut damaged = whole.clone();
        for byte in &mut damaged[*at..*at + 64] {
            *byte ^= 0xa5;
        }
        fs::write(&file, &damaged).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_node-lite"));
        command.args(options(folder.path())).args(["--port", "0", "--json", "--log", "error"]);
        let mut child =
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
        match process::welcome(&mut child) {
            Some(address) => {
                for (block, header) in (1..).zip(&before) {
                    let answer = call(&address, "node_getBlockHeader", &json!([block])).unwrap();
                    assert_eq!(answer, *header, "damage at {at}");
                }
                harmless += 1;
                child.kill().unwrap();
                child.wait().unwrap();
            }
            None => {
                let output = child.wait_with_output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                assert_eq!(output.status.code(), Some(1), "damage at {at}: {said}");
                assert!(said.contains("chain.redb") && said.contains("hint: "), "damage at {at}: {said}");
                found += 1;
            }
        }
    }
    assert!(found > 0, "{found} found, {harmless} harmless");
    // The file as it was is taken again.
    fs::write(&file, &whole).unwrap();
    let node = start(folder.path());
    assert_eq!(headers(&node, 12), before);
    node.stop();
}
