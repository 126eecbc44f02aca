//! Commitments to blobs on Ethereum's trusted setup.
//!
//! Blobs of small checkpoints are mostly zeros: only the fields that are not cost anything.

use std::sync::OnceLock;

use blst::min_pk::{AggregatePublicKey, PublicKey};
use blst::{MultiPoint, blst_p1_affine};
use protocol::blob::BlobCommitment;
use protocol::constants::FIELDS_PER_BLOB;

/// Made by `setup/lagrange.mjs`, which says how it lies in the file. A single thread reads it in some milliseconds.
const SETUP: &[u8] = include_bytes!("../../setup/lagrange.bin");
const POINT_BYTES: usize = 96;
const FIELD_BYTES: usize = 32;
/// Bits of a field of a blob.
const FIELD_BITS: usize = 254;
/// The point that nothing adds up to.
const INFINITY: [u8; 48] = {
    let mut bytes = [0; 48];
    bytes[0] = 0xc0;
    bytes
};

fn points() -> &'static [blst_p1_affine] {
    static POINTS: OnceLock<Vec<blst_p1_affine>> = OnceLock::new();
    POINTS.get_or_init(|| {
        let point = |bytes| PublicKey::deserialize(bytes).expect("the file is part of the program").into();
        SETUP.chunks_exact(POINT_BYTES).map(point).collect()
    })
}

/// The commitment to a blob of 4096 fields, 32 bytes big-endian each. Missing fields count as zeros.
pub(super) fn commit(blob: &[u8]) -> BlobCommitment {
    let (mut bases, mut scalars) = (Vec::new(), Vec::new());
    for (point, field) in points().iter().zip(blob.chunks_exact(FIELD_BYTES)).take(FIELDS_PER_BLOB) {
        if field.iter().any(|byte| *byte != 0) {
            bases.push(*point);
            scalars.extend(field.iter().rev());
        }
    }
    if bases.is_empty() {
        return BlobCommitment(INFINITY);
    }
    let sum = AggregatePublicKey::from(bases.mult(&scalars, FIELD_BITS));
    BlobCommitment(sum.to_public_key().compress())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn every_point_is_one_of_the_group() {
        assert_eq!(points().len(), FIELDS_PER_BLOB);
        for point in points() {
            PublicKey::from(*point).validate().unwrap();
        }
    }

    /// All Lagrange polynomials add up to 1, whose commitment is the generator.
    #[test]
    fn ones_commit_to_the_generator() {
        let mut one = [0; FIELD_BYTES];
        one[FIELD_BYTES - 1] = 1;
        let generator =
            "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
        assert_eq!(hex(&commit(&one.repeat(FIELDS_PER_BLOB)).0), generator);
    }

    #[test]
    fn zeros_cost_nothing_and_change_nothing() {
        assert_eq!(commit(&[]).0, INFINITY);
        let mut blob = vec![0; FIELD_BYTES * 3];
        blob[FIELD_BYTES - 1] = 7;
        let short = commit(&blob);
        blob.resize(FIELD_BYTES * FIELDS_PER_BLOB, 0);
        assert_eq!(commit(&blob), short);
    }
}
