//! Notes that are made and nullified in the same transaction: neither leaves it.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/hints/build_transient_data_hints.ts`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use circuits::kernel_inputs::TransientDataSquashingHint;
use protocol::constants::{MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX};
use protocol::kernel::{Counted, NoteHash, Nullifier, PrivateLogData, ReadRequest, Scoped, SideEffectCounter};

use super::reads::{Emitted, index};
use crate::kernel::error::{KernelError, WrongLink};

/// Which note hash each nullifier of the transaction nullifies.
#[derive(Debug, Default)]
pub(in crate::kernel) struct Links {
    /// Counters of nullifiers by those of the note hashes they nullify.
    pub(in crate::kernel) nullified: BTreeMap<SideEffectCounter, SideEffectCounter>,
    /// From this counter on side effects may be reverted without those before; zero if all are reverted together.
    pub(in crate::kernel) split: SideEffectCounter,
}

/// What calls that come later need.
#[derive(Debug, Default)]
pub(in crate::kernel) struct Future<'a> {
    /// Reads of note hashes.
    pub(in crate::kernel) note_hash_reads: Vec<&'a Scoped<ReadRequest>>,
    /// Reads of nullifiers.
    pub(in crate::kernel) nullifier_reads: Vec<&'a Scoped<ReadRequest>>,
    /// Note hashes that private logs belong to.
    pub(in crate::kernel) logged: BTreeSet<SideEffectCounter>,
}

/// The note hashes that can be squashed with their nullifiers, by their places.
pub(in crate::kernel) fn squashable(
    note_hashes: &[Scoped<NoteHash>],
    nullifiers: &[Scoped<Nullifier>],
    future: &Future<'_>,
    links: &Links,
) -> Result<Vec<TransientDataSquashingHint>, KernelError> {
    // Of two with the same counter the last counts, as in the official code.
    let by_counter: BTreeMap<_, _> = nullifiers.iter().enumerate().map(|(place, it)| (it.counter(), place)).collect();
    let mut hints = Vec::new();
    for (note_hash_place, note_hash) in note_hashes.iter().enumerate() {
        let Some(linked) = links.nullified.get(&note_hash.counter()).filter(|counter| counter.0 != 0) else { continue };
        // A note hash that is still read must stay until then, one that a log belongs to until the log is there.
        if future.note_hash_reads.iter().any(|read| note_hash.answers(read))
            || future.logged.contains(&note_hash.counter())
        {
            continue;
        }
        let Some(nullifier_place) = by_counter.get(linked).copied() else { continue };
        let nullifier = &nullifiers[nullifier_place];
        // The note would stay when its nullifier is reverted.
        if note_hash.counter() < links.split && nullifier.counter() >= links.split {
            continue;
        }
        let wrong = |why| KernelError::WrongLink {
            contract: note_hash.contract(),
            value: note_hash.value(),
            note_hash: note_hash.counter(),
            nullifier: nullifier.counter(),
            why,
        };
        if nullifier.counter() < note_hash.counter() {
            return Err(wrong(WrongLink::Order));
        }
        if nullifier.contract() != note_hash.contract() {
            return Err(wrong(WrongLink::Contract));
        }
        // Another value: it nullifies the note by its unique hash, so both stay.
        if nullifier.inner.note_hash != note_hash.value()
            || future.nullifier_reads.iter().any(|read| nullifier.answers(read))
        {
            continue;
        }
        hints.push(TransientDataSquashingHint {
            note_hash_index: index(note_hash_place),
            nullifier_index: index(nullifier_place),
        });
    }
    Ok(hints)
}

/// The logs that go with the note hashes that are squashed.
pub(in crate::kernel) fn squashed_logs<'a>(
    note_hashes: &[Scoped<NoteHash>],
    logs: &'a [Scoped<PrivateLogData>],
    hints: &[TransientDataSquashingHint],
) -> impl Iterator<Item = &'a Scoped<PrivateLogData>> {
    let squashed: BTreeSet<_> = hints.iter().map(|hint| note_hashes[hint.note_hash_index as usize].counter()).collect();
    logs.iter().filter(move |log| squashed.contains(&log.inner.note_hash_counter))
}

/// The hints for a circuit that squashes `size` notes.
pub(in crate::kernel) fn squashing_hints(
    hints: &[TransientDataSquashingHint],
    size: u16,
) -> Vec<TransientDataSquashingHint> {
    let none = TransientDataSquashingHint {
        note_hash_index: index(MAX_NOTE_HASHES_PER_TX),
        nullifier_index: index(MAX_NULLIFIERS_PER_TX),
    };
    // Circuits have no empty lists.
    let size = usize::from(size.max(1));
    let mut hints: Vec<_> = hints.iter().take(size).copied().collect();
    hints.resize(size, none);
    hints
}
