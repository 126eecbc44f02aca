//! Pedersen commitments and hashes on Grumpkin. The protocol needs them inside Schnorr signatures only.
//!
//! Protocol source: `@aztec/foundation/src/crypto/pedersen/pedersen.wasm.ts`; the generators are those of
//! `@aztec/foundation/src/crypto/pedersen/pedersen.noble.ts`.

use ark_ec::{AffineRepr, CurveGroup};
use ark_grumpkin::{Affine, Projective};

use crate::field::{Fq, Fr, Point};

/// Generators of the values, in the order of their positions.
const VALUES: &[u8] = b"DEFAULT_DOMAIN_SEPARATOR";
/// The generator of the number of values.
const LENGTH: &[u8] = b"pedersen_hash_length";

/// Generator number `index` of a domain: hashing to the curve by trial, from `BLAKE3(domain)` and the index.
fn generator(domain: &[u8], index: u32) -> Affine {
    let mut seed = [0; 66];
    seed[..32].copy_from_slice(blake3::hash(domain).as_bytes());
    seed[32..36].copy_from_slice(&index.to_be_bytes());
    (0..=u8::MAX)
        .find_map(|attempt| {
            seed[64] = attempt;
            let mut wide = [0; 64];
            for (half, chunk) in wide.chunks_exact_mut(32).enumerate() {
                seed[65] = half as u8;
                chunk.copy_from_slice(blake3::hash(&seed).as_bytes());
            }
            let x = Fr::from_be_bytes_reduced(&wide);
            let point = Point::from_x_and_sign(x, true).ok()?.to_ark().ok()?;
            let y_is_odd = Fr::from_ark(point.y).to_limbs()[0] & 1 == 1;
            let want_odd = wide[0] >> 7 == 1;
            Some(if y_is_odd == want_odd { point } else { -point })
        })
        .expect("one attempt in two finds a point: 256 failures do not happen for the few indices in use")
}

fn sum(inputs: &[Fr], offset: u32) -> Projective {
    inputs.iter().zip(offset..).map(|(input, index)| generator(VALUES, index) * Fq::from(*input).to_ark()).sum()
}

/// The commitment to `inputs`: the sum of each times its generator, the first of which is number `offset`.
#[must_use]
pub fn commit(inputs: &[Fr], offset: u32) -> Point {
    Point::from_ark(sum(inputs, offset).into_affine())
}

/// The hash of `inputs`: x of the commitment plus the number of inputs times a generator of its own; 0 for infinity.
#[must_use]
pub fn hash(inputs: &[Fr], hash_index: u32) -> Fr {
    let length = generator(LENGTH, 0) * ark_grumpkin::Fr::from(inputs.len() as u64);
    (length + sum(inputs, hash_index)).into_affine().x().map_or(Fr::ZERO, Fr::from_ark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_generators() {
        let known = [
            (LENGTH, 0, "0x2df8b940e5890e4e1377e05373fae69a1d754f6935e6a780b666947431f2cdcd"),
            (VALUES, 0, "0x083e7911d835097629f0067531fc15cafd79a89beecb39903f69572c636f4a5a"),
            (VALUES, 7, "0x0298f2e42249f0519c8a8abd91567ebe016e480f219b8c19461d6a595cc33696"),
        ];
        for (domain, index, x) in known {
            assert_eq!(Fr::from_ark(generator(domain, index).x), x.parse().unwrap());
        }
        assert_eq!(commit(&[], 0), Point::INFINITY);
        assert_eq!(commit(&[Fr::ONE], 7), Point::from_ark(generator(VALUES, 7)));
    }
}
