//! What a transaction writes, with checkpoints to go back to.
//!
//! Protocol source: `@aztec/simulator/src/public/side_effect_trace.ts`,
//! `@aztec/simulator/src/public/state_manager/state_manager.ts`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::constants::{
    FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH, MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX,
    MAX_PUBLIC_CALLS_TO_UNIQUE_CONTRACT_CLASS_IDS, MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX,
};
use protocol::contract::{ContractClassId, ContractClassPublic, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::hash::silo::{note_hash_nonce, silo_note_hash, unique_note_hash};
use protocol::kernel::ScopedL2ToL1Message;
use protocol::log::{DebugLog, PublicLog};
use protocol::tx::PublicDataWrite;

use super::halt::{Limit, LimitReached, SideEffectError};
use super::state::{PublicState, StateError};

/// Protocol writes of a transaction (`PROTOCOL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX`): the one that pays its fee.
const MAX_PROTOCOL_WRITES: usize = 1;

/// Who writes to public storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// A contract.
    User,
    /// The protocol, which has a limit of its own.
    Protocol,
}

/// Why a side effect was not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It cannot be.
    #[error(transparent)]
    SideEffect(#[from] SideEffectError),
    /// The state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
}

fn room(limit: Limit, used: usize, max: usize) -> Result<(), SideEffectError> {
    if used >= max { Err(LimitReached { limit, max }.into()) } else { Ok(()) }
}

#[derive(Debug)]
struct Write {
    leaf_slot: Fr,
    value: Fr,
    writer: Writer,
    /// The transaction's value before; none when it is its first write of the slot.
    before: Option<Fr>,
}

/// A place in a [`Journal`] to go back to.
#[derive(Debug, Clone, Copy)]
pub struct Checkpoint {
    writes: usize,
    note_hashes: usize,
    nullifiers: usize,
    l2_to_l1_messages: usize,
    public_logs: usize,
    instances: usize,
    classes: usize,
}

/// The side effects of a transaction so far.
///
/// Which classes it ran and what its contracts printed stays when it goes back to a checkpoint; all else is undone.
#[derive(Debug)]
pub struct Journal {
    first_nullifier: Fr,
    writes: Vec<Write>,
    values: HashMap<Fr, Fr>,
    /// Distinct slots by writer.
    user_slots: usize,
    protocol_slots: usize,
    note_hashes: Vec<Fr>,
    nullifiers: Vec<Fr>,
    nullifier_set: HashSet<Fr>,
    l2_to_l1_messages: Vec<ScopedL2ToL1Message>,
    public_logs: Vec<PublicLog>,
    public_log_fields: usize,
    instances: Vec<ContractInstanceWithAddress>,
    classes: Vec<Arc<ContractClassPublic>>,
    classes_run: Vec<ContractClassId>,
    debug_logs: Vec<DebugLog>,
    debug_log_reads: u64,
}

impl Journal {
    /// No side effects. The first nullifier of the transaction makes its note hashes unique.
    #[must_use]
    pub fn new(first_nullifier: Fr) -> Self {
        Self {
            first_nullifier,
            writes: Vec::new(),
            values: HashMap::new(),
            user_slots: 0,
            protocol_slots: 0,
            note_hashes: Vec::new(),
            nullifiers: Vec::new(),
            nullifier_set: HashSet::new(),
            l2_to_l1_messages: Vec::new(),
            public_logs: Vec::new(),
            public_log_fields: 0,
            instances: Vec::new(),
            classes: Vec::new(),
            classes_run: Vec::new(),
            debug_logs: Vec::new(),
            debug_log_reads: 0,
        }
    }

    /// This place.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            writes: self.writes.len(),
            note_hashes: self.note_hashes.len(),
            nullifiers: self.nullifiers.len(),
            l2_to_l1_messages: self.l2_to_l1_messages.len(),
            public_logs: self.public_logs.len(),
            instances: self.instances.len(),
            classes: self.classes.len(),
        }
    }

    /// Undoes everything since a checkpoint of this journal.
    pub fn revert_to(&mut self, to: Checkpoint) {
        while self.writes.len() > to.writes {
            let Some(write) = self.writes.pop() else { break };
            match write.before {
                Some(value) => {
                    self.values.insert(write.leaf_slot, value);
                }
                None => {
                    self.values.remove(&write.leaf_slot);
                    *self.slots(write.writer) -= 1;
                }
            }
        }
        self.note_hashes.truncate(to.note_hashes);
        for nullifier in self.nullifiers.drain(to.nullifiers..) {
            self.nullifier_set.remove(&nullifier);
        }
        self.l2_to_l1_messages.truncate(to.l2_to_l1_messages);
        for log in self.public_logs.drain(to.public_logs..) {
            self.public_log_fields -= log.size_in_fields();
        }
        self.instances.truncate(to.instances);
        self.classes.truncate(to.classes);
    }

    fn slots(&mut self, writer: Writer) -> &mut usize {
        match writer {
            Writer::User => &mut self.user_slots,
            Writer::Protocol => &mut self.protocol_slots,
        }
    }

    /// The value in public storage.
    pub fn read(&self, state: &dyn PublicState, leaf_slot: Fr) -> Result<Fr, StateError> {
        self.values.get(&leaf_slot).map_or_else(|| state.public_data(leaf_slot), |value| Ok(*value))
    }

    /// Whether the transaction has not written a slot.
    #[must_use]
    pub fn is_cold(&self, leaf_slot: Fr) -> bool {
        !self.values.contains_key(&leaf_slot)
    }

    /// Writes public storage.
    pub fn write(&mut self, leaf_slot: Fr, value: Fr, writer: Writer) -> Result<(), SideEffectError> {
        if self.is_cold(leaf_slot) {
            let (limit, max) = match writer {
                Writer::User => (Limit::PublicDataWrites, MAX_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX),
                Writer::Protocol => (Limit::ProtocolPublicDataWrites, MAX_PROTOCOL_WRITES),
            };
            let slots = self.slots(writer);
            room(limit, *slots, max)?;
            *slots += 1;
        }
        let before = self.values.insert(leaf_slot, value);
        self.writes.push(Write { leaf_slot, value, writer, before });
        Ok(())
    }

    /// Adds a note hash, given as its contract computed it.
    pub fn add_note_hash(&mut self, contract: AztecAddress, note_hash: Fr) -> Result<(), SideEffectError> {
        self.add_siloed_note_hash(silo_note_hash(contract, note_hash))
    }

    /// Adds a siloed note hash, made unique by its place in the transaction.
    pub fn add_siloed_note_hash(&mut self, siloed: Fr) -> Result<(), SideEffectError> {
        // At most 64.
        let nonce = note_hash_nonce(self.first_nullifier, self.note_hashes.len() as u32);
        self.add_unique_note_hash(unique_note_hash(nonce, siloed))
    }

    /// Adds a note hash as it enters the tree.
    pub fn add_unique_note_hash(&mut self, unique: Fr) -> Result<(), SideEffectError> {
        room(Limit::NoteHashes, self.note_hashes.len(), MAX_NOTE_HASHES_PER_TX)?;
        self.note_hashes.push(unique);
        Ok(())
    }

    /// A leaf of the note hash tree, those of this transaction included.
    pub fn note_hash(&self, state: &dyn PublicState, index: u64) -> Result<Option<Fr>, StateError> {
        match index.checked_sub(state.note_hash_count()?) {
            None => state.note_hash(index.into()),
            Some(pending) => {
                Ok(usize::try_from(pending).ok().and_then(|pending| self.note_hashes.get(pending)).copied())
            }
        }
    }

    /// Whether a siloed nullifier exists, in the tree or in this transaction.
    pub fn nullifier_exists(&self, state: &dyn PublicState, siloed: Fr) -> Result<bool, StateError> {
        Ok(self.nullifier_set.contains(&siloed) || state.nullifier_exists(siloed)?)
    }

    /// Adds a siloed nullifier.
    pub fn add_nullifier(&mut self, state: &dyn PublicState, siloed: Fr) -> Result<(), WriteError> {
        room(Limit::Nullifiers, self.nullifiers.len(), MAX_NULLIFIERS_PER_TX)?;
        if self.nullifier_exists(state, siloed)? {
            return Err(SideEffectError::NullifierCollision(Box::new(siloed)).into());
        }
        self.nullifiers.push(siloed);
        self.nullifier_set.insert(siloed);
        Ok(())
    }

    /// Adds a message to L1.
    pub fn add_message(&mut self, message: ScopedL2ToL1Message) -> Result<(), SideEffectError> {
        room(Limit::L2ToL1Messages, self.l2_to_l1_messages.len(), MAX_L2_TO_L1_MSGS_PER_TX)?;
        self.l2_to_l1_messages.push(message);
        Ok(())
    }

    /// Whether a public log of so many fields fits beside the others.
    #[must_use]
    pub fn has_room_for_log(&self, fields: usize) -> bool {
        let header = PublicLog { contract_address: AztecAddress::ZERO, fields: Vec::new() }.size_in_fields();
        self.public_log_fields + header + fields <= FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH
    }

    /// Adds a public log.
    pub fn add_public_log(&mut self, log: PublicLog) -> Result<(), SideEffectError> {
        let fields = self.public_log_fields + log.size_in_fields();
        if fields > FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH {
            return Err(LimitReached { limit: Limit::PublicLogFields, max: FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH }.into());
        }
        self.public_log_fields = fields;
        self.public_logs.push(log);
        Ok(())
    }

    /// Makes an instance known to the rest of the transaction.
    pub fn publish_instance(&mut self, instance: ContractInstanceWithAddress) {
        self.instances.push(instance);
    }

    /// Makes a class known to the rest of the transaction.
    pub fn publish_class(&mut self, class: ContractClassPublic) {
        self.classes.push(Arc::new(class));
    }

    pub(crate) fn instance(&self, address: AztecAddress) -> Option<&ContractInstanceWithAddress> {
        self.instances.iter().rev().find(|instance| instance.address == address)
    }

    pub(crate) fn class(&self, id: ContractClassId) -> Option<&Arc<ContractClassPublic>> {
        self.classes.iter().rev().find(|class| class.id == id)
    }

    /// Remembers that a class runs. False when the transaction may run no further class.
    pub(crate) fn run_class(&mut self, id: ContractClassId) -> bool {
        let is_new = !self.classes_run.contains(&id);
        if is_new && self.classes_run.len() >= MAX_PUBLIC_CALLS_TO_UNIQUE_CONTRACT_CLASS_IDS {
            return false;
        }
        if is_new {
            self.classes_run.push(id);
        }
        true
    }

    /// Counts the cells debug logs read, up to a limit. False when it would be exceeded.
    pub(crate) fn count_debug_log_reads(&mut self, reads: u64, max: u64) -> bool {
        let total = self.debug_log_reads + reads;
        if total <= max {
            self.debug_log_reads = total;
        }
        total <= max
    }

    pub(crate) fn add_debug_log(&mut self, log: DebugLog) {
        self.debug_logs.push(log);
    }

    /// New note hashes, unique.
    #[must_use]
    pub fn note_hashes(&self) -> &[Fr] {
        &self.note_hashes
    }

    /// New nullifiers, siloed.
    #[must_use]
    pub fn nullifiers(&self) -> &[Fr] {
        &self.nullifiers
    }

    /// New messages to L1.
    #[must_use]
    pub fn l2_to_l1_messages(&self) -> &[ScopedL2ToL1Message] {
        &self.l2_to_l1_messages
    }

    /// New public logs.
    #[must_use]
    pub fn public_logs(&self) -> &[PublicLog] {
        &self.public_logs
    }

    /// The last value of each slot written, by first write.
    #[must_use]
    pub fn public_data_writes(&self) -> Vec<PublicDataWrite> {
        let first_writes = self.writes.iter().filter(|write| write.before.is_none());
        let last = |slot: &Fr| self.values.get(slot).copied().unwrap_or_default();
        first_writes
            .map(|write| PublicDataWrite { leaf_slot: write.leaf_slot, value: last(&write.leaf_slot) })
            .collect()
    }

    /// Every write, in order.
    pub fn all_writes(&self) -> impl Iterator<Item = PublicDataWrite> {
        self.writes.iter().map(|write| PublicDataWrite { leaf_slot: write.leaf_slot, value: write.value })
    }

    /// What contracts printed.
    #[must_use]
    pub fn debug_logs(&self) -> &[DebugLog] {
        &self.debug_logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::avm::MemoryState;

    fn slot(n: u64) -> Fr {
        Fr::from(n)
    }

    #[test]
    fn going_back_restores_values_and_counts() {
        let state = MemoryState::default();
        let mut journal = Journal::new(Fr::ONE);
        journal.write(slot(1), slot(10), Writer::User).expect("room");
        let place = journal.checkpoint();
        for n in 1..=63 {
            journal.write(slot(n), slot(n + 100), Writer::User).expect("room");
        }
        assert!(journal.write(slot(64), slot(0), Writer::User).is_err());
        journal.write(slot(64), slot(0), Writer::Protocol).expect("its own room");
        journal.add_nullifier(&state, slot(5)).expect("room");
        assert!(journal.add_nullifier(&state, slot(5)).is_err());
        journal.revert_to(place);
        assert_eq!(journal.read(&state, slot(1)).expect("memory"), slot(10));
        assert!(journal.is_cold(slot(2)) && journal.is_cold(slot(64)));
        journal.add_nullifier(&state, slot(5)).expect("forgotten");
        journal.write(slot(64), slot(1), Writer::User).expect("room again");
        journal.write(slot(1), slot(11), Writer::User).expect("a slot written already");
        let writes = [(1, 11), (64, 1)].map(|(s, v)| PublicDataWrite { leaf_slot: slot(s), value: slot(v) });
        assert_eq!(journal.public_data_writes(), writes);
    }

    #[test]
    fn pending_note_hashes_are_behind_the_tree() {
        let state = MemoryState { note_hashes: vec![slot(7); 64], ..MemoryState::default() };
        let mut journal = Journal::new(Fr::ONE);
        journal.add_unique_note_hash(slot(8)).expect("room");
        let at = |index| journal.note_hash(&state, index).expect("memory");
        assert_eq!([at(63), at(64), at(65), at(u64::MAX)], [Some(slot(7)), Some(slot(8)), None, None]);
    }
}
