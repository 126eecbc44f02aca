//! Notes and nullifiers of the transaction that is being executed.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/execution_note_cache.ts`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::hash::silo::{note_hash_nonce, silo_note_hash, silo_nullifier, unique_note_hash};
use protocol::kernel::SideEffectCounter;
use thiserror::Error;

use super::NewNote;

/// Side effects that cannot follow from what came before.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoteCacheError {
    /// Counters of note hashes do not increase.
    #[error("the note hash has counter {counter}, which is not above {previous}, that of the note hash before it")]
    Counter {
        /// Counter of the note hash.
        counter: SideEffectCounter,
        /// Counter of the one before it.
        previous: SideEffectCounter,
    },
    /// The note is not one of this transaction, or it is nullified already.
    #[error("contract {contract} has no pending note with hash {note_hash} that could be nullified")]
    NoSuchNote {
        /// The contract.
        contract: AztecAddress,
        /// The hash.
        note_hash: Fr,
    },
    /// A nullifier is emitted twice.
    #[error("contract {contract} emits the siloed nullifier {nullifier} a second time")]
    DuplicateNullifier {
        /// The contract.
        contract: AztecAddress,
        /// The siloed nullifier.
        nullifier: Fr,
    },
    /// The revertible phase begins twice.
    #[error("the revertible phase cannot begin at counter {counter}: it began at {began}")]
    AlreadyRevertible {
        /// Where it is to begin.
        counter: SideEffectCounter,
        /// Where it began.
        began: SideEffectCounter,
    },
}

/// A note of the transaction that is not nullified.
#[derive(Debug, Clone)]
pub(super) struct PendingNote {
    /// The contract whose note it is.
    pub(super) contract: AztecAddress,
    /// The note.
    pub(super) note: NewNote,
    /// Nonce of its hash; zero in the phase that made the note.
    pub(super) nonce: Fr,
    /// The hash by which the contract names the note when it nullifies it.
    consumed_as: Fr,
}

#[derive(Debug)]
enum Phase {
    /// What was done so far stays whatever becomes of the public calls.
    NonRevertible,
    /// What is done from a counter on may be reverted.
    Revertible { from: SideEffectCounter, nonce_generator: Fr },
}

/// Notes and nullifiers of a transaction, as all its calls see them.
#[derive(Debug)]
pub(super) struct NoteCache {
    protocol_nullifier: Fr,
    phase: Phase,
    /// In the order of their counters.
    notes: Vec<PendingNote>,
    /// By contract, siloed. A nullifier whose note hash does not leave the transaction is none.
    nullifiers: BTreeMap<AztecAddress, BTreeSet<Fr>>,
    first_nullifier: Option<Fr>,
}

impl NoteCache {
    /// Nothing happened yet. The protocol nullifier is what the kernel emits when no call emits a nullifier.
    pub(super) const fn new(protocol_nullifier: Fr) -> Self {
        Self {
            protocol_nullifier,
            phase: Phase::NonRevertible,
            notes: Vec::new(),
            nullifiers: BTreeMap::new(),
            first_nullifier: None,
        }
    }

    /// Whether a side effect with this counter may be reverted.
    pub(super) fn is_revertible(&self, counter: SideEffectCounter) -> bool {
        matches!(self.phase, Phase::Revertible { from, .. } if counter >= from)
    }

    /// What is done from `counter` on is revertible. Notes made so far cannot vanish any more, so their places in the
    /// transaction and with them their nonces are known.
    pub(super) fn begin_revertible_phase(&mut self, counter: SideEffectCounter) -> Result<(), NoteCacheError> {
        if let Phase::Revertible { from: began, .. } = self.phase {
            return Err(NoteCacheError::AlreadyRevertible { counter, began });
        }
        let nonce_generator = self.first_nullifier();
        self.phase = Phase::Revertible { from: counter, nonce_generator };
        for (index, pending) in (0u32..).zip(&mut self.notes) {
            pending.nonce = note_hash_nonce(nonce_generator, index);
            let siloed = silo_note_hash(pending.contract, pending.note.note_hash);
            pending.consumed_as = unique_note_hash(pending.nonce, siloed);
        }
        Ok(())
    }

    /// The nullifier from which the nonces of note hashes follow: the first that stays whatever is reverted, or the
    /// protocol's when there is none.
    pub(super) fn first_nullifier(&self) -> Fr {
        match self.phase {
            Phase::Revertible { nonce_generator, .. } => nonce_generator,
            Phase::NonRevertible => self.first_nullifier.unwrap_or(self.protocol_nullifier),
        }
    }

    /// Takes in a note that a contract made.
    pub(super) fn add(&mut self, contract: AztecAddress, note: NewNote) -> Result<(), NoteCacheError> {
        let previous = self.notes.last().map(|last| last.note.counter);
        if let Some(previous) = previous.filter(|previous| *previous >= note.counter) {
            return Err(NoteCacheError::Counter { counter: note.counter, previous });
        }
        self.notes.push(PendingNote { contract, consumed_as: note.note_hash, note, nonce: Fr::ZERO });
        Ok(())
    }

    /// Nullifies a note: one of this transaction, whose counter is returned, or with note hash zero an older one.
    pub(super) fn nullify(
        &mut self,
        contract: AztecAddress,
        inner_nullifier: Fr,
        note_hash: Fr,
    ) -> Result<Option<SideEffectCounter>, NoteCacheError> {
        if note_hash.is_zero() {
            self.add_nullifier(contract, inner_nullifier)?;
            return Ok(None);
        }
        let is_it = |pending: &PendingNote| pending.contract == contract && pending.consumed_as == note_hash;
        let index = self.notes.iter().position(is_it);
        let index = index.ok_or(NoteCacheError::NoSuchNote { contract, note_hash })?;
        let counter = self.notes.remove(index).note.counter;
        // The note hash stays when the nullifier is reverted, so neither leaves the transaction.
        if matches!(self.phase, Phase::Revertible { from, .. } if counter < from) {
            self.add_nullifier(contract, inner_nullifier)?;
        }
        Ok(Some(counter))
    }

    /// Takes in a nullifier that a contract emitted.
    pub(super) fn add_nullifier(&mut self, contract: AztecAddress, inner_nullifier: Fr) -> Result<(), NoteCacheError> {
        let nullifier = silo_nullifier(contract, inner_nullifier);
        if !self.nullifiers.entry(contract).or_default().insert(nullifier) {
            return Err(NoteCacheError::DuplicateNullifier { contract, nullifier });
        }
        self.first_nullifier.get_or_insert(nullifier);
        Ok(())
    }

    /// Whether a contract emitted a nullifier, given siloed.
    pub(super) fn has_nullifier(&self, contract: AztecAddress, siloed_nullifier: Fr) -> bool {
        self.nullifiers.get(&contract).is_some_and(|emitted| emitted.contains(&siloed_nullifier))
    }

    /// Notes in a storage slot, of one owner or of all, in the order they were made.
    pub(super) fn notes(
        &self,
        contract: AztecAddress,
        owner: Option<AztecAddress>,
        storage_slot: Fr,
    ) -> impl Iterator<Item = &PendingNote> {
        self.notes.iter().filter(move |PendingNote { contract: of, note, .. }| {
            *of == contract && note.storage_slot == storage_slot && owner.is_none_or(|owner| note.owner == owner)
        })
    }
}

#[cfg(test)]
mod tests {
    use protocol::note::Note;

    use super::*;

    const ALICE: AztecAddress = AztecAddress::from_field(Fr::ONE);

    fn contract(number: u64) -> AztecAddress {
        AztecAddress::from_u64(number)
    }

    fn note(hash: u64, counter: u32) -> NewNote {
        NewNote {
            note: Note(alloc::vec![hash.into()]),
            owner: ALICE,
            storage_slot: Fr::from(7u8),
            randomness: Fr::from(8u8),
            note_type_id: Fr::ZERO,
            note_hash: hash.into(),
            counter: counter.into(),
        }
    }

    fn hashes(cache: &NoteCache, of: u64) -> Vec<Fr> {
        cache.notes(contract(of), Some(ALICE), Fr::from(7u8)).map(|pending| pending.note.note_hash).collect()
    }

    #[test]
    fn a_note_made_and_nullified_in_one_phase_leaves_nothing() {
        let mut cache = NoteCache::new(Fr::from(99u8));
        for (of, hash, counter) in [(5, 50, 3), (6, 50, 5), (5, 51, 9)] {
            cache.add(contract(of), note(hash, counter)).unwrap();
        }
        assert_eq!(hashes(&cache, 5), [50u64, 51].map(Fr::from));
        assert_eq!(cache.notes(contract(5), None, Fr::from(7u8)).count(), 2);
        assert_eq!(cache.notes(contract(5), Some(contract(9)), Fr::from(7u8)).count(), 0);
        assert_eq!(cache.notes(contract(5), None, Fr::from(8u8)).count(), 0);
        assert_eq!(cache.nullify(contract(5), Fr::from(1u8), Fr::from(50u8)), Ok(Some(3.into())));
        assert_eq!(hashes(&cache, 5), [Fr::from(51u8)]);
        assert_eq!(hashes(&cache, 6), [Fr::from(50u8)]);
        let gone = NoteCacheError::NoSuchNote { contract: contract(5), note_hash: Fr::from(50u8) };
        assert_eq!(cache.nullify(contract(5), Fr::from(1u8), Fr::from(50u8)), Err(gone));
        // The nullifier is squashed with the note: the protocol's one stays the first.
        assert!(!cache.has_nullifier(contract(5), silo_nullifier(contract(5), Fr::from(1u8))));
        assert_eq!(cache.first_nullifier(), Fr::from(99u8));
        let counter = NoteCacheError::Counter { counter: 9.into(), previous: 9.into() };
        assert_eq!(cache.add(contract(6), note(52, 9)), Err(counter));
    }

    #[test]
    fn nullifiers_are_unique_and_the_first_generates_nonces() {
        let mut cache = NoteCache::new(Fr::from(99u8));
        assert_eq!(cache.nullify(contract(5), Fr::from(1u8), Fr::ZERO), Ok(None));
        cache.add_nullifier(contract(5), Fr::from(2u8)).unwrap();
        cache.add_nullifier(contract(4), Fr::from(1u8)).unwrap();
        let first = silo_nullifier(contract(5), Fr::from(1u8));
        let twice = NoteCacheError::DuplicateNullifier { contract: contract(5), nullifier: first };
        assert_eq!(cache.add_nullifier(contract(5), Fr::from(1u8)), Err(twice));
        assert!(cache.has_nullifier(contract(5), first) && !cache.has_nullifier(contract(4), first));
        assert_eq!(cache.first_nullifier(), first);
    }

    #[test]
    fn notes_of_the_phase_before_have_nonces_and_their_nullifiers_stay() {
        let mut cache = NoteCache::new(Fr::from(99u8));
        for (hash, counter) in [(50, 3), (51, 4), (52, 5)] {
            cache.add(contract(5), note(hash, counter)).unwrap();
        }
        cache.nullify(contract(5), Fr::from(1u8), Fr::from(50u8)).unwrap();
        assert!(!cache.is_revertible(10.into()));
        cache.begin_revertible_phase(6.into()).unwrap();
        assert!(cache.is_revertible(6.into()) && !cache.is_revertible(5.into()));
        let again = NoteCacheError::AlreadyRevertible { counter: 8.into(), began: 6.into() };
        assert_eq!(cache.begin_revertible_phase(8.into()), Err(again));

        // Places are counted among the notes that are left.
        let nonces: Vec<_> = cache.notes(contract(5), None, Fr::from(7u8)).map(|pending| pending.nonce).collect();
        assert_eq!(nonces, [0, 1].map(|index| note_hash_nonce(Fr::from(99u8), index)));
        let unique = unique_note_hash(nonces[1], silo_note_hash(contract(5), Fr::from(52u8)));
        assert!(cache.nullify(contract(5), Fr::from(2u8), Fr::from(52u8)).is_err());
        assert_eq!(cache.nullify(contract(5), Fr::from(2u8), unique), Ok(Some(5.into())));
        assert!(cache.has_nullifier(contract(5), silo_nullifier(contract(5), Fr::from(2u8))));

        // A nullifier that may be reverted generates no nonces.
        assert_eq!(cache.first_nullifier(), Fr::from(99u8));
        cache.add(contract(5), note(53, 7)).unwrap();
        cache.nullify(contract(5), Fr::from(3u8), Fr::from(53u8)).unwrap();
        assert!(!cache.has_nullifier(contract(5), silo_nullifier(contract(5), Fr::from(3u8))));
    }
}
