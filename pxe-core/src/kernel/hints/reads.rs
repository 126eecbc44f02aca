//! Note hashes and nullifiers that calls read: each was made by the transaction itself, or is in a tree.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/hints/build_{note_hash,nullifier}_read_request_hints.ts`,
//! `@aztec/stdlib/src/kernel/hints/read_request_hints.ts`.

use alloc::vec::Vec;

use circuits::kernel_inputs::{PendingReadHint, ReadRequestAction, ReadRequestHints, SettledReadHint};
use protocol::address::AztecAddress;
use protocol::codec::Array;
use protocol::constants::{MAX_NOTE_HASH_READ_REQUESTS_PER_TX, NOTE_HASH_TREE_HEIGHT};
use protocol::field::Fr;
use protocol::kernel::{Counted, NoteHash, Nullifier, ReadRequest, Scoped};
use protocol::merkle::MembershipWitness;

/// A note hash or nullifier that can be read.
pub(in crate::kernel) trait Emitted: Counted {
    /// What its contract made.
    fn value(&self) -> Fr;
    /// Its contract.
    fn contract(&self) -> AztecAddress;

    /// Whether a request is about it.
    fn answers(&self, read: &Scoped<ReadRequest>) -> bool {
        self.value() == read.inner.value
            && self.contract() == read.contract_address
            && self.counter() < read.inner.counter
    }
}

macro_rules! emitted {
    ($($name:ty),*) => {$(
        impl Emitted for Scoped<$name> {
            fn value(&self) -> Fr {
                self.inner.value
            }

            fn contract(&self) -> AztecAddress {
                self.contract_address
            }
        }
    )*};
}
emitted!(NoteHash, Nullifier);

/// What a reset does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kernel) enum ReadAction {
    /// Nothing: what was read may come later.
    Skip,
    /// The value in this place was read.
    Pending(usize),
    /// A value of the anchor block was read.
    Settled,
}

/// What can be done with each request, given the values made so far.
pub(in crate::kernel) fn classify<E: Emitted>(reads: &[Scoped<ReadRequest>], made: &[E]) -> Vec<ReadAction> {
    let action = |read: &Scoped<ReadRequest>| {
        if read.contract_address.is_zero() {
            return ReadAction::Settled;
        }
        made.iter().position(|value| value.answers(read)).map_or(ReadAction::Skip, ReadAction::Pending)
    };
    reads.iter().map(action).collect()
}

/// How many requests are about values of this transaction, and about those of the anchor block.
pub(in crate::kernel) fn count(actions: &[ReadAction]) -> (usize, usize) {
    let pending = actions.iter().filter(|action| matches!(action, ReadAction::Pending(_))).count();
    let settled = actions.iter().filter(|action| matches!(action, ReadAction::Settled)).count();
    (pending, settled)
}

/// Leaves only the first requests of each kind to be done, as many as a circuit can do.
pub(in crate::kernel) fn limit(actions: &mut [ReadAction], mut pending: u16, mut settled: u16) {
    for action in actions {
        let left = match action {
            ReadAction::Skip => continue,
            ReadAction::Pending(_) => &mut pending,
            ReadAction::Settled => &mut settled,
        };
        match left.checked_sub(1) {
            Some(less) => *left = less,
            None => *action = ReadAction::Skip,
        }
    }
}

/// The hints for a circuit that settles `pending` and `settled` requests. `leaf` tells where a value of the anchor block
/// is.
pub(in crate::kernel) fn read_hints<L: Clone + Default, E>(
    reads: &[Scoped<ReadRequest>],
    actions: &[ReadAction],
    (pending, settled): (u16, u16),
    leaf: impl Fn(Fr) -> Result<(MembershipWitness<NOTE_HASH_TREE_HEIGHT>, L), E>,
) -> Result<ReadRequestHints<L>, E> {
    let none = index(MAX_NOTE_HASH_READ_REQUESTS_PER_TX);
    let (mut pending_hints, mut settled_hints) = (Vec::new(), Vec::new());
    let mut all = Array::<ReadRequestAction, MAX_NOTE_HASH_READ_REQUESTS_PER_TX>::default();
    for (((place, read), action), out) in reads.iter().enumerate().zip(actions).zip(all.iter_mut()) {
        *out = match *action {
            ReadAction::Skip => ReadRequestAction::Skip,
            ReadAction::Pending(value) => {
                let hint = index(pending_hints.len());
                let (read_request_index, pending_value_index) = (index(place), index(value));
                pending_hints.push(PendingReadHint { read_request_index, pending_value_index });
                ReadRequestAction::ReadAsPending(hint)
            }
            ReadAction::Settled => {
                let hint = index(settled_hints.len());
                let (membership_witness, leaf_preimage) = leaf(read.inner.value)?;
                settled_hints.push(SettledReadHint {
                    read_request_index: index(place),
                    membership_witness,
                    leaf_preimage,
                });
                ReadRequestAction::ReadAsSettled(hint)
            }
        };
    }
    // Circuits have no empty lists.
    let size = |size: u16| usize::from(size.max(1));
    pending_hints.resize(size(pending), PendingReadHint { read_request_index: none, pending_value_index: 0 });
    let nothing = SettledReadHint { read_request_index: none, ..SettledReadHint::default() };
    settled_hints.resize(size(settled), nothing);
    Ok(ReadRequestHints {
        read_request_actions: all,
        pending_read_hints: pending_hints,
        settled_read_hints: settled_hints,
    })
}

/// A place in a list of the kernels.
pub(in crate::kernel) fn index(place: usize) -> u32 {
    u32::try_from(place).expect("the lists of kernels have 64 items at most")
}
