//! The network and rollup side: state, public execution, blocks, JSON-RPC. Native only.
//!
//! | Module | Subject |
//! |---|---|
//! | [`node`] | the node itself: chain, pool and clock together |
//! | [`config`] | what it is told when it starts |
//! | [`builder`] | blocks and checkpoints |
//! | [`validate`], [`pool`] | which transactions are taken, and which first |
//! | `proofs` | verifying proofs with barretenberg (feature `verifier`) |
//! | [`l1`] | where checkpoints go and messages come from |
//! | [`genesis`] | what a network has before anyone uses it |
//! | [`parameters`] | what depends on the SRS |
//! | [`state`] | the five trees, versioned by block |
//! | [`archive`] | blocks, transaction effects, logs, contracts, messages |
//! | [`store`] | the database both are in |
//! | [`avm`], [`public`] | public functions and the phases of transactions |
//! | [`rpc`] | JSON-RPC over HTTP, health, metrics |
//! | [`spawn`](mod@spawn) | a node with its server, running |

pub mod archive;
pub mod avm;
pub mod builder;
pub mod config;
pub mod genesis;
pub mod l1;
pub mod node;
pub mod parameters;
pub mod pool;
#[cfg(feature = "verifier")]
pub mod proofs;
pub mod public;
pub mod rpc;
pub mod spawn;
pub mod state;
pub mod store;
pub mod validate;

pub use spawn::spawn;
