//! Blocks and the effects of their transactions.

use protocol::block::{
    AppendOnlyTreeSnapshot, BlockHash, BlockHeader, BlockNumber, BlockParameter, Body, CheckpointNumber,
    IndexWithinCheckpoint, L2Block,
};
use protocol::codec::Encode;
use protocol::field::Fr;
use protocol::tx::{IndexedTxEffect, TxEffect, TxHash};
use redb::{ReadableTable, WriteTransaction};

use super::tables::{BLOCKS, BLOCKS_BY_ARCHIVE, BLOCKS_BY_HASH, EFFECTS, TXS, present};
use super::{checkpoints, contracts, logs};
use crate::store::{Result, Snapshot, StoreError, codec};

/// A block but for its effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StoredBlock {
    pub(super) hash: BlockHash,
    pub(super) archive: AppendOnlyTreeSnapshot,
    pub(super) checkpoint_number: CheckpointNumber,
    pub(super) index_within_checkpoint: IndexWithinCheckpoint,
    pub(super) header: BlockHeader,
}

protocol::wire_bytes!(StoredBlock {
    hash: BlockHash,
    archive: AppendOnlyTreeSnapshot,
    checkpoint_number: CheckpointNumber,
    index_within_checkpoint: IndexWithinCheckpoint,
    header: BlockHeader,
});

/// The latest block and what the next must follow; block 0 is not stored here.
fn latest(blocks: &impl ReadableTable<u32, &'static [u8]>) -> Result<Option<(BlockNumber, StoredBlock)>> {
    let Some((number, bytes)) = blocks.last()? else { return Ok(None) };
    Ok(Some((BlockNumber(number.value()), codec::decode("blocks", bytes.value())?)))
}

/// Adds the block that follows the latest one. Its state is checked elsewhere.
pub(crate) fn add(transaction: &WriteTransaction, block: &L2Block) -> Result<()> {
    let (number, hash) = (block.number(), block.hash());
    let mut blocks = transaction.open_table(BLOCKS)?;
    let (last, follows) = match latest(&blocks)? {
        None => (BlockNumber(0), block.index_within_checkpoint.0 == 0),
        Some((last, stored)) if block.checkpoint_number == stored.checkpoint_number => {
            (last, block.index_within_checkpoint.0 == stored.index_within_checkpoint.0 + 1)
        }
        Some((last, stored)) => {
            let next = block.checkpoint_number.0 == stored.checkpoint_number.0 + 1;
            (last, next && block.index_within_checkpoint.0 == 0)
        }
    };
    if number.0 != last.0 + 1 {
        return Err(StoreError::NotNext { found: number, latest: last });
    }
    if !follows {
        let (checkpoint, index) = (block.checkpoint_number, block.index_within_checkpoint);
        return Err(StoreError::NotNextInCheckpoint { block: number, checkpoint, index });
    }
    let stored = StoredBlock {
        hash,
        archive: block.archive,
        checkpoint_number: block.checkpoint_number,
        index_within_checkpoint: block.index_within_checkpoint,
        header: block.header,
    };
    blocks.insert(number.0, stored.to_buffer().as_slice())?;
    transaction.open_table(BLOCKS_BY_HASH)?.insert(&hash.to_field().to_be_bytes(), number.0)?;
    transaction.open_table(BLOCKS_BY_ARCHIVE)?.insert(&block.archive.root.to_be_bytes(), number.0)?;
    let (mut effects, mut txs) = (transaction.open_table(EFFECTS)?, transaction.open_table(TXS)?);
    for (effect, place) in block.body.tx_effects.iter().zip(0..) {
        effects.insert((number.0, place), effect.to_buffer().as_slice())?;
        txs.insert(&effect.tx_hash.to_field().to_be_bytes(), (number.0, place))?;
    }
    logs::add(transaction, block)?;
    contracts::add(transaction, block)
}

/// Takes all blocks after `block` back, with their checkpoints, logs and contracts.
pub(crate) fn unwind(transaction: &WriteTransaction, block: BlockNumber) -> Result<()> {
    checkpoints::unwind(transaction, block)?;
    let mut blocks = transaction.open_table(BLOCKS)?;
    let (mut by_hash, mut by_archive) =
        (transaction.open_table(BLOCKS_BY_HASH)?, transaction.open_table(BLOCKS_BY_ARCHIVE)?);
    let (mut effects, mut txs) = (transaction.open_table(EFFECTS)?, transaction.open_table(TXS)?);
    while let Some((number, stored)) = latest(&blocks)?.filter(|(number, _)| *number > block) {
        let mut removed = Vec::new();
        for entry in effects.range((number.0, 0)..=(number.0, u32::MAX))? {
            removed.push(codec::decode::<TxEffect>("effects", entry?.1.value())?);
        }
        effects.retain_in::<(u32, u32), _>((number.0, 0)..=(number.0, u32::MAX), |_, _| false)?;
        for effect in &removed {
            let hash = effect.tx_hash.to_field().to_be_bytes();
            if txs.get(&hash)?.is_some_and(|place| place.value().0 == number.0) {
                txs.remove(&hash)?;
            }
        }
        by_hash.remove(&stored.hash.to_field().to_be_bytes())?;
        by_archive.remove(&stored.archive.root.to_be_bytes())?;
        blocks.remove(number.0)?;
        let block = stored.with_effects(removed);
        logs::remove(transaction, &block)?;
        contracts::remove(transaction, &block)?;
    }
    Ok(())
}

impl StoredBlock {
    fn with_effects(self, tx_effects: Vec<TxEffect>) -> L2Block {
        let Self { archive, checkpoint_number, index_within_checkpoint, header, .. } = self;
        L2Block { archive, header, body: Body { tx_effects }, checkpoint_number, index_within_checkpoint }
    }
}

/// Where a transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxPlace {
    /// The block.
    pub block: BlockNumber,
    /// The place among its transactions.
    pub index: u32,
}

impl Snapshot {
    pub(super) fn stored_block(&self, block: BlockNumber) -> Result<Option<StoredBlock>> {
        let bytes = self.transaction().open_table(BLOCKS)?.get(block.0)?;
        bytes.map(|bytes| codec::decode("blocks", bytes.value())).transpose()
    }

    /// The number of the block a caller names, if there is such a block.
    pub fn block_number(&self, block: BlockParameter) -> Result<Option<BlockNumber>> {
        match block {
            BlockParameter::Latest => self.latest_block().map(Some),
            BlockParameter::Number(number) => Ok((number <= self.latest_block()?).then_some(number)),
            BlockParameter::Hash(hash) => self.block_by_hash(hash),
        }
    }

    /// The number of the block with a hash; the hash of genesis is that of the header this network has.
    pub fn block_by_hash(&self, hash: BlockHash) -> Result<Option<BlockNumber>> {
        let found = self.transaction().open_table(BLOCKS_BY_HASH)?.get(&hash.to_field().to_be_bytes())?;
        match found {
            Some(number) => Ok(Some(BlockNumber(number.value()))),
            None => Ok((self.genesis_header()?.hash() == hash).then_some(BlockNumber(0))),
        }
    }

    /// The number of the block after which the archive has a root.
    pub fn block_by_archive(&self, archive: Fr) -> Result<Option<BlockNumber>> {
        let found = self.transaction().open_table(BLOCKS_BY_ARCHIVE)?.get(&archive.to_be_bytes())?;
        Ok(found.map(|number| BlockNumber(number.value())))
    }

    /// The header of a block.
    pub fn block_header(&self, block: BlockNumber) -> Result<Option<BlockHeader>> {
        match block.0 {
            0 => self.genesis_header().map(Some),
            _ => Ok(self.stored_block(block)?.map(|stored| stored.header)),
        }
    }

    /// The hash of a block.
    pub fn block_hash(&self, block: BlockNumber) -> Result<Option<BlockHash>> {
        match block.0 {
            0 => Ok(Some(self.genesis_header()?.hash())),
            _ => Ok(self.stored_block(block)?.map(|stored| stored.hash)),
        }
    }

    /// A block.
    pub fn block(&self, block: BlockNumber) -> Result<Option<L2Block>> {
        if block.0 == 0 {
            return Ok(Some(L2Block::genesis(self.genesis_header()?)));
        }
        let Some(stored) = self.stored_block(block)? else { return Ok(None) };
        let mut effects = Vec::new();
        for entry in self.transaction().open_table(EFFECTS)?.range((block.0, 0)..=(block.0, u32::MAX))? {
            effects.push(codec::decode("effects", entry?.1.value())?);
        }
        Ok(Some(stored.with_effects(effects)))
    }

    /// The blocks from `first` on, at most `limit`.
    pub fn blocks(&self, first: BlockNumber, limit: u32) -> Result<Vec<L2Block>> {
        let mut blocks = Vec::new();
        for number in first.0.max(1)..first.0.max(1).saturating_add(limit) {
            match self.block(BlockNumber(number))? {
                Some(block) => blocks.push(block),
                None => break,
            }
        }
        Ok(blocks)
    }

    /// Where a transaction is, if it is in a block.
    pub fn tx_place(&self, tx: TxHash) -> Result<Option<TxPlace>> {
        let place = self.transaction().open_table(TXS)?.get(&tx.to_field().to_be_bytes())?;
        Ok(place.map(|place| TxPlace { block: BlockNumber(place.value().0), index: place.value().1 }))
    }

    pub(super) fn effect_at(&self, place: TxPlace) -> Result<TxEffect> {
        let bytes = self.transaction().open_table(EFFECTS)?.get((place.block.0, place.index))?;
        codec::decode("effects", present(bytes, "effects", place.block)?.value())
    }

    /// What a transaction in a block did.
    pub fn tx_effect(&self, tx: TxHash) -> Result<Option<IndexedTxEffect>> {
        let Some(place) = self.tx_place(tx)? else { return Ok(None) };
        let hash = present(self.block_hash(place.block)?, "blocks", place.block)?;
        Ok(Some(IndexedTxEffect {
            l2_block_number: place.block,
            l2_block_hash: hash,
            tx_index_in_block: place.index,
            data: self.effect_at(place)?,
        }))
    }
}
