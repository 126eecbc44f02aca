//! The state of the network: five trees, versioned by block.
//!
//! | Item | Subject |
//! |---|---|
//! | [`Genesis`] | the state before the first block |
//! | [`View`] | reading the state as it was after a block |
//! | [`Fork`] | changes on top of a view, for building and simulating |
//!
//! [`ChainStore`](crate::store::ChainStore) hands out views and forks and makes a fork the state of the next block.
//!
//! Protocol source: `@aztec/world-state/src/native/`.

pub(crate) mod commit;
mod fork;
mod genesis;
mod public;
mod reader;
pub(crate) mod tables;
mod view;

pub use fork::Fork;
pub use genesis::{Genesis, fee_juice_balance_slot};
pub use view::View;
