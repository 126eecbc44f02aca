//! Where a log is in the chain.
//!
//! Protocol source: `@aztec/stdlib/src/logs/log_id.ts`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::block::{BlockHash, BlockNumber};
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use crate::tx::TxHash;

/// Names one log. The genesis block has none, so the block number is at least 1.
///
/// Text: `block-tx-log-blockHash-txHash`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogId {
    /// Number of the block.
    pub block_number: BlockNumber,
    /// Hash of the block.
    pub block_hash: BlockHash,
    /// Hash of the transaction.
    pub tx_hash: TxHash,
    /// Index of the transaction in the block.
    pub tx_index: u32,
    /// Index of the log among those of its kind in the transaction.
    pub log_index: u32,
}

crate::any_value!(
    LogId,
    any::<(u32, BlockHash, TxHash, u32, u32)>().prop_map(|(block, block_hash, tx_hash, tx_index, log_index)| Self {
        block_number: block.max(1).into(),
        block_hash,
        tx_hash,
        tx_index,
        log_index,
    })
);

const NO_LOGS_IN_GENESIS: &str = "block number is 0, and the genesis block has no logs";

impl Encode for LogId {
    fn encode(&self, out: &mut Vec<u8>) {
        self.block_number.encode(out);
        self.block_hash.encode(out);
        self.tx_hash.encode(out);
        self.tx_index.encode(out);
        self.log_index.encode(out);
    }
}

impl Decode for LogId {
    const MIN_SIZE: usize = 76;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let id = Self {
            block_number: reader.member("block_number")?,
            block_hash: reader.member("block_hash")?,
            tx_hash: reader.member("tx_hash")?,
            tx_index: reader.member("tx_index")?,
            log_index: reader.member("log_index")?,
        };
        match id.block_number.0 {
            0 => Err(reader.error_at(start, DecodeErrorKind::Invalid(NO_LOGS_IN_GENESIS))),
            _ => Ok(id),
        }
    }
}

impl<'de> Deserialize<'de> for LogId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename = "LogId", rename_all = "camelCase")]
        struct Json {
            block_number: BlockNumber,
            block_hash: BlockHash,
            tx_hash: TxHash,
            #[serde(with = "crate::json::number")]
            tx_index: u32,
            #[serde(with = "crate::json::number")]
            log_index: u32,
        }
        let Json { block_number, block_hash, tx_hash, tx_index, log_index } = Json::deserialize(deserializer)?;
        if block_number.0 == 0 {
            return Err(serde::de::Error::custom(NO_LOGS_IN_GENESIS));
        }
        Ok(Self { block_number, block_hash, tx_hash, tx_index, log_index })
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { block_number, block_hash, tx_hash, tx_index, log_index } = self;
        write!(f, "{block_number}-{tx_index}-{log_index}-{block_hash}-{tx_hash}")
    }
}

/// A text is not a log id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a log id: expected block-tx-log-blockHash-txHash, found {0:?}")]
pub struct ParseLogIdError(String);

impl FromStr for LogId {
    type Err = ParseLogIdError;

    fn from_str(text: &str) -> Result<Self, ParseLogIdError> {
        let parse = || {
            let mut parts = text.split('-');
            let mut number = || parts.next()?.parse::<u32>().ok();
            let (block, tx_index, log_index) = (number().filter(|block| *block > 0)?, number()?, number()?);
            let (block_hash, tx_hash) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let id = Self { block_number: block.into(), block_hash, tx_hash, tx_index, log_index };
            parts.next().is_none().then_some(id)
        };
        parse().ok_or_else(|| ParseLogIdError(text.chars().take(200).collect()))
    }
}
