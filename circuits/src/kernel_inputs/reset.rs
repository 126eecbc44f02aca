//! What settles the requests that kernels carry along.

use protocol::codec::Array;
use protocol::constants::{
    MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX,
    NOTE_HASH_TREE_HEIGHT, NULLIFIER_TREE_HEIGHT,
};
use protocol::field::Fr;
use protocol::keys::SecretScalar;
use protocol::log::PrivateLog;
use protocol::merkle::{IndexedLeafPreimage, MembershipWitness, NullifierLeaf};

use crate::abi_map::{AbiMapped, MapError, MapErrorKind, Plan, ReadSlot, Shape, WriteSlot};
use crate::abi_struct;

// One path of settled reads fits both trees, one list of actions both kinds of requests.
const _: () = assert!(NOTE_HASH_TREE_HEIGHT == NULLIFIER_TREE_HEIGHT);
const _: () = assert!(MAX_NOTE_HASH_READ_REQUESTS_PER_TX == protocol::constants::MAX_NULLIFIER_READ_REQUESTS_PER_TX);

/// Side effects that hide how many there really are; zeros for what is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaddedSideEffects {
    /// Note hashes.
    pub note_hashes: Array<Fr, MAX_NOTE_HASHES_PER_TX>,
    /// Nullifiers.
    pub nullifiers: Array<Fr, MAX_NULLIFIERS_PER_TX>,
    /// Private logs.
    pub private_logs: Array<PrivateLog, MAX_PRIVATE_LOGS_PER_TX>,
}

/// What settles the requests. Each list is as long as the circuit's dimension says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetHints {
    /// Where the note hashes that were read are.
    pub note_hash_read_request_hints: ReadRequestHints<NoteHashLeaf>,
    /// Where the nullifiers that were read are.
    pub nullifier_read_request_hints: ReadRequestHints<IndexedLeafPreimage<NullifierLeaf>>,
    /// Master secret keys of the keys used.
    pub key_validation_hints: Vec<KeyValidationHint>,
    /// Notes that are made and nullified in the same transaction.
    pub transient_data_squashing_hints: Vec<TransientDataSquashingHint>,
}

/// Where the values that were read are: `L` is a leaf of the tree that settled ones are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRequestHints<L> {
    /// What to do with each request.
    pub read_request_actions: Array<ReadRequestAction, MAX_NOTE_HASH_READ_REQUESTS_PER_TX>,
    /// Values made by the transaction itself.
    pub pending_read_hints: Vec<PendingReadHint>,
    /// Values in the tree.
    pub settled_read_hints: Vec<SettledReadHint<L>>,
}

/// What to do with a read request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReadRequestAction {
    /// Leave it.
    #[default]
    Skip,
    /// The pending hint in this place settles it.
    ReadAsPending(u32),
    /// The settled hint in this place settles it.
    ReadAsSettled(u32),
}

/// A value that was read and made by the transaction itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PendingReadHint {
    /// Which request; as many as there can be for none.
    pub read_request_index: u32,
    /// Which value.
    pub pending_value_index: u32,
}

/// A value that was read and is in a tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SettledReadHint<L> {
    /// Which request; as many as there can be for none.
    pub read_request_index: u32,
    /// Where the value is.
    pub membership_witness: MembershipWitness<NOTE_HASH_TREE_HEIGHT>,
    /// Its leaf.
    pub leaf_preimage: L,
}

/// A leaf of the note hash tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NoteHashLeaf {
    /// The note hash, unique.
    pub value: Fr,
}

/// The master secret key behind a key that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValidationHint {
    /// The key.
    pub sk_m: SecretScalar,
}

/// A note that is made and nullified in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TransientDataSquashingHint {
    /// Which note hash; as many as there can be for none.
    pub note_hash_index: u32,
    /// Which nullifier; as many as there can be for none.
    pub nullifier_index: u32,
}

abi_struct!(PaddedSideEffects { note_hashes, nullifiers, private_logs });
abi_struct!(ResetHints {
    note_hash_read_request_hints,
    nullifier_read_request_hints,
    key_validation_hints,
    transient_data_squashing_hints,
});
abi_struct!(impl [L: AbiMapped] ReadRequestHints<L> { read_request_actions, pending_read_hints, settled_read_hints });
abi_struct!(PendingReadHint { read_request_index, pending_value_index });
abi_struct!(impl [L: AbiMapped] SettledReadHint<L> { read_request_index, membership_witness, leaf_preimage });
abi_struct!(NoteHashLeaf { value });
abi_struct!(KeyValidationHint { sk_m });
abi_struct!(TransientDataSquashingHint { note_hash_index, nullifier_index });

/// In the circuit: a number for the kind and the place of the hint, 0 to skip.
impl AbiMapped for ReadRequestAction {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        RawAction::fit(shape)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        let (action, hint_index) = match *self {
            Self::Skip => (0, 0),
            Self::ReadAsPending(index) => (1, index),
            Self::ReadAsSettled(index) => (2, index),
        };
        RawAction { action, hint_index }.write(slot)
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        match RawAction::read(slot)? {
            RawAction { action: 0, hint_index: 0 } => Ok(Self::Skip),
            RawAction { action: 1, hint_index } => Ok(Self::ReadAsPending(hint_index)),
            RawAction { action: 2, hint_index } => Ok(Self::ReadAsSettled(hint_index)),
            _ => Err(MapError::new(MapErrorKind::NotA { expected: "an action" })),
        }
    }
}

struct RawAction {
    action: u8,
    hint_index: u32,
}

abi_struct!(RawAction { action, hint_index });
