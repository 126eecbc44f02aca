//! Recorded sessions of the official client, gone through again by ours: same requests, same chain, same random bytes, so
//! the same witnesses, transactions, notes and events.
//!
//! The official contracts are read from packs, which `cargo xtask artifacts` makes; the form of a session is told in
//! `tests/pxe/README.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod chain;
mod replay;
mod session;

use replay::replay;

#[tokio::test(flavor = "multi_thread")]
async fn first() {
    replay("first").await;
}
