//! Checkpoints and how far the chain is certain.

use std::ops::RangeInclusive;

use protocol::block::{
    AppendOnlyTreeSnapshot, BlockId, BlockNumber, Checkpoint, CheckpointData, CheckpointHeader, CheckpointId,
    CheckpointNumber, CheckpointedL2Block, CommitteeAttestation, FeeAssetPriceModifier, L1PublishedData, L2Tips,
    PublishedCheckpoint, SlotNumber, TipId,
};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::constants::GENESIS_BLOCK_HEADER_HASH;
use protocol::field::Fr;
use redb::{ReadableTable, WriteTransaction};

use super::blocks::StoredBlock;
use super::tables::{BLOCKS, CHECKPOINTS, CHECKPOINTS_BY_SLOT, TIPS, present};
use crate::l1::fees::next_excess;
use crate::store::{Result, Snapshot, StoreError, codec};

const PROVEN: &str = "proven";
const FINALIZED: &str = "finalized";

/// A checkpoint but for its blocks.
#[derive(Debug, Clone)]
struct Stored {
    start_block: BlockNumber,
    block_count: u32,
    header: CheckpointHeader,
    archive: AppendOnlyTreeSnapshot,
    out_hash: Fr,
    /// Mana used beyond the target up to and with this checkpoint.
    excess_mana: u64,
    price_modifier: FeeAssetPriceModifier,
    l1: L1PublishedData,
    attestations: Vec<CommitteeAttestation>,
}

impl Stored {
    fn last_block(&self) -> BlockNumber {
        BlockNumber(self.start_block.0.saturating_add(self.block_count).saturating_sub(1))
    }

    fn into_data(self, checkpoint_number: CheckpointNumber) -> CheckpointData {
        CheckpointData {
            header: self.header,
            archive: self.archive,
            checkpoint_out_hash: self.out_hash,
            checkpoint_number,
            start_block: self.start_block,
            block_count: self.block_count,
            l1: self.l1,
            attestations: self.attestations,
        }
    }
}

impl Encode for Stored {
    fn encode(&self, out: &mut Vec<u8>) {
        self.start_block.encode(out);
        self.block_count.encode(out);
        self.header.encode(out);
        self.archive.encode(out);
        self.out_hash.encode(out);
        self.excess_mana.encode(out);
        self.price_modifier.encode(out);
        self.l1.encode(out);
        self.attestations.iter().for_each(|attestation| attestation.encode(out));
    }
}

impl Decode for Stored {
    fn decode(reader: &mut Reader<'_>) -> core::result::Result<Self, DecodeError> {
        let mut stored = Self {
            start_block: reader.member("start_block")?,
            block_count: reader.member("block_count")?,
            header: reader.member("header")?,
            archive: reader.member("archive")?,
            out_hash: reader.member("out_hash")?,
            excess_mana: reader.member("excess_mana")?,
            price_modifier: reader.member("price_modifier")?,
            l1: reader.member("l1")?,
            attestations: Vec::new(),
        };
        while reader.left() > 0 {
            stored.attestations.push(reader.member("attestations")?);
        }
        Ok(stored)
    }
}

fn get(table: &impl ReadableTable<u32, &'static [u8]>, number: CheckpointNumber) -> Result<Option<Stored>> {
    table.get(number.0)?.map(|bytes| codec::decode("checkpoints", bytes.value())).transpose()
}

fn latest(table: &impl ReadableTable<u32, &'static [u8]>) -> Result<CheckpointNumber> {
    Ok(CheckpointNumber(table.last()?.map_or(0, |(number, _)| number.value())))
}

/// Adds the checkpoint that follows the latest one, over blocks that are there already.
pub(crate) fn add(transaction: &WriteTransaction, published: &PublishedCheckpoint) -> Result<()> {
    let checkpoint = &published.checkpoint;
    let number = checkpoint.number;
    let (mut checkpoints, blocks) = (transaction.open_table(CHECKPOINTS)?, transaction.open_table(BLOCKS)?);
    let last = latest(&checkpoints)?;
    if number.0 != last.0 + 1 {
        return Err(StoreError::CheckpointNotNext { found: number, latest: last });
    }
    let (start_block, excess) = match get(&checkpoints, last)? {
        None => (BlockNumber(1), 0),
        Some(stored) => (BlockNumber(stored.last_block().0 + 1), stored.excess_mana),
    };
    for (block, expected) in checkpoint.blocks.iter().zip(start_block.0..) {
        let wrong = || StoreError::CheckpointBlock { checkpoint: number, block: block.number() };
        let stored = blocks.get(block.number().0)?.ok_or_else(wrong)?;
        let stored: StoredBlock = codec::decode("blocks", stored.value())?;
        let same = stored.archive == block.archive && stored.checkpoint_number == number;
        if !same || block.number().0 != expected {
            return Err(wrong());
        }
    }
    if checkpoint.blocks.last().map(|block| block.archive) != Some(checkpoint.archive) {
        return Err(StoreError::CheckpointBlock { checkpoint: number, block: start_block });
    }
    let stored = Stored {
        start_block,
        block_count: u32::try_from(checkpoint.blocks.len()).expect("each of the blocks was found under a u32"),
        header: checkpoint.header,
        archive: checkpoint.archive,
        out_hash: checkpoint.out_hash(),
        excess_mana: next_excess(excess, checkpoint.header.total_mana_used.to_limbs()[0]),
        price_modifier: checkpoint.fee_asset_price_modifier,
        l1: published.l1,
        attestations: published.attestations.clone(),
    };
    checkpoints.insert(number.0, stored.to_buffer().as_slice())?;
    transaction.open_table(CHECKPOINTS_BY_SLOT)?.insert(checkpoint.header.slot_number.0, number.0)?;
    Ok(())
}

/// Takes all checkpoints back that have blocks after `block`; proven and finalized tips go back with them.
pub(super) fn unwind(transaction: &WriteTransaction, block: BlockNumber) -> Result<()> {
    let mut checkpoints = transaction.open_table(CHECKPOINTS)?;
    let mut by_slot = transaction.open_table(CHECKPOINTS_BY_SLOT)?;
    loop {
        let number = latest(&checkpoints)?;
        let Some(stored) = get(&checkpoints, number)?.filter(|stored| stored.last_block() > block) else { break };
        by_slot.remove(stored.header.slot_number.0)?;
        checkpoints.remove(number.0)?;
    }
    let last = latest(&checkpoints)?;
    let mut tips = transaction.open_table(TIPS)?;
    for tip in [PROVEN, FINALIZED] {
        if tips.get(tip)?.is_some_and(|number| number.value() > last.0) {
            tips.insert(tip, last.0)?;
        }
    }
    Ok(())
}

/// Says how far the chain is proven or, up to that, finalized.
fn set_tip(transaction: &WriteTransaction, tip: &str, number: CheckpointNumber) -> Result<()> {
    let latest = latest(&transaction.open_table(CHECKPOINTS)?)?;
    if number > latest {
        return Err(StoreError::UnknownCheckpoint { asked: number, latest });
    }
    transaction.open_table(TIPS)?.insert(tip, number.0)?;
    Ok(())
}

/// The checkpoint up to which the chain is proven.
pub(crate) fn set_proven(transaction: &WriteTransaction, number: CheckpointNumber) -> Result<()> {
    set_tip(transaction, PROVEN, number)
}

/// The checkpoint up to which the chain is proven in final L1 blocks.
pub(crate) fn set_finalized(transaction: &WriteTransaction, number: CheckpointNumber) -> Result<()> {
    set_tip(transaction, FINALIZED, number)
}

impl Snapshot {
    fn stored_checkpoint(&self, number: CheckpointNumber) -> Result<Option<Stored>> {
        get(&self.transaction().open_table(CHECKPOINTS)?, number)
    }

    /// The latest checkpoint; 0 when there is none.
    pub fn latest_checkpoint(&self) -> Result<CheckpointNumber> {
        latest(&self.transaction().open_table(CHECKPOINTS)?)
    }

    /// Mana used beyond the target up to and with a checkpoint; 0 when there is no such checkpoint.
    pub fn excess_mana(&self, number: CheckpointNumber) -> Result<u64> {
        Ok(self.stored_checkpoint(number)?.map_or(0, |stored| stored.excess_mana))
    }

    /// A checkpoint without its blocks.
    pub fn checkpoint_data(&self, number: CheckpointNumber) -> Result<Option<CheckpointData>> {
        Ok(self.stored_checkpoint(number)?.map(|stored| stored.into_data(number)))
    }

    /// A checkpoint.
    pub fn checkpoint(&self, number: CheckpointNumber) -> Result<Option<PublishedCheckpoint>> {
        let Some(stored) = self.stored_checkpoint(number)? else { return Ok(None) };
        let checkpoint = Checkpoint {
            archive: stored.archive,
            header: stored.header,
            blocks: self.blocks(stored.start_block, stored.block_count)?,
            number,
            fee_asset_price_modifier: stored.price_modifier,
        };
        Ok(Some(PublishedCheckpoint { checkpoint, l1: stored.l1, attestations: stored.attestations }))
    }

    /// The checkpoints from `first` on, at most `limit`.
    pub fn checkpoints(&self, first: CheckpointNumber, limit: u32) -> Result<Vec<PublishedCheckpoint>> {
        let mut checkpoints = Vec::new();
        for number in first.0..first.0.saturating_add(limit) {
            match self.checkpoint(CheckpointNumber(number))? {
                Some(checkpoint) => checkpoints.push(checkpoint),
                None => break,
            }
        }
        Ok(checkpoints)
    }

    /// The checkpoints of some slots, without their blocks.
    pub fn checkpoints_in_slots(&self, slots: RangeInclusive<SlotNumber>) -> Result<Vec<CheckpointData>> {
        let by_slot = self.transaction().open_table(CHECKPOINTS_BY_SLOT)?;
        let mut found = Vec::new();
        for entry in by_slot.range(slots.start().0..=slots.end().0)? {
            let number = CheckpointNumber(entry?.1.value());
            found.extend(self.checkpoint_data(number)?);
        }
        Ok(found)
    }

    /// A block whose checkpoint is on L1.
    pub fn checkpointed_block(&self, block: BlockNumber) -> Result<Option<CheckpointedL2Block>> {
        let Some(block) = self.block(block)? else { return Ok(None) };
        let Some(stored) = self.stored_checkpoint(block.checkpoint_number)? else { return Ok(None) };
        let checkpoint_number = block.checkpoint_number;
        Ok(Some(CheckpointedL2Block { checkpoint_number, block, l1: stored.l1, attestations: stored.attestations }))
    }

    fn tip(&self, number: CheckpointNumber) -> Result<TipId> {
        let Some(stored) = self.stored_checkpoint(number)? else { return Ok(TipId::GENESIS) };
        let checkpoint = CheckpointId { number, hash: stored.header.hash() };
        Ok(TipId { block: self.block_id(stored.last_block())?, checkpoint })
    }

    fn block_id(&self, number: BlockNumber) -> Result<BlockId> {
        let hash = match number.0 {
            // On every network, whatever it starts with.
            0 => GENESIS_BLOCK_HEADER_HASH.into(),
            _ => present(self.block_hash(number)?, "blocks", number)?,
        };
        Ok(BlockId { number, hash })
    }

    /// The last block of each degree of certainty.
    ///
    /// Protocol source: `@aztec/archiver/src/store/l2_tips_cache.ts`.
    pub fn tips(&self) -> Result<L2Tips> {
        let tips = self.transaction().open_table(TIPS)?;
        let tip = |key| self.tip(CheckpointNumber(tips.get(key)?.map_or(0, |number| number.value())));
        Ok(L2Tips {
            proposed: self.block_id(self.latest_block()?)?,
            checkpointed: self.tip(self.latest_checkpoint()?)?,
            proven: tip(PROVEN)?,
            finalized: tip(FINALIZED)?,
        })
    }
}
