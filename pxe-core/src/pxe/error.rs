//! Why an operation of the client failed.

use alloc::string::String;

use protocol::rpc::info::ParameterSet;
use protocol::tx::{SimulationError, TxError, TxHash, WayToFailure};
use thiserror::Error;

use crate::contract::ContractError;
use crate::execution::ExecutionError;
use crate::kernel::KernelError;
use crate::keystore::KeyStoreError;
use crate::node::NodeError;
use crate::prove::ProveError;
use crate::store::StoreError;
use crate::store::tags::TagError;
use crate::sync::SyncError;

/// Why an operation of the client failed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PxeError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Keys are missing, locked or damaged.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The node does not answer, or not as it must.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The chain cannot be followed.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// A contract is unknown or not what it should be.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// A function fails.
    #[error(transparent)]
    Execution(#[from] ExecutionError),
    /// The kernels refuse the transaction.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// There is no proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// Tags of the transaction cannot be used.
    #[error(transparent)]
    Tags(#[from] TagError),
    /// The transaction is too large to be sent.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// A public function fails.
    #[error("{}the public part of the transaction reverts: {}", WayToFailure(&.0.function_error_stack), .0.original_message)]
    Reverted(alloc::boxed::Box<SimulationError>),
    /// The node would not take the transaction.
    #[error("the node would not take the transaction: {reasons}")]
    Invalid {
        /// Why, in the node's words.
        reasons: String,
    },
    /// A transaction with this hash is in a block already.
    #[error("transaction {0} is in a block already")]
    AlreadySettled(TxHash),
    /// What was proven is not what the kernels returned.
    #[error("the proof is of other values than the kernels returned")]
    OtherProof,
    /// The network has other parameters.
    #[error("the node's network has {found}, this client {expected}")]
    OtherParameters {
        /// The client's.
        expected: ParameterSet,
        /// The network's.
        found: ParameterSet,
    },
    /// The node speaks another version of the protocol.
    #[error("the node runs version {found}, this client speaks {expected}")]
    OtherVersion {
        /// The version spoken here.
        expected: &'static str,
        /// The node's.
        found: String,
    },
}

impl PxeError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Store(error) => error.hint()?,
            Self::Keys(error) => error.hint()?,
            Self::Execution(error) => error.hint()?,
            Self::Kernel(error) => error.hint()?,
            Self::Node(_) | Self::Sync(SyncError::Node(_)) => "check the node's address, and that it runs",
            Self::OtherParameters { .. } => {
                "a network with development parameters needs a client with development parameters, and the reverse"
            }
            Self::OtherVersion { .. } => "connect to a node of that version",
            Self::Reverted(_) => "nothing was sent; correct the call that fails",
            Self::Prove(ProveError::NoProver) => "open the client with barretenberg",
            _ => return None,
        };
        Some(text.into())
    }
}
