//! Verifying the proofs of transactions with barretenberg's WebAssembly module in wasmtime.
//!
//! | Item | Subject |
//! |---|---|
//! | [`BarretenbergVerifier`] | a thread that verifies one proof after the other |
//! | [`BarretenbergSource`] | where the module is |
//!
//! Nothing is downloaded: a verifier needs the secret of the SRS in G2 and the keys of the hiding kernels, which are part
//! of the program, and the points on Grumpkin, which it computes.

mod module;
#[cfg(test)]
mod tests;
mod verifier;

pub use module::{BarretenbergSource, ModuleError};
pub use verifier::{BarretenbergVerifier, StartError};
