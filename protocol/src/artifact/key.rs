//! Verification keys, their hashes, and the tree of the keys of all protocol circuits.
//!
//! Protocol source: `@aztec/foundation/src/crypto/keys/index.ts`, `hashVK` in `@aztec/stdlib/src/hash/hash.ts`,
//! `@aztec/noir-protocol-circuits-types/src/artifacts/vks/tree.ts`.

use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::constants::{MEGA_VK_LENGTH_IN_FIELDS, VK_TREE_HEIGHT};
use crate::contract::Tree;
use crate::field::Fr;
use crate::hash::poseidon2;
use crate::hash::silo::verification_key_hash;

/// Bytes are not a verification key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VerificationKeyError {
    /// Another length than the kind of circuit has.
    #[error("a verification key has {expected} bytes, found {found}")]
    Length {
        /// Bytes of such keys.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// A field of the key is not below the modulus.
    #[error("field {index} of the verification key is not below the field modulus")]
    NotCanonical {
        /// Its place.
        index: usize,
    },
}

crate::field_newtype! {
    /// Hash of a verification key.
    pub struct VerificationKeyHash;
}

/// A verification key: fields of 32 bytes.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VerificationKey(#[serde(with = "crate::json::base64")] Vec<u8>);

impl VerificationKey {
    /// Bytes of the key of a private function or client kernel.
    pub const MEGA_SIZE: usize = MEGA_VK_LENGTH_IN_FIELDS * Fr::SIZE_IN_BYTES;

    /// Takes the bytes as they come; [`VerificationKey::fields`] checks them.
    #[must_use]
    pub const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The fields.
    pub fn fields(&self) -> Result<Vec<Fr>, VerificationKeyError> {
        let (chunks, rest) = self.0.as_chunks::<32>();
        if !rest.is_empty() {
            let expected = self.0.len().next_multiple_of(32);
            return Err(VerificationKeyError::Length { expected, found: self.0.len() });
        }
        let field = |(index, bytes)| Fr::from_be_bytes(bytes).map_err(|_| VerificationKeyError::NotCanonical { index });
        chunks.iter().enumerate().map(field).collect()
    }

    /// The hash of the key of a private function or client kernel.
    pub fn mega_hash(&self) -> Result<VerificationKeyHash, VerificationKeyError> {
        if self.0.len() != Self::MEGA_SIZE {
            return Err(VerificationKeyError::Length { expected: Self::MEGA_SIZE, found: self.0.len() });
        }
        Ok(VerificationKeyHash(verification_key_hash(&self.fields()?)))
    }
}

impl fmt::Debug for VerificationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationKey({} bytes)", self.0.len())
    }
}

/// The tree of the keys of all protocol circuits; kernels prove that the kernel before them is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationKeyTree {
    leaves: Vec<VerificationKeyHash>,
    tree: Tree,
}

impl VerificationKeyTree {
    /// The tree of these keys, by index; `None` for more than its 128 leaves.
    #[must_use]
    pub fn new(leaves: Vec<VerificationKeyHash>) -> Option<Self> {
        let fields = leaves.iter().map(|leaf| leaf.to_field()).collect();
        let tree = Tree::new(fields, VK_TREE_HEIGHT, Fr::ZERO, |left, right| poseidon2(&[left, right]))?;
        Some(Self { leaves, tree })
    }

    /// The root, which every block header's network commits to.
    #[must_use]
    pub fn root(&self) -> Fr {
        self.tree.root()
    }

    /// The index of a key.
    #[must_use]
    pub fn index_of(&self, key: VerificationKeyHash) -> Option<usize> {
        self.leaves.iter().position(|leaf| *leaf == key)
    }

    /// Nodes beside the way from the leaf at `index` to the root, the leaf's neighbour first.
    #[must_use]
    pub fn sibling_path(&self, index: usize) -> [Fr; VK_TREE_HEIGHT] {
        self.tree.sibling_path(index).try_into().expect("the tree has this height")
    }
}
