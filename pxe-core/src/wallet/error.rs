//! Why the wallet cannot do something.

use alloc::string::String;

use protocol::address::AztecAddress;
use protocol::artifact::ArtifactError;
use protocol::codec::DecodeError;
use protocol::contract::ContractClassId;
use protocol::gas::GasError;
use protocol::tx::FeePayerConflict;
use thiserror::Error;

use super::ArtifactSourceError;
use crate::account::AccountError;
use crate::contract::{CallError, ContractError};
use crate::fee::FeeError;
use crate::keystore::{KeyStoreError, SeedPhraseError};
use crate::node::NodeError;
use crate::pxe::PxeError;
use crate::store::StoreError;

/// Why the wallet cannot do something.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WalletError {
    /// The client fails.
    #[error(transparent)]
    Pxe(#[from] PxeError),
    /// An account cannot act.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The fee cannot be paid so.
    #[error(transparent)]
    Fee(#[from] FeeError),
    /// A call cannot be made of a name and arguments.
    #[error(transparent)]
    Call(#[from] CallError),
    /// What a function returned is not what its interface says.
    #[error("what the function returned does not fit its interface")]
    Returned(#[from] DecodeError),
    /// A contract cannot be had.
    #[error(transparent)]
    Artifact(#[from] ArtifactSourceError),
    /// An artifact is malformed.
    #[error(transparent)]
    MalformedArtifact(#[from] ArtifactError),
    /// Payloads name several who pay.
    #[error(transparent)]
    FeePayers(#[from] FeePayerConflict),
    /// Gas cannot be estimated.
    #[error(transparent)]
    Gas(#[from] GasError),
    /// A text is no seed phrase.
    #[error(transparent)]
    Seed(#[from] SeedPhraseError),
    /// There is no seed for accounts to follow from.
    #[error("this wallet has no seed phrase")]
    NoSeed,
    /// The account's kind is not known.
    #[error("of account {0} only the keys are known, not its contract")]
    KeysOnly(AztecAddress),
    /// The account signs with a key that is not here.
    #[error("account {0} signs with a key that is not on this device")]
    ExternalSigner(AztecAddress),
    /// The artifact is of another class than the network has at the address.
    #[error("the contract at {address} is not on the network, so its class must be told")]
    UnknownContract {
        /// The address.
        address: AztecAddress,
    },
    /// The artifact is of another class than the network has at the address.
    #[error("the contract at {address} has class {expected}, the artifact is of class {found}")]
    OtherClass {
        /// The address.
        address: AztecAddress,
        /// The class of the contract.
        expected: ContractClassId,
        /// The class of the artifact.
        found: ContractClassId,
    },
}

macro_rules! through_pxe {
    ($($error:ty),*) => {$(
        impl From<$error> for WalletError {
            fn from(error: $error) -> Self {
                Self::Pxe(error.into())
            }
        }
    )*};
}
through_pxe!(ContractError, KeyStoreError, NodeError, StoreError);

impl WalletError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Pxe(error) => return error.hint(),
            Self::Call(CallError::Contract(error)) => error.hint()?,
            Self::Seed(error) => error.hint()?,
            Self::UnknownContract { .. } => {
                "tell how the contract was deployed: constructor arguments, salt and deployer"
            }
            Self::OtherClass { .. } => "use the artifact the contract was deployed with, built by the same compiler",
            Self::NoSeed => "import the account with its own secret",
            _ => return None,
        };
        Some(text.into())
    }
}
