//! What the client keeps: a small transactional key-value port, and what each role keeps in it.
//!
//! | File | Subject |
//! |---|---|
//! | `batch` | writes that are made together or not at all |
//! | `job` | one moment of the store with the writes of a piece of work on top |
//! | `memory` | the store that forgets |
//! | `redb` | the store in one file (feature `redb`) |
//! | `error` | what can go wrong |
//! | [`network`] | which network a store belongs to; schema versions |
//! | `conformance` | what must hold of every store (feature `conformance`) |
//! | [`notes`] | the notes of the own accounts |
//! | [`events`] | private events sent to them |
//! | [`capsules`] | what contracts keep on this device |
//! | [`tags`] | how far the tags of each shared secret are used |
//! | [`senders`] | the address book |
//! | [`sync`] | the anchor block and those before it |
//! | [`txs`] | the transactions made here |
//!
//! The functions of a role work in a [`Job`]; nothing is stored before the job is committed. No role keeps anything
//! outside of the store.
//!
//! Keys are bytes and ordered as bytes. Numbers in keys are big-endian, so that scans are in their order.

mod batch;
pub mod capsules;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
#[cfg(test)]
mod cost;
mod error;
pub mod events;
#[cfg(test)]
mod form;
#[cfg(test)]
mod hostile;
mod job;
mod memory;
#[cfg(test)]
mod model;
pub mod network;
pub mod notes;
pub(crate) mod record;
#[cfg(feature = "redb")]
mod redb;
pub mod senders;
pub mod sync;
pub mod tags;
pub mod txs;

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use async_trait::async_trait;
use protocol::block::BlockNumber;

use crate::port::{MaybeSend, MaybeSync};

#[cfg(feature = "redb")]
pub use self::redb::RedbStore;
pub use batch::Batch;
pub use error::StoreError;
pub use job::Job;
pub use memory::MemoryStore;

/// A table of the store. The discriminant is its number in stored data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// Schema version, network, what the sealed secrets are sealed with.
    Meta = 0,
    /// Complete addresses of the own accounts, by address, with what can be known of each without secrets.
    Accounts = 1,
    /// Sealed secrets, by address.
    Secrets = 2,
    /// Addresses whose messages are looked for.
    Senders = 3,
    /// Contract artifacts, by class id.
    Artifacts = 4,
    /// Contract instances, by address.
    Instances = 5,
    /// Notes that can be spent.
    ActiveNotes = 6,
    /// Notes that were spent.
    NullifiedNotes = 7,
    /// Where a note is, by contract and siloed nullifier.
    NoteIndex = 8,
    /// What was written because of a block, by kind and block number, to be undone when the block goes.
    BlockIndex = 9,
    /// Private events.
    Events = 10,
    /// Where an event is, by its siloed commitment.
    EventIndex = 11,
    /// Capsules, by contract and slot.
    Capsules = 12,
    /// Last indexes of tags as a sender, by the hash of the tagging secret; those secrets by transaction.
    SenderTags = 13,
    /// Last indexes of tags as a recipient, by the hash of the tagging secret.
    RecipientTags = 14,
    /// The anchor block, and the hashes of blocks up to it.
    Sync = 15,
    /// Transactions made here, by hash; those that are not final.
    Txs = 16,
}

impl Table {
    /// All of them, by number.
    pub const ALL: [Self; 17] = [
        Self::Meta,
        Self::Accounts,
        Self::Secrets,
        Self::Senders,
        Self::Artifacts,
        Self::Instances,
        Self::ActiveNotes,
        Self::NullifiedNotes,
        Self::NoteIndex,
        Self::BlockIndex,
        Self::Events,
        Self::EventIndex,
        Self::Capsules,
        Self::SenderTags,
        Self::RecipientTags,
        Self::Sync,
        Self::Txs,
    ];

    /// Its name in stores that name tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Accounts => "accounts",
            Self::Secrets => "secrets",
            Self::Senders => "senders",
            Self::Artifacts => "artifacts",
            Self::Instances => "instances",
            Self::ActiveNotes => "active_notes",
            Self::NullifiedNotes => "nullified_notes",
            Self::NoteIndex => "note_index",
            Self::BlockIndex => "block_index",
            Self::Events => "events",
            Self::EventIndex => "event_index",
            Self::Capsules => "capsules",
            Self::SenderTags => "sender_tags",
            Self::RecipientTags => "recipient_tags",
            Self::Sync => "sync",
            Self::Txs => "txs",
        }
    }
}

/// Undoes in all roles what blocks after `to` did. The anchor is to be set after that.
pub async fn unwind(job: &mut Job, to: BlockNumber) -> Result<(), StoreError> {
    notes::unwind(job, to).await?;
    events::unwind(job, to).await?;
    txs::unwind(job, to).await?;
    sync::unwind(job, to).await
}

/// A key with its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// A store that several pieces of work share. Whoever implements it runs the conformance suite.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Store: MaybeSend + MaybeSync + core::fmt::Debug {
    /// The store as it is now; later commits do not show in it.
    async fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError>;

    /// Makes all writes of a batch, or none. They are durable when this returns.
    async fn commit(&self, batch: Batch) -> Result<(), StoreError>;
}

/// One moment of a store.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Snapshot: MaybeSend + MaybeSync + core::fmt::Debug {
    /// The value of a key.
    async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// The entries whose key starts with `prefix` and is not below `from`, by ascending key, at most `limit`.
    async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError>;
}

/// Native clients work on several threads.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use protocol::address::AztecAddress;
    use protocol::field::Fr;

    use super::*;
    use crate::scopes::Scopes;

    fn sendable(_: impl Send) {}

    #[test]
    fn work_on_the_store_moves_between_threads() {
        let store = MemoryStore::default();
        sendable(async {
            let mut job = Job::begin(&store).await.expect("memory does not fail");
            let contract = AztecAddress::from_field(Fr::ONE);
            let filter = notes::NoteFilter {
                contract,
                owner: None,
                storage_slot: None,
                status: notes::NoteStatus::Active,
                scopes: Scopes::All,
            };
            drop(notes::find(&job, &filter).await);
            drop(capsules::array_read_all(&job, contract, Fr::ONE).await);
            drop(capsules::array_push(&mut job, contract, Fr::ONE, &[]).await);
            drop(tags::pending_txs(&job).await);
            job.commit(&store).await
        });
    }
}
