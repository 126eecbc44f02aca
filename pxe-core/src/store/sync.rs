//! The block everything else in the store agrees with, and the blocks before it.
//!
//! Protocol source: `@aztec/pxe/src/storage/anchor_block_store/anchor_block_store.ts`,
//! `@aztec/kv-store/src/stores/l2_tips_store.ts`.

use alloc::vec::Vec;

use protocol::block::{BlockHash, BlockHeader, BlockId, BlockNumber};

use super::job::decode;
use super::record::join;
use super::{Job, StoreError, Table};

const ANCHOR: u8 = b'a';
const BLOCK: u8 = b'b';
const FINALIZED: u8 = b'f';

fn block_key(number: BlockNumber) -> Vec<u8> {
    join(&[&BLOCK, &number])
}

/// The anchor block: the last one that was looked at. Nothing before the first synchronization.
pub async fn anchor(job: &Job) -> Result<Option<BlockHeader>, StoreError> {
    job.read(Table::Sync, &[ANCHOR]).await
}

/// Sets the anchor block and keeps its hash. What later blocks did must have been undone before.
pub fn set_anchor(job: &mut Job, header: &BlockHeader) {
    job.write(Table::Sync, Vec::from([ANCHOR]), header);
    add_block(job, &BlockId { number: header.number(), hash: header.hash() });
}

/// The last final block when the anchor was set. No reorganization goes back beyond it.
pub async fn finalized(job: &Job) -> Result<BlockNumber, StoreError> {
    Ok(job.read(Table::Sync, &[FINALIZED]).await?.unwrap_or_default())
}

/// Sets the last final block.
pub fn set_finalized(job: &mut Job, number: BlockNumber) {
    job.write(Table::Sync, Vec::from([FINALIZED]), &number);
}

/// Keeps the hash of a block, to recognize it after a reorganization.
pub fn add_block(job: &mut Job, block: &BlockId) {
    job.write(Table::Sync, block_key(block.number), &block.hash);
}

/// The hash of a block, if it was kept.
pub async fn block_hash(job: &Job, number: BlockNumber) -> Result<Option<BlockHash>, StoreError> {
    job.read(Table::Sync, &block_key(number)).await
}

/// All blocks that are kept, the latest first: the first of them that a node still has is the common one.
pub async fn blocks(job: &Job) -> Result<Vec<BlockId>, StoreError> {
    let mut blocks = Vec::new();
    for (key, value) in job.scan(Table::Sync, &[BLOCK], &[], usize::MAX).await? {
        let number = decode(Table::Sync, key.get(1..).unwrap_or_default())?;
        blocks.push(BlockId { number, hash: decode(Table::Sync, &value)? });
    }
    blocks.reverse();
    Ok(blocks)
}

/// Forgets the blocks before a final one, which no reorganization reaches.
pub async fn forget_before(job: &mut Job, finalized: BlockNumber) -> Result<(), StoreError> {
    for block in blocks(job).await?.into_iter().skip_while(|block| block.number >= finalized) {
        job.delete(Table::Sync, block_key(block.number));
    }
    Ok(())
}

/// Forgets the blocks after `to`. The anchor is to be set after that.
pub async fn unwind(job: &mut Job, to: BlockNumber) -> Result<(), StoreError> {
    for block in blocks(job).await?.into_iter().take_while(|block| block.number > to) {
        job.delete(Table::Sync, block_key(block.number));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::store::MemoryStore;

    fn header(number: u32) -> BlockHeader {
        let mut header = BlockHeader::default();
        header.global_variables.block_number = BlockNumber(number);
        header
    }

    #[test]
    fn blocks_are_kept_until_they_are_final_or_taken_back() {
        block_on(async {
            let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
            assert_eq!(anchor(&job).await.unwrap(), None);
            for number in [0, 3, 300, 7] {
                set_anchor(&mut job, &header(number));
                assert_eq!(anchor(&job).await.unwrap(), Some(header(number)));
            }
            add_block(&mut job, &BlockId { number: BlockNumber(5), hash: header(99).hash() });
            let numbers = async |job: &Job| -> Vec<u32> {
                blocks(job).await.unwrap().into_iter().map(|block| block.number.0).collect()
            };
            assert_eq!(numbers(&job).await, [300, 7, 5, 3, 0]);
            assert_eq!(block_hash(&job, BlockNumber(300)).await.unwrap(), Some(header(300).hash()));
            assert_eq!(block_hash(&job, BlockNumber(5)).await.unwrap(), Some(header(99).hash()));
            assert_eq!(block_hash(&job, BlockNumber(4)).await.unwrap(), None);
            unwind(&mut job, BlockNumber(7)).await.unwrap();
            assert_eq!(numbers(&job).await, [7, 5, 3, 0]);
            forget_before(&mut job, BlockNumber(5)).await.unwrap();
            assert_eq!(numbers(&job).await, [7, 5]);
            unwind(&mut job, BlockNumber(0)).await.unwrap();
            assert_eq!(numbers(&job).await, Vec::<u32>::new());
            assert_eq!(anchor(&job).await.unwrap(), Some(header(7)));
        });
    }
}
