//! The port to contracts, trees and keys.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use async_trait::async_trait;
use circuits::kernel_inputs::ContractClassHints;
use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::constants::{NOTE_HASH_TREE_HEIGHT, NULLIFIER_TREE_HEIGHT};
use protocol::field::{Fr, Point};
use protocol::keys::SecretScalar;
use protocol::merkle::{IndexedLeafPreimage, MembershipWitness, NullifierLeaf};
use thiserror::Error;

use crate::kernel::error::{KernelError, PortError};
use crate::port::{MaybeSend, MaybeSync};

/// A private function that was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CalledFunction {
    /// The contract.
    pub contract: AztecAddress,
    /// The function.
    pub selector: FunctionSelector,
}

/// Everything the kernels of a transaction must know about contracts and trees. Nothing is asked twice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HintQuestions {
    /// Functions that were called.
    pub functions: Vec<CalledFunction>,
    /// Unique note hashes that must be in the note hash tree of the anchor block.
    pub note_hashes: Vec<Fr>,
    /// Siloed nullifiers that must be in the nullifier tree of the anchor block.
    pub nullifiers: Vec<Fr>,
}

/// Where a nullifier is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullifierMembership {
    /// Its place and path.
    pub witness: MembershipWitness<NULLIFIER_TREE_HEIGHT>,
    /// Its leaf.
    pub leaf: IndexedLeafPreimage<NullifierLeaf>,
}

/// An answer to each question, in the order of the questions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HintAnswers {
    /// What leads from each function's key to its contract's address; [`contract_class_hints`] puts one together.
    ///
    /// [`contract_class_hints`]: super::contract_class_hints
    pub functions: Vec<ContractClassHints>,
    /// Where each note hash is; none for those that are not in the tree.
    pub note_hashes: Vec<Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>>>,
    /// Where each nullifier is; none for those that are not in the tree.
    pub nullifiers: Vec<Option<NullifierMembership>>,
}

/// Why a question has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HintError {
    /// A contract nobody registered.
    #[error("contract {0} is not registered")]
    UnknownContract(AztecAddress),
    /// A class without a private function that was called.
    #[error("the class of contract {contract} has no private function {selector}")]
    UnknownFunction {
        /// The contract.
        contract: AztecAddress,
        /// The function.
        selector: FunctionSelector,
    },
    /// No account has the key.
    #[error("no account has the secret key of the public key with x coordinate {0}")]
    UnknownKey(Fr),
    /// Whoever knows the answer fails.
    #[error("cannot get {what} for the kernels")]
    Port {
        /// What was asked for.
        what: &'static str,
        /// Why it cannot be had.
        #[source]
        source: PortError,
    },
}

/// Answers the questions of kernels. Witnesses must be of the trees of the anchor block; whoever answers verifies them
/// against its roots.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait HintSource: MaybeSend + MaybeSync {
    /// Answers all questions of a transaction, in as few round trips as possible.
    ///
    /// # Errors
    /// If a contract is not known, or whoever knows an answer fails.
    async fn answer(&self, questions: &HintQuestions) -> Result<HintAnswers, HintError>;

    /// The master secret key of a public key.
    ///
    /// # Errors
    /// If no account has it, or keys are locked.
    async fn master_secret_key(&self, public_key: &Point) -> Result<SecretScalar, HintError>;
}

/// The answers by what was asked.
#[derive(Debug, Default)]
pub(in crate::kernel) struct Known {
    pub(in crate::kernel) functions: BTreeMap<CalledFunction, ContractClassHints>,
    pub(in crate::kernel) note_hashes: BTreeMap<Fr, MembershipWitness<NOTE_HASH_TREE_HEIGHT>>,
    pub(in crate::kernel) nullifiers: BTreeMap<Fr, NullifierMembership>,
}

impl Known {
    /// The answers, none missing.
    pub(in crate::kernel) fn new(questions: &HintQuestions, answers: HintAnswers) -> Result<Self, KernelError> {
        let counts = [
            ("functions", questions.functions.len(), answers.functions.len()),
            ("note hashes", questions.note_hashes.len(), answers.note_hashes.len()),
            ("nullifiers", questions.nullifiers.len(), answers.nullifiers.len()),
        ];
        if let Some((what, expected, found)) = counts.into_iter().find(|(_, expected, found)| expected != found) {
            return Err(KernelError::Answers { what, expected, found });
        }
        Ok(Self {
            functions: questions.functions.iter().copied().zip(answers.functions).collect(),
            note_hashes: present(&questions.note_hashes, answers.note_hashes),
            nullifiers: present(&questions.nullifiers, answers.nullifiers),
        })
    }
}

/// The values that are in their tree.
fn present<W>(values: &[Fr], witnesses: Vec<Option<W>>) -> BTreeMap<Fr, W> {
    values.iter().zip(witnesses).filter_map(|(value, witness)| Some((*value, witness?))).collect()
}
