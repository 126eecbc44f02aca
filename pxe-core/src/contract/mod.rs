//! Contracts: their classes and instances, and their functions, loaded when they are called.
//!
//! A class is stored in parts, so that one function is loaded without the others, and known by its id, which commits to
//! all of them. An instance is an address that runs a class.
//!
//! | File | Subject |
//! |---|---|
//! | `registry` | [`Contracts`]: registering classes and instances, finding them again |
//! | `functions` | what is known of a function: code, interface, where it is in its class |
//! | `class` | a class as it is stored and kept in memory |
//! | `code` | code that is fetched when it is needed first |
//! | `cache` | classes and functions that were loaded before |
//! | `call` | calls from names and arguments, return values to values |
//! | `instantiate` | an artifact with constructor arguments, salt and keys: a new instance |
//! | `keys` | which verification keys private functions have |
//! | `network` | the contracts every network starts with |
//! | `overrides` | contracts replaced for a simulation |
//! | `debug` | where the opcodes of a function come from |
//! | `error` | why a contract cannot be used |
//!
//! Protocol source: `@aztec/pxe/src/storage/contract_store/contract_store.ts`.

mod cache;
mod call;
mod class;
mod code;
mod debug;
mod error;
mod functions;
mod instantiate;
mod keys;
mod network;
mod overrides;
mod registry;
#[cfg(test)]
pub(crate) mod tests;

pub use call::{Arguments, CallError, call, returned};
pub use class::{Class, ClassFunction};
pub use code::{CodeSource, MissingCode};
pub use debug::SourcePlace;
pub use error::{ContractError, OtherClass};
pub use functions::{CallHints, FunctionName, LoadedFunction};
pub use instantiate::Instantiation;
pub use keys::{CodeHash, FunctionKeys};
pub use network::ProtocolClasses;
pub use overrides::{Override, Overrides};
pub use registry::Contracts;
