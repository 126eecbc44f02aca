//! Blocks, checkpoints and their numbers.

mod attestation;
mod checkpoint;
mod checkpoint_header;
mod header;
mod l2_block;
mod number;
mod parameter;
mod price_modifier;
mod published;
mod state;
mod time;
mod tips;

pub use attestation::{CommitteeAttestation, EthSignature, MAX_COMMITTEE_SIZE, ParseSignatureError};
pub use checkpoint::{Checkpoint, MAX_BLOCKS_PER_CHECKPOINT, PublishedCheckpoint};
pub use checkpoint_header::{CheckpointHash, CheckpointHeader};
pub use header::{BlockHeader, GlobalVariables};
pub use l2_block::{Body, CheckpointedL2Block, L2Block, block_headers_hash};
pub use number::{
    BlockNumber, CheckpointNumber, EpochNumber, IndexWithinCheckpoint, L1BlockNumber, SlotNumber, Timestamp,
};
pub use parameter::BlockParameter;
pub use price_modifier::{FeeAssetPriceModifier, ParseModifierError};
pub use published::{CheckpointData, L1BlockHash, L1PublishedData};
pub use state::{AppendOnlyTreeSnapshot, PartialStateReference, StateReference, UnalignedTree};
pub use time::L1RollupConstants;
pub use tips::{BlockId, CheckpointId, L2Tips, TipId};

crate::field_newtype! {
    /// Hash that names a block: the leaf of the archive tree.
    pub struct BlockHash;
}
