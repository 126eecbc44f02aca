//! The hashes of the protocol: Poseidon2 with domain separators, and SHA-256 reduced to a field in its two ways.
//!
//! Formulas that belong to one kind of value live beside that value; those shared by client and node are in
//! [`silo`]. Protocol source: `@aztec/foundation/src/crypto/`, `@aztec/stdlib/src/hash/`.

mod poseidon2;
mod separator;
mod sha256;
pub mod silo;

pub use poseidon2::{Poseidon2Sponge, poseidon2, poseidon2_bytes, poseidon2_permutation, poseidon2_with_separator};
pub use separator::DomainSeparator;
pub use sha256::{sha256, sha256_reduced, sha256_to_field};
