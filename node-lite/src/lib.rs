//! The network and rollup side: state, public execution, blocks, JSON-RPC. Native only.
//!
//! | Module | Subject |
//! |---|---|
//! | [`state`] | the five trees, versioned by block |
//! | [`archive`] | blocks, transaction effects, logs, contracts, messages |
//! | [`store`] | the database both are in |
//! | [`avm`], [`public`] | public functions and the phases of transactions |

pub mod archive;
pub mod avm;
pub mod public;
pub mod state;
pub mod store;
