//! What can go wrong with keys.

use protocol::address::AztecAddress;
use protocol::field::Fr;
use thiserror::Error;

use super::kdf::KdfError;
use crate::store::StoreError;

/// Why the key store cannot do what it is asked. No message tells a secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyStoreError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys are not unlocked.
    #[error("the keys are locked")]
    Locked,
    /// There are no keys yet.
    #[error("the store has no keys")]
    NotCreated,
    /// There are keys already.
    #[error("the store has keys already")]
    AlreadyCreated,
    /// The keys do not open with the passphrase.
    #[error("the keys do not open with this passphrase")]
    WrongPassphrase,
    /// The keys do not open with the key that was handed in.
    #[error("the keys do not open with this key")]
    WrongKey,
    /// The session is of other keys, or of none that were ever used.
    #[error("the keys cannot be resumed with this session: unlock them")]
    WrongSession,
    /// The keys were sealed with a key, not with a passphrase.
    #[error("the keys are sealed with a key, not with a passphrase")]
    NeedsKey,
    /// The keys were sealed with a passphrase, not with a key.
    #[error("the keys are sealed with a passphrase, not with a key")]
    NeedsPassphrase,
    /// A passphrase without characters protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// The passphrase cannot be turned into a key.
    #[error("cannot derive a key from the passphrase")]
    Kdf(#[from] KdfError),
    /// The secrets of an account are not those that were sealed for it.
    #[error("the sealed secrets of account {0} were changed")]
    ChangedAccount(AztecAddress),
    /// The account is stored where another belongs.
    #[error("account {0} is stored in the place of another")]
    MisplacedAccount(AztecAddress),
    /// The seed is not the one that was sealed.
    #[error("the sealed seed was changed")]
    ChangedSeed,
    /// No such account.
    #[error("account {0} is not in the store")]
    UnknownAccount(AztecAddress),
    /// No account has the key.
    #[error("no account has a public key with hash {0}")]
    UnknownKey(Fr),
}

impl KeyStoreError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Store(error) => error.hint(),
            Self::Locked => Some("unlock the wallet"),
            Self::NotCreated => Some("create a wallet, or restore one from its seed phrase"),
            Self::WrongPassphrase => Some(
                "check keyboard layout and capitals; without the passphrase only the seed phrase restores the keys",
            ),
            Self::ChangedAccount(_) | Self::MisplacedAccount(_) | Self::ChangedSeed => {
                Some("the stored data is damaged; restore the wallet from its seed phrase")
            }
            Self::Kdf(error) => error.hint(),
            _ => None,
        }
    }
}
