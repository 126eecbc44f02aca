//! How far the tags of each shared secret are used.
//!
//! A secret that two parties share would tell everybody who reads the store which logs are theirs. So it is not kept: its
//! entries are found by its hash.
//!
//! Protocol source: `@aztec/pxe/src/storage/tagging_store/{sender,recipient}_tagging_store.ts`.

use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::tag::{PreTag, TaggingSecret};
use protocol::tx::TxHash;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::job::decode;
use super::record::{self, List, Maybe, Raw, join};
use super::{Job, StoreError, Table};

/// How far beyond the last finalized tag a sender may go, so that a recipient need not look further.
///
/// Protocol source: `UNFINALIZED_TAGGING_INDEXES_WINDOW_LEN` in `@aztec/pxe/src/tagging/constants.ts`.
pub const WINDOW: u32 = 20;

/// Names a tagging secret without telling it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretId([u8; 32]);

impl SecretId {
    /// The name of a secret: the SHA-256 of a fixed text, secret and contract.
    #[must_use]
    pub fn of(secret: &TaggingSecret) -> Self {
        let hash = Sha256::new().chain_update(b"aztec-lite/tagging-secret/v1");
        let hash = hash.chain_update(secret.secret.to_be_bytes()).chain_update(secret.app.to_field().to_be_bytes());
        Self(hash.finalize().into())
    }
}

impl Encode for SecretId {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl Decode for SecretId {
    const MIN_SIZE: usize = 32;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

/// Why tags cannot be noted as used by a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TagError {
    /// A secret twice in one call; only the highest tag of each counts.
    #[error("transaction {tx_hash} names a tagging secret of contract {app} twice")]
    Duplicate {
        /// The contract.
        app: AztecAddress,
        /// The transaction.
        tx_hash: TxHash,
    },
    /// More tags wait for finality than a recipient looks for.
    #[error(
        "tag {index} of a secret of contract {app} is more than {WINDOW} beyond the last finalized one, {}",
        finalized.unwrap_or(0)
    )]
    BeyondWindow {
        /// The contract.
        app: AztecAddress,
        /// The tag.
        index: u32,
        /// The last finalized tag.
        finalized: Option<u32>,
    },
    /// The tag was used before.
    #[error("tag {index} of a secret of contract {app} is used: {finalized} is finalized")]
    Finalized {
        /// The contract.
        app: AztecAddress,
        /// The tag.
        index: u32,
        /// The last finalized tag.
        finalized: u32,
    },
    /// Another tag of the secret is noted for the transaction.
    #[error("transaction {tx_hash} uses tag {index} of a secret of contract {app}, but tag {noted} was noted for it")]
    Different {
        /// The contract.
        app: AztecAddress,
        /// The transaction.
        tx_hash: TxHash,
        /// The tag.
        index: u32,
        /// The tag noted before.
        noted: u32,
    },
}

impl TagError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::BeyondWindow { .. } => Some("wait until earlier transactions to this recipient are final"),
            _ => None,
        }
    }
}

/// The tags of one secret, as its sender.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SenderIndexes {
    /// The last tag in a final block.
    pub finalized: Option<u32>,
    /// For each transaction that is not yet final the highest tag it uses.
    pub pending: Vec<(u32, TxHash)>,
}

impl SenderIndexes {
    /// The highest tag used.
    #[must_use]
    pub fn last_used(&self) -> Option<u32> {
        self.pending.iter().map(|(index, _)| *index).max().or(self.finalized)
    }

    /// Transactions whose tag is in a range, each once.
    #[must_use]
    pub fn pending_in(&self, range: core::ops::Range<u32>) -> Vec<TxHash> {
        let mut hashes: Vec<_> =
            self.pending.iter().filter(|(index, _)| range.contains(index)).map(|(_, tx_hash)| *tx_hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    /// Notes that a transaction uses a tag.
    fn add(&mut self, app: AztecAddress, index: u32, tx_hash: TxHash) -> Result<(), TagError> {
        if index > self.finalized.unwrap_or(0).saturating_add(WINDOW) {
            return Err(TagError::BeyondWindow { app, index, finalized: self.finalized });
        }
        if let Some(finalized) = self.finalized.filter(|finalized| index <= *finalized) {
            return Err(TagError::Finalized { app, index, finalized });
        }
        match self.pending.iter().find(|(_, noted_for)| *noted_for == tx_hash) {
            Some((noted, _)) if *noted == index => {}
            Some((noted, _)) => return Err(TagError::Different { app, tx_hash, index, noted: *noted }),
            None => self.pending.push((index, tx_hash)),
        }
        Ok(())
    }

    /// A transaction is final: its tag is, and lower ones no longer matter.
    fn finalize(&mut self, tx_hash: TxHash) {
        if let Some((index, _)) = self.pending.iter().find(|(_, noted_for)| *noted_for == tx_hash).copied() {
            self.finalized = self.finalized.max(Some(index));
            self.pending.retain(|(pending, _)| Some(*pending) > self.finalized);
        }
    }

    fn drop_tx(&mut self, tx_hash: TxHash) {
        self.pending.retain(|(_, noted_for)| *noted_for != tx_hash);
    }
}

impl Encode for SenderIndexes {
    fn encode(&self, out: &mut Vec<u8>) {
        Maybe(self.finalized.as_ref()).encode(out);
        let pending: Vec<Pending> = self.pending.iter().map(|(index, tx_hash)| Pending(*index, *tx_hash)).collect();
        List(&pending).encode(out);
    }
}

impl Decode for SenderIndexes {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let finalized = record::maybe(reader)?;
        let pending: Vec<Pending> = record::list(reader)?;
        Ok(Self { finalized, pending: pending.into_iter().map(|Pending(index, tx_hash)| (index, tx_hash)).collect() })
    }
}

struct Pending(u32, TxHash);

impl Encode for Pending {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
}

impl Decode for Pending {
    const MIN_SIZE: usize = 36;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self(u32::decode(reader)?, TxHash::decode(reader)?))
    }
}

/// The tags of one secret, as its recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecipientIndexes {
    /// The last tag in a block so old that the sender can no longer use lower ones.
    pub aged: Option<u32>,
    /// The last tag in a final block.
    pub finalized: Option<u32>,
}

impl Encode for RecipientIndexes {
    fn encode(&self, out: &mut Vec<u8>) {
        Maybe(self.aged.as_ref()).encode(out);
        Maybe(self.finalized.as_ref()).encode(out);
    }
}

impl Decode for RecipientIndexes {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { aged: record::maybe(reader)?, finalized: record::maybe(reader)? })
    }
}

/// Keys of the table of senders: what is known of a secret, and the secrets of a transaction.
const BY_SECRET: u8 = b's';
const BY_TX: u8 = b't';

fn secret_key(id: SecretId) -> Vec<u8> {
    join(&[&BY_SECRET, &id])
}

fn tx_key(tx_hash: TxHash, id: SecretId) -> Vec<u8> {
    join(&[&BY_TX, &tx_hash, &id])
}

async fn read(job: &Job, id: SecretId) -> Result<SenderIndexes, StoreError> {
    Ok(job.read(Table::SenderTags, &secret_key(id)).await?.unwrap_or_default())
}

/// Writes what is known of a secret and keeps the index by transaction in step.
fn replace(job: &mut Job, id: SecretId, old: &SenderIndexes, new: &SenderIndexes) {
    for (_, tx_hash) in &old.pending {
        job.delete(Table::SenderTags, tx_key(*tx_hash, id));
    }
    for (_, tx_hash) in &new.pending {
        job.put(Table::SenderTags, tx_key(*tx_hash, id), Vec::new());
    }
    match *new == SenderIndexes::default() {
        true => job.delete(Table::SenderTags, secret_key(id)),
        false => job.write(Table::SenderTags, secret_key(id), new),
    }
}

/// What is known of a secret, as its sender.
pub async fn load_sender(job: &Job, secret: &TaggingSecret) -> Result<SenderIndexes, StoreError> {
    read(job, SecretId::of(secret)).await
}

/// Replaces what is known of a secret, as its sender.
pub async fn save_sender(job: &mut Job, secret: &TaggingSecret, indexes: &SenderIndexes) -> Result<(), StoreError> {
    let id = SecretId::of(secret);
    let old = read(job, id).await?;
    replace(job, id, &old, indexes);
    Ok(())
}

/// Notes the tags a transaction uses: for each secret the highest. Nothing is written when one of them is refused; what
/// is noted already is no news.
pub async fn store_pending(job: &mut Job, tags: &[PreTag], tx_hash: TxHash) -> Result<(), StoreError> {
    let mut changes: Vec<(SecretId, SenderIndexes, SenderIndexes)> = Vec::with_capacity(tags.len());
    for PreTag { secret, index } in tags {
        let id = SecretId::of(secret);
        if changes.iter().any(|(other, ..)| *other == id) {
            return Err(TagError::Duplicate { app: secret.app, tx_hash }.into());
        }
        let old = read(job, id).await?;
        let mut new = old.clone();
        new.add(secret.app, *index, tx_hash)?;
        changes.push((id, old, new));
    }
    for (id, old, new) in changes {
        replace(job, id, &old, &new);
    }
    Ok(())
}

/// A transaction is final: its tags are.
pub async fn finalize(job: &mut Job, tx_hash: TxHash) -> Result<(), StoreError> {
    change(job, tx_hash, SenderIndexes::finalize).await
}

/// A transaction will not be in a block: its tags are free.
pub async fn drop_tx(job: &mut Job, tx_hash: TxHash) -> Result<(), StoreError> {
    change(job, tx_hash, SenderIndexes::drop_tx).await
}

async fn change(job: &mut Job, tx_hash: TxHash, how: fn(&mut SenderIndexes, TxHash)) -> Result<(), StoreError> {
    let entries = job.scan(Table::SenderTags, &join(&[&BY_TX, &tx_hash]), &[], usize::MAX).await?;
    for (key, _) in entries {
        let id = decode(Table::SenderTags, key.get(33..).unwrap_or_default())?;
        let old = read(job, id).await?;
        let mut new = old.clone();
        how(&mut new, tx_hash);
        replace(job, id, &old, &new);
    }
    Ok(())
}

/// All transactions whose tags are neither final nor free, by hash.
pub async fn pending_txs(job: &Job) -> Result<Vec<TxHash>, StoreError> {
    let entries = job.scan(Table::SenderTags, &[BY_TX], &[], usize::MAX).await?;
    let hashes = entries.iter().map(|(key, _)| decode(Table::SenderTags, key.get(1..33).unwrap_or_default()));
    let mut hashes = hashes.collect::<Result<Vec<TxHash>, _>>()?;
    hashes.dedup();
    Ok(hashes)
}

/// What is known of a secret, as its recipient.
pub async fn load_recipient(job: &Job, secret: &TaggingSecret) -> Result<RecipientIndexes, StoreError> {
    Ok(job.read(Table::RecipientTags, &join(&[&Raw(&SecretId::of(secret).0)])).await?.unwrap_or_default())
}

/// Replaces what is known of a secret, as its recipient.
pub fn save_recipient(job: &mut Job, secret: &TaggingSecret, indexes: &RecipientIndexes) {
    job.write(Table::RecipientTags, SecretId::of(secret).to_buffer(), indexes);
}
