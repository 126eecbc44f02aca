//! ECDSA over secp256k1 and secp256r1: SHA-256 of the message, deterministic nonce, low s only.
//!
//! The nonce is the official one, not that of RFC 6979, so that signatures are bit for bit those of the official wallets:
//! with h the HMAC of the message under the key, the 512-bit integer `SHA-256(1, 0.., h) ‖ SHA-256(0.., h)` modulo the
//! order, where `1, 0..` and `0..` are 32 bytes.
//!
//! Protocol source: `@aztec/foundation/src/crypto/ecdsa/{index,signature}.ts`.

use alloc::vec::Vec;
use core::fmt;

use ::ecdsa::RecoveryId;
use ::ecdsa::hazmat::sign_prehashed;
use ::ecdsa::signature::hazmat::PrehashVerifier;
use hmac::{Hmac, KeyInit, Mac};
use k256::elliptic_curve::ops::Reduce;
use sha2::Sha256;
use thiserror::Error;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::field::Fr;
use crate::hash::sha256;

/// The curve of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EcdsaCurve {
    /// secp256k1, the curve of Ethereum.
    K1,
    /// secp256r1, the curve of passkeys and secure enclaves.
    R1,
}

impl fmt::Display for EcdsaCurve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::K1 => "secp256k1",
            Self::R1 => "secp256r1",
        })
    }
}

/// Why an ECDSA key or signature cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EcdsaError {
    /// The secret key is zero or not below the order of the curve.
    #[error("not a secret key of {0}")]
    SecretKey(EcdsaCurve),
    /// No public key of the curve gives this signature.
    #[error("no public key of {0} can be recovered from the signature")]
    Recovery(EcdsaCurve),
}

/// A secret key: 32 bytes, wiped when dropped.
#[derive(Clone, PartialEq, Eq, ZeroizeOnDrop)]
pub struct EcdsaSecretKey {
    #[zeroize(skip)]
    curve: EcdsaCurve,
    bytes: [u8; 32],
}

impl fmt::Debug for EcdsaSecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EcdsaSecretKey({}, ..)", self.curve)
    }
}

/// A public key: the coordinates, 32 bytes each. Whether they are a point of the curve shows in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EcdsaPublicKey {
    /// The curve.
    pub curve: EcdsaCurve,
    /// x coordinate.
    pub x: [u8; 32],
    /// y coordinate.
    pub y: [u8; 32],
}

/// A signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct EcdsaSignature {
    /// r.
    pub r: [u8; 32],
    /// s, at most half the order.
    pub s: [u8; 32],
    /// Which of the public keys that fit is meant: 27 for an odd y of the nonce point, 28 for an even one, 2 more when
    /// its x was reduced. Contracts do not see it.
    pub v: u8,
}

impl EcdsaSignature {
    /// r and s.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 64] {
        concat(&self.r, &self.s)
    }

    /// The authorization witness: r and s, one byte per field.
    #[must_use]
    pub fn to_witness(self) -> Vec<Fr> {
        self.to_bytes().into_iter().map(Fr::from).collect()
    }

    fn v_of(id: RecoveryId) -> u8 {
        27 + u8::from(!id.is_y_odd()) + 2 * u8::from(id.is_x_reduced())
    }

    fn recovery_id(&self) -> Option<RecoveryId> {
        let id = self.v.checked_sub(27).filter(|id| *id < 4)?;
        Some(RecoveryId::new(id & 1 == 0, id & 2 != 0))
    }
}

fn concat(a: &[u8; 32], b: &[u8; 32]) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(a);
    bytes[32..].copy_from_slice(b);
    bytes
}

fn halves(bytes: &[u8]) -> ([u8; 32], [u8; 32]) {
    let (mut a, mut b) = ([0; 32], [0; 32]);
    a.copy_from_slice(&bytes[..32]);
    b.copy_from_slice(&bytes[32..64]);
    (a, b)
}

/// High and low half of the 512-bit integer that becomes the nonce.
fn nonce_seed(key: &[u8; 32], message: &[u8]) -> [Zeroizing<[u8; 32]>; 2] {
    let hmac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length").chain_update(message);
    let mac = Zeroizing::new(<[u8; 32]>::from(hmac.finalize().into_bytes()));
    [1, 0].map(|first| {
        let mut prefix = [0; 32];
        prefix[0] = first;
        Zeroizing::new(sha256(&[&prefix, &*mac]))
    })
}

/// The operations on one curve; both crates give their types the same interface.
macro_rules! curve {
    ($module:ident, $library:ident, $curve:expr) => {
        mod $module {
            use $library::ecdsa::{Signature, SigningKey, VerifyingKey};
            use $library::{FieldBytes, NonZeroScalar, Scalar};

            use super::*;

            fn signing_key(bytes: &[u8; 32]) -> SigningKey {
                SigningKey::from_slice(bytes).expect("checked when the key was made")
            }

            fn public(key: &VerifyingKey) -> EcdsaPublicKey {
                let point = key.to_sec1_point(false);
                let (x, y) = halves(&point.as_bytes()[1..]);
                EcdsaPublicKey { curve: $curve, x, y }
            }

            /// The signature, when its members are in range and s is low.
            fn parse(signature: &EcdsaSignature) -> Option<Signature> {
                let parsed = Signature::from_slice(&signature.to_bytes()).ok()?;
                (parsed.normalize_s() == parsed).then_some(parsed)
            }

            pub(super) fn is_valid(bytes: &[u8; 32]) -> bool {
                SigningKey::from_slice(bytes).is_ok()
            }

            pub(super) fn public_key(bytes: &[u8; 32]) -> EcdsaPublicKey {
                public(signing_key(bytes).verifying_key())
            }

            fn nonce(key: &[u8; 32], message: &[u8]) -> NonZeroScalar {
                let [high, low] = nonce_seed(key, message)
                    .map(|half| <Scalar as Reduce<FieldBytes>>::reduce(&FieldBytes::from(*half)));
                let two_to_128 = (Scalar::from(u64::MAX) + Scalar::ONE).square();
                NonZeroScalar::new(high * two_to_128.square() + low)
                    .into_option()
                    .expect("a hash is a multiple of the order with probability 2^-256")
            }

            pub(super) fn sign(bytes: &[u8; 32], message: &[u8]) -> EcdsaSignature {
                let key = signing_key(bytes);
                let nonce = nonce(bytes, message);
                let (raw, id) = sign_prehashed(key.as_nonzero_scalar(), &nonce, &sha256(&[message]))
                    .expect("r or s is zero with probability 2^-255");
                let low = raw.normalize_s();
                let id = RecoveryId::new(id.is_y_odd() ^ (low != raw), id.is_x_reduced());
                let (r, s) = halves(&low.to_bytes());
                EcdsaSignature { r, s, v: EcdsaSignature::v_of(id) }
            }

            pub(super) fn verify(key: &EcdsaPublicKey, digest: &[u8; 32], signature: &EcdsaSignature) -> bool {
                let mut encoded = [4; 65];
                encoded[1..].copy_from_slice(&concat(&key.x, &key.y));
                let Ok(key) = VerifyingKey::from_sec1_bytes(&encoded) else { return false };
                parse(signature).is_some_and(|signature| key.verify_prehash(digest, &signature).is_ok())
            }

            pub(super) fn recover(digest: &[u8; 32], signature: &EcdsaSignature) -> Option<EcdsaPublicKey> {
                let key = VerifyingKey::recover_from_prehash(digest, &parse(signature)?, signature.recovery_id()?);
                key.ok().as_ref().map(public)
            }
        }
    };
}
curve!(k1, k256, EcdsaCurve::K1);
curve!(r1, p256, EcdsaCurve::R1);

impl EcdsaSecretKey {
    /// The key with these bytes, which must be a number from 1 to the order of the curve less 1.
    pub fn from_bytes(curve: EcdsaCurve, bytes: [u8; 32]) -> Result<Self, EcdsaError> {
        let key = Self { curve, bytes };
        let is_valid = match curve {
            EcdsaCurve::K1 => k1::is_valid(&key.bytes),
            EcdsaCurve::R1 => r1::is_valid(&key.bytes),
        };
        if is_valid { Ok(key) } else { Err(EcdsaError::SecretKey(curve)) }
    }

    /// The bytes, for encrypted storage and export.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> EcdsaPublicKey {
        match self.curve {
            EcdsaCurve::K1 => k1::public_key(&self.bytes),
            EcdsaCurve::R1 => r1::public_key(&self.bytes),
        }
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> EcdsaSignature {
        match self.curve {
            EcdsaCurve::K1 => k1::sign(&self.bytes, message),
            EcdsaCurve::R1 => r1::sign(&self.bytes, message),
        }
    }
}

impl EcdsaPublicKey {
    /// Whether `signature` is by the owner of this key for `message`. A high s is refused.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &EcdsaSignature) -> bool {
        let digest = sha256(&[message]);
        match self.curve {
            EcdsaCurve::K1 => k1::verify(self, &digest, signature),
            EcdsaCurve::R1 => r1::verify(self, &digest, signature),
        }
    }

    /// The key whose owner signed `message`.
    pub fn recover(curve: EcdsaCurve, message: &[u8], signature: &EcdsaSignature) -> Result<Self, EcdsaError> {
        let digest = sha256(&[message]);
        let key = match curve {
            EcdsaCurve::K1 => k1::recover(&digest, signature),
            EcdsaCurve::R1 => r1::recover(&digest, signature),
        };
        key.ok_or(EcdsaError::Recovery(curve))
    }

    /// x and y.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 64] {
        concat(&self.x, &self.y)
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use proptest::prelude::*;

    use super::*;

    fn key_one(curve: EcdsaCurve) -> EcdsaSecretKey {
        let mut bytes = [0; 32];
        bytes[31] = 1;
        EcdsaSecretKey::from_bytes(curve, bytes).unwrap()
    }

    #[test]
    fn signatures_are_the_official_ones() {
        let known = [
            (
                EcdsaCurve::K1,
                "0x08230b25f8bbe2b28634708fa557ef712d8c0d40ef7a3e7e203bba026853245c",
                "3944d831864d65fa46d6182f26aa26767ef91d3d72ee279b987d5dfc1bb0f269\
                 0d8bdb701cceab2addd7958ddd658eb2ae6003ad5c72836f3827581fa9b015f3",
                27,
            ),
            (
                EcdsaCurve::R1,
                "0x2669e46e71416058649ae73f8e8babf37793a30321c3b250f3aa5aef4102969c",
                "37f0a70224eb54f74961cdd9de3f2d02f89626546872c3b6c0821e4f64c8891c\
                 3ec000fc16c69c93e46968e82d80bcf303e6be2c7295e67b3d9e4ffaff6d2354",
                28,
            ),
        ];
        for (curve, message, expected, v) in known {
            let message = message.parse::<Fr>().unwrap().to_be_bytes();
            let signature = key_one(curve).sign(&message);
            assert_eq!(const_hex::encode(signature.to_bytes()), expected);
            assert_eq!(signature.v, v);
        }
    }

    #[test]
    fn bad_keys_and_signatures_are_refused_without_a_panic() {
        for curve in [EcdsaCurve::K1, EcdsaCurve::R1] {
            for bytes in [[0; 32], [255; 32]] {
                assert_eq!(EcdsaSecretKey::from_bytes(curve, bytes), Err(EcdsaError::SecretKey(curve)));
            }
            let key = key_one(curve);
            assert_eq!(format!("{key:?}"), format!("EcdsaSecretKey({curve}, ..)"));
            let signature = key.sign(b"message");
            let stray = EcdsaPublicKey { curve, x: [1; 32], y: [1; 32] };
            assert!(!stray.verify(b"message", &signature));
            for v in [0, 26, 31, 255] {
                let odd = EcdsaSignature { v, ..signature };
                assert_eq!(EcdsaPublicKey::recover(curve, b"message", &odd), Err(EcdsaError::Recovery(curve)));
            }
            for part in [[0; 32], [255; 32]] {
                let public_key = key.public_key();
                assert!(!public_key.verify(b"message", &EcdsaSignature { r: part, ..signature }));
                assert!(!public_key.verify(b"message", &EcdsaSignature { s: part, ..signature }));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn signatures_verify_and_give_their_key_back(seed: [u8; 32], message: Vec<u8>, bit in 0usize..512) {
            for curve in [EcdsaCurve::K1, EcdsaCurve::R1] {
                let Ok(key) = EcdsaSecretKey::from_bytes(curve, seed) else { continue };
                let (public_key, signature) = (key.public_key(), key.sign(&message));
                prop_assert!(public_key.verify(&message, &signature));
                prop_assert_eq!(EcdsaPublicKey::recover(curve, &message, &signature), Ok(public_key));
                let mut bytes = signature.to_bytes();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let (r, s) = halves(&bytes);
                let corrupted = EcdsaSignature { r, s, v: signature.v };
                prop_assert!(!public_key.verify(&message, &corrupted));
            }
        }
    }
}
