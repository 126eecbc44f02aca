//! The secrets of the own accounts: sealed in the store, in memory only while they are unlocked.
//!
//! | File | Subject |
//! |---|---|
//! | `key_store` | keys, locked and unlocked |
//! | `account` | what is kept of an account |
//! | `seed` | seed phrases |
//! | `protection` | what the keys are sealed with |
//! | `kdf` | from a passphrase to a key, slowly |
//! | `seal` | encrypting, bound to the place |
//! | `unlocked` | the keys in memory |
//! | `error` | what can go wrong |
//!
//! ```text
//! passphrase ── Argon2id ──▶ key ── opens ──▶ data key ── opens ──▶ secrets of each account, seed
//!               or: key handed in ─┘          (random)
//! ```
//!
//! Everything sealed is bound to the table and key it is stored under. What is not secret (complete addresses, aliases) is
//! in the clear, so that accounts can be listed and, given their notes, looked at while the keys are locked.

mod account;
mod error;
mod kdf;
mod key_store;
mod protection;
mod seal;
mod seed;
#[cfg(test)]
mod tests;
mod unlocked;

pub use account::{Account, AccountSecrets, SigningKey, SigningMaterial};
pub use error::KeyStoreError;
pub use kdf::{KdfError, KdfParams};
pub use key_store::KeyStore;
pub use protection::{Credential, Protection};
pub use seed::{Seed, SeedLength, SeedPhrase, SeedPhraseError};
