//! What every Aztec participant must agree on, bit for bit.
//!
//! Fields, hashes, keys, encodings, types and trees of protocol [`VERSION`], as pure code: no I/O, no clock, no
//! randomness, `#![no_std]` with `alloc`. Client and node both stand on it. Each item names the file of the official
//! packages in which its fact can be checked, as `@aztec/<package>/src/...`.
//!
//! | Layer | Modules |
//! |---|---|
//! | encoding | [`codec`] (bytes and field lists), [`json`] (JSON conventions) |
//! | arithmetic | [`field`], [`hash`] |
//! | identity | [`address`], [`keys`], [`signature`], [`tag`] |
//! | contracts | [`abi`], [`contract`], [`note`], [`authwit`], [`entrypoint`] |
//! | transactions | [`tx`], [`kernel`], [`log`], [`gas`] |
//! | state | [`merkle`] |
//! | numbers | [`constants`] |
#![no_std]

extern crate alloc;

#[macro_use]
mod macros;

pub mod abi;
pub mod address;
pub mod artifact;
pub mod authwit;
pub mod blob;
pub mod block;
pub mod codec;
pub mod constants;
pub mod contract;
pub mod entrypoint;
pub mod field;
pub mod gas;
pub mod hash;
pub mod json;
pub mod kernel;
pub mod keys;
pub mod log;
pub mod merkle;
pub mod message;
pub mod note;
pub mod rpc;
pub mod signature;
pub mod tag;
pub mod tx;

#[doc(hidden)]
pub mod __private {
    pub use alloc::vec::Vec;
    #[cfg(any(test, feature = "strategies"))]
    pub use proptest;
    pub use serde;
}

/// The version of the official packages whose protocol this crate implements.
pub const VERSION: &str = "4.1.2";
