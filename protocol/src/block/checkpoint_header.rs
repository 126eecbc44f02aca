//! The header of a checkpoint: what L1 stores and the rollup proof commits to.
//!
//! Protocol source: `@aztec/stdlib/src/rollup/{checkpoint_header,block_headers_hash}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{GlobalVariables, SlotNumber, Timestamp};
use crate::address::{AztecAddress, EthAddress};
use crate::codec::{Decode, DecodeError, Encode, FromFields, Reader};
use crate::constants::CHECKPOINT_HEADER_SIZE_IN_BYTES;
use crate::field::Fr;
use crate::gas::GasFees;
use crate::hash::sha256_to_field;

crate::field_newtype! {
    /// Hash that names a checkpoint: truncated SHA-256 of its header's bytes.
    pub struct CheckpointHash;
}

impl CheckpointHash {
    /// The hash of the empty header, which tips report for checkpoint 0.
    pub const GENESIS: Self = Self::from_field(Fr::from_ark(ark_ff::MontFp!(
        "212040880028800778441056244206660865507793837235920749151104063726907054650"
    )));
}

/// The header of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointHeader {
    /// Root of the archive before the checkpoint's first block.
    pub last_archive_root: Fr,
    /// Root of the tree of the block hashes.
    pub block_headers_hash: Fr,
    /// Hash of the versioned hashes of the blobs.
    pub blobs_hash: Fr,
    /// Root of the tree of the L1 to L2 messages the checkpoint brings in.
    pub in_hash: Fr,
    /// Root of the tree of the out hashes of the epoch's checkpoints, up to this one.
    pub epoch_out_hash: Fr,
    /// Slot of all blocks of the checkpoint.
    pub slot_number: SlotNumber,
    /// Start of that slot.
    pub timestamp: Timestamp,
    /// Receiver of the reward, on L1.
    pub coinbase: EthAddress,
    /// Named receiver of fees, on L2.
    pub fee_recipient: AztecAddress,
    /// Prices of gas.
    pub gas_fees: GasFees,
    /// Sum of the mana of the blocks.
    pub total_mana_used: Fr,
}

impl Encode for CheckpointHeader {
    fn encode(&self, out: &mut Vec<u8>) {
        [self.last_archive_root, self.block_headers_hash, self.blobs_hash, self.in_hash, self.epoch_out_hash]
            .encode(out);
        Fr::from(self.slot_number.0).encode(out);
        self.timestamp.encode(out);
        self.coinbase.encode(out);
        self.fee_recipient.encode(out);
        self.gas_fees.encode(out);
        self.total_mana_used.encode(out);
    }
}

impl Decode for CheckpointHeader {
    const MIN_SIZE: usize = CHECKPOINT_HEADER_SIZE_IN_BYTES;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            last_archive_root: reader.member("last_archive_root")?,
            block_headers_hash: reader.member("block_headers_hash")?,
            blobs_hash: reader.member("blobs_hash")?,
            in_hash: reader.member("in_hash")?,
            epoch_out_hash: reader.member("epoch_out_hash")?,
            slot_number: slot_in_32_bytes(reader).map_err(|error| error.within("slot_number"))?,
            timestamp: reader.member("timestamp")?,
            coinbase: reader.member("coinbase")?,
            fee_recipient: reader.member("fee_recipient")?,
            gas_fees: reader.member("gas_fees")?,
            total_mana_used: reader.member("total_mana_used")?,
        })
    }
}

/// L1 reads the slot number as a 32-byte word.
fn slot_in_32_bytes(reader: &mut Reader<'_>) -> Result<SlotNumber, DecodeError> {
    let start = reader.offset();
    SlotNumber::from_fields(&[Fr::decode(reader)?]).map_err(|error| reader.error_at(start, error.kind))
}

impl CheckpointHeader {
    /// The hash that names the checkpoint.
    #[must_use]
    pub fn hash(&self) -> CheckpointHash {
        sha256_to_field(&[&self.to_buffer()]).into()
    }

    /// Whether a block with these global variables can be in the checkpoint.
    #[must_use]
    pub fn matches(&self, globals: &GlobalVariables) -> bool {
        self.slot_number == globals.slot_number
            && self.timestamp == globals.timestamp
            && self.coinbase == globals.coinbase
            && self.fee_recipient == globals.fee_recipient
            && self.gas_fees == globals.gas_fees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_header_hash_is_the_genesis_hash() {
        let header = CheckpointHeader::default();
        assert_eq!(header.to_buffer().len(), CHECKPOINT_HEADER_SIZE_IN_BYTES);
        assert_eq!(header.hash(), CheckpointHash::GENESIS);
    }

    #[test]
    fn encodings() {
        let header = CheckpointHeader {
            last_archive_root: Fr::ONE,
            slot_number: SlotNumber(41),
            timestamp: Timestamp(1_700_000_000),
            coinbase: EthAddress::from_bytes([7; 20]),
            total_mana_used: Fr::from(9u8),
            ..Default::default()
        };
        let mut bytes = header.to_buffer();
        assert_eq!(CheckpointHeader::from_buffer(&bytes), Ok(header));
        let json = serde_json::to_value(header).unwrap();
        assert_eq!((&json["slotNumber"], &json["timestamp"]), (&41.into(), &"1700000000".into()));
        assert_eq!(serde_json::from_value::<CheckpointHeader>(json).unwrap(), header);
        bytes[5 * 32 + 20] = 1;
        let error = CheckpointHeader::from_buffer(&bytes).unwrap_err();
        assert_eq!((error.path.as_str(), error.offset), ("slotNumber", 160));
    }
}
