//! The chain of the sessions as it was at a moment, and a node that tells of it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use node_lite::config::{Config, Mining};
use node_lite::node::Node;
use node_lite::rpc::LocalServer;
use protocol::block::{BlockNumber, PublishedCheckpoint};
use protocol::codec::Decode;
use pxe_core::node::{Transport, TransportError};
use sha2::{Digest, Sha256};

use crate::session::unpack;

const HEADER: usize = 64;
const CHECKPOINT: u8 = 2;
const TIPS: u8 = 4;
const END: u8 = 255;

/// The chain of all sessions, as `node-lite` writes it.
pub(crate) struct Dump {
    bytes: Vec<u8>,
    /// Where each record ends, and the last block up to there.
    ends: Vec<(usize, BlockNumber)>,
}

impl Dump {
    pub(crate) fn open() -> Self {
        let bytes = unpack("chain.bin.xz");
        let (mut at, mut last, mut ends) = (HEADER, BlockNumber(0), vec![(HEADER, BlockNumber(0))]);
        while bytes[at] != END {
            let kind = bytes[at];
            let length = u32::from_be_bytes(bytes[at + 1..at + 5].try_into().unwrap()) as usize;
            let record = &bytes[at + 5..at + 5 + length];
            if kind == CHECKPOINT {
                let checkpoint = PublishedCheckpoint::from_buffer(record).unwrap();
                last = checkpoint.checkpoint.blocks.last().unwrap().header.number();
            }
            at += 5 + length;
            if kind != TIPS {
                ends.push((at, last));
            }
        }
        Self { bytes, ends }
    }

    /// The chain up to a block, with the checkpoints up to which it is proven and finalized.
    fn until(&self, block: BlockNumber, proven: u32, finalized: u32) -> Vec<u8> {
        let end = self.ends.iter().rev().find(|(_, last)| *last <= block).unwrap();
        assert_eq!(end.1, block, "no checkpoint ends there");
        let mut bytes = self.bytes[..end.0].to_vec();
        bytes.push(TIPS);
        bytes.extend(16u32.to_be_bytes());
        bytes.extend(proven.to_be_bytes());
        bytes.extend(finalized.to_be_bytes());
        bytes.extend(0u64.to_be_bytes());
        let hash = Sha256::digest(&bytes[..]);
        bytes.push(END);
        bytes.extend(32u32.to_be_bytes());
        bytes.extend(hash);
        bytes
    }
}

/// A node whose chain moves when the session says so.
#[derive(Debug, Default)]
pub(crate) struct Moving(Mutex<Option<LocalServer>>);

impl Moving {
    /// From now on the chain ends with this block.
    pub(crate) async fn go(&self, dump: &Dump, block: BlockNumber, proven: u32, finalized: u32) {
        let config = Config { mining: Mining::Manual, kept_states: 100_000, ..Config::default() };
        let node = node_lite::spawn::open(config).await.unwrap();
        let bytes = dump.until(block, proven, finalized);
        let loading: Arc<Node> = Arc::clone(&node);
        let loaded = tokio::task::spawn_blocking(move || loading.load(&mut bytes.as_slice())).await.unwrap();
        assert_eq!(loaded.unwrap(), block);
        *self.0.lock().unwrap() = Some(LocalServer::new(node));
    }
}

#[async_trait]
impl Transport for Moving {
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError> {
        let server = self.0.lock().unwrap().clone().expect("the chain is somewhere");
        Ok(tokio::task::spawn_blocking(move || server.answer(body.as_bytes())).await.unwrap())
    }
}
