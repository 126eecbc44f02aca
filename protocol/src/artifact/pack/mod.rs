//! Packs: the artifacts of a package in one file that is read piece by piece.
//!
//! ```text
//! 0    "AZLPACK" and the format version, 2
//! 8    what the index describes: 0 artifacts, 1 debug information
//! 9    length of the index, u32 big-endian
//! 13   SHA-256 of the index
//! 45   the index, postcard
//! ...  blobs, back to back
//! ```
//!
//! The index names contracts and circuits; a contract's functions are named by its manifest, itself a blob. Whatever is
//! large or repeats is a blob: stored as it is or deflated, found by offset, known by the SHA-256 of its contents, kept
//! once however often it is referred to. So one function costs the index, one manifest and its own blobs. Bytecode and
//! keys come out exactly as the compiler shipped them. Code may also be kept outside of the pack, under its hash
//! ([`Bytecode::elsewhere`](crate::artifact::Bytecode::elsewhere)).
//!
//! A reader trusts nothing: sizes are checked against the source before anything is allocated, contents against their
//! hash before they are used. That a pack is the right one is for its user to know, by the class id of a contract
//! ([`PackedContract::verify`] recomputes it) or the digest of the file.
//!
//! | File | Subject |
//! |---|---|
//! | `format` | header, index, manifest, references to blobs |
//! | `reader` | open a pack, load one function, contract or circuit |
//! | `writer` | make a pack |
//! | `error` | why a pack cannot be read or made |

mod error;
mod format;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use error::PackError;
pub use format::{
    BlobRef, CircuitEntry, ContractEntry, DebugEntry, DebugFile, DebugFunction, DebugIndex, DebugManifest, Encoding,
    FORMAT_VERSION, FunctionEntry, Index, KeyEntry, Manifest, Package, PublicFunctionEntry,
};
pub use reader::{DebugContract, DebugPack, Pack, PackedContract, ReadAt, ReadError};
pub use writer::{DebugPackBuilder, PackBuilder, PackStats};
