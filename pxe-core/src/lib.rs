//! The client (PXE): holds keys, finds notes, executes the private part of a transaction and proves it.
//!
//! `#![no_std]` always; `std` is a feature, and what solves circuits needs it.
//!
//! | Module | Subject |
//! |---|---|
//! | [`port`] | what all ports share; clock and randomness |
//! | [`scopes`] | whose private data a piece of work may see |
//! | [`store`] | what is kept |
//! | [`keystore`] | the secrets of the own accounts, sealed |
//! | [`node`] | questions to a node, whose answers are verified |
//! | [`sync`] | keeping up with the chain |
//! | [`account`] | accounts: signing, requests, deployments |
//! | [`fee`] | ways to pay, gas settings |
//! | [`contract`] | contracts and their functions, loaded when they are called |
//! | `execution` | private and utility functions (feature `std`) |
//! | `kernel` | the private kernels: from an execution to a transaction (feature `std`) |
//! | `prove` | proofs, made while kernels are still being solved (feature `std`) |
//! | `pxe` | the client as a whole (feature `std`) |
//! | `wallet` | a person's wallet over it: accounts, fees, deployments (feature `std`) |
#![cfg_attr(
    target_arch = "wasm32",
    allow(clippy::arc_with_non_send_sync, reason = "what is shared between threads elsewhere; here there is one")
)]
#![no_std]

extern crate alloc;
#[cfg(any(feature = "std", feature = "redb", test))]
extern crate std;

pub mod account;
pub mod contract;
#[cfg(feature = "std")]
pub mod execution;
pub mod fee;
#[cfg(feature = "std")]
pub mod kernel;
pub mod keystore;
pub mod node;
pub mod port;
#[cfg(feature = "std")]
pub mod prove;
#[cfg(feature = "std")]
pub mod pxe;
pub mod scopes;
pub mod store;
pub mod sync;
#[cfg(feature = "std")]
pub mod wallet;
