//! One database for everything the node keeps about the chain.
//!
//! A [`Batch`] is one transaction: what it writes to the state and to the archive is there together or not at all, and
//! stays after a crash once [`ChainStore::write`] has returned. A [`Snapshot`] is one moment of it, undisturbed by
//! writers.

mod batch;
pub(crate) mod codec;
mod connection;
mod database;
mod error;
mod pending;

pub use batch::Batch;
pub use database::{ChainStore, Snapshot};
pub(crate) use error::Result;
pub use error::StoreError;
