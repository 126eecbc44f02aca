//! Hashes around the KZG commitment of a blob. The commitment itself is made elsewhere.
//!
//! Protocol source: `@aztec/blob-lib/src/hash.ts`.

use crate::field::Fr;
use crate::hash::{poseidon2, sha256, sha256_to_field};

/// A KZG commitment: a compressed BLS12-381 point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobCommitment(pub [u8; 48]);

/// What Ethereum names a blob by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VersionedHash(pub [u8; 32]);

impl BlobCommitment {
    /// SHA-256 of the commitment with the version 1 in its first byte.
    #[must_use]
    pub fn versioned_hash(&self) -> VersionedHash {
        let mut hash = sha256(&[&self.0]);
        hash[0] = 1;
        VersionedHash(hash)
    }

    /// The commitment in two fields: 31 bytes, then 17.
    #[must_use]
    pub fn to_fields(&self) -> [Fr; 2] {
        let (head, tail) = self.0.split_at(31);
        [Fr::from_be_bytes_reduced(head), Fr::from_be_bytes_reduced(tail)]
    }

    /// This blob's share of the point at which all blobs of an epoch are opened.
    #[must_use]
    pub fn challenge(&self, blob_fields_hash: Fr) -> Fr {
        let [head, tail] = self.to_fields();
        poseidon2(&[blob_fields_hash, head, tail])
    }
}

/// `blobs_hash` of a checkpoint header.
#[must_use]
pub fn blobs_hash(hashes: &[VersionedHash]) -> Fr {
    let bytes: alloc::vec::Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    sha256_to_field(&[&bytes])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn official_values() {
        let commitment =
            "66f197ffed05f353088522aae5af33a23f0536ae4b27b8ca593ac195730b07e4c15a7542d3a86fd30721ca19aced3682";
        let commitment = BlobCommitment(const_hex::decode_to_array(commitment).unwrap());
        let versioned_hash = "0161e5703a1e2f943d75f6309f816a76e39e287f87539ab5a2fd018c54a2a8da";
        assert_eq!(const_hex::encode(commitment.versioned_hash().0), versioned_hash);
        let head: Fr = "0x0066f197ffed05f353088522aae5af33a23f0536ae4b27b8ca593ac195730b07".parse().unwrap();
        assert_eq!(commitment.to_fields()[0], head);
        let hash = "0c4eda09d505b5dcc537dc83c83e9ed621bd79c21db67dda2ad060d6b40547f5";
        let hash = VersionedHash(const_hex::decode_to_array(hash).unwrap());
        let expected = "0x00759c58588cae5051e5d0086e186371106ce9cc5178d5118097eac8f3270275";
        assert_eq!(blobs_hash(&[hash]), expected.parse().unwrap());
    }
}
