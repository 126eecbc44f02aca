//! When and how a checkpoint got onto L1.
//!
//! Protocol source: `@aztec/stdlib/src/checkpoint/{published_checkpoint,checkpoint_data}.ts`.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    AppendOnlyTreeSnapshot, BlockNumber, CheckpointHeader, CheckpointNumber, CommitteeAttestation, L1BlockNumber,
    Timestamp,
};
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, FromFields, Reader};
use crate::field::Fr;

/// Hash of a block of the L1 chain. Bytes: its text, `0x` and 64 hex digits, behind a four-byte length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct L1BlockHash(pub [u8; 32]);

crate::any_value!(L1BlockHash, any::<[u8; 32]>().prop_map(Self));

impl L1BlockHash {
    const TEXT_LENGTH: u32 = 66;

    fn from_text(text: &[u8]) -> Option<Self> {
        const_hex::decode_to_array(text.strip_prefix(b"0x")?).ok().map(Self)
    }
}

impl fmt::Display for L1BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::const_encode::<32, true>(&self.0).as_str())
    }
}

impl fmt::Debug for L1BlockHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L1BlockHash({self})")
    }
}

impl Encode for L1BlockHash {
    fn encode(&self, out: &mut Vec<u8>) {
        Self::TEXT_LENGTH.encode(out);
        out.extend(const_hex::const_encode::<32, true>(&self.0).as_bytes());
    }
}

impl Decode for L1BlockHash {
    const MIN_SIZE: usize = 70;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let length = u32::decode(reader)?;
        if length == Self::TEXT_LENGTH
            && let Some(hash) = Self::from_text(reader.take(66)?)
        {
            return Ok(hash);
        }
        Err(reader.error_at(start, DecodeErrorKind::Invalid("not the hash of an L1 block")))
    }
}

impl Serialize for L1BlockHash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for L1BlockHash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = crate::json::hex::deserialize(deserializer)?;
        let found = bytes.len();
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format_args!("the hash of an L1 block has 32 bytes, found {found}")))
    }
}

/// Where on L1 a checkpoint is. Bytes: number, hash, timestamp, the integers as 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1PublishedData {
    /// The L1 block.
    pub block_number: L1BlockNumber,
    /// Its time.
    pub timestamp: Timestamp,
    /// Its hash.
    pub block_hash: L1BlockHash,
}

crate::any_struct!(L1PublishedData { block_number: L1BlockNumber, timestamp: Timestamp, block_hash: L1BlockHash });

impl Encode for L1PublishedData {
    fn encode(&self, out: &mut Vec<u8>) {
        Fr::from(self.block_number.0).encode(out);
        self.block_hash.encode(out);
        Fr::from(self.timestamp.0).encode(out);
    }
}

impl Decode for L1PublishedData {
    const MIN_SIZE: usize = 134;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let block_number = L1BlockNumber(u64_in_32_bytes(reader).map_err(|error| error.within("block_number"))?);
        let block_hash = reader.member("block_hash")?;
        let timestamp = Timestamp(u64_in_32_bytes(reader).map_err(|error| error.within("timestamp"))?);
        Ok(Self { block_number, timestamp, block_hash })
    }
}

/// A `bigint` travels as 32 bytes.
fn u64_in_32_bytes(reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let start = reader.offset();
    u64::from_fields(&[Fr::decode(reader)?]).map_err(|error| reader.error_at(start, error.kind))
}

/// A checkpoint without its blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointData {
    /// The header.
    pub header: CheckpointHeader,
    /// The archive after the checkpoint.
    pub archive: AppendOnlyTreeSnapshot,
    /// Root of the tree of the checkpoint's own L2 to L1 messages.
    pub checkpoint_out_hash: Fr,
    /// Its number.
    pub checkpoint_number: CheckpointNumber,
    /// Its first block.
    pub start_block: BlockNumber,
    /// How many blocks it has.
    #[serde(with = "crate::json::number")]
    pub block_count: u32,
    /// Where on L1 it is.
    pub l1: L1PublishedData,
    /// The committee's signatures.
    pub attestations: Vec<CommitteeAttestation>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_and_json_round_trip(data in any::<L1PublishedData>()) {
            prop_assert_eq!(data.to_buffer().len(), L1PublishedData::MIN_SIZE);
            prop_assert_eq!(L1PublishedData::from_buffer(&data.to_buffer()), Ok(data));
            prop_assert_eq!(crate::json::from_str(&serde_json::to_string(&data).unwrap()), Ok(data));
        }
    }

    #[test]
    fn json_and_hostile_bytes() {
        let hash = "0xee06c19963ca4262209da6253f971e178c93cb0bc294fc2f6ed2cc983b597405";
        let json = alloc::format!(r#"{{"blockNumber":"58","timestamp":"1795364738","blockHash":"{hash}"}}"#);
        let data: L1PublishedData = crate::json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&data).unwrap(), json);
        let mut bytes = data.to_buffer();
        bytes[35] = 67;
        assert_eq!(L1PublishedData::from_buffer(&bytes).unwrap_err().path, "blockHash");
        bytes[0] = 1;
        assert_eq!(L1PublishedData::from_buffer(&bytes).unwrap_err().path, "blockNumber");
    }
}
