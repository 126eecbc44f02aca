//! Why an oracle has no answer.

use alloc::string::String;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber};
use protocol::constants::MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS;
use protocol::field::Fr;
use protocol::keys::SharedSecretError;
use protocol::message::L1ToL2MessageHash;
use protocol::note::UnprovableNote;
use thiserror::Error;

use super::{ArgumentError, ORACLE_VERSION};
use crate::contract::ContractError;
use crate::execution::budget::TooMuchKept;
use crate::execution::note_cache::NoteCacheError;
use crate::execution::pick_notes::PickError;
use crate::execution::{ExecutionError, ExecutionFailure};
use crate::keystore::KeyStoreError;
use crate::node::NodeError;
use crate::store::StoreError;
use crate::sync::SyncError;

/// Why an oracle has no answer.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OracleError {
    /// The contract was made for another client.
    #[error("the client has no such oracle; it has those of version {ORACLE_VERSION}")]
    Unknown,
    /// The contract was made for another client.
    #[error("the contract was made for oracles of version {found}, the client has those of version {ORACLE_VERSION}")]
    Version {
        /// The version the contract asks for.
        found: u32,
    },
    /// A utility function calls an oracle of private functions.
    #[error("it is for private functions only")]
    PrivateOnly,
    /// An argument is not what it should be.
    #[error(transparent)]
    Argument(#[from] ArgumentError),
    /// The program fills the memory.
    #[error(transparent)]
    TooMuchKept(#[from] TooMuchKept),
    /// A contract asks for what another keeps.
    #[error("it names contract {named}: a contract may only name itself")]
    OtherContract {
        /// The other one.
        named: AztecAddress,
    },
    /// There is no such log level.
    #[error("there is no log level {0}")]
    LogLevel(u32),
    /// A function asks for a key of an account it may not use.
    #[error("no account in the scope of this call has a key with hash {pk_hash}")]
    KeyOutOfScope {
        /// Hash of the public key.
        pk_hash: Fr,
    },
    /// No secret can be shared.
    #[error(transparent)]
    SharedSecret(#[from] SharedSecretError),
    /// Messages cannot be tagged for somebody.
    #[error("no tags can be made for recipient {recipient}: the address is of no point on the curve")]
    Recipient {
        /// The recipient.
        recipient: AztecAddress,
    },
    /// A block is not yet there at the anchor.
    #[error("block {number} is after the anchor block {anchor}")]
    BlockAfterAnchor {
        /// The block.
        number: BlockNumber,
        /// The anchor.
        anchor: BlockNumber,
    },
    /// The node does not have a block.
    #[error("the node does not have block {0}")]
    NoBlock(BlockNumber),
    /// Something is not in a tree.
    #[error("{what} {value} is not in the tree of block {block}")]
    NotInTree {
        /// What.
        what: &'static str,
        /// Which.
        value: Fr,
        /// The block.
        block: BlockHash,
    },
    /// A message from L1 is not there.
    #[error("there is no message {0} from L1 at the anchor block")]
    NoMessage(L1ToL2MessageHash),
    /// A message from L1 was consumed.
    #[error("message {0} from L1 was consumed already")]
    MessageConsumed(L1ToL2MessageHash),
    /// Nothing authorizes what a contract wants authorized.
    #[error("there is no auth witness for message hash {0}")]
    NoAuthWitness(Fr),
    /// Side effects contradict each other.
    #[error(transparent)]
    NoteCache(#[from] NoteCacheError),
    /// Notes cannot be picked like that.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// There is no such status of notes.
    #[error("there is no note status {0}")]
    NoteStatus(u32),
    /// A note that nobody could prove.
    #[error(transparent)]
    UnprovableNote(#[from] UnprovableNote),
    /// More notes were picked than the contract has room for.
    #[error("{found} notes were found, the contract has room for {room}")]
    TooManyNotes {
        /// How many were found.
        found: usize,
        /// How many there is room for.
        room: u32,
    },
    /// A note of another kind is in the slot.
    #[error("a note has {found} fields, where the contract expects {expected}")]
    NoteLength {
        /// What the contract expects.
        expected: u32,
        /// What the note has.
        found: usize,
    },
    /// Values that a hash stands for are not known.
    #[error("the values with hash {0} are not known")]
    NoPreimage(Fr),
    /// The public calls have too much calldata together.
    #[error("the calldata of all public calls has {found} fields, the most is {MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS}")]
    TooMuchCalldata {
        /// How many fields.
        found: usize,
    },
    /// A static call had side effects.
    #[error("the static call of {contract}.{function} changes state, sends a message or emits a log")]
    StaticCall {
        /// Name of the contract's class.
        contract: String,
        /// Name of the function.
        function: String,
    },
    /// Functions call each other without end.
    #[error("more than {limit} private functions wait for each other")]
    TooDeep {
        /// How many may.
        limit: usize,
    },
    /// Functions call each other without end.
    #[error("the transaction calls more than {limit} private functions")]
    TooManyCalls {
        /// How many it may.
        limit: usize,
    },
    /// A function that was called failed.
    #[error(transparent)]
    Nested(#[from] ExecutionError),
    /// A contract cannot be used.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A key cannot be used.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The node does not answer, or not truly.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The store fails, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something cannot be brought up to date.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl From<ExecutionFailure> for OracleError {
    fn from(failure: ExecutionFailure) -> Self {
        Self::Nested(failure.into())
    }
}

impl OracleError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Unknown | Self::Version { .. } => {
                Some("compile the contract with Aztec.nr 4.1.2, or use a client of the contract's version")
            }
            Self::KeyOutOfScope { .. } => Some("run the call in the scope of the account that owns the key"),
            Self::NoAuthWitness(_) => Some("have the account sign an authorization and pass it with the call"),
            Self::NoMessage(_) => Some("wait until the message from L1 is in a block"),
            Self::Nested(error) => error.hint(),
            Self::Contract(error) => error.hint(),
            Self::Keys(error) => error.hint(),
            Self::Store(error) => error.hint(),
            Self::Sync(error) => error.hint(),
            _ => None,
        }
    }
}
