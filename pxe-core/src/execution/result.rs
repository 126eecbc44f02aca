//! What the private part of a transaction came to.
//!
//! Protocol source: `@aztec/stdlib/src/tx/private_execution_result.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use circuits::program::Program;
use circuits::witness::WitnessMap;
use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::artifact::VerificationKey;
use protocol::field::Fr;
use protocol::kernel::{PrivateCircuitPublicInputs, SideEffectCounter};
use protocol::log::ContractClassLog;
use protocol::note::Note;
use protocol::tag::PreTag;
use protocol::tx::HashedValues;

/// The private part of a transaction, executed.
#[derive(Debug, Clone)]
pub struct PrivateExecution {
    /// The call everything began with.
    pub entry: PrivateCall,
    /// The nullifier that makes the note hashes of the transaction unique: the first one a call made, or the one the
    /// kernel makes of the request.
    pub first_nullifier: Fr,
    /// What the enqueued public calls are called with, selectors first, by hash.
    pub public_calldata: Vec<HashedValues>,
}

/// A private call, executed, with those it made.
#[derive(Clone)]
pub struct PrivateCall {
    /// Name of the contract's class, for people.
    pub contract_name: String,
    /// Name of the function, for people.
    pub function_name: String,
    /// The function's program.
    pub program: Program,
    /// The function's verification key.
    pub verification_key: VerificationKey,
    /// All values of its witness.
    pub witness: WitnessMap,
    /// What it makes public. Contract, selector and sender are in its call context.
    pub public_inputs: PrivateCircuitPublicInputs,
    /// What it returned.
    pub return_values: Vec<Fr>,
    /// The notes it made.
    pub new_notes: Vec<NewNote>,
    /// Counters of notes of this transaction that were nullified while this call ran, with the counters of the nullifiers.
    pub nullified_notes: BTreeMap<SideEffectCounter, SideEffectCounter>,
    /// What it told the world outside of the chain.
    pub offchain_effects: Vec<OffchainEffect>,
    /// The tags it used as a sender.
    pub tags: Vec<PreTag>,
    /// Payloads of its contract class logs.
    pub contract_class_logs: Vec<CountedContractClassLog>,
    /// The calls it made, in their order.
    pub nested: Vec<PrivateCall>,
}

/// A note a call made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// Its content.
    pub note: Note,
    /// Who owns it.
    pub owner: AztecAddress,
    /// Where it is stored.
    pub storage_slot: Fr,
    /// What makes its hash tell nothing.
    pub randomness: Fr,
    /// Which kind of note it is.
    pub note_type_id: Fr,
    /// Its inner note hash.
    pub note_hash: Fr,
    /// Its place in the order of side effects.
    pub counter: SideEffectCounter,
}

/// Data a contract hands to the world outside of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OffchainEffect {
    /// The data.
    pub data: Vec<Fr>,
    /// The contract.
    pub contract_address: AztecAddress,
}

/// A contract class log with its place in the order of side effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedContractClassLog {
    /// The log.
    pub log: ContractClassLog,
    /// Its place.
    pub counter: SideEffectCounter,
}

/// Witnesses are secret.
impl core::fmt::Debug for PrivateCall {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}.{}{:?}", self.contract_name, self.function_name, self.nested)
    }
}

impl PrivateCall {
    /// The contract that was called.
    #[must_use]
    pub fn contract(&self) -> AztecAddress {
        self.public_inputs.call_context.contract_address
    }

    /// The function that was called.
    #[must_use]
    pub fn selector(&self) -> FunctionSelector {
        self.public_inputs.call_context.function_selector
    }

    /// Whether it leaves the chain as it is: what a static call must do. Calls it made count for themselves.
    #[must_use]
    pub fn is_without_effects(&self) -> bool {
        let inputs = &self.public_inputs;
        inputs.note_hashes.is_empty()
            && inputs.nullifiers.is_empty()
            && inputs.l2_to_l1_msgs.is_empty()
            && inputs.private_logs.is_empty()
            && inputs.contract_class_logs_hashes.is_empty()
    }

    /// This call and all below it, each before those it made.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        let mut rest = alloc::vec![self];
        core::iter::from_fn(move || {
            let next = rest.pop()?;
            rest.extend(next.nested.iter().rev());
            Some(next)
        })
    }
}

impl PrivateExecution {
    /// All calls, each before those it made.
    pub fn calls(&self) -> impl Iterator<Item = &PrivateCall> {
        self.entry.all()
    }

    /// Side effects from this counter on are revertible: what the last call that set it said; 0 when none did.
    #[must_use]
    pub fn min_revertible_counter(&self) -> SideEffectCounter {
        let set = self.calls().map(|call| call.public_inputs.min_revertible_side_effect_counter);
        set.filter(|counter| counter.0 != 0).last().unwrap_or_default()
    }

    /// Whether no public function is called.
    #[must_use]
    pub fn is_private_only(&self) -> bool {
        self.public_calldata.is_empty()
    }

    /// Payloads of contract class logs in the order the transaction carries them.
    #[must_use]
    pub fn contract_class_logs(&self) -> Vec<&ContractClassLog> {
        let mut logs: Vec<_> = self.calls().flat_map(|call| &call.contract_class_logs).collect();
        logs.sort_by_key(|log| log.counter);
        logs.into_iter().map(|log| &log.log).collect()
    }

    /// Counters of notes of this transaction with those of the nullifiers that nullify them.
    #[must_use]
    pub fn nullified_notes(&self) -> BTreeMap<SideEffectCounter, SideEffectCounter> {
        self.calls().flat_map(|call| &call.nullified_notes).map(|(note, nullifier)| (*note, *nullifier)).collect()
    }
}
