//! A contract as wallets hold it: its functions with their code, and what it exports.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{ArtifactError, VerificationKey};
use crate::abi::{AbiType, AbiValue, FunctionAbi, FunctionSelector, FunctionType};
use crate::field::Fr;

/// Code of a function or circuit, as the compiler ships it.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Bytecode(#[serde(with = "crate::json::base64")] Vec<u8>);

impl Bytecode {
    /// Wraps the bytes.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes: gzip of ACIR, or plain AVM bytecode for `public_dispatch`.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Gives the bytes away.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl fmt::Debug for Bytecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytecode({} bytes)", self.0.len())
    }
}

/// A function with its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionArtifact {
    /// The interface.
    pub abi: FunctionAbi,
    /// The code.
    pub bytecode: Bytecode,
    /// The verification key; private functions have one.
    pub verification_key: Option<VerificationKey>,
}

/// Types and values a contract exports.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outputs {
    /// Types by category: `functions` (parameters and return types), `events`, and others. Those two are sorted by
    /// path, descending.
    pub structs: BTreeMap<String, Vec<AbiType>>,
    /// Values by category: `storage` and others.
    pub globals: BTreeMap<String, Vec<AbiValue>>,
}

/// A contract as wallets hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractArtifact {
    /// Name.
    pub name: String,
    /// Private and utility functions, and `public_dispatch`.
    pub functions: Vec<FunctionArtifact>,
    /// The public functions `public_dispatch` calls: interfaces only.
    pub public_functions: Vec<FunctionAbi>,
    /// What it exports.
    pub outputs: Outputs,
    /// Storage slots by the name of the state variable.
    pub storage_layout: BTreeMap<String, Fr>,
}

impl ContractArtifact {
    /// A function with code, by name.
    #[must_use]
    pub fn function(&self, name: &str) -> Option<&FunctionArtifact> {
        self.functions.iter().find(|function| function.abi.name == name)
    }

    /// A function with code, by selector. Computes the selector of every function in front of it.
    pub fn function_by_selector(&self, selector: FunctionSelector) -> Result<Option<&FunctionArtifact>, ArtifactError> {
        for function in &self.functions {
            if function.abi.selector()? == selector {
                return Ok(Some(function));
            }
        }
        Ok(None)
    }

    /// The functions with code of one type.
    pub fn functions_of(&self, function_type: FunctionType) -> impl Iterator<Item = &FunctionArtifact> {
        self.functions.iter().filter(move |function| function.abi.function_type == function_type)
    }

    /// The interfaces of all functions: those with code first.
    pub fn abis(&self) -> impl Iterator<Item = &FunctionAbi> {
        self.functions.iter().map(|function| &function.abi).chain(&self.public_functions)
    }

    /// The function that initializes the contract when none is named: the one called `constructor`, else
    /// `initializer`, else one without parameters, else a private one, else the first.
    #[must_use]
    pub fn default_initializer(&self) -> Option<&FunctionAbi> {
        let find =
            |rule: &dyn Fn(&FunctionAbi) -> bool| self.abis().filter(|abi| abi.is_initializer).find(|abi| rule(abi));
        find(&|abi| abi.name == "constructor")
            .or_else(|| find(&|abi| abi.name == "initializer"))
            .or_else(|| find(&|abi| abi.parameters.is_empty()))
            .or_else(|| find(&|abi| abi.function_type == FunctionType::Private))
            .or_else(|| find(&|_| true))
    }

    /// The initializer with this name.
    pub fn initializer(&self, name: &str) -> Result<&FunctionAbi, ArtifactError> {
        self.abis()
            .find(|abi| abi.name == name)
            .filter(|abi| abi.is_initializer)
            .ok_or_else(|| ArtifactError::NoInitializer { contract: self.name.clone(), function: name.into() })
    }
}
