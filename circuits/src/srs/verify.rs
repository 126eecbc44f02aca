//! That points are the powers of one secret.
//!
//! With the secret's point in G2, a pairing tells whether a point is the secret times the one before it. All points are
//! checked at once: two sums with the same random factors, one of all points but the first, one of all but the last. The
//! factors come from a hash of the points, so whoever chose the points could not know them.

use ark_bn254::{Bn254, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::{Pairing, PairingOutput};
use ark_ec::{AdditiveGroup, AffineRepr, VariableBaseMSM};
use protocol::hash::sha256;

use super::SrsError;
use super::points::{self, SIZE, from_bytes, g2_from_bytes};

/// Factors have 64 bits, so a wrong point passes one round with a probability of 2^-64.
const ROUNDS: usize = 2;

/// How thoroughly points are checked. Each point is checked to be on the curve in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Every point is the secret times the one before it.
    Full,
    /// So are `pairs` points that nobody could foresee. It finds the wrong file, not a few wrong points: for devices on
    /// which the full check takes too long, and files that come over an authenticated connection.
    Sampled {
        /// How many points.
        pairs: usize,
        /// Random bytes, from which the points are drawn.
        seed: [u8; 32],
    },
}

/// A stream of numbers that follows from a seed.
fn numbers(seed: [u8; 32]) -> impl Iterator<Item = u64> {
    (0u64..).flat_map(move |block| {
        let hash = sha256(&[&seed, &block.to_be_bytes()]);
        let mut numbers = [0; 4];
        for (number, bytes) in numbers.iter_mut().zip(hash.as_chunks::<8>().0) {
            *number = u64::from_be_bytes(*bytes);
        }
        numbers
    })
}

/// Checks that points, 64 bytes each, are the powers of the secret in `g2`: the generator first.
///
/// # Errors
/// What is wrong with them.
pub fn verify(g1: &[u8], g2: &[u8; points::G2_SIZE], check: Check) -> Result<(), SrsError> {
    let (chunks, []) = g1.as_chunks::<SIZE>() else { return Err(SrsError::PartOfAPoint(g1.len())) };
    let secret = g2_from_bytes(g2).ok_or(SrsError::NotInG2)?;
    let read = |(index, bytes)| from_bytes(bytes).ok_or(SrsError::NotOnCurve(index));
    let points = chunks.iter().enumerate().map(read).collect::<Result<Vec<_>, _>>()?;
    let Some((first, rest)) = points.split_first() else {
        return Err(SrsError::TooFewPoints { needed: 1, found: 0 });
    };
    if *first != G1Affine::generator() {
        return Err(SrsError::NotTheGenerator);
    }
    match check {
        Check::Full => powers(&points[..rest.len()], rest, &secret, sha256(&[g1, g2])),
        Check::Sampled { pairs, seed } => {
            let len = rest.len().max(1) as u64;
            let chosen: Vec<_> = numbers(seed).take(pairs.min(rest.len())).map(|n| (n % len) as usize).collect();
            let pick = |offset: usize| chosen.iter().map(|index| points[index + offset]).collect::<Vec<_>>();
            powers(&pick(0), &pick(1), &secret, sha256(&[&seed, g1, g2]))
        }
    }
}

/// Checks that each of `after` is the secret times the one of `before` at the same place.
fn powers(before: &[G1Affine], after: &[G1Affine], secret: &G2Affine, seed: [u8; 32]) -> Result<(), SrsError> {
    let mut numbers = numbers(seed);
    for _ in 0..ROUNDS {
        let factors: Vec<_> = numbers.by_ref().take(before.len()).collect();
        let sum = |points: &[G1Affine]| G1Projective::msm_u64(points, &factors);
        let pairs = Bn254::multi_pairing([sum(after), -sum(before)], [G2Affine::generator(), *secret]);
        if pairs != PairingOutput::ZERO {
            return Err(SrsError::NotPowers);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srs::{Srs, SrsKind, SrsSize, development_for_tests};

    fn srs() -> Srs {
        development_for_tests(SrsSize::for_log2_gates(8).unwrap())
    }

    const SAMPLED: Check = Check::Sampled { pairs: 40, seed: [7; 32] };

    #[test]
    fn powers_pass_and_nothing_else() {
        let srs = srs();
        for check in [Check::Full, SAMPLED] {
            verify(&srs.bn254_g1, &srs.bn254_g2, check).unwrap();
            verify(&srs.bn254_g1[..64], &srs.bn254_g2, check).unwrap();
            assert!(matches!(verify(&srs.bn254_g1, &SrsKind::Ignition.bn254_g2(), check), Err(SrsError::NotPowers)));
            assert!(matches!(verify(&srs.bn254_g1[64..], &srs.bn254_g2, check), Err(SrsError::NotTheGenerator)));
            assert!(matches!(verify(&srs.bn254_g1[1..], &srs.bn254_g2, check), Err(SrsError::PartOfAPoint(_))));
            assert!(matches!(verify(&[], &srs.bn254_g2, check), Err(SrsError::TooFewPoints { .. })));
            assert!(matches!(verify(&srs.bn254_g1, &[0; 128], check), Err(SrsError::NotInG2)));
        }
    }

    #[test]
    fn the_full_check_finds_two_points_that_changed_places() {
        for index in [1, 100, 255] {
            let mut points = srs().bn254_g1;
            let next = points[(index + 1) * 64..(index + 2) * 64].to_vec();
            points.copy_within(index * 64..(index + 1) * 64, (index + 1) * 64);
            points[index * 64..(index + 1) * 64].copy_from_slice(&next);
            assert!(matches!(verify(&points, &srs().bn254_g2, Check::Full), Err(SrsError::NotPowers)), "{index}");
        }
    }

    #[test]
    fn every_point_must_be_on_the_curve() {
        for index in [1, 200, 256] {
            let srs = srs();
            let refused = |change: &dyn Fn(&mut [u8])| {
                let mut points = srs.bn254_g1.clone();
                change(&mut points[index * 64..(index + 1) * 64]);
                let error = verify(&points, &srs.bn254_g2, SAMPLED).unwrap_err();
                assert!(matches!(error, SrsError::NotOnCurve(at) if at == index), "{error}");
            };
            refused(&|point| point[63] ^= 1);
            // A coordinate above the modulus, the point at infinity.
            refused(&|point| point[..32].fill(0xff));
            refused(&|point| point.fill(0));
        }
    }
}
