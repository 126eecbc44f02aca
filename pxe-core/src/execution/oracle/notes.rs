//! Notes and nullifiers, those of the transaction and those of the store.

use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::hash::silo::silo_nullifier;
use protocol::kernel::SideEffectCounter;
use protocol::note::{HintedNote, NoteStage, UnprovableNote};

use super::{Answer, Call, OracleError};
use crate::execution::NewNote;
use crate::execution::note_cache::PendingNote;
use crate::execution::pick_notes::Picking;
use crate::store::notes::{self, NoteFilter, NoteStatus, StoredNote};

/// Fields a contract has room for when it asks for notes.
const MAX_NOTE_FIELDS: u32 = 1 << 16;

/// Which notes a contract looks at.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) owner: Option<AztecAddress>,
    pub(super) storage_slot: Fr,
    pub(super) status: u32,
}

impl Slot {
    fn status(&self) -> Result<NoteStatus, OracleError> {
        match self.status {
            1 => Ok(NoteStatus::Active),
            2 => Ok(NoteStatus::ActiveOrNullified),
            other => Err(OracleError::NoteStatus(other)),
        }
    }
}

/// The notes of a slot that are picked, packed, in a bounded list. In private functions those of the transaction come
/// last and those it nullified do not count.
pub(super) async fn get(
    call: &Call<'_>,
    slot: &Slot,
    picking: &Picking,
    max_notes: u32,
    packed_length: u32,
) -> Result<Answer, OracleError> {
    let room = max_notes.saturating_mul(packed_length);
    let room = super::arguments::within("max_notes * packed_length", room, MAX_NOTE_FIELDS)?;
    let filter = NoteFilter {
        contract: call.contract,
        owner: slot.owner,
        storage_slot: Some(slot.storage_slot),
        status: slot.status()?,
        scopes: call.scopes.clone(),
    };
    let stored = notes::find(call.job, &filter).await?;
    let mut found = Vec::with_capacity(stored.len());
    match &call.private {
        None => found.extend(stored.into_iter().map(of_store)),
        Some(private) => {
            let cache = &private.tx.notes;
            let is_spent = |note: &StoredNote| cache.has_nullifier(note.contract, note.siloed_nullifier);
            found.extend(stored.into_iter().filter(|note| !is_spent(note)).map(of_store));
            found.extend(cache.notes(call.contract, slot.owner, slot.storage_slot).map(of_transaction));
        }
    }
    let found = found.into_iter().collect::<Result<Vec<HintedNote>, UnprovableNote>>()?;
    let picked = picking.pick(found, |note| &note.note.0)?;
    if picked.len() > max_notes as usize {
        return Err(OracleError::TooManyNotes { found: picked.len(), room: max_notes });
    }
    let mut fields = Vec::with_capacity(room);
    for note in &picked {
        let packed = note.pack();
        if packed.len() != packed_length as usize {
            return Err(OracleError::NoteLength { expected: packed_length, found: packed.len() });
        }
        fields.extend(packed);
    }
    fields.resize(room, Fr::ZERO);
    Ok(vec![fields.into(), Fr::from(picked.len() as u64).into()])
}

fn of_store(note: StoredNote) -> Result<HintedNote, UnprovableNote> {
    let StoredNote { note, contract, owner, storage_slot, randomness, note_nonce, .. } = note;
    let stage = NoteStage::new(false, note_nonce)?;
    Ok(HintedNote { note, contract_address: contract, owner, randomness, storage_slot, stage })
}

fn of_transaction(pending: &PendingNote) -> Result<HintedNote, UnprovableNote> {
    let NewNote { note, owner, storage_slot, randomness, .. } = pending.note.clone();
    let stage = NoteStage::new(true, pending.nonce)?;
    Ok(HintedNote { note, contract_address: pending.contract, owner, randomness, storage_slot, stage })
}

/// Whether a siloed nullifier is in the tree at the anchor, proven either way.
pub(super) async fn is_in_tree(call: &Call<'_>, siloed_nullifier: Fr) -> Result<bool, OracleError> {
    let node = &call.env.node;
    let witness = node.low_nullifier_witness(node.hash(), siloed_nullifier).await?;
    Ok(witness.leaf_preimage.leaf.nullifier == siloed_nullifier)
}

pub(super) async fn nullifier_exists(call: &Call<'_>, inner_nullifier: Fr) -> Result<Answer, OracleError> {
    let siloed = silo_nullifier(call.contract, inner_nullifier);
    let is_pending = call.private.as_ref().is_some_and(|private| private.tx.notes.has_nullifier(call.contract, siloed));
    let exists = is_pending || is_in_tree(call, siloed).await?;
    Ok(vec![Fr::from(exists).into()])
}

pub(super) fn created(call: &mut Call<'_>, note: NewNote) -> Result<Answer, OracleError> {
    call.keep(2 * note.note.0.len())?;
    let contract = call.contract;
    let private = call.private()?;
    private.tx.notes.add(contract, note.clone())?;
    private.new_notes.push(note);
    Ok(vec![])
}

pub(super) fn nullified(
    call: &mut Call<'_>,
    inner_nullifier: Fr,
    note_hash: Fr,
    counter: SideEffectCounter,
) -> Result<Answer, OracleError> {
    call.keep(1)?;
    let contract = call.contract;
    let private = call.private()?;
    if let Some(note_counter) = private.tx.notes.nullify(contract, inner_nullifier, note_hash)? {
        private.nullified_notes.insert(note_counter, counter);
    }
    Ok(vec![])
}

pub(super) fn created_nullifier(call: &mut Call<'_>, inner_nullifier: Fr) -> Result<Answer, OracleError> {
    call.keep(1)?;
    let contract = call.contract;
    call.private()?.tx.notes.add_nullifier(contract, inner_nullifier)?;
    Ok(vec![])
}

pub(super) fn is_nullifier_pending(
    call: &mut Call<'_>,
    inner_nullifier: Fr,
    contract: AztecAddress,
) -> Result<Answer, OracleError> {
    let siloed = silo_nullifier(contract, inner_nullifier);
    Ok(vec![Fr::from(call.private()?.tx.notes.has_nullifier(contract, siloed)).into()])
}

pub(super) fn begin_revertible_phase(call: &mut Call<'_>, counter: SideEffectCounter) -> Result<Answer, OracleError> {
    call.private()?.tx.notes.begin_revertible_phase(counter)?;
    Ok(vec![])
}

pub(super) fn is_revertible(call: &mut Call<'_>, counter: SideEffectCounter) -> Result<Answer, OracleError> {
    Ok(vec![Fr::from(call.private()?.tx.notes.is_revertible(counter)).into()])
}
