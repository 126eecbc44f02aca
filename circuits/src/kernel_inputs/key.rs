//! Keys of kernels and private functions, as circuits take them.

use protocol::artifact::{CircuitKey, VerificationKey, VerificationKeyError, VerificationKeyHash};
use protocol::codec::Array;
use protocol::constants::{MEGA_VK_LENGTH_IN_FIELDS, VK_TREE_HEIGHT};
use protocol::field::Fr;
use thiserror::Error;

use crate::abi_struct;

/// The key of a private function or client kernel with its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelKey {
    /// The fields of the key.
    pub key: Array<Fr, MEGA_VK_LENGTH_IN_FIELDS>,
    /// Its hash.
    pub hash: VerificationKeyHash,
}

/// A key is not that of a private function or client kernel.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KernelKeyError {
    /// It is no key.
    #[error(transparent)]
    Key(#[from] VerificationKeyError),
    /// It has another length.
    #[error("a kernel's key has {MEGA_VK_LENGTH_IN_FIELDS} fields, found {0}")]
    Length(usize),
}

impl KernelKey {
    /// The fields of a key, given its hash.
    ///
    /// # Errors
    /// If the key has another length or is malformed.
    pub fn new(key: &VerificationKey, hash: VerificationKeyHash) -> Result<Self, KernelKeyError> {
        let fields = key.fields()?;
        let found = fields.len();
        Ok(Self { key: Array::new(fields).ok_or(KernelKeyError::Length(found))?, hash })
    }
}

impl TryFrom<&CircuitKey> for KernelKey {
    type Error = KernelKeyError;
    fn try_from(key: &CircuitKey) -> Result<Self, KernelKeyError> {
        Self::new(&key.key, key.hash)
    }
}

/// That a kernel's key is in the tree of circuit keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelKeyMembership {
    /// The key.
    pub vk: KernelKey,
    /// Its place in the tree.
    pub leaf_index: u32,
    /// The nodes beside the way to the root.
    pub sibling_path: [Fr; VK_TREE_HEIGHT],
}

/// The kernel before; what it returned is a parameter of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousKernel {
    /// Its key.
    pub vk_data: KernelKeyMembership,
}

abi_struct!(KernelKey { key, hash });
abi_struct!(KernelKeyMembership { vk, leaf_index, sibling_path });
abi_struct!(PreviousKernel { vk_data });
