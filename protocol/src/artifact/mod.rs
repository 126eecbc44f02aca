//! Contracts and circuits as compilers ship them, and the compact form our own packages ship.
//!
//! | File | Subject |
//! |---|---|
//! | `contract` | a contract: functions with code, exports, storage layout |
//! | `circuit` | a circuit of the protocol |
//! | `key` | verification keys and their tree |
//! | `json` | official JSON of a contract |
//! | `stable_json`, `hash` | artifact hash and contract class |
//! | `debug` | sources and debug symbols |
//! | [`pack`] | the compact form |
//! | `error` | why an artifact cannot be loaded or hashed |
//!
//! Protocol source: `@aztec/stdlib/src/abi/`, `@aztec/stdlib/src/noir/`.

mod circuit;
mod contract;
mod debug;
mod error;
mod hash;
mod json;
mod key;
pub mod pack;
mod stable_json;
#[cfg(test)]
mod tests;

pub use circuit::{CircuitAbi, CircuitArtifact, CircuitKey, CircuitReturn};
pub use contract::{Bytecode, ContractArtifact, FunctionArtifact, Outputs};
pub use debug::{DebugError, DebugInfo, DebugJson, OpcodeLocation, SourceFile, SourcePosition, SourceSpan};
pub use error::ArtifactError;
pub use hash::ArtifactHashPreimage;
pub use key::{VerificationKey, VerificationKeyError, VerificationKeyHash, VerificationKeyTree};
