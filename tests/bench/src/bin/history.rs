//! Makes the chain in a data folder of node-lite longer: `history FOLDER TXS`.
//!
//! Transactions of usual size with made-up effects, in blocks and checkpoints like any other. The chain in the folder must
//! be one of node-lite's default network.

use std::path::Path;

use node_lite::avm::Programs;
use node_lite::builder::CheckpointBuilder;
use node_lite::config::{Config, Network};
use node_lite::l1::{DevelopmentL1, L1};
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::block::{BlockNumber, CheckpointNumber, GlobalVariables, PublishedCheckpoint, SlotNumber, Timestamp};
use protocol::constants::PRIVATE_LOG_SIZE_IN_FIELDS;
use protocol::field::Fr;
use protocol::hash::poseidon2;
use protocol::log::PrivateLog;
use protocol::tx::{PublicDataWrite, TxEffect};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// As many as surely fit into the blobs of a checkpoint.
const TXS_PER_BLOCK: u32 = 200;

fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, txs] = arguments.as_slice() else { return Err("usage: history FOLDER TXS".into()) };
    let config = Config::default();
    let genesis = Genesis::funding(&config.network.funded, Genesis::DEFAULT_FUNDS);
    let store = ChainStore::open(&Path::new(folder).join("chain.redb"), &genesis)?;
    let mut left: u32 = txs.parse()?;
    while left > 0 {
        let count = left.min(TXS_PER_BLOCK);
        add_block(&store, &config, count)?;
        left -= count;
    }
    println!("{}", store.snapshot()?.latest_block()?);
    Ok(())
}

/// One block in the slot after the last one's.
fn add_block(store: &ChainStore, config: &Config, txs: u32) -> Result<()> {
    let Network { slot_duration, epoch_duration, l1_slot_duration, ref l1_contracts, .. } = config.network;
    let snapshot = store.snapshot()?;
    let latest = snapshot.latest_block()?;
    let last = snapshot.block_header(latest)?.ok_or("the chain has no blocks")?.global_variables;
    let number = BlockNumber(latest.0 + 1);
    let slot = SlotNumber(last.slot_number.0 + 1);
    let globals = GlobalVariables {
        block_number: number,
        slot_number: slot,
        timestamp: Timestamp(last.timestamp.0 + u64::from(slot_duration.get())),
        ..last
    };
    let checkpoint = CheckpointNumber(snapshot.latest_checkpoint()?.0 + 1);
    let epoch_start = SlotNumber(slot.0 - slot.0 % epoch_duration.get());
    let before = match slot {
        slot if slot == epoch_start => Vec::new(),
        slot => snapshot.checkpoints_in_slots(epoch_start..=SlotNumber(slot.0 - 1))?,
    };
    let out_hashes = before.into_iter().map(|data| data.checkpoint_out_hash).collect();
    let mut builder = CheckpointBuilder::new(checkpoint, snapshot.messages_of(checkpoint)?, out_hashes);
    let (mut fork, programs) = (snapshot.fork()?, Programs::default());
    let mut block = builder.block(&mut fork, &programs, globals)?;
    (0..txs).try_for_each(|tx| block.add_effect(effect(number, tx)))?;
    let block = block.finish()?;
    let checkpoint = builder.finish()?;
    let l1 =
        DevelopmentL1::new(l1_contracts.clone(), snapshot.genesis_time()?, l1_slot_duration).publish(&checkpoint)?;
    let published = PublishedCheckpoint { checkpoint, l1, attestations: Vec::new() };
    store.write(|batch| {
        batch.append_block(&block, &mut fork)?;
        batch.add_checkpoint(&published)?;
        batch.keep_states(config.kept_states)
    })?;
    Ok(())
}

/// What a transfer leaves: two notes with their logs, two nullifiers, writes to a new slot and to one of a few.
fn effect(block: BlockNumber, tx: u32) -> TxEffect {
    let item = |item: u32| poseidon2(&[block.0.into(), tx.into(), item.into()]);
    let log = |first: u32| {
        let mut fields = [Fr::ZERO; PRIVATE_LOG_SIZE_IN_FIELDS];
        fields[0] = item(first);
        fields[1..].fill(item(first + 1));
        PrivateLog { fields, emitted_length: PRIVATE_LOG_SIZE_IN_FIELDS as u32 }
    };
    TxEffect {
        tx_hash: item(0).into(),
        note_hashes: vec![item(1), item(2)],
        nullifiers: vec![item(3), item(4)],
        public_data_writes: vec![
            PublicDataWrite { leaf_slot: poseidon2(&[(tx % 50).into()]), value: item(5) },
            PublicDataWrite { leaf_slot: item(6), value: item(7) },
        ],
        private_logs: vec![log(8), log(10)],
        ..TxEffect::default()
    }
}
