//! What contract functions ask the client for.
//!
//! | File | Subject |
//! |---|---|
//! | `table` | every oracle: its name, who may call it, what it takes, who answers |
//! | `arguments` | arguments, read as what they stand for |
//! | `call` | the running function, as oracles see it |
//! | `error` | why an oracle has no answer |
//! | `misc` | version, randomness, messages |
//! | `context` | the anchor, other blocks, contract instances, authorization witnesses |
//! | `keys` | keys and shared secrets |
//! | `crypto` | decryption |
//! | `witnesses` | that something is in a tree, and public storage |
//! | `notes` | notes and nullifiers, those of the transaction and those of the store |
//! | `capsules` | what a contract keeps on this device |
//! | `discovery` | finding notes and events in logs |
//! | `tags` | tags of logs that are sent |
//! | `effects` | what a private function hands over beside its public inputs |
//! | `calls` | private functions that call private functions |
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/oracle/`.

mod arguments;
mod call;
mod calls;
mod capsules;
mod context;
mod crypto;
mod discovery;
mod effects;
mod error;
mod keys;
mod misc;
mod notes;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod witnesses;

pub use arguments::ArgumentError;
pub use error::OracleError;
pub use misc::ORACLE_VERSION;

pub(super) use call::{Call, PrivateState, Transaction};

/// Values an oracle answers with: one for each result of the call.
type Answer = alloc::vec::Vec<circuits::witness::ForeignValue>;
