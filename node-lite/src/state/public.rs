//! What public execution reads of a fork.

use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::contract::{ContractClassId, ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::merkle::LeafIndex;
use protocol::tx::TxEffect;

use super::Fork;
use crate::archive::Published;
use crate::avm::{PublicState, StateError};
use crate::store::Result;

/// Classes and instances that transactions of a block in the making have published, with the count of each at every open
/// checkpoint.
#[derive(Debug, Clone, Default)]
pub(super) struct Contracts {
    published: Published,
    checkpoints: Vec<(usize, usize)>,
}

impl Contracts {
    pub(super) fn checkpoint(&mut self) {
        self.checkpoints.push((self.published.classes.len(), self.published.instances.len()));
    }

    pub(super) fn commit(&mut self) {
        self.checkpoints.pop();
    }

    pub(super) fn revert(&mut self) {
        let Some((classes, instances)) = self.checkpoints.pop() else { return };
        self.published.classes.truncate(classes);
        self.published.instances.truncate(instances);
    }

    pub(super) fn add(&mut self, effect: &TxEffect) {
        self.published.add(effect);
    }
}

impl Fork {
    /// A class that the block in the making or an earlier one has published.
    pub fn contract_class(&self, id: ContractClassId) -> Result<Option<ContractClassPublic>> {
        match self.contracts.published.classes.iter().find(|class| class.id == id) {
            Some(class) => Ok(Some(class.clone())),
            None => self.nullifiers.store().snapshot().contract_class(id),
        }
    }

    /// An instance that the block in the making or an earlier one has published, with its original class.
    pub fn contract_instance(&self, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>> {
        match self.contracts.published.instances.iter().find(|instance| instance.address == address) {
            Some(instance) => Ok(Some(*instance)),
            None => self.nullifiers.store().snapshot().contract_instance(address, Timestamp(0)),
        }
    }
}

impl PublicState for Fork {
    fn public_data(&self, leaf_slot: Fr) -> Result<Fr, StateError> {
        self.public_value(leaf_slot).map_err(StateError::new)
    }

    fn nullifier_exists(&self, siloed_nullifier: Fr) -> Result<bool, StateError> {
        self.low_nullifier(siloed_nullifier).map(|low| low.already_present).map_err(StateError::new)
    }

    fn note_hash_count(&self) -> Result<u64, StateError> {
        Ok(self.note_hashes.size())
    }

    fn note_hash(&self, index: LeafIndex) -> Result<Option<Fr>, StateError> {
        self.note_hashes.leaf(index).map_err(StateError::new)
    }

    fn l1_to_l2_message(&self, index: LeafIndex) -> Result<Option<Fr>, StateError> {
        self.messages.leaf(index).map_err(StateError::new)
    }

    fn contract_instance(&self, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>, StateError> {
        self.contract_instance(address).map_err(StateError::new)
    }

    fn contract_class(&self, id: ContractClassId) -> Result<Option<ContractClassPublic>, StateError> {
        self.contract_class(id).map_err(StateError::new)
    }
}
