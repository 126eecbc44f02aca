//! The project's build logic, run as `cargo xtask COMMAND` or through `./dev`.
//!
//! It is a library too, so that tests can open the official packages with [`packages`].

pub mod artifacts;
pub mod assets;
pub mod barretenberg;
pub mod bench;
pub mod bench_browser;
pub mod bench_circuits;
pub mod bench_node;
pub mod bench_pxe;
pub mod browser;
pub mod check;
pub mod compare;
pub mod count;
pub mod dev_params;
pub mod fuzz;
pub mod needs;
pub mod packages;
pub mod page;
#[cfg(feature = "barretenberg")]
pub mod prove;
pub mod replay;
pub mod shell;
pub mod steps;
pub mod wasm;

mod error;

pub use error::Error;
