//! The address book: whose messages are looked for, beside those of the own accounts.
//!
//! Protocol source: `@aztec/pxe/src/storage/tagging_store/sender_address_book_store.ts`.

use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::Encode;

use super::job::decode;
use super::{Job, StoreError, Table};

/// Adds a sender. Says whether it is new.
pub async fn add(job: &mut Job, sender: AztecAddress) -> Result<bool, StoreError> {
    let is_new = !contains(job, sender).await?;
    job.put(Table::Senders, sender.to_buffer(), Vec::new());
    Ok(is_new)
}

/// Removes a sender. Says whether it was there.
pub async fn remove(job: &mut Job, sender: AztecAddress) -> Result<bool, StoreError> {
    let was_there = contains(job, sender).await?;
    job.delete(Table::Senders, sender.to_buffer());
    Ok(was_there)
}

/// Whether an address is in the book.
pub async fn contains(job: &Job, sender: AztecAddress) -> Result<bool, StoreError> {
    Ok(job.get(Table::Senders, &sender.to_buffer()).await?.is_some())
}

/// All senders, by address.
pub async fn all(job: &Job) -> Result<Vec<AztecAddress>, StoreError> {
    let entries = job.scan(Table::Senders, &[], &[], usize::MAX).await?;
    entries.iter().map(|(key, _)| decode(Table::Senders, key)).collect()
}
