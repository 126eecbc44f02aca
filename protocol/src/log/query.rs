//! What nodes are asked for logs, and what they answer.
//!
//! Protocol source: `@aztec/stdlib/src/logs/{log_filter,extended_public_log,extended_contract_class_log,tx_scoped_l2_log}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{ContractClassLog, LogId, PublicLog};
use crate::address::AztecAddress;
use crate::block::{BlockNumber, Timestamp};
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u32};
use crate::constants::{MAX_NOTE_HASHES_PER_TX, MAX_PUBLIC_LOG_SIZE_IN_FIELDS};
use crate::field::Fr;
use crate::tag::Tag;
use crate::tx::TxHash;

/// Which public or contract class logs to return. What is absent does not restrict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LogFilter {
    /// Of this transaction only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tx_hash: Option<TxHash>,
    /// From this block on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_block: Option<BlockNumber>,
    /// Before this block.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_block: Option<BlockNumber>,
    /// After this log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_log: Option<LogId>,
    /// Of this contract only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract_address: Option<AztecAddress>,
    /// With this first field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<Tag>,
}

/// A log and where it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ExtendedLog<L> {
    /// Where the log is.
    pub id: LogId,
    /// The log.
    pub log: L,
}

/// A public log and where it is.
pub type ExtendedPublicLog = ExtendedLog<PublicLog>;
/// A contract class log and where it is.
pub type ExtendedContractClassLog = ExtendedLog<ContractClassLog>;

impl<L: Encode> Encode for ExtendedLog<L> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.id.encode(out);
        self.log.encode(out);
    }
}

impl<L: Decode> Decode for ExtendedLog<L> {
    const MIN_SIZE: usize = LogId::MIN_SIZE + L::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { id: reader.member("id")?, log: reader.member("log")? })
    }
}

/// A log found by its tag, with what its reader needs of the transaction to decode a note from it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxScopedL2Log {
    /// The transaction.
    pub tx_hash: TxHash,
    /// Its block.
    pub block_number: BlockNumber,
    /// That block's time.
    pub block_timestamp: Timestamp,
    /// The emitted fields, tag first: siloed in a private log, as the contract gave it in a public one.
    pub log_data: Vec<Fr>,
    /// The note hashes of the transaction, unique.
    pub note_hashes: Vec<Fr>,
    /// The first nullifier of the transaction, from which nonces derive.
    pub first_nullifier: Fr,
}

crate::any_struct!(LogFilter {
    tx_hash: Option<TxHash>,
    from_block: Option<BlockNumber>,
    to_block: Option<BlockNumber>,
    after_log: Option<LogId>,
    contract_address: Option<AztecAddress>,
    tag: Option<Tag>,
});

crate::any_value!(
    TxScopedL2Log,
    any::<(TxHash, BlockNumber, Timestamp, Vec<Fr>, Vec<Fr>, Fr)>().prop_map(
        |(tx_hash, block_number, block_timestamp, log_data, mut note_hashes, first_nullifier)| {
            note_hashes.truncate(MAX_NOTE_HASHES_PER_TX);
            Self { tx_hash, block_number, block_timestamp, log_data, note_hashes, first_nullifier }
        }
    )
);

impl Encode for TxScopedL2Log {
    fn encode(&self, out: &mut Vec<u8>) {
        self.tx_hash.encode(out);
        self.block_number.encode(out);
        self.block_timestamp.encode(out);
        encode_vec_u32(&self.log_data, out);
        encode_vec_u32(&self.note_hashes, out);
        self.first_nullifier.encode(out);
    }
}

impl Decode for TxScopedL2Log {
    const MIN_SIZE: usize = 116;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            tx_hash: reader.member("tx_hash")?,
            block_number: reader.member("block_number")?,
            block_timestamp: reader.member("block_timestamp")?,
            log_data: reader.vec_u32(MAX_PUBLIC_LOG_SIZE_IN_FIELDS).map_err(|error| error.within("log_data"))?,
            note_hashes: reader.vec_u32(MAX_NOTE_HASHES_PER_TX).map_err(|error| error.within("note_hashes"))?,
            first_nullifier: reader.member("first_nullifier")?,
        })
    }
}
