//! What kernels ask, answered from contracts, keys and the chain at the anchor.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

use async_trait::async_trait;
use protocol::address::AztecAddress;
use protocol::codec::{FixedFields, FromFields};
use protocol::contract::{ClassIdPreimage, DelayedClassId};
use protocol::field::{Fr, Point};
use protocol::hash::silo::public_data_leaf_slot;
use protocol::keys::SecretScalar;
use protocol::merkle::MembershipWitness;

use crate::contract::{ContractError, Contracts};
use crate::kernel::hints::{
    CalledFunction, HintAnswers, HintError, HintQuestions, HintSource, NullifierMembership, UpdatedClass,
    contract_class_hints,
};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::node::{AnchoredNode, Facts, NoteHashAt, NullifierAt, PublicDataAt, Questions, StorageAt};
use crate::store::Job;

/// Answers from what the client has and the chain at one block.
#[derive(Debug)]
pub(super) struct ClientHints {
    pub(super) node: Arc<AnchoredNode>,
    pub(super) contracts: Contracts,
    pub(super) keys: Arc<KeyStore>,
    pub(super) job: Job,
}

fn failed<E: core::error::Error + Send + Sync + 'static>(what: &'static str) -> impl Fn(E) -> HintError {
    move |source| HintError::Port { what, source: Box::new(source) }
}

impl ClientHints {
    fn hash_at(&self, contract: AztecAddress) -> PublicDataAt {
        let slot = DelayedClassId::hash_slot(contract);
        PublicDataAt { block: self.node.hash(), leaf_slot: public_data_leaf_slot(DelayedClassId::contract(), slot) }
    }

    fn values_at(&self, contract: AztecAddress) -> [StorageAt; DelayedClassId::FIELD_COUNT] {
        let (block, first) = (self.node.hash(), DelayedClassId::slot(contract));
        let registry = DelayedClassId::contract();
        core::array::from_fn(|index| StorageAt { block, contract: registry, slot: first + Fr::from(index as u64) })
    }

    fn note_hash_at(&self, note_hash: Fr) -> NoteHashAt {
        NoteHashAt { block: self.node.hash(), note_hash }
    }

    fn nullifier_at(&self, nullifier: Fr) -> NullifierAt {
        NullifierAt { block: self.node.hash(), nullifier }
    }

    async fn class_hints(
        &self,
        function: &CalledFunction,
        facts: &Facts,
    ) -> Result<circuits::kernel_inputs::ContractClassHints, HintError> {
        let CalledFunction { contract, selector } = *function;
        let hints = self.contracts.call_hints(&self.job, contract, selector).await.map_err(|error| match error {
            ContractError::UnknownInstance(contract) => HintError::UnknownContract(contract),
            ContractError::UnknownFunction { .. } => HintError::UnknownFunction { contract, selector },
            source => failed("the code of a contract")(source),
        })?;
        let instance = self.contracts.known_instance(&self.job, contract).await.map_err(failed("a contract"))?.instance;
        let values = self.values_at(contract).map(|at| *facts.answer(at));
        let values = DelayedClassId::from_fields(&values).map_err(failed("the scheduled class of a contract"))?;
        let updated = UpdatedClass::new(facts.answer(self.hash_at(contract)).clone(), values);
        let updated = updated.ok_or(HintError::UnknownContract(contract))?;
        let class = ClassIdPreimage {
            artifact_hash: hints.class_artifact_hash,
            private_functions_root: Fr::ZERO,
            public_bytecode_commitment: hints.public_bytecode_commitment,
        };
        Ok(contract_class_hints(&instance, &class, &hints.membership, updated))
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl HintSource for ClientHints {
    async fn answer(&self, asked: &HintQuestions) -> Result<HintAnswers, HintError> {
        let mut questions = Questions::new();
        for function in &asked.functions {
            questions.add(self.hash_at(function.contract));
            questions.add_all(self.values_at(function.contract));
        }
        questions.add_all(asked.note_hashes.iter().map(|note_hash| self.note_hash_at(*note_hash)));
        questions.add_all(asked.nullifiers.iter().map(|nullifier| self.nullifier_at(*nullifier)));
        let facts = self.node.ask(questions).await.map_err(failed("the state of the chain"))?;
        let mut functions = Vec::with_capacity(asked.functions.len());
        for function in &asked.functions {
            functions.push(self.class_hints(function, &facts).await?);
        }
        let nullifier = |value: &Fr| {
            let witness = facts.answer(self.nullifier_at(*value)).clone()?;
            let path = MembershipWitness::new(witness.index, witness.sibling_path)?;
            Some(NullifierMembership { witness: path, leaf: witness.leaf_preimage })
        };
        Ok(HintAnswers {
            functions,
            note_hashes: asked
                .note_hashes
                .iter()
                .map(|value| facts.answer(self.note_hash_at(*value)).clone())
                .collect(),
            nullifiers: asked.nullifiers.iter().map(nullifier).collect(),
        })
    }

    async fn master_secret_key(&self, public_key: &Point) -> Result<SecretScalar, HintError> {
        self.keys.master_secret_key(public_key).map_err(|error| match error {
            KeyStoreError::UnknownKey(_) => HintError::UnknownKey(public_key.x),
            source => failed("a master secret key")(source),
        })
    }
}
