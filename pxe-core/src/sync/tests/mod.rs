//! Synchronizing with a chain in memory.

mod anchor;
mod class_id;
mod logs;
mod notes;
mod retrieval;
mod tags;

use alloc::vec::Vec;

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tag::{SiloedTag, TaggingSecret};

use crate::node::testing::{Chain, TestNode, effect, private_log};
use crate::store::{Job, MemoryStore};

/// The contract of all these tests.
const CONTRACT: AztecAddress = AztecAddress::from_field(Fr::ONE);

/// Runs a test in a job that is not committed.
fn run(test: impl AsyncFnOnce(&mut Job)) {
    block_on(async { test(&mut Job::begin(&MemoryStore::default()).await.unwrap()).await });
}

fn field(number: u32) -> Fr {
    number.into()
}

/// A secret of the contract.
fn secret(number: u32) -> TaggingSecret {
    TaggingSecret { secret: field(number), app: CONTRACT }
}

/// A chain with a block for each list of tags, whose one transaction has a log for each. Blocks and transactions count from
/// 1, and logs have the number of the transaction and of the tag as content.
fn chain_of(blocks: impl IntoIterator<Item = Vec<(TaggingSecret, u32)>>) -> Chain {
    let mut chain = Chain::new();
    add_blocks(&mut chain, blocks);
    chain
}

fn add_blocks(chain: &mut Chain, blocks: impl IntoIterator<Item = Vec<(TaggingSecret, u32)>>) {
    for tags in blocks {
        let number = chain.tip() + 1;
        let mut effect = effect(number);
        effect.note_hashes = alloc::vec![field(3_000_000 + number)];
        let log = |(secret, index): &(TaggingSecret, u32)| {
            private_log(SiloedTag::compute(secret, *index).to_field(), &[number, *index])
        };
        effect.private_logs = tags.iter().map(log).collect();
        chain.add_block(alloc::vec![effect]);
    }
}

/// How many bodies were sent since this was asked last.
fn bodies(node: &TestNode) -> usize {
    node.take_asked().len()
}
