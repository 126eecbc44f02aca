//! Why a contract cannot be used.

use alloc::boxed::Box;
use alloc::string::String;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::artifact::pack::PackError;
use protocol::artifact::{ArtifactError, DebugError};
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{AddressMismatch, ContractClassId};
use protocol::field::NotOnCurve;
use thiserror::Error;

use super::CodeHash;
use crate::store::StoreError;

/// The artifact of another class than the one an instance runs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the artifact of {contract} has class id {found}, the instance at {address} runs {expected}")]
pub struct OtherClass {
    /// Name of the contract.
    pub contract: String,
    /// The instance.
    pub address: AztecAddress,
    /// The class the instance runs.
    pub expected: ContractClassId,
    /// The class of the artifact.
    pub found: ContractClassId,
}

/// Why a contract cannot be registered or used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The artifact is malformed.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// The pack is damaged or lacks something.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// Sources or debug symbols are malformed.
    #[error(transparent)]
    Debug(#[from] DebugError),
    /// A part of a stored class cannot be read.
    #[error("damaged {part} of contract class {class} in the store: {source}")]
    Damaged {
        /// The class.
        class: ContractClassId,
        /// Which part.
        part: &'static str,
        /// What is wrong.
        source: postcard::Error,
    },
    /// A part of a class cannot be stored.
    #[error("cannot encode the {part} of contract {contract}: {source}")]
    Encode {
        /// Name of the contract.
        contract: String,
        /// Which part.
        part: &'static str,
        /// What is wrong.
        source: postcard::Error,
    },
    /// Two functions of a class would be one.
    #[error("contract {contract} has two functions with selector {selector}")]
    RepeatedSelector {
        /// Name of the contract.
        contract: String,
        /// The selector.
        selector: FunctionSelector,
    },
    /// The artifact is not that of the instance.
    #[error(transparent)]
    OtherClass(Box<OtherClass>),
    /// The instance is not at its address.
    #[error(transparent)]
    Address(#[from] AddressMismatch),
    /// The instance's keys are no points.
    #[error("the contract's incoming viewing key: {0}")]
    Keys(#[from] NotOnCurve),
    /// The instance says that a contract of the protocol is something else.
    #[error("the instance given for {} is not the one of this network", contract.name())]
    OtherProtocolContract {
        /// The contract.
        contract: ProtocolContract,
    },
    /// A pack's protocol contract is not that of the network.
    #[error("the pack's {} has class id {found}, this network's has {expected}", contract.name())]
    OtherProtocolClass {
        /// The contract.
        contract: ProtocolContract,
        /// The class of the network.
        expected: ContractClassId,
        /// The class in the pack.
        found: ContractClassId,
    },
    /// No instance is registered at the address.
    #[error("no contract is registered at {0}")]
    UnknownInstance(AztecAddress),
    /// The class of an instance is not registered.
    #[error("contract class {0} is not registered")]
    UnknownClass(ContractClassId),
    /// The contract has no such function with code.
    #[error("contract {contract} at {address} has no function with selector {selector}")]
    UnknownFunction {
        /// Name of the contract.
        contract: String,
        /// The instance.
        address: AztecAddress,
        /// The selector.
        selector: FunctionSelector,
    },
    /// The contract has no function of that name.
    #[error("contract {contract} has no function named {function}")]
    UnknownName {
        /// Name of the contract.
        contract: String,
        /// The name.
        function: String,
    },
    /// The code of a function was not in the artifact and cannot be had.
    #[error("cannot load the code of {contract}.{function}: {source}")]
    Code {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
        /// Why.
        source: Box<dyn core::error::Error + Send + Sync>,
    },
    /// The code of a function was not in the artifact, and nobody has it.
    #[error("the artifact of {contract} came without the code of {function}")]
    NoCode {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
    },
    /// Other code came than the class commits to.
    #[error("the code found for {contract}.{function} does not have the hash {code}")]
    OtherCode {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
        /// The hash.
        code: CodeHash,
    },
    /// The network has verification keys of its own, and that of a function is not among those given.
    #[error("no verification key of this network is at hand for {contract}.{function} (code {code})")]
    NoKey {
        /// Name of the contract.
        contract: String,
        /// Name of the function.
        function: String,
        /// Its code.
        code: CodeHash,
    },
}

impl ContractError {
    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::UnknownInstance(_) => {
                Some("register the contract first: its instance, and its artifact if it is new")
            }
            Self::UnknownClass(_) => Some("register the instance together with its artifact"),
            Self::OtherClass(_) => Some("use the artifact the contract was deployed with, built by the same compiler"),
            Self::NoKey { .. } => Some("derive the key under the network's SRS and add it"),
            _ => None,
        }
    }
}
