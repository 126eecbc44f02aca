//! The running function, as oracles see it.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::kernel::{CallContext, SideEffectCounter};
use protocol::tx::{AuthWitness, Capsule, TxContext};

use super::OracleError;
use crate::execution::budget::Budget;
use crate::execution::hashed_values::HashedValuesCache;
use crate::execution::note_cache::NoteCache;
use crate::execution::tagging_cache::TaggingCache;
use crate::execution::{CountedContractClassLog, Env, NewNote, OffchainEffect, PrivateCall};
use crate::scopes::Scopes;
use crate::store::Job;
use crate::sync::logs::FoundLogs;

/// What the private functions of a transaction share.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// Chain and gas settings.
    pub(crate) context: TxContext,
    /// Arguments, return values, calldata.
    pub(crate) hashed_values: HashedValuesCache,
    /// Notes and nullifiers so far.
    pub(crate) notes: NoteCache,
    /// Tags so far.
    pub(crate) tags: TaggingCache,
    /// Private functions that were called.
    pub(crate) calls: usize,
}

/// What only a private function has.
#[derive(Debug)]
pub(crate) struct PrivateState<'a> {
    /// What it shares with the other private functions of the transaction.
    pub(crate) tx: &'a mut Transaction,
    /// Who calls what.
    pub(crate) context: CallContext,
    /// Functions that wait for this one.
    pub(crate) depth: usize,
    /// The account whose tags logs get unless they say otherwise.
    pub(crate) sender_for_tags: Option<AztecAddress>,
    /// Fields of the calldata of public calls that this function and those that wait for it enqueued.
    pub(crate) calldata_fields: usize,
    /// Notes it made.
    pub(crate) new_notes: Vec<NewNote>,
    /// Counters of notes of this transaction, with those of the nullifiers.
    pub(crate) nullified_notes: BTreeMap<SideEffectCounter, SideEffectCounter>,
    /// What it told the world outside of the chain.
    pub(crate) offchain_effects: Vec<OffchainEffect>,
    /// Payloads of its contract class logs.
    pub(crate) contract_class_logs: Vec<CountedContractClassLog>,
    /// The calls it made.
    pub(crate) nested: Vec<PrivateCall>,
}

impl<'a> PrivateState<'a> {
    /// A function that begins.
    pub(crate) const fn new(tx: &'a mut Transaction, context: CallContext, depth: usize) -> Self {
        Self {
            tx,
            context,
            depth,
            sender_for_tags: None,
            calldata_fields: 0,
            new_notes: Vec::new(),
            nullified_notes: BTreeMap::new(),
            offchain_effects: Vec::new(),
            contract_class_logs: Vec::new(),
            nested: Vec::new(),
        }
    }
}

/// A function that runs.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    /// What executions use.
    pub(crate) env: &'a Env,
    /// The store, with what this piece of work wrote.
    pub(crate) job: &'a mut Job,
    /// What it may still make the client keep.
    pub(crate) budget: &'a mut Budget,
    /// Whose notes and keys it may use.
    pub(crate) scopes: &'a Scopes,
    /// Authorizations it may ask for.
    pub(crate) auth_witnesses: &'a [AuthWitness],
    /// Capsules for this transaction only.
    pub(crate) capsules: &'a [Capsule],
    /// The contract.
    pub(crate) contract: AztecAddress,
    /// Name of the contract's class.
    pub(crate) contract_name: &'a str,
    /// Logs that were found for it, if it is being synced.
    pub(crate) found: Option<&'a mut FoundLogs>,
    /// What it has as a private function.
    pub(crate) private: Option<PrivateState<'a>>,
}

impl<'a> Call<'a> {
    /// What it has as a private function.
    pub(super) fn private(&mut self) -> Result<&mut PrivateState<'a>, OracleError> {
        self.private.as_mut().ok_or(OracleError::PrivateOnly)
    }

    /// Fields are about to be kept.
    pub(super) fn keep(&mut self, fields: usize) -> Result<(), OracleError> {
        Ok(self.budget.keep(fields)?)
    }

    /// A contract may only name itself.
    pub(super) fn own(&self, contract: AztecAddress) -> Result<(), OracleError> {
        if contract == self.contract { Ok(()) } else { Err(OracleError::OtherContract { named: contract }) }
    }

    /// Arguments, return values and calldata by their hash.
    pub(super) fn values(&mut self, hash: Fr) -> Result<&[Fr], OracleError> {
        let private = self.private.as_ref().ok_or(OracleError::PrivateOnly)?;
        private.tx.hashed_values.get(hash).ok_or(OracleError::NoPreimage(hash))
    }
}
