//! The RPC from outside: what travels over HTTP, what each call answers, what hostile clients can do.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod admin;
mod archive;
mod dev;
mod documentation;
mod harness;
mod hostile;
mod http;
mod patience;
mod recorded;
mod state;
#[path = "../common/txs.rs"]
mod txs;
mod watching;
