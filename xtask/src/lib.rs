//! The project's build logic, run as `cargo xtask COMMAND` or through `./dev`.
//!
//! It is a library too, so that tests can open the official packages with [`packages`].

pub mod artifacts;
pub mod bench;
pub mod check;
pub mod compare;
pub mod count;
pub mod fuzz;
pub mod needs;
pub mod packages;
pub mod shell;
pub mod steps;

mod error;

pub use error::Error;
