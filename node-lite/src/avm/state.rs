//! What public execution reads of the world, as of the beginning of the transaction.

use std::collections::{HashMap, HashSet};
use std::error::Error;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::contract::{ContractClassId, ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::merkle::LeafIndex;
use thiserror::Error;

/// The state cannot be read.
#[derive(Debug, Error)]
#[error("cannot read the state: {0}")]
pub struct StateError(#[source] Box<dyn Error + Send + Sync>);

impl StateError {
    /// Wraps the store's error.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// The state at the beginning of a transaction, in which nothing of it is yet.
///
/// Answers must not change while a transaction runs. Whether an answer is true is for the implementation to know, but
/// for a class's bytecode, which is checked against the class id.
pub trait PublicState {
    /// The value in the public data tree; zero when the slot was never written.
    fn public_data(&self, leaf_slot: Fr) -> Result<Fr, StateError>;

    /// Whether the nullifier tree holds a siloed nullifier.
    fn nullifier_exists(&self, siloed_nullifier: Fr) -> Result<bool, StateError>;

    /// Number of leaves of the note hash tree, padding included.
    fn note_hash_count(&self) -> Result<u64, StateError>;

    /// A leaf of the note hash tree; none beyond the last one.
    fn note_hash(&self, index: LeafIndex) -> Result<Option<Fr>, StateError>;

    /// A leaf of the tree of messages from L1; none beyond the last one.
    fn l1_to_l2_message(&self, index: LeafIndex) -> Result<Option<Fr>, StateError>;

    /// A published instance with its original class, or the instance of a protocol contract. The current class is read
    /// from public storage.
    fn contract_instance(&self, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>, StateError>;

    /// A published class.
    fn contract_class(&self, id: ContractClassId) -> Result<Option<ContractClassPublic>, StateError>;

    /// The name of a function, for messages to developers.
    fn function_name(&self, contract: AztecAddress, selector: FunctionSelector) -> Result<Option<String>, StateError> {
        let _ = (contract, selector);
        Ok(None)
    }
}

/// A state in memory, for tests and tools.
#[derive(Debug, Clone, Default)]
pub struct MemoryState {
    /// Public data by leaf slot.
    pub public_data: HashMap<Fr, Fr>,
    /// Siloed nullifiers.
    pub nullifiers: HashSet<Fr>,
    /// Leaves of the note hash tree.
    pub note_hashes: Vec<Fr>,
    /// Leaves of the tree of messages from L1.
    pub l1_to_l2_messages: Vec<Fr>,
    /// Contract instances.
    pub instances: HashMap<AztecAddress, ContractInstanceWithAddress>,
    /// Contract classes.
    pub classes: HashMap<ContractClassId, ContractClassPublic>,
}

fn leaf(leaves: &[Fr], index: LeafIndex) -> Option<Fr> {
    usize::try_from(index.0).ok().and_then(|index| leaves.get(index)).copied()
}

impl PublicState for MemoryState {
    fn public_data(&self, leaf_slot: Fr) -> Result<Fr, StateError> {
        Ok(self.public_data.get(&leaf_slot).copied().unwrap_or_default())
    }

    fn nullifier_exists(&self, siloed_nullifier: Fr) -> Result<bool, StateError> {
        Ok(self.nullifiers.contains(&siloed_nullifier))
    }

    fn note_hash_count(&self) -> Result<u64, StateError> {
        Ok(self.note_hashes.len() as u64)
    }

    fn note_hash(&self, index: LeafIndex) -> Result<Option<Fr>, StateError> {
        Ok(leaf(&self.note_hashes, index))
    }

    fn l1_to_l2_message(&self, index: LeafIndex) -> Result<Option<Fr>, StateError> {
        Ok(leaf(&self.l1_to_l2_messages, index))
    }

    fn contract_instance(&self, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>, StateError> {
        Ok(self.instances.get(&address).copied())
    }

    fn contract_class(&self, id: ContractClassId) -> Result<Option<ContractClassPublic>, StateError> {
        Ok(self.classes.get(&id).cloned())
    }
}
