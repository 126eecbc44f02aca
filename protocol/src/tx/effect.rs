//! What a transaction did to the state, as blocks hold it.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{tx_effect,indexed_tx_effect}.ts`,
//! `@aztec/stdlib/src/avm/{revert_code,public_data_write}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::TxHash;
use crate::block::{BlockHash, BlockNumber};
use crate::codec::{
    Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields,
    encode_vec_u8, encode_vec_u32,
};
use crate::constants::{
    FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH, MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX, MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX,
    PUBLIC_LOG_HEADER_LENGTH,
};
use crate::field::Fr;
use crate::kernel::IsEmpty;
use crate::log::{ContractClassLog, PrivateLog, PublicLog};

/// Which phases of a transaction reverted. Setup cannot: then the transaction is in no block.
///
/// Bytes: one. Field and JSON: the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum RevertCode {
    /// None.
    #[default]
    Ok = 0,
    /// App logic.
    AppLogicReverted = 1,
    /// Teardown.
    TeardownReverted = 2,
    /// App logic and teardown.
    BothReverted = 3,
}

impl RevertCode {
    /// Every code, by its number.
    pub const ALL: [Self; 4] = [Self::Ok, Self::AppLogicReverted, Self::TeardownReverted, Self::BothReverted];

    /// The code with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

crate::any_value!(RevertCode, (0..4usize).prop_map(|number| Self::ALL[number]));

const UNKNOWN_REVERT_CODE: &str = "a revert code is 0 to 3";

impl Encode for RevertCode {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.number());
    }
}

impl Decode for RevertCode {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let code = Self::from_number(u8::decode(reader)?);
        code.ok_or_else(|| reader.error_at(start, DecodeErrorKind::Invalid(UNKNOWN_REVERT_CODE)))
    }
}

impl ToFields for RevertCode {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.number().into());
    }
}

impl FromFields for RevertCode {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let code = Self::from_number(u8::read_fields(reader)?);
        code.ok_or_else(|| reader.error_at(start, DecodeErrorKind::Invalid(UNKNOWN_REVERT_CODE)))
    }
}

impl FixedFields for RevertCode {
    const FIELD_COUNT: usize = 1;
}

impl Serialize for RevertCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for RevertCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number: u8 = crate::json::number::deserialize(deserializer)?;
        Self::from_number(number).ok_or_else(|| serde::de::Error::custom(UNKNOWN_REVERT_CODE))
    }
}

wire_struct! {
    /// A new value in the public data tree.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct PublicDataWrite {
        /// Key in the tree: the storage slot, siloed by its contract.
        pub leaf_slot: Fr,
        /// The value.
        pub value: Fr,
    }
}

impl IsEmpty for PublicDataWrite {
    fn is_empty(&self) -> bool {
        self.leaf_slot.is_zero() && self.value.is_zero()
    }
}

/// Most public logs that fit: each takes its header at least.
const MAX_PUBLIC_LOGS: usize = FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH / PUBLIC_LOG_HEADER_LENGTH;

/// Everything a transaction did. Lists hold what there is, without padding.
///
/// Decoding refuses lists beyond the limits of a transaction and, but for public and contract class logs, empty items.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxEffect {
    /// Which phases reverted.
    pub revert_code: RevertCode,
    /// The transaction.
    pub tx_hash: TxHash,
    /// What it paid, in fee juice.
    pub transaction_fee: Fr,
    /// New note hashes, unique.
    #[serde(deserialize_with = "items::<_, _, MAX_NOTE_HASHES_PER_TX>")]
    pub note_hashes: Vec<Fr>,
    /// New nullifiers, siloed.
    #[serde(deserialize_with = "items::<_, _, MAX_NULLIFIERS_PER_TX>")]
    pub nullifiers: Vec<Fr>,
    /// Hashes of new messages to L1.
    #[serde(deserialize_with = "items::<_, _, MAX_L2_TO_L1_MSGS_PER_TX>")]
    pub l2_to_l1_msgs: Vec<Fr>,
    /// New public state, the fee's included.
    #[serde(deserialize_with = "items::<_, _, MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX>")]
    pub public_data_writes: Vec<PublicDataWrite>,
    /// Private logs, their tags siloed.
    #[serde(deserialize_with = "items::<_, _, MAX_PRIVATE_LOGS_PER_TX>")]
    pub private_logs: Vec<PrivateLog>,
    /// Public logs.
    #[serde(deserialize_with = "at_most::<_, _, MAX_PUBLIC_LOGS>")]
    pub public_logs: Vec<PublicLog>,
    /// Contract class logs.
    #[serde(deserialize_with = "at_most::<_, _, MAX_CONTRACT_CLASS_LOGS_PER_TX>")]
    pub contract_class_logs: Vec<ContractClassLog>,
}

const EMPTY_ITEM: &str = "is empty, which only padding may be";

fn at_most<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Vec::<T>::deserialize(deserializer)?;
    if items.len() > MAX {
        let message = format_args!("length {} is above the maximum {MAX}", items.len());
        return Err(serde::de::Error::custom(message));
    }
    Ok(items)
}

fn items<'de, D, T, const MAX: usize>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + IsEmpty,
{
    let items = at_most::<D, T, MAX>(deserializer)?;
    match items.iter().position(T::is_empty) {
        Some(index) => Err(serde::de::Error::custom(format_args!("item {index} {EMPTY_ITEM}"))),
        None => Ok(items),
    }
}

/// Reads a list behind a one-byte count, none of whose items may be empty.
fn read_items<T: Decode + IsEmpty>(reader: &mut Reader<'_>, name: &str, max: usize) -> Result<Vec<T>, DecodeError> {
    let start = reader.offset();
    let items: Vec<T> = reader.vec_u8(max).map_err(|error| error.within(name))?;
    match items.iter().position(T::is_empty) {
        Some(index) => Err(reader.error_at(start, DecodeErrorKind::Invalid(EMPTY_ITEM)).at_index(index).within(name)),
        None => Ok(items),
    }
}

impl Encode for TxEffect {
    fn encode(&self, out: &mut Vec<u8>) {
        self.revert_code.encode(out);
        self.tx_hash.encode(out);
        self.transaction_fee.encode(out);
        encode_vec_u8(&self.note_hashes, out);
        encode_vec_u8(&self.nullifiers, out);
        encode_vec_u8(&self.l2_to_l1_msgs, out);
        encode_vec_u8(&self.public_data_writes, out);
        encode_vec_u8(&self.private_logs, out);
        encode_vec_u32(&self.public_logs, out);
        encode_vec_u8(&self.contract_class_logs, out);
    }
}

impl Decode for TxEffect {
    const MIN_SIZE: usize = 75;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            revert_code: reader.member("revert_code")?,
            tx_hash: reader.member("tx_hash")?,
            transaction_fee: reader.member("transaction_fee")?,
            note_hashes: read_items(reader, "note_hashes", MAX_NOTE_HASHES_PER_TX)?,
            nullifiers: read_items(reader, "nullifiers", MAX_NULLIFIERS_PER_TX)?,
            l2_to_l1_msgs: read_items(reader, "l2_to_l1_msgs", MAX_L2_TO_L1_MSGS_PER_TX)?,
            public_data_writes: read_items(reader, "public_data_writes", MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX)?,
            private_logs: read_items(reader, "private_logs", MAX_PRIVATE_LOGS_PER_TX)?,
            public_logs: reader.vec_u32(MAX_PUBLIC_LOGS).map_err(|error| error.within("public_logs"))?,
            contract_class_logs: reader
                .vec_u8(MAX_CONTRACT_CLASS_LOGS_PER_TX)
                .map_err(|error| error.within("contract_class_logs"))?,
        })
    }
}

crate::__strategies! {
    impl proptest::arbitrary::Arbitrary for TxEffect {
        type Parameters = ();
        type Strategy = proptest::strategy::BoxedStrategy<Self>;
        fn arbitrary_with((): ()) -> Self::Strategy {
            use proptest::collection::vec;
            use proptest::prelude::*;
            fn some<T: Arbitrary + IsEmpty + 'static>() -> BoxedStrategy<Vec<T>> {
                vec(any::<T>().prop_filter("not padding", |item| !item.is_empty()), 0..4).boxed()
            }
            let private = (some::<Fr>(), some::<Fr>(), some::<Fr>(), some::<PublicDataWrite>(), some::<PrivateLog>());
            let logs = (vec(any::<PublicLog>(), 0..3), vec(any::<ContractClassLog>(), 0..=1));
            (any::<(RevertCode, TxHash, Fr)>(), private, logs)
                .prop_map(|((revert_code, tx_hash, transaction_fee), private, (public_logs, contract_class_logs))| {
                    let (note_hashes, nullifiers, l2_to_l1_msgs, public_data_writes, private_logs) = private;
                    Self {
                        revert_code,
                        tx_hash,
                        transaction_fee,
                        note_hashes,
                        nullifiers,
                        l2_to_l1_msgs,
                        public_data_writes,
                        private_logs,
                        public_logs,
                        contract_class_logs,
                    }
                })
                .boxed()
        }
    }
}

/// An effect and where in the chain it is.
///
/// Bytes: block hash, block number, index, effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexedTxEffect {
    /// Hash of its block.
    pub l2_block_hash: BlockHash,
    /// Number of its block.
    pub l2_block_number: BlockNumber,
    /// Index of the transaction in the block.
    #[serde(with = "crate::json::number")]
    pub tx_index_in_block: u32,
    /// The effect.
    pub data: TxEffect,
}

crate::any_struct!(IndexedTxEffect {
    data: TxEffect,
    l2_block_number: BlockNumber,
    l2_block_hash: BlockHash,
    tx_index_in_block: u32,
});

impl Encode for IndexedTxEffect {
    fn encode(&self, out: &mut Vec<u8>) {
        self.l2_block_hash.encode(out);
        self.l2_block_number.encode(out);
        self.tx_index_in_block.encode(out);
        self.data.encode(out);
    }
}

impl Decode for IndexedTxEffect {
    const MIN_SIZE: usize = 40 + TxEffect::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            l2_block_hash: reader.member("l2_block_hash")?,
            l2_block_number: reader.member("l2_block_number")?,
            tx_index_in_block: reader.member("tx_index_in_block")?,
            data: reader.member("data")?,
        })
    }
}
