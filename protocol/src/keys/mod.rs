//! Keys of an account: from the one secret to master keys, public keys and the address they commit to.
//!
//! ```text
//! SecretKey ──▶ MasterSecretKeys ──▶ PublicKeys ──▶ PublicKeysHash ─┐
//!                  │      │                          PartialAddress ─┴─▶ Preaddress ──▶ AztecAddress
//!                  │      └─ AddressSecret ──▶ shared secrets
//!                  └─ AppSecretKey, one per kind and contract
//! ```
//!
//! Secrets are wiped when dropped, are not `Copy`, have no JSON form and show as `..` in `Debug`.
//!
//! Protocol source: `@aztec/stdlib/src/keys/`, `@aztec/stdlib/src/contract/complete_address.ts`.

mod address;
mod complete;
mod ecdh;
mod kind;
mod public;
mod secret;
mod validation;

pub use address::{AddressSecret, PartialAddress, Preaddress, address_from};
pub use complete::{CompleteAddress, CompleteAddressError};
pub use ecdh::{SharedSecretError, shared_secret};
pub use kind::KeyKind;
pub use public::{PublicKeys, PublicKeysHash};
pub use secret::{AppSecretKey, MasterSecretKeys, SecretKey, SecretScalar};
pub use validation::KeyValidationRequest;
