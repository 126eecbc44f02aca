//! How the archive lies in the database.

use protocol::block::BlockNumber;
use redb::TableDefinition;

use crate::store::{Result, StoreError};

/// Block to [`StoredBlock`](super::blocks::StoredBlock).
pub(super) const BLOCKS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("blocks");
/// Block hash to block.
pub(super) const BLOCKS_BY_HASH: TableDefinition<'_, &[u8; 32], u32> = TableDefinition::new("blocks_by_hash");
/// Archive root after a block to the block.
pub(super) const BLOCKS_BY_ARCHIVE: TableDefinition<'_, &[u8; 32], u32> = TableDefinition::new("blocks_by_archive");
/// Block and place in it to the effect of a transaction.
pub(super) const EFFECTS: TableDefinition<'_, (u32, u32), &[u8]> = TableDefinition::new("effects");
/// Transaction hash to block and place in it.
pub(super) const TXS: TableDefinition<'_, &[u8; 32], (u32, u32)> = TableDefinition::new("txs");
/// Checkpoint to what is known of it besides its blocks.
pub(super) const CHECKPOINTS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("checkpoints");
/// Slot to checkpoint.
pub(super) const CHECKPOINTS_BY_SLOT: TableDefinition<'_, u32, u32> = TableDefinition::new("checkpoints_by_slot");
/// How far the chain is proven and finalized, to checkpoint.
pub(super) const TIPS: TableDefinition<'_, &str, u32> = TableDefinition::new("tips");
/// What logs are found by, see [`LogKey`].
pub(super) const LOGS: TableDefinition<'_, &[u8], ()> = TableDefinition::new("logs");
/// Class id to block and class.
pub(super) const CLASSES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("classes");
/// Address to block and instance.
pub(super) const INSTANCES: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("instances");
/// Address, time of the block, block, place in it, to an update of an instance.
pub(super) const UPDATES: TableDefinition<'_, &[u8; 48], &[u8]> = TableDefinition::new("instance_updates");
/// Leaf index to message.
pub(super) const MESSAGES: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("messages");
/// Message hash to leaf index.
pub(super) const MESSAGES_BY_HASH: TableDefinition<'_, &[u8; 32], u64> = TableDefinition::new("messages_by_hash");
/// Epoch and number of a message to L1 in it, to the message; there once it is consumed.
pub(super) const CONSUMED: TableDefinition<'_, (u32, u64), &[u8; 32]> = TableDefinition::new("consumed_messages");

/// Makes the tables, so that readers find them.
pub(crate) fn create_tables(transaction: &redb::WriteTransaction) -> Result<()> {
    transaction.open_table(BLOCKS)?;
    transaction.open_table(BLOCKS_BY_HASH)?;
    transaction.open_table(BLOCKS_BY_ARCHIVE)?;
    transaction.open_table(EFFECTS)?;
    transaction.open_table(TXS)?;
    transaction.open_table(CHECKPOINTS)?;
    transaction.open_table(CHECKPOINTS_BY_SLOT)?;
    transaction.open_table(TIPS)?;
    transaction.open_table(LOGS)?;
    transaction.open_table(CLASSES)?;
    transaction.open_table(INSTANCES)?;
    transaction.open_table(UPDATES)?;
    transaction.open_table(MESSAGES)?;
    transaction.open_table(MESSAGES_BY_HASH)?;
    transaction.open_table(CONSUMED)?;
    Ok(())
}

/// An entry that must be there.
pub(super) fn present<T>(entry: Option<T>, table: &'static str, block: BlockNumber) -> Result<T> {
    entry.ok_or(StoreError::Missing { table, block })
}
