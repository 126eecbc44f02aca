//! The client against a node: what people do with wallets, from keys to notes. The node is in the same process, or
//! `AZTEC_NODE_URL` names one.
//!
//! The official contracts are read from packs, which `cargo xtask artifacts` makes.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod api;
#[cfg(feature = "proofs")]
mod proofs;
mod recovery;
mod restore;
mod scenarios;
mod world;
