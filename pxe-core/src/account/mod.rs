//! Accounts: contracts that let whoever has a signing key act.
//!
//! | File | Subject |
//! |---|---|
//! | `kind` | which account contracts there are |
//! | `signer` | the port [`Signer`], and the signer that has its key at hand |
//! | `contract` | an account as a contract: constructor, instance, address, witnesses |
//! | `kept` | accounts whose keys are in the key store |
//! | `sender` | who makes a transaction: payloads into requests |
//! | `deploy` | what publishes and initializes contracts, accounts among them |
//! | `error` | why an account cannot act |
//!
//! Authorizations for others are [`Sender::authorize`] and the calls in [`protocol::authwit`].
//!
//! Protocol source: `@aztec/accounts/src/`, `@aztec/entrypoints/src/`, `@aztec/aztec.js/src/wallet/`.

mod contract;
mod deploy;
mod error;
mod kept;
mod kind;
mod sender;
mod signer;
#[cfg(test)]
pub(crate) mod tests;

pub use contract::Account;
pub use deploy::{Deployment, publish_class, publish_instance};
pub use error::AccountError;
pub use kept::{KeptSigner, NewAccount};
pub use kind::{AccountKind, SIMULATED_ACCOUNT, SignatureScheme};
pub use sender::{Sender, TxOptions, direct_request};
pub use signer::{LocalSigner, Signature, Signer, SignerError, SigningKey, SigningPublicKey};
