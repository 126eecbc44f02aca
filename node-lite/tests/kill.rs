//! A node that is killed at any moment, while clients use it, has everything it answered when it starts again: blocks with
//! the same roots, and transactions, pending or in blocks; and goes on.
//!
//! `NODE_KILL_ROUNDS` asks for more rounds than a quick run makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

#[path = "common/process.rs"]
mod process;
#[path = "common/txs.rs"]
mod txs;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber};
use protocol::merkle::Poseidon2;
use protocol::rpc::lookup::MerkleTreeId;
use serde_json::{Value, json};

use process::{Node, PATIENCE, call};
use txs::Transactions;

/// Pays for all transactions.
const PAYER: u64 = 0x7a31;

fn options(folder: &Path, mining: &str) -> Vec<String> {
    let (payer, folder) = (AztecAddress::from_u64(PAYER).to_string(), folder.display().to_string());
    let options = ["--no-test-accounts", "--fund", &payer, "--mining", mining, "--data-dir", &folder];
    options.map(str::to_owned).into()
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_node-lite"))
}

/// Starts a node with that data.
fn start(folder: &Path, mining: &str) -> Node {
    Node::start(program(), &options(folder, mining))
}

/// What a node has answered.
#[derive(Default)]
struct Answered {
    /// Headers of blocks.
    headers: BTreeMap<u64, Value>,
    /// Hashes of transactions.
    txs: BTreeSet<String>,
    /// Calls that changed something.
    changes: u32,
}

/// Uses a node until it is gone.
fn load(address: &str, worker: u64, txs: &Transactions, answered: &Mutex<Answered>) -> io::Result<()> {
    let header = call(address, "node_getBlockHeader", &json!(["latest"]))?;
    let anchor: BlockHeader = serde_json::from_value(header).unwrap();
    for turn in 0u64.. {
        match (worker, turn % 6) {
            // Blocks by hand, which leave pending transactions alone, and now and then blocks that take them in.
            (0, 5) => remember_block(address, &call(address, "dev_mine", &json!([2]))?, answered)?,
            (0, _) => {
                let to = AztecAddress::from_u64(turn);
                remember_block(address, &call(address, "dev_fundAddress", &json!([to, "7"]))?, answered)?;
            }
            _ => {
                let tx = txs.next(&anchor);
                call(address, "node_sendTx", &json!([tx]))?;
                let mut answered = answered.lock().unwrap();
                answered.txs.insert(tx.tx_hash().to_string());
                answered.changes += 1;
            }
        }
    }
    Ok(())
}

/// A block the node says it made; then also what it says of it.
fn remember_block(address: &str, number: &Value, answered: &Mutex<Answered>) -> io::Result<()> {
    answered.lock().unwrap().headers.insert(number.as_u64().unwrap(), Value::Null);
    let header = call(address, "node_getBlockHeader", &json!([number]))?;
    let mut answered = answered.lock().unwrap();
    answered.headers.insert(number.as_u64().unwrap(), header);
    answered.changes += 1;
    Ok(())
}

/// What is on disk fits together.
fn check_store(folder: &Path) {
    let genesis = Genesis::funding(&[AztecAddress::from_u64(PAYER)], Genesis::DEFAULT_FUNDS);
    let store = ChainStore::open(&folder.join("chain.redb"), &genesis).unwrap();
    let snapshot = store.snapshot().unwrap();
    let latest = snapshot.latest_block().unwrap();
    let view = snapshot.latest_state().unwrap();
    let Some(block) = snapshot.block(latest).unwrap() else { return assert_eq!(latest, BlockNumber(0)) };
    assert_eq!(view.state_reference(), block.header.state);
    assert_eq!(view.tree(MerkleTreeId::Archive), block.archive);
    for number in latest.0.saturating_sub(5).max(1)..=latest.0 {
        let block = snapshot.block(BlockNumber(number)).unwrap().unwrap();
        for effect in &block.body.tx_effects {
            assert_eq!(snapshot.tx_place(effect.tx_hash).unwrap().unwrap().block.0, number);
            for nullifier in &effect.nullifiers {
                let witness = view.nullifier_witness(*nullifier).unwrap();
                assert_eq!(witness.leaf_preimage.leaf.nullifier, *nullifier);
                assert_eq!(witness.root(), view.tree(MerkleTreeId::NullifierTree).root);
            }
            for note_hash in &effect.note_hashes {
                let index = view.find(MerkleTreeId::NoteHashTree, *note_hash).unwrap().unwrap();
                let path = view.sibling_path(MerkleTreeId::NoteHashTree, index).unwrap();
                assert_eq!(path.root::<Poseidon2>(*note_hash, index), view.tree(MerkleTreeId::NoteHashTree).root);
            }
        }
    }
}

/// Everything that was answered is there.
fn check_answers(node: &Node, answered: &Answered) {
    for (number, header) in &answered.headers {
        let found = node.call("node_getBlockHeader", &json!([number]));
        assert_ne!(found, Value::Null, "block {number}");
        assert!(header.is_null() || *header == found, "block {number}: {header} became {found}");
    }
    for tx in &answered.txs {
        let status = node.call("node_getTxReceipt", &json!([tx]))["status"].clone();
        assert_ne!(status, "dropped", "{tx}");
        if status == "pending" {
            assert_eq!(node.call("node_getTxByHash", &json!([tx]))["txHash"], **tx);
        }
    }
}

/// The node goes on: what is pending gets into blocks.
fn check_progress(node: &Node, answered: &Answered) {
    let start = Instant::now();
    loop {
        node.call("dev_mine", &json!([1]));
        if node.call("node_getPendingTxCount", &json!([])) == 0 {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "transactions stay pending");
    }
    for tx in &answered.txs {
        let receipt = node.call("node_getTxReceipt", &json!([tx]));
        assert_eq!(receipt["executionResult"], "success", "{receipt}");
    }
}

/// Numbers that look random and are the same in every run.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn what_was_answered_survives_a_kill() {
    let rounds: u32 = std::env::var("NODE_KILL_ROUNDS").map_or(4, |rounds| rounds.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let txs = Transactions::new(AztecAddress::from_u64(PAYER));
    let (mut changes, mut pending, mut seed) = (0, 0, 41);
    for round in 0..rounds {
        // With manual blocks transactions wait while the node is killed.
        let mining = if round % 3 == 2 { "auto" } else { "manual" };
        let answered = Mutex::new(Answered::default());
        if round % 5 == 4 {
            // Killed while it starts.
            let mut child = program()
                .args(options(folder.path(), mining))
                .args(["--port", "0", "--log", "error"])
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(random(&mut seed) % 150));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let node = start(folder.path(), mining);
        // Transactions expire a day after their anchor block, and genesis has no time.
        node.call("dev_mine", &json!([1]));
        std::thread::scope(|scope| {
            for worker in 0..3 {
                let (address, txs, answered) = (node.address.clone(), &txs, &answered);
                scope.spawn(move || load(&address, worker, txs, answered));
            }
            std::thread::sleep(Duration::from_millis(50 + random(&mut seed) % 1000));
            node.kill();
        });
        let answered = answered.into_inner().unwrap();
        changes += answered.changes;
        check_store(folder.path());
        let node = start(folder.path(), "manual");
        pending += node.call("node_getPendingTxCount", &json!([])).as_u64().unwrap();
        check_answers(&node, &answered);
        check_progress(&node, &answered);
        node.kill();
    }
    println!("{rounds} kills, {changes} answered changes, {pending} transactions pending after them");
    assert!(changes > 0 && pending > 0, "no node lived long enough: {changes} changes, {pending} pending");
}
