//! A contract as wallets hold it: its functions with their code, and what it exports.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::ser::{Error as _, Serializer};
use serde::{Deserialize, Deserializer, Serialize};

use super::{ArtifactError, VerificationKey};
use crate::abi::{AbiType, AbiValue, FunctionAbi, FunctionSelector, FunctionType};
use crate::field::Fr;
use crate::hash::sha256;
use crate::json::base64;

/// Code of a function or circuit, as the compiler ships it; or, of code that is kept somewhere else, only its hash. That is
/// enough for the hash of an artifact and so for a class id.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bytecode(Code);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Code {
    Here(Vec<u8>),
    Elsewhere([u8; 32]),
}

impl Bytecode {
    /// Wraps the bytes.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(Code::Here(bytes))
    }

    /// Code that is kept somewhere else under its SHA-256.
    #[must_use]
    pub const fn elsewhere(sha256: [u8; 32]) -> Self {
        Self(Code::Elsewhere(sha256))
    }

    /// Whether the code is kept somewhere else.
    #[must_use]
    pub const fn is_elsewhere(&self) -> bool {
        matches!(self.0, Code::Elsewhere(_))
    }

    /// SHA-256 of the code.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        match &self.0 {
            Code::Here(bytes) => sha256(&[bytes]),
            Code::Elsewhere(hash) => *hash,
        }
    }

    /// The bytes: gzip of ACIR, or plain AVM bytecode for `public_dispatch`. None if they are kept somewhere else.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Code::Here(bytes) => bytes,
            Code::Elsewhere(_) => &[],
        }
    }

    /// Gives the bytes away. None if they are kept somewhere else.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        match self.0 {
            Code::Here(bytes) => bytes,
            Code::Elsewhere(_) => Vec::new(),
        }
    }
}

impl Default for Bytecode {
    fn default() -> Self {
        Self::from_bytes(Vec::new())
    }
}

impl Serialize for Bytecode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Code::Here(bytes) => base64::serialize(bytes, serializer),
            Code::Elsewhere(_) => Err(S::Error::custom("the code is kept somewhere else")),
        }
    }
}

impl<'de> Deserialize<'de> for Bytecode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        base64::deserialize(deserializer).map(Self::from_bytes)
    }
}

impl fmt::Debug for Bytecode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Code::Here(bytes) => write!(f, "Bytecode({} bytes)", bytes.len()),
            Code::Elsewhere(_) => f.write_str("Bytecode(elsewhere)"),
        }
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
