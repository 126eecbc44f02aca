//! Barretenberg, the proof system of the protocol, behind one port.
//!
//! [`Barretenberg`] is the way to talk to it: typed requests, time limits, and a restart after a crash. Underneath is a
//! [`Backend`], which carries bytes: a native process (`pipe`) or the official WebAssembly module in wasmtime (`wasmtime`),
//! each behind the feature of its name, or the same module in a browser worker.
//!
//! | Module | Subject |
//! |---|---|
//! | `backend` | the port |
//! | `client` | the typed requests |
//! | `error` | what can go wrong, below the port and above it |
//! | `module` | the WebAssembly module as bytes with a digest |
//! | `worker` | a thread that computes for an async caller |
//! | `conformance` | the tests every backend passes (feature `conformance`) |

mod backend;
mod client;
mod error;
mod module;

#[cfg(feature = "conformance")]
pub mod conformance;
#[cfg(all(feature = "pipe", not(target_arch = "wasm32")))]
pub mod pipe;
#[cfg(all(feature = "wasmtime", not(target_arch = "wasm32")))]
pub mod wasmtime;
#[cfg(all(any(feature = "pipe", feature = "wasmtime"), not(target_arch = "wasm32")))]
mod worker;

pub use backend::{Backend, BoxedBackend, Description};
pub(crate) use client::Kind;
pub use client::{Barretenberg, CircuitSize, Limits, Verdict};
pub use error::{BackendError, BbError};
pub use module::{BbModule, ModuleError};

/// Version of barretenberg all backends run.
pub const VERSION: &str = "4.1.2";
