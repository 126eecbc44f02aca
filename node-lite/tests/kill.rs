//! A node that is killed at any moment, while clients use it, has everything it answered when it starts again: blocks with
//! the same roots, and transactions, pending or in blocks; and goes on.
//!
//! `NODE_KILL_ROUNDS` asks for more rounds than a quick run makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use node_lite::config::Network;
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber, Timestamp};
use protocol::codec::Decode;
use protocol::field::Fr;
use protocol::gas::{FeePerGas, GasFees};
use protocol::hash::poseidon2;
use protocol::kernel::TailEffects;
use protocol::merkle::Poseidon2;
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::Tx;
use serde_json::{Value, json};

/// Nothing takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);
/// Pays for all transactions.
const PAYER: u64 = 0x7a31;

/// A node as people start it.
struct Node {
    child: Child,
    address: String,
}

impl Node {
    fn command(folder: &Path, mining: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_node-lite"));
        let payer = AztecAddress::from_u64(PAYER).to_string();
        command.args(["--no-test-accounts", "--port", "0", "--json", "--log", "error", "--fund", &payer]);
        command.arg("--data-dir").arg(folder).args(["--mining", mining]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Starts it; it has said where it is.
    fn start(folder: &Path, mining: &str) -> Self {
        let mut child = Self::command(folder, mining).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let welcome: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        let address = welcome["url"].as_str().unwrap().strip_prefix("http://").unwrap().to_owned();
        Self { child, address }
    }

    fn call(&self, method: &str, params: &Value) -> Value {
        call(&self.address, method, params).unwrap()
    }

    /// `kill -9`.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One call on a connection of its own. An error is a node that is gone; a refusal fails the test.
fn call(address: &str, method: &str, params: &Value) -> io::Result<Value> {
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let head = "POST / HTTP/1.1\r\nhost: n\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length:";
    stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes())?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply)?;
    let (_, reply) = reply.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let reply: Value = serde_json::from_str(reply)?;
    assert_eq!(reply.get("error"), None, "{method}");
    Ok(reply.get("result").cloned().unwrap_or(Value::Null))
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

/// Makes transactions that the node takes: a recorded one, with an anchor, a payer and nullifiers of its own.
struct Transactions {
    base: Tx,
    count: AtomicU64,
}

impl Transactions {
    fn new() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tx/private-transfer.bin.gz");
        let mut bytes = Vec::new();
        GzDecoder::new(File::open(file).unwrap()).read_to_end(&mut bytes).unwrap();
        Self { base: Tx::from_buffer(&bytes).unwrap(), count: AtomicU64::new(0) }
    }

    fn next(&self, anchor: &BlockHeader) -> Tx {
        let network = Network::default();
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let mut data = self.base.data().clone();
        let constants = &mut data.constants;
        constants.anchor_block_header = *anchor;
        constants.vk_tree_root = network.vk_tree_root;
        constants.protocol_contracts_hash = network.protocol_contracts_hash;
        constants.tx_context.chain_id = network.l1_chain_id.0.into();
        constants.tx_context.version = network.rollup_version.0.into();
        constants.tx_context.gas_settings.max_fees_per_gas =
            GasFees { fee_per_da_gas: FeePerGas(1 << 40), fee_per_l2_gas: FeePerGas(1 << 40) };
        data.fee_payer = AztecAddress::from_u64(PAYER);
        data.expiration_timestamp = Timestamp(anchor.timestamp().0 + 86_400);
        let TailEffects::ForRollup(effects) = &mut data.effects else { panic!("it has no public calls") };
        for (at, nullifier) in (0u64..).zip(effects.nullifiers.iter_mut().filter(|nullifier| !nullifier.is_zero())) {
            *nullifier = poseidon2(&[Fr::from(number), Fr::from(at)]);
        }
        Tx::new(data, self.base.chonk_proof().clone(), Vec::new(), Vec::new()).unwrap()
    }
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
    let txs = Transactions::new();
    let (mut changes, mut pending, mut seed) = (0, 0, 41);
    for round in 0..rounds {
        // With manual blocks transactions wait while the node is killed.
        let mining = if round % 3 == 2 { "auto" } else { "manual" };
        let answered = Mutex::new(Answered::default());
        if round % 5 == 4 {
            // Killed while it starts.
            let mut child = Node::command(folder.path(), mining).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(random(&mut seed) % 150));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let node = Node::start(folder.path(), mining);
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
        let node = Node::start(folder.path(), "manual");
        pending += node.call("node_getPendingTxCount", &json!([])).as_u64().unwrap();
        check_answers(&node, &answered);
        check_progress(&node, &answered);
        node.kill();
    }
    println!("{rounds} kills, {changes} answered changes, {pending} transactions pending after them");
    assert!(changes > 0 && pending > 0, "no node lived long enough: {changes} changes, {pending} pending");
}
