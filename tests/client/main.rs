//! The client against a node in the same process: what people do with wallets, from keys to notes.
//!
//! The official contracts are read from packs, which `cargo xtask artifacts` makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod api;
mod recovery;
mod scenarios;
mod world;
