//! The points on Grumpkin: hashed to the curve, so nobody knows a relation between them.
//!
//! Protocol source: `barretenberg/cpp/src/barretenberg/srs/factories/grumpkin_srs_gen.cpp` and `from_compressed` in
//! `ecc/groups/affine_element_impl.hpp` there.

use protocol::field::{Fr, Point};
use protocol::hash::sha256;

use super::points::{SIZE, for_each_run};

const SEED: &[u8] = b"BARRETENBERG_GRUMPKIN_IPA_CRS";

/// The first `count` points, 64 bytes each: x then y, big-endian.
#[must_use]
pub fn grumpkin_points(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count * SIZE];
    for_each_run(&mut bytes, SIZE, |index, run| {
        let point = point(index as u64);
        run[..32].copy_from_slice(&point.x.to_be_bytes());
        run[32..].copy_from_slice(&point.y.to_be_bytes());
    });
    bytes
}

fn point(index: u64) -> Point {
    (0u64..).find_map(|attempt| candidate(index, attempt)).expect("every second attempt succeeds")
}

/// A hash read as a point: the top bit says whether y is odd, the rest reduced is x. The hash's four 64-bit words are
/// big-endian, the least significant word comes first.
fn candidate(index: u64, attempt: u64) -> Option<Point> {
    let hash = sha256(&[SEED, &index.to_be_bytes(), &attempt.to_be_bytes()]);
    let mut number = [0; 32];
    for (to, from) in number.as_chunks_mut::<8>().0.iter_mut().zip(hash.as_chunks::<8>().0.iter().rev()) {
        *to = *from;
    }
    let odd = number[0] >> 7 == 1;
    number[0] &= 0x7f;
    let x = Fr::from_be_bytes_reduced(&number);
    // Grumpkin: y^2 = x^3 - 17.
    let y = (x.square() * x - Fr::from(17u64)).sqrt()?;
    let y = if (y.to_limbs()[0] & 1 == 1) == odd { y } else { -y };
    Some(Point::new(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_on_the_curve_and_do_not_depend_on_how_many_are_asked_for() {
        let points = grumpkin_points(40);
        assert_eq!(points[..640], grumpkin_points(10));
        for index in 0..40 {
            assert!(point(index).is_on_curve(), "{index}");
        }
    }

    #[test]
    fn the_points_are_those_barretenberg_has() {
        // SHA-256 of the 2^15 points `bb` 4.1.2 makes.
        let hash = sha256(&[&grumpkin_points(super::super::Srs::GRUMPKIN_POINTS)]);
        assert_eq!(const_hex::encode(hash), "df929cc1d1a35961e41b43d090c45f30b76a745c9b27c36f64e448d83ee11558");
    }
}
