//! Blocks, checkpoints and their numbers.

mod number;

pub use number::{BlockNumber, CheckpointNumber, EpochNumber, SlotNumber, Timestamp};

crate::field_newtype! {
    /// Hash that names a block: the leaf of the archive tree.
    pub struct BlockHash;
}
