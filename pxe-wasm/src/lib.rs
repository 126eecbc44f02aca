//! Browser bindings of [`pxe_core`]: IndexedDB, fetch and workers on one side, the client on the other.
//!
//! Everything here needs a browser, so on other targets the crate is empty.
//!
//! | Module | Subject |
//! |---|---|
//! | `barretenberg` | barretenberg in a worker of its own as a backend of the `circuits` crate |
//! | `conformance` | what the tests in a browser call, behind the feature of that name |
//! | `host` | the wallet in a worker, called in JSON |
//! | `prover` | barretenberg with the reference string of a network |
//! | `services` | what the script around the module does for it; artifacts, time, randomness |
//! | `srs` | ranges of a file, for the download of an SRS |
//! | `store` | the store in IndexedDB |
#![cfg(target_arch = "wasm32")]

pub mod barretenberg;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod host;
pub mod prover;
pub mod services;
pub mod srs;
pub mod store;
