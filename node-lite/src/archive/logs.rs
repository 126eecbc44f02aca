//! Finding logs. The logs themselves are in the effects of their transactions.

use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, L2Block};
use protocol::field::Fr;
use protocol::log::{ExtendedContractClassLog, ExtendedLog, ExtendedPublicLog, LogFilter, LogId, TxScopedL2Log};
use protocol::rpc::lookup::LogPage;
use protocol::rpc::node::MAX_LOGS_PER_TAG;
use protocol::tag::{SiloedTag, Tag};
use protocol::tx::TxEffect;
use redb::{Table, WriteTransaction};

use super::blocks::TxPlace;
use super::tables::{LOGS, present};
use crate::store::{Result, Snapshot};

/// Most logs that a filter returns at once.
///
/// Protocol source: `@aztec/archiver/src/store/log_store.ts`.
pub const MAX_FILTERED_LOGS: usize = 1000;

/// Where a log is. Logs of different kinds are counted apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct LogPlace {
    tx: TxPlace,
    log: u32,
}

impl LogPlace {
    const SIZE: usize = 12;
    const FIRST: Self = Self::at(BlockNumber(0), 0, 0);

    const fn at(block: BlockNumber, tx: u32, log: u32) -> Self {
        Self { tx: TxPlace { block, index: tx }, log }
    }

    fn bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        bytes[..4].copy_from_slice(&self.tx.block.0.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.tx.index.to_be_bytes());
        bytes[8..].copy_from_slice(&self.log.to_be_bytes());
        bytes
    }

    /// The place at the end of a key.
    fn of_key(key: &[u8]) -> Option<Self> {
        let place: &[u8; Self::SIZE] = key.last_chunk()?;
        let number = |at: usize| u32::from_be_bytes([place[at], place[at + 1], place[at + 2], place[at + 3]]);
        Some(Self::at(BlockNumber(number(0)), number(4), number(8)))
    }
}

/// What a log is found by. The key in the table is a byte for the kind, what is looked for, and the place.
#[derive(Debug, Clone, Copy)]
enum LogKey {
    /// A private log by its siloed tag.
    PrivateTag(Fr),
    /// A public log by contract and tag.
    PublicTag(AztecAddress, Fr),
    /// A public log by contract.
    PublicContract(AztecAddress),
    /// Any public log.
    Public,
    /// Any contract class log.
    Class,
}

impl LogKey {
    fn bytes(self, place: LogPlace) -> Vec<u8> {
        let (kind, parts) = match self {
            Self::PrivateTag(tag) => (0, vec![tag]),
            Self::PublicTag(contract, tag) => (1, vec![contract.to_field(), tag]),
            Self::PublicContract(contract) => (2, vec![contract.to_field()]),
            Self::Public => (3, vec![]),
            Self::Class => (4, vec![]),
        };
        let mut bytes = vec![kind];
        parts.iter().for_each(|part| bytes.extend(part.to_be_bytes()));
        bytes.extend(place.bytes());
        bytes
    }
}

/// Every key of every log of a block.
fn keys(block: &L2Block) -> impl Iterator<Item = Vec<u8>> + '_ {
    block.body.tx_effects.iter().zip(0..).flat_map(move |(effect, tx)| {
        let place = move |log| LogPlace::at(block.number(), tx, log);
        let private = effect.private_logs.iter().zip(0..);
        let private = private.map(move |(log, at)| LogKey::PrivateTag(log.fields[0]).bytes(place(at)));
        let public = effect.public_logs.iter().zip(0..).flat_map(move |(log, at)| {
            let contract = log.contract_address;
            // A log without fields has no tag.
            let tag = log.fields.first().map(|tag| LogKey::PublicTag(contract, *tag).bytes(place(at)));
            let others = [LogKey::PublicContract(contract), LogKey::Public].map(|key| key.bytes(place(at)));
            others.into_iter().chain(tag)
        });
        let class = effect.contract_class_logs.iter().zip(0..).map(move |(_, at)| LogKey::Class.bytes(place(at)));
        private.chain(public).chain(class)
    })
}

/// Makes the logs of a block found.
pub(super) fn add(transaction: &WriteTransaction, block: &L2Block) -> Result<()> {
    change(transaction, block, |table, key| table.insert(key, ()).map(drop))
}

/// Takes [`add`] back.
pub(super) fn remove(transaction: &WriteTransaction, block: &L2Block) -> Result<()> {
    change(transaction, block, |table, key| table.remove(key).map(drop))
}

fn change(
    transaction: &WriteTransaction,
    block: &L2Block,
    change: impl Fn(&mut Table<'_, &[u8], ()>, &[u8]) -> core::result::Result<(), redb::StorageError>,
) -> Result<()> {
    let mut table = transaction.open_table(LOGS)?;
    let mut keys: Vec<_> = keys(block).collect();
    keys.sort_unstable();
    Ok(keys.iter().try_for_each(|key| change(&mut table, key))?)
}

impl Snapshot {
    /// The places of the logs with a key, from `first` on.
    fn log_places(&self, key: LogKey, first: LogPlace) -> Result<impl Iterator<Item = Result<LogPlace>>> {
        let last = LogPlace::at(BlockNumber(u32::MAX), u32::MAX, u32::MAX);
        let (first, last) = (key.bytes(first), key.bytes(last));
        let entries = self.transaction().open_table(LOGS)?.range::<&[u8]>(first.as_slice()..=last.as_slice())?;
        Ok(entries.map(|entry| present(LogPlace::of_key(entry?.0.value()), "logs", BlockNumber(0))))
    }

    /// One page of the logs with a key.
    fn tagged_logs(
        &self,
        key: LogKey,
        page: u32,
        data: impl Fn(&TxEffect, usize) -> Option<Vec<Fr>>,
    ) -> Result<Vec<TxScopedL2Log>> {
        let skipped = (page as usize).saturating_mul(MAX_LOGS_PER_TAG);
        let places = self.log_places(key, LogPlace::FIRST)?.skip(skipped).take(MAX_LOGS_PER_TAG);
        let scoped = |place: LogPlace| {
            let block = place.tx.block;
            let header = present(self.block_header(block)?, "blocks", block)?;
            let effect = self.effect_at(place.tx)?;
            Ok(TxScopedL2Log {
                tx_hash: effect.tx_hash,
                block_number: block,
                block_timestamp: header.timestamp(),
                log_data: present(data(&effect, place.log as usize), "effects", block)?,
                first_nullifier: present(effect.nullifiers.first().copied(), "effects", block)?,
                note_hashes: effect.note_hashes,
            })
        };
        places.map(|place| scoped(place?)).collect()
    }

    /// For each tag one page of private logs, in the order of the chain.
    pub fn private_logs_by_tags(&self, tags: &[SiloedTag], page: u32) -> Result<Vec<Vec<TxScopedL2Log>>> {
        let data = |effect: &TxEffect, at: usize| Some(effect.private_logs.get(at)?.emitted_fields().to_vec());
        tags.iter().map(|tag| self.tagged_logs(LogKey::PrivateTag(tag.to_field()), page, data)).collect()
    }

    /// For each tag one page of public logs of a contract, in the order of the chain.
    pub fn public_logs_by_tags(
        &self,
        contract: AztecAddress,
        tags: &[Tag],
        page: u32,
    ) -> Result<Vec<Vec<TxScopedL2Log>>> {
        let data = |effect: &TxEffect, at: usize| Some(effect.public_logs.get(at)?.fields.clone());
        tags.iter().map(|tag| self.tagged_logs(LogKey::PublicTag(contract, tag.to_field()), page, data)).collect()
    }

    /// The public logs that a filter lets through.
    pub fn public_logs(&self, filter: &LogFilter) -> Result<LogPage<ExtendedPublicLog>> {
        let key = match (filter.contract_address, filter.tag) {
            (Some(contract), Some(tag)) => LogKey::PublicTag(contract, tag.to_field()),
            (Some(contract), None) => LogKey::PublicContract(contract),
            (None, _) => LogKey::Public,
        };
        self.filtered_logs(filter, key, |effect, at| {
            let log = effect.public_logs.get(at)?;
            let fits = filter.tag.is_none_or(|tag| log.fields.first() == Some(&tag.to_field()));
            Some(fits.then(|| log.clone()))
        })
    }

    /// The contract class logs that a filter lets through; they have no tags.
    pub fn contract_class_logs(&self, filter: &LogFilter) -> Result<LogPage<ExtendedContractClassLog>> {
        self.filtered_logs(filter, LogKey::Class, |effect, at| {
            let log = effect.contract_class_logs.get(at)?;
            let fits = filter.contract_address.is_none_or(|contract| log.contract_address == contract);
            Some(fits.then(|| log.clone()))
        })
    }

    /// The logs with a key that a filter lets through. The log after the given one is the next in the order of the
    /// chain, whichever block it is in.
    fn filtered_logs<L>(
        &self,
        filter: &LogFilter,
        key: LogKey,
        get: impl Fn(&TxEffect, usize) -> Option<Option<L>>,
    ) -> Result<LogPage<ExtendedLog<L>>> {
        let from_block = filter.from_block.unwrap_or(BlockNumber(1)).max(BlockNumber(1));
        let mut first = LogPlace::at(from_block, 0, 0);
        if let Some(after) = filter.after_log {
            let next = LogPlace::at(after.block_number, after.tx_index, after.log_index.saturating_add(1));
            first = first.max(next);
        }
        let mut page = LogPage { logs: Vec::new(), max_logs_hit: false };
        let start = filter.after_log.map_or(from_block, |after| after.block_number);
        match (filter.tx_hash, filter.after_log) {
            (Some(tx), None) => match self.tx_place(tx)? {
                Some(place) => first = first.max(LogPlace { tx: place, log: 0 }),
                None => return Ok(page),
            },
            _ if filter.to_block.is_some_and(|to| to < start) => {
                page.max_logs_hit = true;
                return Ok(page);
            }
            _ => {}
        }
        let mut current: Option<(TxPlace, TxEffect, protocol::block::BlockHash)> = None;
        for place in self.log_places(key, first)? {
            let place = place?;
            let block = place.tx.block;
            if filter.to_block.is_some_and(|to| block >= to) {
                break;
            }
            let effect = match current.take().filter(|(tx, ..)| *tx == place.tx) {
                Some(known) => known,
                None => {
                    let hash = present(self.block_hash(block)?, "blocks", block)?;
                    (place.tx, self.effect_at(place.tx)?, hash)
                }
            };
            let (_, effect, block_hash) = current.insert(effect);
            if let Some(tx) = filter.tx_hash
                && effect.tx_hash != tx
            {
                // A transaction is in one place only.
                if filter.after_log.is_none() {
                    break;
                }
                continue;
            }
            let log = present(get(effect, place.log as usize), "effects", block)?;
            if let Some(log) = log {
                let (tx_index, log_index) = (place.tx.index, place.log);
                let (block_hash, tx_hash) = (*block_hash, effect.tx_hash);
                let id = LogId { block_number: block, block_hash, tx_hash, tx_index, log_index };
                page.logs.push(ExtendedLog { id, log });
            }
            if page.logs.len() >= MAX_FILTERED_LOGS {
                page.max_logs_hit = true;
                break;
            }
        }
        Ok(page)
    }
}
