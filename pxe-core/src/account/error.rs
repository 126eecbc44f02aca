//! Why an account cannot act.

use protocol::abi::TooManyFields;
use protocol::address::AztecAddress;
use protocol::entrypoint::TooManyCalls;
use protocol::field::NotOnCurve;
use protocol::tx::FeePayerConflict;
use thiserror::Error;

use super::{AccountKind, SignerError};
use crate::contract::ContractError;
use crate::keystore::KeyStoreError;

/// Why an account cannot act.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AccountError {
    /// The signing key is not of the curve the account contract verifies with.
    #[error("a signing key of another curve than {} verifies with", .0.artifact_name())]
    OtherCurve(AccountKind),
    /// The parts of an account belong to another.
    #[error("kind, signing key, keys and salt are those of account {found}, not of {expected}")]
    OtherAccount {
        /// The account they belong to.
        found: AztecAddress,
        /// The account they are said to belong to.
        expected: AztecAddress,
    },
    /// The account has no address.
    #[error("the account's incoming viewing key: {0}")]
    Keys(#[from] NotOnCurve),
    /// The keys cannot be had.
    #[error(transparent)]
    KeyStore(#[from] KeyStoreError),
    /// The contract cannot be registered.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// Only the keys of an account are known, so it can read but not act.
    #[error("it is not known which contract account {0} is")]
    UnknownKind(AztecAddress),
    /// An account needs a signing key.
    #[error("no signing key for a {} account", .0.name())]
    NoSigningKey(AccountKind),
    /// The signer does not sign.
    #[error("no signature for account {account}")]
    Signer {
        /// The account.
        account: AztecAddress,
        /// What the signer says.
        #[source]
        source: SignerError,
    },
    /// The signer signed with another key, or something else.
    #[error("the signature the signer gave for account {0} is not one of its signing key")]
    BadSignature(AztecAddress),
    /// Nobody authorizes nothing.
    #[error("a transaction without an account cannot authorize anything")]
    Nobody,
    /// More calls than one transaction makes at its entrypoint.
    #[error(transparent)]
    TooManyCalls(#[from] TooManyCalls),
    /// An entrypoint of its own is one private call.
    #[error("a request without an entrypoint is one private call, found {found}")]
    NotOnePrivateCall {
        /// Calls in the payload.
        found: usize,
    },
    /// Two fee payers.
    #[error(transparent)]
    FeePayer(#[from] FeePayerConflict),
    /// Public bytecode that is too long to be published.
    #[error("the contract's public bytecode cannot be published")]
    Bytecode(#[from] TooManyFields),
    /// A deployment that would do nothing.
    #[error("nothing is to be published or initialized for the contract at {0}")]
    NothingToDo(AztecAddress),
}

impl AccountError {
    /// What a person can do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::KeyStore(error) => error.hint(),
            Self::Contract(error) => error.hint(),
            Self::Signer { source: SignerError::Locked, .. } => Some("unlock the wallet"),
            Self::TooManyCalls(_) => Some("split the calls over several transactions"),
            Self::BadSignature(_) => Some("choose the signing key the account was made with"),
            _ => None,
        }
    }
}
