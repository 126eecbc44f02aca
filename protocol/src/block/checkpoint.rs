//! Checkpoints: the blocks of one slot, published to L1 together.
//!
//! Protocol source: `@aztec/stdlib/src/checkpoint/{checkpoint,published_checkpoint}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::attestation::MAX_COMMITTEE_SIZE;
use super::{
    AppendOnlyTreeSnapshot, CheckpointHash, CheckpointHeader, CheckpointNumber, CommitteeAttestation,
    FeeAssetPriceModifier, L1PublishedData, L2Block,
};
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u32};
use crate::constants::CHECKPOINT_HEADER_SIZE_IN_BYTES;
use crate::field::Fr;
use crate::message::checkpoint_out_hash;

/// Blocks a checkpoint can have.
pub const MAX_BLOCKS_PER_CHECKPOINT: usize = 72;

/// A checkpoint. Bytes: archive, header, blocks behind a four-byte count, number, price modifier.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Checkpoint {
    /// The archive after its last block.
    pub archive: AppendOnlyTreeSnapshot,
    /// The header.
    pub header: CheckpointHeader,
    /// Its blocks.
    pub blocks: Vec<L2Block>,
    /// Its number.
    pub number: CheckpointNumber,
    /// The proposer's vote on the price of the fee asset.
    pub fee_asset_price_modifier: FeeAssetPriceModifier,
}

impl Checkpoint {
    /// The hash that names the checkpoint.
    #[must_use]
    pub fn hash(&self) -> CheckpointHash {
        self.header.hash()
    }

    /// Root over its own messages to L1; the header has that of the epoch so far.
    #[must_use]
    pub fn out_hash(&self) -> Fr {
        let messages: Vec<_> = self.blocks.iter().map(L2Block::l2_to_l1_messages).collect();
        checkpoint_out_hash(&messages)
    }
}

impl Encode for Checkpoint {
    fn encode(&self, out: &mut Vec<u8>) {
        self.archive.encode(out);
        self.header.encode(out);
        encode_vec_u32(&self.blocks, out);
        self.number.encode(out);
        self.fee_asset_price_modifier.encode(out);
    }
}

impl Decode for Checkpoint {
    const MIN_SIZE: usize = AppendOnlyTreeSnapshot::MIN_SIZE + CHECKPOINT_HEADER_SIZE_IN_BYTES + 4 + 4 + 32;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            archive: reader.member("archive")?,
            header: reader.member("header")?,
            blocks: reader.vec_u32(MAX_BLOCKS_PER_CHECKPOINT).map_err(|error| error.within("blocks"))?,
            number: reader.member("number")?,
            fee_asset_price_modifier: reader.member("fee_asset_price_modifier")?,
        })
    }
}

/// A checkpoint and how it got onto L1. Bytes: checkpoint, L1 data, attestations behind a four-byte count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedCheckpoint {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// Where on L1 it is.
    pub l1: L1PublishedData,
    /// The committee's signatures under it.
    pub attestations: Vec<CommitteeAttestation>,
}

impl Encode for PublishedCheckpoint {
    fn encode(&self, out: &mut Vec<u8>) {
        self.checkpoint.encode(out);
        self.l1.encode(out);
        encode_vec_u32(&self.attestations, out);
    }
}

impl Decode for PublishedCheckpoint {
    const MIN_SIZE: usize = Checkpoint::MIN_SIZE + L1PublishedData::MIN_SIZE + 4;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            checkpoint: reader.member("checkpoint")?,
            l1: reader.member("l1")?,
            attestations: reader.vec_u32(MAX_COMMITTEE_SIZE).map_err(|error| error.within("attestations"))?,
        })
    }
}
