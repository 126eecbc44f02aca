//! Hashes of an artifact and of the class made from it.
//!
//! Protocol source: `@aztec/stdlib/src/contract/artifact_hash.ts`, `contract_class.ts` beside it.

use alloc::vec::Vec;

use super::{ArtifactError, ContractArtifact, FunctionArtifact, VerificationKeyHash, stable_json};
use crate::abi::{FunctionSelector, FunctionType};
use crate::contract::{ClassIdPreimage, ContractClass, ContractClassId, PrivateFunction, Tree, Version1};
use crate::field::Fr;
use crate::hash::sha256_reduced;

/// First byte of what is hashed into function leaves and artifact hashes.
const VERSION: &[u8] = &[1];

/// What an artifact hash is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactHashPreimage {
    /// Root of the tree of private functions; zero for none.
    pub private_function_root: Fr,
    /// Root of the tree of utility functions; zero for none.
    pub utility_function_root: Fr,
    /// Hash of name and exports.
    pub metadata_hash: Fr,
}

impl ArtifactHashPreimage {
    /// The artifact hash.
    #[must_use]
    pub fn hash(&self) -> Fr {
        let parts = [self.private_function_root, self.utility_function_root, self.metadata_hash];
        let [private, utility, metadata] = parts.map(Fr::to_be_bytes);
        sha256_reduced(&[VERSION, &private, &utility, &metadata])
    }
}

impl FunctionArtifact {
    /// Hash of the return types.
    #[must_use]
    pub fn metadata_hash(&self) -> Fr {
        sha256_reduced(&[stable_json::types(&self.abi.return_types).as_bytes()])
    }

    /// The leaf of the artifact's function tree.
    pub fn artifact_leaf(&self) -> Result<Fr, ArtifactError> {
        Ok(self.leaf(self.abi.selector()?))
    }

    fn leaf(&self, selector: FunctionSelector) -> Fr {
        let metadata = self.metadata_hash().to_be_bytes();
        let bytecode = Fr::from_be_bytes_reduced(&self.bytecode.sha256()).to_be_bytes();
        sha256_reduced(&[VERSION, &u32::from(selector).to_be_bytes(), &metadata, &bytecode])
    }

    /// Hash of the verification key, which a private function must have.
    pub fn verification_key_hash(&self) -> Result<VerificationKeyHash, ArtifactError> {
        let key = self.verification_key.as_ref().ok_or_else(|| ArtifactError::Missing {
            path: alloc::format!("function {}", self.abi.name),
            member: "verificationKey",
        })?;
        key.mega_hash().map_err(|source| ArtifactError::VerificationKey { function: self.abi.name.clone(), source })
    }
}

impl ContractArtifact {
    /// Root of the artifact's tree of functions of one type; zero for none.
    pub fn artifact_function_root(&self, function_type: FunctionType) -> Result<Fr, ArtifactError> {
        let mut leaves = Vec::new();
        for function in self.functions_of(function_type) {
            let selector = function.abi.selector()?;
            leaves.push((selector, function.leaf(selector)));
        }
        if leaves.is_empty() {
            return Ok(Fr::ZERO);
        }
        leaves.sort_by_key(|(selector, _)| *selector);
        let height = leaves.len().next_power_of_two().ilog2() as usize;
        let leaves = leaves.into_iter().map(|(_, leaf)| leaf).collect();
        let node = |left: Fr, right: Fr| sha256_reduced(&[&left.to_be_bytes(), &right.to_be_bytes()]);
        Ok(Tree::new(leaves, height, Fr::ZERO, node).expect("the height follows from the number of leaves").root())
    }

    /// Hash of name and exports.
    #[must_use]
    pub fn metadata_hash(&self) -> Fr {
        sha256_reduced(&[stable_json::metadata(&self.name, &self.outputs).as_bytes()])
    }

    /// What the artifact hash is the hash of.
    pub fn hash_preimage(&self) -> Result<ArtifactHashPreimage, ArtifactError> {
        Ok(ArtifactHashPreimage {
            private_function_root: self.artifact_function_root(FunctionType::Private)?,
            utility_function_root: self.artifact_function_root(FunctionType::Utility)?,
            metadata_hash: self.metadata_hash(),
        })
    }

    /// The hash of the artifact.
    pub fn artifact_hash(&self) -> Result<Fr, ArtifactError> {
        Ok(self.hash_preimage()?.hash())
    }

    /// The code that is published with the class: that of the one public function with code; empty without one.
    ///
    /// # Errors
    /// If there are several, or the code is kept somewhere else.
    pub fn public_bytecode(&self) -> Result<&[u8], ArtifactError> {
        let mut public = self.functions_of(FunctionType::Public);
        let Some(FunctionArtifact { abi, bytecode, .. }) = public.next() else { return Ok(&[]) };
        let contract = || self.name.clone();
        match public.count() {
            0 if bytecode.is_elsewhere() => {
                Err(ArtifactError::CodeElsewhere { contract: contract(), function: abi.name.clone() })
            }
            0 => Ok(bytecode.as_bytes()),
            more => Err(ArtifactError::PublicFunctions { contract: contract(), count: more + 1 }),
        }
    }

    /// The class of the contract. Hashes all of its code.
    pub fn class(&self) -> Result<ContractClass, ArtifactError> {
        let packed_bytecode = self.public_bytecode()?.to_vec();
        let private = self.functions_of(FunctionType::Private).map(|function| {
            Ok(PrivateFunction {
                selector: function.abi.selector()?,
                vk_hash: function.verification_key_hash()?.to_field(),
            })
        });
        let mut private_functions = private.collect::<Result<Vec<_>, ArtifactError>>()?;
        private_functions.sort_by_key(|function| function.selector);
        Ok(ContractClass {
            version: Version1,
            artifact_hash: self.artifact_hash()?,
            private_functions,
            packed_bytecode,
        })
    }

    /// What the class id is the hash of. Hashes all code.
    pub fn class_preimage(&self) -> Result<ClassIdPreimage, ArtifactError> {
        self.class()?.preimage().map_err(|source| ArtifactError::Class { contract: self.name.clone(), source })
    }

    /// The id of the contract's class. Hashes all code.
    pub fn class_id(&self) -> Result<ContractClassId, ArtifactError> {
        Ok(self.class_preimage()?.class_id())
    }
}
