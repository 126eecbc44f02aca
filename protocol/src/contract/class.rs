//! Contract classes: what their id commits to, and the form in which nodes serve them.
//!
//! Protocol source: `@aztec/stdlib/src/contract/contract_class.ts`, `contract_class_id.ts` and
//! `interfaces/contract_class.ts` beside it.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{ContractClassId, PrivateFunction, PrivateFunctionTree, TooManyFunctions, Version1};
use crate::abi::FunctionSelector;
use crate::constants::MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS;
use crate::field::Fr;
use crate::hash::{DomainSeparator, Poseidon2Sponge, poseidon2_with_separator};

/// Bytes of bytecode in a field.
const CHUNK: usize = 31;

/// Public bytecode is longer than can be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "public bytecode has {0} bytes, the maximum is {max}",
    max = (MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS - 1) * CHUNK
)]
pub struct BytecodeTooLong(pub usize);

/// Commitment to public bytecode: the length goes into the separator, the 31-byte chunks are hashed.
pub fn bytecode_commitment(bytecode: &[u8]) -> Result<Fr, BytecodeTooLong> {
    let chunks = bytecode.chunks(CHUNK);
    if chunks.len() >= MAX_PACKED_PUBLIC_BYTECODE_SIZE_IN_FIELDS {
        return Err(BytecodeTooLong(bytecode.len()));
    }
    let mut sponge = Poseidon2Sponge::new(chunks.len() as u64 + 1);
    let separator = u64::from(DomainSeparator::PublicBytecode.value()) + ((bytecode.len() as u64) << 32);
    sponge.absorb(Fr::from(separator));
    for chunk in chunks {
        // The last chunk is padded on the right.
        let mut padded = [0; CHUNK];
        padded[..chunk.len()].copy_from_slice(chunk);
        sponge.absorb(Fr::from_be_bytes_reduced(&padded));
    }
    Ok(sponge.squeeze())
}

/// What a class id is the hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClassIdPreimage {
    /// Hash of the artifact.
    pub artifact_hash: Fr,
    /// Root of the tree of private functions.
    pub private_functions_root: Fr,
    /// Commitment to the public bytecode.
    pub public_bytecode_commitment: Fr,
}

impl ClassIdPreimage {
    /// The class id.
    #[must_use]
    pub fn class_id(&self) -> ContractClassId {
        let parts = [self.artifact_hash, self.private_functions_root, self.public_bytecode_commitment];
        ContractClassId(poseidon2_with_separator(&parts, DomainSeparator::ContractClassId))
    }
}

/// A contract class as its publisher has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClass {
    /// Always 1.
    pub version: Version1,
    /// Hash of the artifact.
    pub artifact_hash: Fr,
    /// The private functions, initializers included, by selector.
    pub private_functions: Vec<PrivateFunction>,
    /// Bytecode of `public_dispatch`; empty without public functions.
    #[serde(with = "crate::json::base64")]
    pub packed_bytecode: Vec<u8>,
}

/// Why a class has no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClassError {
    /// More private functions than the tree has leaves.
    #[error(transparent)]
    Functions(#[from] TooManyFunctions),
    /// More public bytecode than can be published.
    #[error(transparent)]
    Bytecode(#[from] BytecodeTooLong),
}

impl ContractClass {
    /// What the class id is the hash of.
    pub fn preimage(&self) -> Result<ClassIdPreimage, ClassError> {
        Ok(ClassIdPreimage {
            artifact_hash: self.artifact_hash,
            private_functions_root: PrivateFunctionTree::new(self.private_functions.clone())?.root(),
            public_bytecode_commitment: bytecode_commitment(&self.packed_bytecode)?,
        })
    }
}

/// Proof that a function belongs to an artifact whose hash a class commits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MembershipProof {
    /// Metadata hash of the artifact.
    pub artifact_metadata_hash: Fr,
    /// Metadata hash of the function.
    pub function_metadata_hash: Fr,
    /// Nodes beside the way to the root of the artifact's function tree.
    pub artifact_tree_sibling_path: Vec<Fr>,
    /// Index in the artifact's function tree.
    #[serde(with = "crate::json::number")]
    pub artifact_tree_leaf_index: u32,
}

/// A private function its publisher made public with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateFunctionWithProof {
    /// Selector and verification key hash.
    #[serde(flatten)]
    pub function: PrivateFunction,
    /// ACIR bytecode.
    #[serde(with = "crate::json::base64")]
    pub bytecode: Vec<u8>,
    /// Membership in the artifact.
    #[serde(flatten)]
    pub proof: MembershipProof,
    /// Root of the artifact's tree of utility functions.
    pub utility_functions_tree_root: Fr,
    /// Nodes beside the way to the root of the class's function tree.
    pub private_function_tree_sibling_path: Vec<Fr>,
    /// Index in the class's function tree.
    #[serde(with = "crate::json::number")]
    pub private_function_tree_leaf_index: u32,
}

/// A utility function its publisher made public with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UtilityFunctionWithProof {
    /// The selector.
    pub selector: FunctionSelector,
    /// Brillig bytecode.
    #[serde(with = "crate::json::base64")]
    pub bytecode: Vec<u8>,
    /// Membership in the artifact.
    #[serde(flatten)]
    pub proof: MembershipProof,
    /// Root of the artifact's tree of private functions.
    pub private_functions_artifact_tree_root: Fr,
}

/// A published class as nodes serve it.
///
/// An answer is to be trusted only after [`ContractClassPublic::verify`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractClassPublic {
    /// Always 1.
    pub version: Version1,
    /// Hash of the artifact.
    pub artifact_hash: Fr,
    /// Private functions made public one by one; nodes of this version know none.
    pub private_functions: Vec<PrivateFunctionWithProof>,
    /// Utility functions made public one by one; nodes of this version know none.
    pub utility_functions: Vec<UtilityFunctionWithProof>,
    /// Bytecode of `public_dispatch`; empty without public functions.
    #[serde(with = "crate::json::base64")]
    pub packed_bytecode: Vec<u8>,
    /// Root of the tree of private functions.
    pub private_functions_root: Fr,
    /// The class id.
    pub id: ContractClassId,
}

/// A class does not have the id it is served or published under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClassMismatch {
    /// The id is another.
    #[error("contract class claims id {claimed} but hashes to {computed}")]
    Id {
        /// The id it claims.
        claimed: ContractClassId,
        /// The id of its contents.
        computed: ContractClassId,
    },
    /// It has no id at all.
    #[error(transparent)]
    Bytecode(#[from] BytecodeTooLong),
}

impl ContractClassPublic {
    /// What the class id is the hash of.
    pub fn preimage(&self) -> Result<ClassIdPreimage, BytecodeTooLong> {
        Ok(ClassIdPreimage {
            artifact_hash: self.artifact_hash,
            private_functions_root: self.private_functions_root,
            public_bytecode_commitment: bytecode_commitment(&self.packed_bytecode)?,
        })
    }

    /// Checks that the contents hash to the id.
    pub fn verify(&self) -> Result<(), ClassMismatch> {
        let computed = self.preimage()?.class_id();
        if computed == self.id { Ok(()) } else { Err(ClassMismatch::Id { claimed: self.id, computed }) }
    }
}
