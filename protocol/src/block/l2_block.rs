//! A block with what its transactions did.
//!
//! Protocol source: `@aztec/stdlib/src/block/{l2_block,body,checkpointed_l2_block}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::attestation::MAX_COMMITTEE_SIZE;
use super::{
    AppendOnlyTreeSnapshot, BlockHash, BlockHeader, BlockNumber, CheckpointNumber, CommitteeAttestation,
    IndexWithinCheckpoint, L1PublishedData,
};
use crate::blob::MAX_CHECKPOINT_FIELDS;
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u32};
use crate::field::Fr;
use crate::merkle::{Poseidon2, unbalanced_root};
use crate::message::block_out_hash;
use crate::tx::TxEffect;

/// The effects of the transactions of a block. Bytes: a list behind a four-byte count.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// The effects, in order of execution.
    pub tx_effects: Vec<TxEffect>,
}

impl Encode for Body {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_vec_u32(&self.tx_effects, out);
    }
}

impl Decode for Body {
    const MIN_SIZE: usize = 4;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        // Each effect takes a field of a checkpoint's blobs at least.
        let tx_effects = reader.vec_u32(MAX_CHECKPOINT_FIELDS).map_err(|error| error.within("tx_effects"))?;
        Ok(Self { tx_effects })
    }
}

/// A block. Bytes: header, archive, body, checkpoint number, index.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L2Block {
    /// The archive after this block.
    pub archive: AppendOnlyTreeSnapshot,
    /// The header.
    pub header: BlockHeader,
    /// What its transactions did.
    pub body: Body,
    /// The checkpoint it belongs to.
    pub checkpoint_number: CheckpointNumber,
    /// Its place there.
    pub index_within_checkpoint: IndexWithinCheckpoint,
}

crate::wire_bytes!(L2Block {
    header: BlockHeader,
    archive: AppendOnlyTreeSnapshot,
    body: Body,
    checkpoint_number: CheckpointNumber,
    index_within_checkpoint: IndexWithinCheckpoint,
});

impl L2Block {
    /// The block as which nodes show genesis: the header and nothing else.
    #[must_use]
    pub fn genesis(header: BlockHeader) -> Self {
        Self { header, ..Self::default() }
    }

    /// The hash that names the block.
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        self.header.hash()
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> BlockNumber {
        self.header.number()
    }

    /// The message hashes to L1, by transaction.
    #[must_use]
    pub fn l2_to_l1_messages(&self) -> Vec<Vec<Fr>> {
        self.body.tx_effects.iter().map(|effect| effect.l2_to_l1_msgs.clone()).collect()
    }

    /// Its out hash: root over the messages to L1.
    #[must_use]
    pub fn out_hash(&self) -> Fr {
        block_out_hash(&self.l2_to_l1_messages())
    }
}

/// A block and how its checkpoint got onto L1. Bytes: checkpoint number, block, L1 data, attestations behind a four-byte
/// count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointedL2Block {
    /// The checkpoint.
    pub checkpoint_number: CheckpointNumber,
    /// The block.
    pub block: L2Block,
    /// Where on L1 the checkpoint is.
    pub l1: L1PublishedData,
    /// The committee's signatures under it.
    pub attestations: Vec<CommitteeAttestation>,
}

impl Encode for CheckpointedL2Block {
    fn encode(&self, out: &mut Vec<u8>) {
        self.checkpoint_number.encode(out);
        self.block.encode(out);
        self.l1.encode(out);
        encode_vec_u32(&self.attestations, out);
    }
}

impl Decode for CheckpointedL2Block {
    const MIN_SIZE: usize = 4 + L2Block::MIN_SIZE + L1PublishedData::MIN_SIZE + 4;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            checkpoint_number: reader.member("checkpoint_number")?,
            block: reader.member("block")?,
            l1: reader.member("l1")?,
            attestations: reader.vec_u32(MAX_COMMITTEE_SIZE).map_err(|error| error.within("attestations"))?,
        })
    }
}

/// `block_headers_hash` of a checkpoint header: root of the tree over the hashes of its blocks.
#[must_use]
pub fn block_headers_hash(hashes: &[BlockHash]) -> Fr {
    let leaves: Vec<Fr> = hashes.iter().map(|hash| hash.to_field()).collect();
    unbalanced_root::<Poseidon2>(&leaves)
}
