//! The chains of the recordings, each as a node to its last block.
//!
//! The chain of the sessions against `node-lite` is in the recordings as a whole. Of the official network, and of blocks
//! that were taken back, the checkpoints are there that the official client read. A node that loads them checks that each
//! block leads to the state its header says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use node_lite::config::{Config, Mining};
use node_lite::node::Node;
use node_lite::rpc::LocalServer;
use protocol::block::{BlockHash, PublishedCheckpoint};
use protocol::codec::{Decode, Encode};
use protocol::field::Fr;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tests::session::{self, Entry};

use crate::folder;

const HEADER: usize = 64;
/// Where a header has the root of the archive before the first block, and the time of genesis.
const GENESIS: std::ops::Range<usize> = 24..56;
const MESSAGE: u8 = 1;
const CHECKPOINT: u8 = 2;
const TIPS: u8 = 4;
const END: u8 = 255;

/// A checkpoint of one block.
struct Link {
    bytes: Vec<u8>,
    hash: BlockHash,
    /// Root of the archive before the block.
    before: Fr,
}

/// Blocks that lead to each other.
struct Book {
    /// What a stream begins with, messages from L1 included.
    start: Vec<u8>,
    /// By the root of the archive after them.
    links: HashMap<Fr, Link>,
    archive_after: HashMap<BlockHash, Fr>,
    /// Which block a chain goes on with.
    next: HashMap<Fr, Fr>,
    nodes: Mutex<HashMap<Fr, Arc<OnceLock<LocalServer>>>>,
}

impl Book {
    fn new(start: Vec<u8>) -> Self {
        let nodes = Mutex::default();
        Self { start, links: HashMap::new(), archive_after: HashMap::new(), next: HashMap::new(), nodes }
    }

    fn add(&mut self, checkpoint: &PublishedCheckpoint) {
        let [block] = &*checkpoint.checkpoint.blocks else { panic!("a checkpoint has one block") };
        let (hash, before, after) = (block.header.hash(), block.header.last_archive.root, block.archive.root);
        self.links.entry(after).or_insert_with(|| Link { bytes: checkpoint.to_buffer(), hash, before });
        self.archive_after.insert(hash, after);
        self.next.entry(before).or_insert(after);
    }

    /// Adds what the official client read in a session.
    fn add_recorded(&mut self, entries: &[Entry]) {
        let calls = entries.iter().flat_map(|entry| &entry.rpc).filter(|call| call.method == "node_getCheckpoints");
        for checkpoint in calls.flat_map(|call| call.result.as_ref().unwrap().as_array().unwrap()) {
            self.add(&PublishedCheckpoint::deserialize(checkpoint).unwrap());
        }
    }

    /// A chain with the block in it, to its end.
    fn node(&self, block: BlockHash) -> LocalServer {
        let mut last = self.archive_after[&block];
        while let Some(after) = self.next.get(&last) {
            last = *after;
        }
        let node = Arc::clone(self.nodes.lock().unwrap().entry(last).or_default());
        node.get_or_init(|| self.load(last)).clone()
    }

    fn load(&self, last: Fr) -> LocalServer {
        let mut links = Vec::new();
        let mut archive = last;
        while let Some(link) = self.links.get(&archive) {
            links.push(link);
            archive = link.before;
        }
        assert_eq!(self.start[GENESIS], archive.to_be_bytes(), "the blocks lead back to genesis");
        let mut bytes = self.start.clone();
        links.iter().rev().for_each(|link| put(&mut bytes, CHECKPOINT, &link.bytes));
        // What is proven and final is told by the recordings.
        put(&mut bytes, TIPS, &[0; 16]);
        let hash = Sha256::digest(&bytes);
        put(&mut bytes, END, &hash);
        let config = Config { mining: Mining::Manual, kept_states: 100_000, ..Config::default() };
        let node = Node::open(config).unwrap();
        let count = node.load(&mut bytes.as_slice()).unwrap();
        assert_eq!(count.0 as usize, links.len());
        let found = node.snapshot().unwrap().block(count).unwrap().unwrap().header.hash();
        assert_eq!(found, links[0].hash);
        LocalServer::new(node)
    }
}

fn put(stream: &mut Vec<u8>, kind: u8, record: &[u8]) {
    stream.push(kind);
    stream.extend(u32::try_from(record.len()).unwrap().to_be_bytes());
    stream.extend(record);
}

/// The records of a stream after its header.
fn records(stream: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = &stream[HEADER..];
    std::iter::from_fn(move || {
        let (head, tail) = rest.split_at_checked(5)?;
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        let (record, tail) = tail.split_at(length);
        rest = tail;
        Some((head[0], record))
    })
}

/// Reads a session.
pub(crate) fn entries(name: &str) -> Vec<Entry> {
    session::read(&folder().join(format!("{name}.jsonl.xz"))).unwrap()
}

/// The chain of `node-lite`, with blocks that were taken back.
fn main() -> &'static Book {
    static MAIN: OnceLock<Book> = OnceLock::new();
    MAIN.get_or_init(|| {
        let stream = session::unpack(&folder().join("chain.bin.xz")).unwrap();
        let mut start = stream[..HEADER].to_vec();
        let messages = records(&stream).filter(|(kind, _)| *kind == MESSAGE);
        messages.for_each(|(kind, record)| put(&mut start, kind, record));
        let mut book = Book::new(start);
        for (_, record) in records(&stream).filter(|(kind, _)| *kind == CHECKPOINT) {
            book.add(&PublishedCheckpoint::from_buffer(record).unwrap());
        }
        book.add_recorded(&entries("reorg"));
        book
    })
}

/// The chain of the official network.
fn official(names: &[String]) -> &'static Book {
    static OFFICIAL: OnceLock<Book> = OnceLock::new();
    OFFICIAL.get_or_init(|| {
        let mut book = Book::new(Vec::new());
        for name in names.iter().filter(|name| name.starts_with("official-")) {
            book.add_recorded(&entries(name));
        }
        let genesis = book.links.values().find(|link| !book.links.contains_key(&link.before)).unwrap();
        let checkpoint = PublishedCheckpoint::from_buffer(&genesis.bytes).unwrap();
        let globals = checkpoint.checkpoint.blocks[0].header.global_variables;
        let slot = Config::default().network.slot_duration.get();
        let time = globals.timestamp.0 - u64::from(globals.slot_number.0 * slot);
        let stream = session::unpack(&folder().join("chain.bin.xz")).unwrap();
        book.start = [&stream[..GENESIS.start], &genesis.before.to_be_bytes(), &time.to_be_bytes()].concat();
        book
    })
}

/// A node on the chain of a session, to its end, given a block of it.
pub(crate) fn node(session: &str, block: BlockHash) -> LocalServer {
    match session.starts_with("official-") {
        true => official(&crate::names()).node(block),
        false => main().node(block),
    }
}
