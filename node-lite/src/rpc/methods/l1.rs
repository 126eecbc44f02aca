//! Messages between L1 and L2.

use protocol::block::{CheckpointNumber, EpochNumber};
use protocol::field::Fr;
use protocol::message::L1ToL2MessageHash;

use super::{Result, chain};
use crate::rpc::context::Reader;

pub(super) fn message_checkpoint(reader: &Reader<'_>, message: L1ToL2MessageHash) -> Result<Option<CheckpointNumber>> {
    let message = reader.snapshot()?.message(message)?;
    Ok(message.and_then(|message| message.checkpoint()))
}

pub(super) fn knows_message(reader: &Reader<'_>, message: L1ToL2MessageHash) -> Result<bool> {
    Ok(reader.snapshot()?.message(message)?.is_some())
}

/// Of the checkpoints that are on L1, by checkpoint, block and transaction.
pub(super) fn messages_to_l1(reader: &Reader<'_>, epoch: EpochNumber) -> Result<Vec<Vec<Vec<Vec<Fr>>>>> {
    let snapshot = reader.snapshot()?;
    let mut checkpoints = Vec::new();
    for checkpoint in chain::epoch(reader, epoch)? {
        let blocks = snapshot.blocks(checkpoint.start_block, checkpoint.block_count)?;
        let of_block = |block: protocol::block::L2Block| {
            block.body.tx_effects.into_iter().map(|effect| effect.l2_to_l1_msgs).collect()
        };
        checkpoints.push(blocks.into_iter().map(of_block).collect());
    }
    Ok(checkpoints)
}
