//! SHA-256 and its two reductions to a field element.

use sha2::{Digest, Sha256};

use crate::field::Fr;

/// SHA-256 of the concatenated parts.
#[must_use]
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}

/// The first 31 bytes of SHA-256 behind a zero byte: cross-chain messages and their trees.
///
/// Protocol source: `sha256ToField` in `@aztec/foundation/src/crypto/sha256/index.ts`.
#[must_use]
pub fn sha256_to_field(parts: &[&[u8]]) -> Fr {
    Fr::from_be_bytes_reduced(&sha256(parts)[..31])
}

/// SHA-256 modulo p: artifact hashes.
///
/// Protocol source: `@aztec/stdlib/src/contract/artifact_hash.ts`.
#[must_use]
pub fn sha256_reduced(parts: &[&[u8]]) -> Fr {
    Fr::from_be_bytes_reduced(&sha256(parts))
}
