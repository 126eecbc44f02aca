//! Private events that were sent to the own accounts.
//!
//! Protocol source: `@aztec/pxe/src/storage/private_event_store/private_event_store.ts`.

use alloc::vec::Vec;
use core::fmt;

use protocol::abi::EventSelector;
use protocol::address::AztecAddress;
use protocol::block::{BlockId, BlockNumber};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use protocol::field::Fr;
use protocol::tx::TxHash;

use super::job::decode;
use super::record::{self, Block, List, join};
use super::{Job, StoreError, Table};
use crate::scopes::Scopes;

/// A private event with where it comes from.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// The contract that emitted it.
    pub contract: AztecAddress,
    /// Which event it is.
    pub selector: EventSelector,
    /// Its members, packed.
    pub packed: Vec<Fr>,
    /// Hides the content in the commitment.
    pub randomness: Fr,
    /// Its commitment, as it is among the nullifiers of the transaction. It names the event.
    pub siloed_commitment: Fr,
    /// The transaction.
    pub tx_hash: TxHash,
    /// The block of the transaction.
    pub block: BlockId,
    /// Which transaction of the chain it was, counted by what all before took up: orders those of a block.
    pub tx_index: u32,
    /// Place of the event in the transaction.
    pub event_index: u32,
}

/// What an event tells is nobody's business.
impl fmt::Debug for StoredEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { contract, selector, block, tx_index, event_index, .. } = self;
        write!(f, "StoredEvent({contract} {selector} of block {}, {tx_index}.{event_index})", block.number)
    }
}

impl Encode for StoredEvent {
    fn encode(&self, out: &mut Vec<u8>) {
        self.contract.encode(out);
        self.selector.encode(out);
        List(&self.packed).encode(out);
        self.randomness.encode(out);
        self.siloed_commitment.encode(out);
        self.tx_hash.encode(out);
        Block(&self.block).encode(out);
        self.tx_index.encode(out);
        self.event_index.encode(out);
    }
}

impl Decode for StoredEvent {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract: reader.member("contract")?,
            selector: reader.member("selector")?,
            packed: record::list(reader)?,
            randomness: reader.member("randomness")?,
            siloed_commitment: reader.member("siloed_commitment")?,
            tx_hash: reader.member("tx_hash")?,
            block: record::block(reader)?,
            tx_index: reader.member("tx_index")?,
            event_index: reader.member("event_index")?,
        })
    }
}

/// The events a question is about.
#[derive(Debug, Clone)]
pub struct EventFilter {
    /// Events of this contract.
    pub contract: AztecAddress,
    /// Which of its events.
    pub selector: EventSelector,
    /// Events that were found for one of these accounts.
    pub scopes: Scopes,
    /// Events of this transaction only.
    pub tx_hash: Option<TxHash>,
    /// The first block.
    pub from: BlockNumber,
    /// The block after the last.
    pub to: BlockNumber,
}

/// Who may see an event, and the event.
struct Record {
    scopes: Vec<AztecAddress>,
    event: StoredEvent,
}

impl Encode for Record {
    fn encode(&self, out: &mut Vec<u8>) {
        List(&self.scopes).encode(out);
        self.event.encode(out);
    }
}

impl Decode for Record {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { scopes: record::list(reader)?, event: reader.member("event")? })
    }
}

/// Why an entry of the block index is there.
const EMITTED: u8 = b'e';

/// How many events are read at once where the end is known only when it is seen.
const CHUNK: usize = 256;

/// Length of contract and selector in front of the block number.
const BLOCK: core::ops::Range<usize> = 36..40;

fn key_of(event: &StoredEvent) -> Vec<u8> {
    let StoredEvent { contract, selector, siloed_commitment, block, tx_index, event_index, .. } = event;
    join(&[contract, selector, &block.number, tx_index, event_index, siloed_commitment])
}

/// Stores an event that was found for an account. An event that is there already is also the other account's from now on.
pub async fn add(job: &mut Job, event: &StoredEvent, scope: AztecAddress) -> Result<(), StoreError> {
    let commitment = event.siloed_commitment.to_buffer();
    if let Some(key) = job.get(Table::EventIndex, &commitment).await? {
        let what = "an event is not where the index says";
        let missing = StoreError::Inconsistent { table: Table::Events, what };
        let mut record: Record = job.read(Table::Events, &key).await?.ok_or(missing)?;
        if !record.scopes.contains(&scope) {
            record.scopes.push(scope);
            job.write(Table::Events, key, &record);
        }
        return Ok(());
    }
    let key = key_of(event);
    job.put(Table::Events, key.clone(), join(&[&List(&[scope]), event]));
    job.put(Table::EventIndex, commitment, key);
    job.put(Table::BlockIndex, join(&[&EMITTED, &event.block.number, &event.siloed_commitment]), Vec::new());
    Ok(())
}

/// The events a filter lets through, by block, transaction and index.
pub async fn find(job: &Job, filter: &EventFilter) -> Result<Vec<StoredEvent>, StoreError> {
    let mut events = Vec::new();
    if filter.scopes.is_empty() {
        return Ok(events);
    }
    let table = Table::Events;
    let prefix = join(&[&filter.contract, &filter.selector]);
    let end = filter.to.0.to_be_bytes();
    let mut from = join(&[&filter.contract, &filter.selector, &filter.from]);
    loop {
        let entries = job.scan(table, &prefix, &from, CHUNK).await?;
        let is_last = entries.len() < CHUNK;
        for (key, value) in entries {
            if key.get(BLOCK).is_none_or(|block| *block >= end[..]) {
                return Ok(events);
            }
            let record: Record = decode(table, &value)?;
            let seen = record.scopes.iter().any(|scope| filter.scopes.contains(*scope));
            if seen && filter.tx_hash.is_none_or(|tx_hash| tx_hash == record.event.tx_hash) {
                events.push(record.event);
            }
            from = key;
        }
        if is_last {
            return Ok(events);
        }
        from.push(0);
    }
}

/// Forgets the events of blocks after `to`.
pub async fn unwind(job: &mut Job, to: BlockNumber) -> Result<(), StoreError> {
    let Some(first) = to.0.checked_add(1) else { return Ok(()) };
    let entries = job.scan(Table::BlockIndex, &[EMITTED], &join(&[&EMITTED, &first]), usize::MAX).await?;
    for (entry, _) in entries {
        let commitment = entry.get(5..).unwrap_or_default().to_vec();
        let what = "a block index entry names an event that is not there";
        let missing = StoreError::Inconsistent { table: Table::EventIndex, what };
        let key = job.get(Table::EventIndex, &commitment).await?.ok_or(missing)?;
        job.delete(Table::Events, key);
        job.delete(Table::EventIndex, commitment);
        job.delete(Table::BlockIndex, entry);
    }
    Ok(())
}
