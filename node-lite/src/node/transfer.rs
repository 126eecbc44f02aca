//! The whole chain as a stream: what one node writes, another reads and has the same chain.
//!
//! The stream is a header, records, and an end. Integers are big-endian. Header: 8 bytes `AZLCHAIN`, the version of this
//! form (4 bytes), chain id (8), rollup version (4), archive root of genesis (32), genesis time (8). Record: kind (1
//! byte), length (4), bytes. Kinds: 1 a message from L1 (leaf index 8, hash 32, L1 block number 8, L1 block hash 32,
//! rolling hash 16), 2 a published checkpoint, 3 a pending transaction, 4 how far the chain is proven and finalized and
//! the clock ahead (4, 4, 8), 255 the end. The end has a SHA-256 over everything before it. Equal chains give equal bytes.

use std::fs;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use protocol::block::{BlockNumber, CheckpointNumber, PublishedCheckpoint, Timestamp};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::field::Fr;
use protocol::message::InboxLeaf;
use protocol::tx::Tx;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::produce::Producer;
use super::{Chain, Node, Result, lock};
use crate::archive::InboxMessage;
use crate::config::Data;
use crate::store::{Snapshot, StoreError};

const MAGIC: &[u8; 8] = b"AZLCHAIN";
const FORM: u32 = 1;
const MESSAGE: u8 = 1;
const CHECKPOINT: u8 = 2;
const PENDING: u8 = 3;
const TIPS: u8 = 4;
const END: u8 = 255;
/// A checkpoint's blobs hold less than 1 MiB of effects; class logs and padding of logs take more here.
const MAX_RECORD: usize = 64 << 20;

/// A chain cannot be written or read.
#[derive(Debug, Error)]
pub enum TransferError {
    /// Reading or writing failed.
    #[error("the stream broke: {0}")]
    Io(#[from] io::Error),
    /// It is something else.
    #[error("this is no chain of node-lite")]
    NotAChain,
    /// It was written by another version of this program.
    #[error("the chain is in form {found}, this program reads form {FORM}")]
    Form {
        /// The form it is in.
        found: u32,
    },
    /// It is a chain of another network.
    #[error("the chain is of network {found}, this node of {expected}: start it with the same settings and genesis")]
    OtherNetwork {
        /// The network of the chain: chain id, rollup version, archive root of genesis.
        found: String,
        /// That of the node.
        expected: String,
    },
    /// A record is too long to be one.
    #[error("record {record} claims {length} bytes, at most {MAX_RECORD} are possible")]
    TooLong {
        /// Which, from 0.
        record: u64,
        /// The length it claims.
        length: usize,
    },
    /// A record is of no known kind.
    #[error("record {record} is of unknown kind {kind}")]
    Kind {
        /// Which, from 0.
        record: u64,
        /// The kind.
        kind: u8,
    },
    /// A record cannot be read.
    #[error("record {record}: {source}")]
    Record {
        /// Which, from 0.
        record: u64,
        /// What is wrong with it.
        source: DecodeError,
    },
    /// A record cannot be added to the chain.
    #[error("record {record}: {source}")]
    Refused {
        /// Which, from 0.
        record: u64,
        /// Why.
        source: StoreError,
    },
    /// The bytes are not those that were written.
    #[error("the chain is damaged: its checksum is not that of its bytes")]
    Checksum,
}

type Transfer<T> = std::result::Result<T, TransferError>;

/// Passes bytes on and hashes them.
struct Hashed<S> {
    stream: S,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.stream.write_all(bytes)
    }

    fn put_record(&mut self, kind: u8, bytes: &[u8]) -> Transfer<()> {
        self.put(&[kind])?;
        self.put(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes())?;
        Ok(self.put(bytes)?)
    }
}

impl<R: Read> Hashed<R> {
    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        self.hash.update(bytes);
        Ok(bytes)
    }

    fn take_record(&mut self, record: u64) -> Transfer<(u8, Vec<u8>)> {
        let [kind] = self.take()?;
        let length = u32::from_be_bytes(self.take()?) as usize;
        if length > MAX_RECORD {
            return Err(TransferError::TooLong { record, length });
        }
        // No more memory than there are bytes.
        let mut bytes = Vec::new();
        self.stream.by_ref().take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.hash.update(&bytes);
        Ok((kind, bytes))
    }
}

impl Node {
    fn header(&self, snapshot: &Snapshot) -> Result<(Vec<u8>, String)> {
        let network = &self.config.network;
        let archive = snapshot.genesis_archive()?;
        let mut bytes = Vec::new();
        network.l1_chain_id.0.encode(&mut bytes);
        network.rollup_version.0.encode(&mut bytes);
        archive.encode(&mut bytes);
        Ok((
            bytes,
            format!(
                "chain id {}, rollup version {}, genesis archive {archive}",
                network.l1_chain_id.0, network.rollup_version.0
            ),
        ))
    }

    /// Writes the whole chain, its messages and what is pending.
    pub fn dump(&self, to: &mut dyn Write) -> Result<()> {
        let chain = self.chain();
        let (snapshot, pending, ahead) = {
            let _producer = self.producer();
            (chain.store.snapshot()?, lock(&self.pool).candidates().cloned().collect::<Vec<_>>(), self.clock.ahead())
        };
        let mut out = Hashed { stream: to, hash: Sha256::new() };
        let (network, _) = self.header(&snapshot)?;
        let start =
            [&MAGIC[..], &FORM.to_be_bytes(), &network, &chain.constants.l1_genesis_time.0.to_be_bytes()].concat();
        out.put(&start).map_err(TransferError::from)?;
        for message in snapshot.messages()? {
            let message = message?;
            let mut bytes = message.message.index.to_be_bytes().to_vec();
            message.message.leaf.encode(&mut bytes);
            message.l1_block_number.encode(&mut bytes);
            message.l1_block_hash.encode(&mut bytes);
            bytes.extend(message.rolling_hash);
            out.put_record(MESSAGE, &bytes)?;
        }
        for number in 1..=snapshot.latest_checkpoint()?.0 {
            let number = CheckpointNumber(number);
            let missing = StoreError::Missing { table: "checkpoints", block: BlockNumber(0) };
            out.put_record(CHECKPOINT, &snapshot.checkpoint(number)?.ok_or(missing)?.to_buffer())?;
        }
        for tx in pending {
            out.put_record(PENDING, &tx.to_buffer())?;
        }
        let tips = snapshot.tips()?;
        let (proven, finalized) = (tips.proven.checkpoint.number, tips.finalized.checkpoint.number);
        let tips = [&proven.0.to_be_bytes()[..], &finalized.0.to_be_bytes(), &ahead.to_be_bytes()].concat();
        out.put_record(TIPS, &tips)?;
        let hash: [u8; 32] = out.hash.clone().finalize().into();
        out.put_record(END, &hash)?;
        Ok(out.stream.flush().map_err(TransferError::from)?)
    }

    /// Replaces the chain by one that [`Node::dump`] wrote; returns its last block. Blocks are checked against the state
    /// they lead to. When something is wrong, everything stays as it was.
    pub fn load(&self, from: &mut dyn Read) -> Result<BlockNumber> {
        let mut producer = self.producer();
        let mut stream = Hashed { stream: from, hash: Sha256::new() };
        let (network, expected) = self.header(&self.snapshot()?)?;
        let genesis_time = self.read_header(&mut stream, &network, expected)?;
        let new = NewChain::make(self, genesis_time)?;
        let (mut pending, mut tips) = (Vec::new(), (CheckpointNumber(0), CheckpointNumber(0), 0));
        for record in 0.. {
            let hash: [u8; 32] = stream.hash.clone().finalize().into();
            let (kind, bytes) = stream.take_record(record)?;
            let unreadable = |source| TransferError::Record { record, source };
            let refused = |source| TransferError::Refused { record, source };
            match kind {
                MESSAGE => new.add_message(read_message(&bytes).map_err(unreadable)?).map_err(refused)?,
                CHECKPOINT => {
                    let checkpoint = PublishedCheckpoint::from_buffer(&bytes).map_err(unreadable)?;
                    new.add_checkpoint(&checkpoint, self.config.kept_states).map_err(refused)?;
                }
                PENDING => pending.push(Tx::from_buffer(&bytes).map_err(unreadable)?),
                TIPS => tips = read_tips(&bytes).map_err(unreadable)?,
                END if bytes == hash => break,
                END => return Err(TransferError::Checksum.into()),
                kind => return Err(TransferError::Kind { record, kind }.into()),
            }
        }
        let (proven, finalized, ahead) = tips;
        new.chain.store.write(|batch| {
            batch.set_proven(proven)?;
            batch.set_finalized(finalized)?;
            batch.set_clock(ahead)?;
            pending.iter().try_for_each(|tx| batch.add_pending(tx))
        })?;
        *producer = Producer::default();
        self.empty_pool();
        self.install(new.place()?);
        self.clock.set_ahead(ahead);
        let snapshot = self.snapshot()?;
        self.catch_up(&snapshot)?;
        self.restore_pending(&snapshot)?;
        Ok(snapshot.latest_block()?)
    }

    fn read_header(&self, stream: &mut Hashed<&mut dyn Read>, network: &[u8], expected: String) -> Transfer<Timestamp> {
        if stream.take::<8>()? != *MAGIC {
            return Err(TransferError::NotAChain);
        }
        let form = u32::from_be_bytes(stream.take()?);
        if form != FORM {
            return Err(TransferError::Form { found: form });
        }
        let (chain, version, archive) = (stream.take::<8>()?, stream.take::<4>()?, stream.take::<32>()?);
        if [&chain[..], &version, &archive].concat() != network {
            let archive = Fr::from_buffer(&archive).map_or_else(|error| error.to_string(), |root| root.to_string());
            let (chain, version) = (u64::from_be_bytes(chain), u32::from_be_bytes(version));
            let found = format!("chain id {chain}, rollup version {version}, genesis archive {archive}");
            return Err(TransferError::OtherNetwork { found, expected });
        }
        Ok(Timestamp(u64::from_be_bytes(stream.take()?)))
    }
}

fn read_message(bytes: &[u8]) -> std::result::Result<InboxMessage, DecodeError> {
    let mut reader = Reader::new(bytes);
    let index = reader.member("index")?;
    let message = InboxMessage {
        message: InboxLeaf { index, leaf: reader.member("leaf")? },
        l1_block_number: reader.member("l1_block_number")?,
        l1_block_hash: reader.member("l1_block_hash")?,
        rolling_hash: reader.array()?,
    };
    reader.finish()?;
    Ok(message)
}

/// Proven and finalized checkpoint, and by how much the clock is ahead.
fn read_tips(bytes: &[u8]) -> std::result::Result<(CheckpointNumber, CheckpointNumber, u64), DecodeError> {
    let mut reader = Reader::new(bytes);
    let tips = (reader.member("proven")?, reader.member("finalized")?, reader.member("ahead")?);
    reader.finish()?;
    Ok(tips)
}

/// A chain that is being read, beside the one that is there.
struct NewChain {
    chain: Chain,
    /// Where its file is, and where it belongs.
    files: Option<(PathBuf, PathBuf)>,
}

impl NewChain {
    fn make(node: &Node, genesis_time: Timestamp) -> Result<Self> {
        let files = match &node.config.data {
            Data::Memory => None,
            Data::Folder(folder) => Some((folder.join("loading.redb"), folder.join(super::DATABASE))),
        };
        if let Some((file, _)) = &files
            && file.exists()
        {
            fs::remove_file(file).map_err(TransferError::from)?;
        }
        let chain = Chain::open(&node.config, files.as_ref().map(|(file, _)| file.as_path()), genesis_time)?;
        Ok(Self { chain, files })
    }

    fn add_message(&self, message: InboxMessage) -> std::result::Result<(), StoreError> {
        self.chain.store.write(|batch| batch.add_messages(&[message]))
    }

    fn add_checkpoint(&self, published: &PublishedCheckpoint, kept: u32) -> std::result::Result<(), StoreError> {
        let store = &self.chain.store;
        let messages = store.snapshot()?.messages_of(published.checkpoint.number)?;
        for block in &published.checkpoint.blocks {
            let mut fork = store.snapshot()?.fork()?;
            let first = block.index_within_checkpoint.0 == 0;
            fork.apply_block(block, if first { &messages } else { &[] })?;
            store.write(|batch| {
                batch.append_block(block, &mut fork)?;
                batch.keep_states(kept)
            })?;
        }
        store.write(|batch| batch.add_checkpoint(published))
    }

    /// Puts its file in the place of the old one.
    fn place(self) -> Transfer<Chain> {
        if let Some((file, place)) = &self.files {
            fs::rename(file, place)?;
        }
        Ok(self.chain)
    }
}
