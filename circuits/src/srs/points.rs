//! Points as bytes, in the order and endianness barretenberg takes them.
//!
//! Protocol source: `barretenberg/cpp/src/barretenberg/srs/factories/` in the official repository.

use ark_bn254::{Fq2, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use protocol::field::Fq;

/// Bytes of a point on BN254 (G1) or Grumpkin: x, y.
pub(super) const SIZE: usize = 64;
/// Bytes of a point of G2: x.c0, x.c1, y.c0, y.c1.
pub(super) const G2_SIZE: usize = 128;

/// The point as bytes; the point at infinity, which no SRS contains, is zeros.
pub(super) fn to_bytes(point: &G1Affine) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    if let Some((x, y)) = point.xy() {
        bytes[..32].copy_from_slice(&Fq::from_ark(x).to_be_bytes());
        bytes[32..].copy_from_slice(&Fq::from_ark(y).to_be_bytes());
    }
    bytes
}

fn coordinate<const N: usize>(bytes: &[u8; N], index: usize) -> Option<ark_bn254::Fq> {
    let bytes = bytes.as_chunks::<32>().0.get(index)?;
    Fq::from_be_bytes(bytes).ok().map(Fq::to_ark)
}

/// The point with these bytes: coordinates below the modulus, on the curve, not the point at infinity. The group has no
/// other subgroup.
pub(super) fn from_bytes(bytes: &[u8; SIZE]) -> Option<G1Affine> {
    let point = G1Affine::new_unchecked(coordinate(bytes, 0)?, coordinate(bytes, 1)?);
    (point.is_on_curve() && !point.is_zero()).then_some(point)
}

/// The point of G2 as bytes.
pub(super) fn g2_to_bytes(point: &G2Affine) -> [u8; G2_SIZE] {
    let mut bytes = [0; G2_SIZE];
    if let Some((x, y)) = point.xy() {
        for (chunk, coordinate) in bytes.as_chunks_mut::<32>().0.iter_mut().zip([x.c0, x.c1, y.c0, y.c1]) {
            *chunk = Fq::from_ark(coordinate).to_be_bytes();
        }
    }
    bytes
}

/// The point of G2 with these bytes: on the curve, in the subgroup, not the point at infinity.
pub(super) fn g2_from_bytes(bytes: &[u8; G2_SIZE]) -> Option<G2Affine> {
    let x = Fq2::new(coordinate(bytes, 0)?, coordinate(bytes, 1)?);
    let y = Fq2::new(coordinate(bytes, 2)?, coordinate(bytes, 3)?);
    let point = G2Affine::new_unchecked(x, y);
    (point.is_on_curve() && !point.is_zero() && point.is_in_correct_subgroup_assuming_on_curve()).then_some(point)
}

/// Calls `f` with each run of `size` bytes and its number, on all cores if the crate is built for that.
#[cfg(feature = "parallel")]
pub(super) fn for_each_run(bytes: &mut [u8], size: usize, f: impl Fn(usize, &mut [u8]) + Sync + Send) {
    use rayon::prelude::*;
    bytes.par_chunks_mut(size).enumerate().for_each(|(index, run)| f(index, run));
}

/// Calls `f` with each run of `size` bytes and its number, on all cores if the crate is built for that.
#[cfg(not(feature = "parallel"))]
pub(super) fn for_each_run(bytes: &mut [u8], size: usize, f: impl Fn(usize, &mut [u8])) {
    bytes.chunks_mut(size).enumerate().for_each(|(index, run)| f(index, run));
}
