//! Failures as codes, for programs of other languages.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::string::{String, ToString};

use serde::Serialize;

use crate::keystore::KeyStoreError;
use crate::pxe::PxeError;
use crate::wallet::WalletError;

/// A failure: a code for programs, what happened, what to do, and the failure behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApiError {
    /// Its name, such as `keys.locked`; what stands before the point is the part of the wallet that fails.
    pub code: String,
    /// What happened.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The failure behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Box<ApiError>>,
}

impl ApiError {
    /// A failure without a cause.
    #[must_use]
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), hint: None, cause: None }
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Parameters do not fit.
    pub(super) fn params(method: &str, error: &serde_json::Error) -> Self {
        Self::new("params", alloc::format!("parameters of {method}: {error}"))
    }

    /// The chain of causes below an error.
    fn causes(error: &dyn core::error::Error) -> Option<Box<Self>> {
        let cause = error.source()?;
        Some(Box::new(Self { cause: Self::causes(cause), ..Self::new("cause", cause.to_string()) }))
    }
}

fn keys_code(error: &KeyStoreError) -> &'static str {
    match error {
        KeyStoreError::Locked => "keys.locked",
        KeyStoreError::NotCreated => "keys.none",
        KeyStoreError::AlreadyCreated => "keys.exist",
        KeyStoreError::WrongPassphrase | KeyStoreError::WrongKey => "keys.wrong",
        KeyStoreError::NeedsKey | KeyStoreError::NeedsPassphrase => "keys.kind",
        KeyStoreError::UnknownAccount(_) => "keys.account",
        KeyStoreError::Store(_) => "store",
        _ => "keys.damaged",
    }
}

fn pxe_code(error: &PxeError) -> &'static str {
    match error {
        PxeError::Store(_) => "store",
        PxeError::Keys(error) => keys_code(error),
        PxeError::Node(_) => "node.answer",
        PxeError::Sync(_) => "node.sync",
        PxeError::Contract(_) => "contract.unknown",
        PxeError::Execution(_) => "execution.private",
        PxeError::Kernel(_) => "execution.kernel",
        PxeError::Prove(_) | PxeError::OtherProof => "proof.failed",
        PxeError::Reverted(_) => "execution.public",
        PxeError::Invalid { .. } => "tx.invalid",
        PxeError::Tags(_) | PxeError::Tx(_) => "tx.limits",
        PxeError::AlreadySettled(_) => "tx.settled",
        PxeError::OtherParameters { .. } => "node.parameters",
        PxeError::OtherVersion { .. } => "node.version",
    }
}

impl From<WalletError> for ApiError {
    fn from(error: WalletError) -> Self {
        let code = match &error {
            WalletError::Pxe(error) => pxe_code(error),
            WalletError::Account(_) | WalletError::KeysOnly(_) | WalletError::ExternalSigner(_) => "keys.signer",
            WalletError::Fee(_) | WalletError::FeePayers(_) | WalletError::Gas(_) => "fee",
            WalletError::Call(_) | WalletError::Returned(_) => "contract.call",
            WalletError::Seed(_) | WalletError::NoSeed => "keys.seed",
            _ => "contract.artifact",
        };
        let cause = Self::causes(&error);
        Self { hint: error.hint(), cause, ..Self::new(code, error.to_string()) }
    }
}

impl From<PxeError> for ApiError {
    fn from(error: PxeError) -> Self {
        WalletError::from(error).into()
    }
}
