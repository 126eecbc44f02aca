//! A chain recorded from an official network, built again: every block, every checkpoint header must be the same.
//!
//! The data is made by `tests/conformance/run.mjs --record`; `tests/corpus/README.md` describes it.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::collections::HashMap;
use std::fmt::{Debug, Display};
use std::io::Read;

use flate2::read::ZlibDecoder;
use node_lite::avm::Programs;
use node_lite::builder::{CheckpointBuilder, Included};
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::address::AztecAddress;
use protocol::block::{Checkpoint, CheckpointHeader, CheckpointNumber, L2Block};
use protocol::codec::{Decode, Encode};
use protocol::contract::{ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::message::L1ToL2MessageHash;
use protocol::tx::{Tx, TxEffect, TxHash};
use serde::Deserialize;

/// Slots of an epoch of the recorded network.
const EPOCH_SLOTS: u64 = 2;

#[derive(Deserialize)]
struct Start {
    funded: Vec<AztecAddress>,
}

#[derive(Deserialize)]
struct Known {
    instance: ContractInstanceWithAddress,
    class: ContractClassPublic,
}

struct RecordedBlock {
    block: L2Block,
    /// The scenario and the transaction, by hash.
    txs: HashMap<TxHash, (String, Tx)>,
}

struct RecordedCheckpoint {
    header: CheckpointHeader,
    messages: Vec<L1ToL2MessageHash>,
    blocks: Vec<RecordedBlock>,
}

struct Corpus {
    start: Start,
    known: Vec<Known>,
    checkpoints: Vec<RecordedCheckpoint>,
}

fn decoded<T: Decode>(bytes: &[u8]) -> T {
    T::from_buffer(bytes).unwrap()
}

fn corpus() -> Corpus {
    let mut data = Vec::new();
    ZlibDecoder::new(&include_bytes!("corpus/chain.bin.z")[..]).read_to_end(&mut data).unwrap();
    let mut rest = &data[..];
    let mut start = None;
    let (mut known, mut checkpoints) = (Vec::new(), Vec::<RecordedCheckpoint>::new());
    let mut name = String::new();
    while let Some((tag, after)) = rest.split_first() {
        let (length, after) = after.split_first_chunk().unwrap();
        let (bytes, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        rest = after;
        match tag {
            b'G' => start = Some(serde_json::from_slice(bytes).unwrap()),
            b'K' => known.push(serde_json::from_slice(bytes).unwrap()),
            b'C' => checkpoints.push(RecordedCheckpoint {
                header: decoded(bytes),
                messages: Vec::new(),
                blocks: Vec::new(),
            }),
            b'M' => {
                let hash = |bytes: &[u8]| decoded::<Fr>(bytes).into();
                checkpoints.last_mut().unwrap().messages = bytes.chunks(32).map(hash).collect();
            }
            b'B' => {
                let block = RecordedBlock { block: decoded(bytes), txs: HashMap::new() };
                checkpoints.last_mut().unwrap().blocks.push(block);
            }
            b'N' => name = String::from_utf8(bytes.to_vec()).unwrap(),
            b'T' => {
                let tx: Tx = decoded(bytes);
                let block = checkpoints.last_mut().unwrap().blocks.last_mut().unwrap();
                block.txs.insert(tx.tx_hash(), (name.clone(), tx));
            }
            other => panic!("unknown chunk {other}"),
        }
    }
    Corpus { start: start.unwrap(), known, checkpoints }
}

/// Everything that differs.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + Debug>(&mut self, what: impl Display, ours: &T, theirs: &T) {
        if ours != theirs {
            let [ours, theirs] = [ours, theirs].map(|value| format!("{value:?}").chars().take(600).collect::<String>());
            self.0.push(format!("{what}\n  found    {ours}\n  expected {theirs}"));
        }
    }

    fn compare_effects(&mut self, name: &str, ours: &TxEffect, theirs: &TxEffect) {
        let at = |field| format!("{name}, tx {}: {field}", theirs.tx_hash);
        self.compare(at("revert code"), &ours.revert_code, &theirs.revert_code);
        self.compare(at("fee"), &ours.transaction_fee, &theirs.transaction_fee);
        self.compare(at("note hashes"), &ours.note_hashes, &theirs.note_hashes);
        self.compare(at("nullifiers"), &ours.nullifiers, &theirs.nullifiers);
        self.compare(at("messages"), &ours.l2_to_l1_msgs, &theirs.l2_to_l1_msgs);
        self.compare(at("writes"), &ours.public_data_writes, &theirs.public_data_writes);
        self.compare(at("private logs"), &ours.private_logs, &theirs.private_logs);
        self.compare(at("public logs"), &ours.public_logs, &theirs.public_logs);
        self.compare(at("bytes"), &ours.to_buffer(), &theirs.to_buffer());
    }
}

#[test]
fn the_recorded_chain_is_built_again_block_by_block() {
    let corpus = corpus();
    let store = ChainStore::in_memory(&Genesis::funding(&corpus.start.funded, Genesis::DEFAULT_FUNDS)).unwrap();
    let register = |known: &Known| {
        store.write(|batch| batch.register_class(&known.class).and_then(|()| batch.register_instance(&known.instance)))
    };
    corpus.known.iter().for_each(|known| register(known).unwrap());

    let programs = Programs::default();
    let mut differences = Differences::default();
    let (mut processed, mut blocks) = (0, 0);
    let mut epoch = (0, Vec::new());
    for (number, recorded) in (1..).map(CheckpointNumber).zip(&corpus.checkpoints) {
        let of_slot = u64::from(recorded.header.slot_number.0) / EPOCH_SLOTS;
        if epoch.0 != of_slot {
            epoch = (of_slot, Vec::new());
        }
        let mut builder = CheckpointBuilder::new(number, recorded.messages.clone(), epoch.1.clone());
        for RecordedBlock { block: theirs, txs } in &recorded.blocks {
            blocks += 1;
            let mut fork = store.snapshot().unwrap().fork().unwrap();
            let mut block = builder.block(&mut fork, &programs, theirs.header.global_variables).unwrap();
            let mut all = true;
            for expected in &theirs.body.tx_effects {
                let Some((name, tx)) = txs.get(&expected.tx_hash) else {
                    // Sent before the recording began: only what it did is known.
                    all = false;
                    block.add_effect(expected.clone()).unwrap();
                    continue;
                };
                processed += 1;
                match block.add(tx) {
                    Ok(Included::Yes(ours)) => differences.compare_effects(name, &ours.effect, expected),
                    refused => panic!("block {}, {name}, tx {}: {refused:?}", theirs.number(), expected.tx_hash),
                }
            }
            let ours = block.finish().unwrap();
            let at = |field| format!("block {}: {field}", theirs.number());
            differences.compare(at("state"), &ours.header.state, &theirs.header.state);
            if all {
                differences.compare(at("sponge"), &ours.header.sponge_blob_hash, &theirs.header.sponge_blob_hash);
                differences.compare(at("fees"), &ours.header.total_fees, &theirs.header.total_fees);
                differences.compare(at("mana"), &ours.header.total_mana_used, &theirs.header.total_mana_used);
                differences.compare(at("hash"), &ours.hash(), &theirs.hash());
                differences.compare(at("archive"), &ours.archive, &theirs.archive);
                differences.compare(at("bytes"), &ours.to_buffer(), &theirs.to_buffer());
            }
            assert!(differences.0.is_empty(), "{}", differences.0.join("\n"));
            // Without all transactions the sums of the header are not ours to know: theirs goes on.
            let mut fork = store.snapshot().unwrap().fork().unwrap();
            let messages: &[_] = if theirs.index_within_checkpoint.0 == 0 { &recorded.messages } else { &[] };
            fork.apply_block(theirs, messages).unwrap();
            store.write(|batch| batch.append_block(theirs, &mut fork)).unwrap();
        }
        let Checkpoint { header, .. } = builder.finish().unwrap();
        let at = |field| format!("checkpoint {number}: {field}");
        epoch.1.push(out_hash(recorded));
        if recorded.blocks.iter().all(|block| block.txs.len() == block.block.body.tx_effects.len()) {
            differences.compare(at("header"), &header, &recorded.header);
            differences.compare(at("hash"), &header.hash(), &recorded.header.hash());
        }
        differences.compare(at("messages in"), &header.in_hash, &recorded.header.in_hash);
        differences.compare(at("messages out"), &header.epoch_out_hash, &recorded.header.epoch_out_hash);
    }
    println!("{processed} transactions, {blocks} blocks, {} checkpoints", corpus.checkpoints.len());
    assert!(processed >= 300 && blocks >= 60, "{processed} transactions in {blocks} blocks only");
    assert!(differences.0.is_empty(), "{}", differences.0.join("\n"));
}

fn out_hash(checkpoint: &RecordedCheckpoint) -> Fr {
    let messages: Vec<_> = checkpoint.blocks.iter().map(|block| block.block.l2_to_l1_messages()).collect();
    protocol::message::checkpoint_out_hash(&messages)
}
