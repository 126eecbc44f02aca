//! Schnorr signatures on Grumpkin.
//!
//! Protocol source: `@aztec/foundation/src/crypto/schnorr/{index,signature}.ts`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use blake2::{Blake2s256, Digest};
use thiserror::Error;

use super::pedersen;
use crate::codec::{Decode, DecodeError, Encode, Reader};
use crate::field::{Fq, Fr, Point};
use crate::keys::SecretScalar;

/// The nonce cannot be used: it is zero, or it leads to a signature that verifiers refuse. Another one will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the nonce gives no valid signature, use another one")]
pub struct UnusableNonce;

/// A text is not a Schnorr signature.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a Schnorr signature: expected 0x and 128 hex digits, found {0:?}")]
pub struct ParseSchnorrSignatureError(String);

/// A Schnorr signature: s and e, 32 bytes each. Text and JSON: the bytes as `0x` hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SchnorrSignature([u8; 64]);

impl SchnorrSignature {
    /// The signature with these bytes. Whether it is valid shows when it is verified.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 64] {
        self.0
    }

    /// The authorization witness: one byte per field.
    #[must_use]
    pub fn to_witness(self) -> Vec<Fr> {
        self.0.into_iter().map(Fr::from).collect()
    }
}

/// `BLAKE2s(pedersen(R.x, P.x, P.y), message)`.
fn challenge(message: &[u8], public_key: &Point, nonce_x: Fr) -> [u8; 32] {
    let compressed = pedersen::hash(&[nonce_x, public_key.x, public_key.y], 0);
    Blake2s256::new().chain_update(compressed.to_be_bytes()).chain_update(message).finalize().into()
}

/// Signs a message. The nonce must be random, secret and never used for another message: whoever learns it, or sees it
/// used twice, learns the key.
pub fn sign(key: &SecretScalar, message: &[u8], nonce: &SecretScalar) -> Result<SchnorrSignature, UnusableNonce> {
    if nonce.expose().is_zero() {
        return Err(UnusableNonce);
    }
    let raw = challenge(message, &key.public_key(), nonce.public_key().x);
    let e = Fq::from_be_bytes_reduced(&raw);
    let s = *nonce.expose() - *key.expose() * e;
    if s.is_zero() || e.is_zero() {
        return Err(UnusableNonce);
    }
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&s.to_be_bytes());
    bytes[32..].copy_from_slice(&raw);
    Ok(SchnorrSignature(bytes))
}

/// Whether `signature` is by the owner of `public_key` for `message`.
#[must_use]
pub fn verify(public_key: &Point, message: &[u8], signature: &SchnorrSignature) -> bool {
    let (s, raw) = signature.0.split_at(32);
    let (s, e) = (Fq::from_be_bytes_reduced(s), Fq::from_be_bytes_reduced(raw));
    if s.is_zero() || e.is_zero() || public_key.is_infinite {
        return false;
    }
    let Ok(shifted_key) = public_key.mul(&e) else { return false };
    match Point::mul_generator(&s).add(&shifted_key) {
        Ok(nonce) if !nonce.is_infinite => challenge(message, public_key, nonce.x) == raw,
        _ => false,
    }
}

impl fmt::Display for SchnorrSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::const_encode::<64, true>(&self.0).as_str())
    }
}

impl fmt::Debug for SchnorrSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SchnorrSignature({self})")
    }
}

impl FromStr for SchnorrSignature {
    type Err = ParseSchnorrSignatureError;
    fn from_str(text: &str) -> Result<Self, ParseSchnorrSignatureError> {
        const_hex::decode_to_array(text)
            .map(Self)
            .map_err(|_| ParseSchnorrSignatureError(text.chars().take(140).collect()))
    }
}

impl Encode for SchnorrSignature {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl Decode for SchnorrSignature {
    const MIN_SIZE: usize = 64;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

impl serde::Serialize for SchnorrSignature {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_hex::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for SchnorrSignature {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::buffer_hex::deserialize(deserializer)
    }
}

crate::any_value!(
    SchnorrSignature,
    (any::<[u8; 32]>(), any::<[u8; 32]>()).prop_map(|(s, e)| {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&s);
        bytes[32..].copy_from_slice(&e);
        Self(bytes)
    })
);

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_official_signature_verifies() {
        let message: Fr = "0x185c23ab147d625e9fb9426f9821bc34d7e72060b386c89de20657b0917476e3".parse().unwrap();
        let text = "0x0eed4f4e912d6dd53e7c8b105b1c8639cb03d91d0f1de2fc44c0dd96cd710201\
                    69643dbfa8d68691cb6e01865e272427b848648bec6ef9077e64120e8bc5b33a";
        let signature: SchnorrSignature = text.parse().unwrap();
        assert!(verify(&Point::generator(), &message.to_be_bytes(), &signature));
        assert_eq!(signature.to_string(), text);
        assert!(text[..128].parse::<SchnorrSignature>().is_err());
    }

    #[test]
    fn unusable_nonces_and_keys_are_refused() {
        let one = SecretScalar::from_scalar(Fq::ONE);
        assert_eq!(sign(&one, b"", &SecretScalar::from_scalar(Fq::ZERO)), Err(UnusableNonce));
        let signature = sign(&one, b"", &one).unwrap();
        for key in [Point::INFINITY, Point::EMPTY, Point::new(Fr::ONE, Fr::ONE)] {
            assert!(!verify(&key, b"", &signature));
        }
        assert!(!verify(&Point::generator(), b"", &SchnorrSignature::from_bytes([0; 64])));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn signatures_hold_for_their_message_only(
            key: SecretScalar, nonce: SecretScalar, message: [u8; 32], byte in 0usize..64, bit in 0u32..8,
        ) {
            prop_assume!(!nonce.expose().is_zero() && !key.expose().is_zero());
            let signature = sign(&key, &message, &nonce).unwrap();
            let public_key = key.public_key();
            prop_assert!(verify(&public_key, &message, &signature));
            let mut other = message;
            other[byte % 32] ^= 1 << bit;
            prop_assert!(!verify(&public_key, &other, &signature));
            let mut bytes = signature.to_bytes();
            bytes[byte] ^= 1 << bit;
            prop_assert!(!verify(&public_key, &message, &SchnorrSignature::from_bytes(bytes)));
        }
    }
}
