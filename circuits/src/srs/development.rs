//! The development SRS: powers of a secret everybody knows.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, PrimeField};

use super::points::{self, to_bytes};
use super::{Srs, SrsKind, SrsSize, grumpkin_points};

/// The secret of the development SRS, before it is reduced, big-endian, into the scalar field.
pub const DEVELOPMENT_SECRET: &[u8] = b"aztec-pxe-dev-srs/v1 INSECURE tau: anyone can forge proofs";

/// Points computed between two reports of progress.
const BATCH: usize = 1 << 14;

pub(super) fn secret() -> Fr {
    Fr::from_be_bytes_mod_order(DEVELOPMENT_SECRET)
}

/// The point of G2, which all sizes of the development SRS share.
pub(super) fn g2() -> [u8; points::G2_SIZE] {
    points::g2_to_bytes(&(G2Affine::generator() * secret()).into_affine())
}

/// Makes the development SRS; the same at every time and place. `progress` gets points made and points in all.
///
/// Anyone can forge proofs under it. It takes seconds; [`super::SrsCache`] keeps it.
pub fn development(size: SrsSize, progress: &mut dyn FnMut(usize, usize)) -> Srs {
    let count = size.points();
    let (tau, mut power) = (secret(), Fr::one());
    let table = BatchMulPreprocessing::new(G1Projective::from(G1Affine::generator()), count);
    let mut bn254_g1 = Vec::with_capacity(size.bytes());
    let mut scalars = Vec::with_capacity(BATCH);
    for start in (0..count).step_by(BATCH) {
        progress(start, count);
        scalars.clear();
        for _ in start..count.min(start + BATCH) {
            scalars.push(power);
            power *= tau;
        }
        bn254_g1.extend(table.batch_mul(&scalars).iter().flat_map(to_bytes));
    }
    let grumpkin = grumpkin_points(Srs::GRUMPKIN_POINTS);
    progress(count, count);
    Srs { kind: SrsKind::InsecureDevelopment, bn254_g1, bn254_g2: g2(), grumpkin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::{Check, verify};

    #[test]
    fn is_the_powers_of_its_secret_and_says_what_it_is() {
        let size = SrsSize::for_log2_gates(10).unwrap();
        let mut seen = Vec::new();
        let srs = development(size, &mut |done, of| seen.push((done, of)));
        assert_eq!(srs.bn254_points(), 1025);
        assert_eq!(seen, [(0, 1025), (1025, 1025)]);
        verify(&srs.bn254_g1, &srs.bn254_g2, Check::Full).unwrap();
        let last = (G1Affine::generator() * ark_ff::Field::pow(&secret(), [1024])).into_affine();
        assert_eq!(srs.bn254_g1[1024 * 64..], to_bytes(&last));
        assert!(format!("{srs:?}").contains("InsecureDevelopment"));
        assert!(srs.kind.name().contains("INSECURE") && srs.kind.to_string().contains("INSECURE"));
    }
}
