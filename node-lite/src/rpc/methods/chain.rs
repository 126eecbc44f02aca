//! Blocks, headers, checkpoints.

use protocol::block::{
    BlockHeader, BlockNumber, BlockParameter, CheckpointData, CheckpointNumber, CheckpointedL2Block, EpochNumber,
    L2Block, L2Tips, PublishedCheckpoint,
};
use protocol::field::Fr;

use super::Result;
use crate::rpc::context::Reader;

pub(super) fn tips(reader: &Reader<'_>) -> Result<L2Tips> {
    Ok(reader.snapshot()?.tips()?)
}

/// A block that is not there is nothing, not an error. Proposed blocks are found by hash too, which official nodes only
/// do for checkpointed ones: a client that follows the proposed tip can look up what it follows.
pub(super) fn block(reader: &Reader<'_>, block: BlockParameter) -> Result<Option<L2Block>> {
    let snapshot = reader.snapshot()?;
    match snapshot.block_number(block)? {
        Some(number) => Ok(snapshot.block(number)?),
        None => Ok(None),
    }
}

pub(super) fn block_by_archive(reader: &Reader<'_>, archive: Fr) -> Result<Option<L2Block>> {
    let snapshot = reader.snapshot()?;
    match snapshot.block_by_archive(archive)? {
        Some(number) => Ok(snapshot.block(number)?),
        None => Ok(None),
    }
}

pub(super) fn blocks(reader: &Reader<'_>, from: BlockNumber, limit: u32) -> Result<Vec<L2Block>> {
    Ok(reader.snapshot()?.blocks(from, limit)?)
}

pub(super) fn header(reader: &Reader<'_>, block: BlockParameter) -> Result<Option<BlockHeader>> {
    let snapshot = reader.snapshot()?;
    match snapshot.block_number(block)? {
        Some(number) => Ok(snapshot.block_header(number)?),
        None => Ok(None),
    }
}

pub(super) fn header_by_archive(reader: &Reader<'_>, archive: Fr) -> Result<Option<BlockHeader>> {
    let snapshot = reader.snapshot()?;
    match snapshot.block_by_archive(archive)? {
        Some(number) => Ok(snapshot.block_header(number)?),
        None => Ok(None),
    }
}

pub(super) fn checkpoints(reader: &Reader<'_>, from: CheckpointNumber, limit: u32) -> Result<Vec<PublishedCheckpoint>> {
    Ok(reader.snapshot()?.checkpoints(from, limit)?)
}

pub(super) fn checkpointed_blocks(
    reader: &Reader<'_>,
    from: BlockNumber,
    limit: u32,
) -> Result<Vec<CheckpointedL2Block>> {
    let snapshot = reader.snapshot()?;
    let mut blocks = Vec::new();
    for number in from.0..from.0.saturating_add(limit) {
        match snapshot.checkpointed_block(BlockNumber(number))? {
            Some(block) => blocks.push(block),
            None => break,
        }
    }
    Ok(blocks)
}

pub(super) fn epoch(reader: &Reader<'_>, epoch: EpochNumber) -> Result<Vec<CheckpointData>> {
    let duration = reader.node().network().epoch_duration.get();
    let Some(first) = epoch.0.checked_mul(duration) else { return Ok(Vec::new()) };
    let last = first.saturating_add(duration - 1);
    Ok(reader.snapshot()?.checkpoints_in_slots(first.into()..=last.into())?)
}
