//! What can go wrong while synchronizing.

use alloc::boxed::Box;

use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::codec::DecodeError;
use protocol::contract::ContractClassId;
use protocol::field::Fr;
use protocol::tag::Tag;
use protocol::tx::TxHash;
use thiserror::Error;

use crate::keystore::KeyStoreError;
use crate::node::NodeError;
use crate::store::StoreError;

/// Why something cannot be brought up to date.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SyncError {
    /// The node does not answer, or not truly.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The keys are locked, or fail.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The store fails, or refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What a contract put into an array of capsules is no request.
    #[error("contract {contract} made a request that cannot be read: element {index} of array of capsules {base}")]
    Request {
        /// The contract.
        contract: AztecAddress,
        /// Base slot of the array.
        base: Fr,
        /// Which element.
        index: usize,
        /// What is wrong with it.
        #[source]
        source: Box<DecodeError>,
    },
    /// A contract found something in a transaction that is not in a block.
    #[error("transaction {tx_hash} is not in a block up to {anchor}")]
    TxNotFound {
        /// The transaction.
        tx_hash: TxHash,
        /// The block up to which was looked.
        anchor: BlockNumber,
    },
    /// A contract found a note that its transaction does not have.
    #[error("note hash {note_hash}, unique {unique_note_hash}, is not in transaction {tx_hash}")]
    NoteNotFound {
        /// The note hash as the contract makes it.
        note_hash: Fr,
        /// The note hash as it should be in the transaction.
        unique_note_hash: Fr,
        /// The transaction.
        tx_hash: TxHash,
    },
    /// A contract found an event that its transaction does not have.
    #[error("event commitment {commitment}, siloed {siloed_commitment}, is not in transaction {tx_hash}")]
    EventNotFound {
        /// The commitment as the contract makes it.
        commitment: Fr,
        /// The commitment as it should be among the nullifiers of the transaction.
        siloed_commitment: Fr,
        /// The transaction.
        tx_hash: TxHash,
    },
    /// A contract asks for the one log with a tag, and there are several.
    #[error("{count} logs of contract {contract} have tag {tag}, where one at most is expected")]
    SeveralLogs {
        /// The contract.
        contract: AztecAddress,
        /// The tag.
        tag: Tag,
        /// How many logs there are at least.
        count: usize,
    },
    /// A contract runs another class than the one that is known here.
    #[error("contract {contract} runs class {current} now; known here is class {known}")]
    ClassChanged {
        /// The contract.
        contract: AztecAddress,
        /// The class it runs.
        current: ContractClassId,
        /// The class known here.
        known: ContractClassId,
    },
    /// The node follows a chain in which a final block is another one.
    #[error("the node's chain does not have block {number}, which was final")]
    OtherChain {
        /// The block.
        number: BlockNumber,
    },
    /// The chain moves while it is looked at.
    #[error("the node's newest block changed each time it was looked at")]
    Restless,
}

impl SyncError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Keys(error) => error.hint(),
            Self::ClassChanged { .. } => Some("register the artifact of the new class for the contract"),
            Self::OtherChain { .. } => Some("this is another network, or a node that cannot be trusted"),
            _ => None,
        }
    }
}
