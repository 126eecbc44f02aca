//! Why an artifact cannot be loaded or hashed.

use alloc::string::String;

use thiserror::Error;

use super::VerificationKeyError;
use crate::abi::SignatureError;
use crate::contract::ClassError;
use crate::json::JsonError;

/// Why an artifact cannot be loaded or hashed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ArtifactError {
    /// More JSON than any artifact has.
    #[error("artifact JSON has {size} bytes, the maximum is {max}")]
    TooLarge {
        /// Bytes found.
        size: usize,
        /// The limit.
        max: usize,
    },
    /// Not JSON, or not the JSON of an artifact.
    #[error("artifact JSON: {0}")]
    Json(#[from] JsonError),
    /// The compiler's output before public functions are turned into bytecode of the AVM.
    #[error("contract {contract} is not transpiled: run the Aztec transpiler on the compiler's output")]
    NotTranspiled {
        /// Name of the contract.
        contract: String,
    },
    /// A member the form of the artifact needs is missing.
    #[error("{path}: missing `{member}`")]
    Missing {
        /// The owner: `contract Token, function transfer`.
        path: String,
        /// The member.
        member: &'static str,
    },
    /// None of the attributes that say where a function runs.
    #[error("contract {contract}, function {function}: not marked as private, public or utility")]
    NoFunctionType {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
    },
    /// Contract functions have no databus.
    #[error("contract {contract}, function {function}: parameter {parameter} has visibility `databus`")]
    DataBus {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
        /// Name of the parameter.
        parameter: String,
    },
    /// The storage layout is not of the form the compiler writes.
    #[error("contract {contract}, outputs.globals.storage: {reason}")]
    StorageLayout {
        /// Name of the contract.
        contract: String,
        /// What is wrong.
        reason: String,
    },
    /// Something else than a struct where structs are sorted by their path.
    #[error("contract {contract}, outputs.structs.{list}[{index}]: not a struct")]
    NotAStruct {
        /// Name of the contract.
        contract: String,
        /// `events` or `functions`.
        list: String,
        /// Place in the list.
        index: usize,
    },
    /// A function has no selector.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// A verification key is needed and wrong.
    #[error("function {function}: {source}")]
    VerificationKey {
        /// Name of the function.
        function: String,
        /// What is wrong.
        source: VerificationKeyError,
    },
    /// A contract has one public function that runs, `public_dispatch`.
    #[error("contract {contract} has {count} public functions with bytecode, at most 1 is allowed")]
    PublicFunctions {
        /// Name of the contract.
        contract: String,
        /// Functions found.
        count: usize,
    },
    /// Code that is needed is kept somewhere else.
    #[error("the code of {contract}.{function} is not in the artifact")]
    CodeElsewhere {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
    },
    /// The class of the contract has no id.
    #[error("contract {contract}: {source}")]
    Class {
        /// Name of the contract.
        contract: String,
        /// What is wrong.
        source: ClassError,
    },
    /// No function of that name, or it cannot initialize the contract.
    #[error("contract {contract} has no initializer named {function}")]
    NoInitializer {
        /// Name of the contract.
        contract: String,
        /// The name asked for.
        function: String,
    },
    /// A key does not hash to what its file says.
    #[error("circuit {circuit}: verification key {what} differs from its bytes")]
    KeyMismatch {
        /// Name of the circuit.
        circuit: String,
        /// The member that differs: `fields` or `hash`.
        what: &'static str,
    },
}
