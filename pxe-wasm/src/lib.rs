//! Browser bindings of [`pxe_core`]: IndexedDB, fetch and workers on one side, the client on the other.
//!
//! Everything here needs a browser, so on other targets the crate is empty.
//!
//! | Module | Subject |
//! |---|---|
//! | `barretenberg` | barretenberg in a worker of its own as a backend of the `circuits` crate |
//! | `conformance` | what the tests in a browser call, behind the feature of that name |
//! | `srs` | ranges of a file, for the download of an SRS |
#![cfg(target_arch = "wasm32")]

pub mod barretenberg;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod srs;
