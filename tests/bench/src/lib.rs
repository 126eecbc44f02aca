//! Workloads that run natively, as WebAssembly and, written for the official packages, in JavaScript.
//!
//! `cargo xtask bench compare` starts the three side by side, lets them take turns and prints the ratios. All three
//! read the same inputs from one folder and answer one line per measurement:
//!
//! * `src/bin/native.rs` — this crate, native;
//! * `wasm.mjs` — this crate as WebAssembly under Node.js, through the exports in `src/wasm.rs`;
//! * `official.mjs` — the official packages.

pub mod inputs;
#[cfg(target_family = "wasm")]
pub mod wasm;
pub mod workloads;

pub use inputs::Inputs;
pub use workloads::{Workload, workloads};
