//! Private and utility functions, executed.
//!
//! | File | Subject |
//! |---|---|
//! | `private` | the private part of a transaction |
//! | `utility` | utility functions |
//! | `contract_sync` | contracts are synced before they run |
//! | `oracle` | what contract functions ask the client for |
//! | `env` | what executions use |
//! | `result` | what the private part of a transaction came to |
//! | `error` | why a function could not be executed |
//! | `log` | what contracts print |
//! | `watch` | watching them run |
//! | `note_cache` | notes and nullifiers of the transaction |
//! | `hashed_values` | arguments, return values and calldata of the transaction |
//! | `tagging_cache` | tags of the transaction |
//! | `pick_notes` | which notes a contract gets |
//! | `budget` | how much a program may make the client keep |

mod budget;
pub mod contract_sync;
mod env;
mod error;
mod hashed_values;
mod log;
mod note_cache;
mod oracle;
mod pick_notes;
mod private;
mod result;
mod tagging_cache;
#[cfg(test)]
mod testing;
mod utility;
mod watch;

pub use budget::TooMuchKept;
pub use env::Env;
pub use error::{ExecutionError, ExecutionFailure};
pub use log::{ContractLog, formatted, line};
pub use note_cache::NoteCacheError;
pub use oracle::{ArgumentError, ORACLE_VERSION, OracleError};
pub use pick_notes::PickError;
pub use private::run_private;
pub use result::{CountedContractClassLog, NewNote, OffchainEffect, PrivateCall, PrivateExecution};
pub use utility::run_utility;
pub use watch::ContractStep;
