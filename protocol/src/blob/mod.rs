//! Blob data: the form in which a checkpoint's transactions are published on L1.
//!
//! Each transaction starts with a marker that counts its parts, each block ends with a marker and its state, the
//! checkpoint ends with a marker and zeros up to whole blobs.

mod checkpoint;
mod commitment;
mod marker;
mod pack;
mod sponge;
mod tx;

pub use checkpoint::{
    BYTES_PER_BLOB, BlockBlobData, BlockEnd, from_blobs, read_checkpoint, to_blobs, write_block, write_checkpoint,
};
pub use commitment::{BlobCommitment, VersionedHash, blobs_hash};
pub use marker::{BlockEndMarker, BlockEndState, CheckpointEndMarker, TxStartMarker};
pub use sponge::{MAX_CHECKPOINT_FIELDS, SpongeBlob, TooManyBlobFields};
pub use tx::{read_tx, tx_start_marker, write_tx};
