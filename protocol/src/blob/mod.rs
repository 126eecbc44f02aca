//! Blob data: the form in which a checkpoint's transactions are published on L1.
//!
//! Each transaction starts with a marker that counts its parts, each block ends with a marker and its state, the
//! checkpoint ends with a marker and zeros up to whole blobs.

mod commitment;
mod marker;
mod pack;
mod sponge;

pub use commitment::{BlobCommitment, VersionedHash, blobs_hash};
pub use marker::{BlockEndMarker, BlockEndState, CheckpointEndMarker, TxStartMarker};
pub use sponge::{MAX_CHECKPOINT_FIELDS, SpongeBlob, TooManyBlobFields};
