//! Transactions that wait for a block, so that they still wait after a restart.

use protocol::codec::{Decode, Encode, Reader};
use protocol::tx::{Tx, TxHash};
use redb::{ReadableTable, TableDefinition, WriteTransaction};

use super::{Batch, Result, Snapshot, codec};

/// Transaction hash to the transaction.
const PENDING: TableDefinition<'_, &[u8; 32], &[u8]> = TableDefinition::new("pending_txs");

/// Makes the table, so that readers find it.
pub(super) fn create_table(transaction: &WriteTransaction) -> Result<()> {
    transaction.open_table(PENDING)?;
    Ok(())
}

impl Batch<'_> {
    /// Keeps a transaction.
    pub fn add_pending(&mut self, tx: &Tx) -> Result<()> {
        let key = tx.tx_hash().to_field().to_be_bytes();
        self.transaction().open_table(PENDING)?.insert(&key, tx.to_buffer().as_slice())?;
        Ok(())
    }

    /// Forgets a transaction.
    pub fn remove_pending(&mut self, tx: TxHash) -> Result<()> {
        self.transaction().open_table(PENDING)?.remove(&tx.to_field().to_be_bytes())?;
        Ok(())
    }
}

impl Snapshot {
    /// All kept transactions.
    pub fn pending(&self) -> Result<Vec<Tx>> {
        let table = self.transaction().open_table(PENDING)?;
        let read = |reader: &mut Reader<'_>| Tx::decode(reader);
        table.iter()?.map(|entry| codec::read("pending_txs", entry?.1.value(), read)).collect()
    }
}
