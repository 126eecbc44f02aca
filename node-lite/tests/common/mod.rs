//! What several tests need: recorded steps, and blocks that follow each other.
#![allow(dead_code, reason = "not every test needs all of it")]

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use node_lite::state::Fork;
use protocol::block::{
    AppendOnlyTreeSnapshot, BlockHeader, BlockNumber, Body, CheckpointNumber, GlobalVariables, IndexWithinCheckpoint,
    L2Block, Timestamp,
};
use protocol::field::Fr;
use protocol::hash::poseidon2;
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::{PublicDataWrite, TxEffect};
use serde_json::Value;

/// The steps of a recording.
pub(crate) fn lines(name: &str) -> Vec<Value> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/state/data").join(format!("{name}.jsonl.gz"));
    let lines = BufReader::new(GzDecoder::new(File::open(file).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
}

/// A field in its text form.
pub(crate) fn field(value: &Value) -> Fr {
    value.as_str().unwrap().parse().unwrap()
}

/// A list of fields.
pub(crate) fn fields(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(field).collect()
}

/// Bytes as hex.
pub(crate) fn bytes(value: &Value) -> Vec<u8> {
    let hex = value.as_str().unwrap();
    let hex = hex.strip_prefix("0x").unwrap_or(hex);
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

/// A field that depends on where it is only.
pub(crate) fn made_up(block: u32, tx: u32, item: u32) -> Fr {
    poseidon2(&[block.into(), tx.into(), item.into()])
}

/// A transaction as many are: two notes, two nullifiers, and public writes to slots some of which others write too.
pub(crate) fn effect(block: u32, tx: u32) -> TxEffect {
    let item = |item| made_up(block, tx, item);
    let slot = |slot: u32| made_up(0, block.wrapping_mul(7) % 50 + slot, 9);
    TxEffect {
        tx_hash: item(0).into(),
        note_hashes: vec![item(1), item(2)],
        nullifiers: vec![item(3), item(4)],
        public_data_writes: vec![
            PublicDataWrite { leaf_slot: slot(tx % 5), value: item(5) },
            PublicDataWrite { leaf_slot: item(6), value: item(7) },
        ],
        ..TxEffect::default()
    }
}

/// Ends a block on a fork: its effects, its header, its place in the archive. Every block has its own checkpoint.
pub(crate) fn block(fork: &mut Fork, effects: Vec<TxEffect>) -> L2Block {
    let number = fork.base().0 + 1;
    let last_archive = fork.tree(MerkleTreeId::Archive).unwrap();
    fork.append_messages(&[made_up(number, 0, 100).into()]).unwrap();
    effects.iter().for_each(|effect| fork.add_effect(effect).unwrap());
    let header = BlockHeader {
        last_archive,
        state: fork.state_reference().unwrap(),
        global_variables: GlobalVariables {
            block_number: BlockNumber(number),
            timestamp: Timestamp(u64::from(number)),
            ..GlobalVariables::default()
        },
        ..BlockHeader::default()
    };
    fork.append_block(header.hash()).unwrap();
    let archive: AppendOnlyTreeSnapshot = fork.tree(MerkleTreeId::Archive).unwrap();
    L2Block {
        archive,
        header,
        body: Body { tx_effects: effects },
        checkpoint_number: CheckpointNumber(number),
        index_within_checkpoint: IndexWithinCheckpoint(0),
    }
}
