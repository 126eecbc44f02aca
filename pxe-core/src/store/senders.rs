//! The address book: whose messages are looked for, beside those of the own accounts.
//!
//! Protocol source: `@aztec/pxe/src/storage/tagging_store/sender_address_book_store.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::Encode;

use super::job::decode;
use super::{Job, StoreError, Table};

/// How much of what its owner calls somebody is kept, in characters.
pub const MAX_ALIAS: usize = 100;

/// Adds a sender. Says whether it is new; one that is not keeps its alias.
pub async fn add(job: &mut Job, sender: AztecAddress) -> Result<bool, StoreError> {
    let is_new = !contains(job, sender).await?;
    if is_new {
        job.put(Table::Senders, sender.to_buffer(), String::new().to_buffer());
    }
    Ok(is_new)
}

/// Calls a sender something, and adds it if it is new.
pub fn set_alias(job: &mut Job, sender: AztecAddress, alias: &str) {
    job.write(Table::Senders, sender.to_buffer(), &alias.chars().take(MAX_ALIAS).collect::<String>());
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

/// All senders with what they are called, by address. Those without an alias have an empty one.
pub async fn aliased(job: &Job) -> Result<Vec<(AztecAddress, String)>, StoreError> {
    let entries = job.scan(Table::Senders, &[], &[], usize::MAX).await?;
    let read = |(key, value): &(Vec<u8>, Vec<u8>)| Ok((decode(Table::Senders, key)?, decode(Table::Senders, value)?));
    entries.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::store::MemoryStore;

    #[test]
    fn the_book_tells_what_is_new() {
        block_on(async {
            let mut job = Job::begin(&MemoryStore::default()).await.unwrap();
            let [alice, bob] = [AztecAddress::from_u64(2), AztecAddress::from_u64(1)];
            assert!(add(&mut job, alice).await.unwrap());
            assert!(!add(&mut job, alice).await.unwrap());
            set_alias(&mut job, alice, &"ä".repeat(MAX_ALIAS + 1));
            assert!(!add(&mut job, alice).await.unwrap());
            set_alias(&mut job, bob, "Bob");
            assert_eq!(all(&job).await.unwrap(), [bob, alice]);
            let named: Vec<_> = aliased(&job).await.unwrap();
            assert_eq!(named, [(bob, "Bob".into()), (alice, "ä".repeat(MAX_ALIAS))]);
            assert!(remove(&mut job, alice).await.unwrap());
            assert!(!remove(&mut job, alice).await.unwrap());
            assert!(contains(&job, bob).await.unwrap() && !contains(&job, alice).await.unwrap());
        });
    }
}
