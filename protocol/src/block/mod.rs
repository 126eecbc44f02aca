//! Blocks, checkpoints and their numbers.

mod header;
mod number;
mod state;

pub use header::{BlockHeader, GlobalVariables};
pub use number::{BlockNumber, CheckpointNumber, EpochNumber, SlotNumber, Timestamp};
pub use state::{AppendOnlyTreeSnapshot, PartialStateReference, StateReference, UnalignedTree};

crate::field_newtype! {
    /// Hash that names a block: the leaf of the archive tree.
    pub struct BlockHash;
}
