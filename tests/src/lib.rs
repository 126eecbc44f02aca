//! Conformance of the crates with the official packages, runnable natively and as WebAssembly.

#[cfg(not(target_arch = "wasm32"))]
pub mod client;
pub mod replay;
#[cfg(not(target_arch = "wasm32"))]
pub mod session;
pub mod vectors;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
