//! Signing: the port, and the signer that has its key at hand.
//!
//! What is signed is the 32-byte form of a message hash.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use async_trait::async_trait;
use protocol::authwit::MessageHash;
use protocol::codec::ToFields;
use protocol::field::{Fq, Fr, Point};
use protocol::keys::SecretScalar;
use protocol::signature::ecdsa::{EcdsaPublicKey, EcdsaSecretKey, EcdsaSignature};
use protocol::signature::schnorr::{self, SchnorrSignature};
use thiserror::Error;
use zeroize::Zeroizing;

use super::{AccountError, AccountKind, SignatureScheme};
use crate::port::{MaybeSend, MaybeSync, Rng};

/// Why a signer does not sign.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignerError {
    /// Whoever holds the key said no.
    #[error("signing was refused")]
    Refused,
    /// The key is not here.
    #[error("the signing key is kept somewhere else")]
    Elsewhere,
    /// The key cannot be used now.
    #[error("the signing key is locked")]
    Locked,
    /// The device fails.
    #[error("the signer fails")]
    Failed(#[source] Box<dyn core::error::Error + Send + Sync>),
}

/// A public key signatures are verified with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningPublicKey {
    /// On Grumpkin.
    Schnorr(Point),
    /// On secp256k1 or secp256r1.
    Ecdsa(EcdsaPublicKey),
}

/// A signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signature {
    /// On Grumpkin.
    Schnorr(SchnorrSignature),
    /// On secp256k1 or secp256r1.
    Ecdsa(EcdsaSignature),
}

impl Signature {
    /// As account contracts read it: one byte per field.
    #[must_use]
    pub fn to_witness(&self) -> Vec<Fr> {
        match self {
            Self::Schnorr(signature) => signature.to_witness(),
            Self::Ecdsa(signature) => signature.to_witness(),
        }
    }
}

impl SigningPublicKey {
    /// How it verifies.
    #[must_use]
    pub const fn scheme(&self) -> SignatureScheme {
        match self {
            Self::Schnorr(_) => SignatureScheme::Schnorr,
            Self::Ecdsa(key) => SignatureScheme::Ecdsa(key.curve),
        }
    }

    /// The key of an account of some kind from its coordinates, x and y.
    ///
    /// # Errors
    /// If they are no point of Grumpkin, for accounts with Schnorr. Whether they are a point of another curve shows when
    /// they are used.
    pub fn from_bytes(kind: AccountKind, bytes: &[u8; 64]) -> Result<Self, AccountError> {
        let (x, y) = bytes.split_at(32);
        let (x, y) = (x.try_into().expect("half of 64"), y.try_into().expect("half of 64"));
        match kind.scheme() {
            SignatureScheme::Ecdsa(curve) => Ok(Self::Ecdsa(EcdsaPublicKey { curve, x, y })),
            SignatureScheme::Schnorr => {
                let point = Fr::from_be_bytes(&x).ok().zip(Fr::from_be_bytes(&y).ok()).map(|(x, y)| Point::new(x, y));
                let point = point.filter(|point| !point.is_infinite && point.is_on_curve());
                point.map(Self::Schnorr).ok_or(AccountError::OtherCurve(kind))
            }
        }
    }

    /// The coordinates, x and y.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; 64] {
        match self {
            Self::Ecdsa(key) => key.to_bytes(),
            Self::Schnorr(point) => {
                let mut bytes = [0; 64];
                bytes[..32].copy_from_slice(&point.x.to_be_bytes());
                bytes[32..].copy_from_slice(&point.y.to_be_bytes());
                bytes
            }
        }
    }

    /// Whether a signature is by the owner of this key for a message.
    #[must_use]
    pub fn verify(&self, message: MessageHash, signature: &Signature) -> bool {
        let bytes = message.to_field().to_be_bytes();
        match (self, signature) {
            (Self::Schnorr(key), Signature::Schnorr(signature)) => schnorr::verify(key, &bytes, signature),
            (Self::Ecdsa(key), Signature::Ecdsa(signature)) => key.verify(&bytes, signature),
            _ => false,
        }
    }

    /// As constructors of account contracts take it: coordinates, or one byte of them per field.
    pub(super) fn constructor_args(&self) -> Vec<Fr> {
        match self {
            Self::Schnorr(point) => [point.x, point.y].to_fields(),
            Self::Ecdsa(key) => key.to_bytes().into_iter().map(Fr::from).collect(),
        }
    }
}

/// Whatever holds the signing key of an account: this program, a passkey, a device.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Signer: MaybeSend + MaybeSync + fmt::Debug {
    /// Signs a message.
    async fn sign(&self, message: MessageHash) -> Result<Signature, SignerError>;
}

/// A secret key that signs. It is wiped when dropped and does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum SigningKey {
    /// On Grumpkin.
    Schnorr(SecretScalar),
    /// On secp256k1 or secp256r1.
    Ecdsa(EcdsaSecretKey),
}

impl SigningKey {
    /// The key of an account of some kind from its bytes.
    ///
    /// # Errors
    /// If they are no key of that curve.
    pub fn from_bytes(kind: AccountKind, bytes: &[u8; 32]) -> Result<Self, AccountError> {
        let wrong = AccountError::OtherCurve(kind);
        match kind.scheme() {
            SignatureScheme::Schnorr => match Fq::from_be_bytes(bytes) {
                Ok(scalar) if !scalar.is_zero() => Ok(Self::Schnorr(SecretScalar::from_scalar(scalar))),
                _ => Err(wrong),
            },
            SignatureScheme::Ecdsa(curve) => {
                EcdsaSecretKey::from_bytes(curve, *bytes).map(Self::Ecdsa).map_err(|_| wrong)
            }
        }
    }

    /// A new key for an account of some kind. The kind with a single key has none of its own: it signs with
    /// [`protocol::keys::SecretKey::signing_key`].
    #[must_use]
    pub fn random(kind: AccountKind, rng: &dyn Rng) -> Self {
        loop {
            let bytes = match kind.scheme() {
                SignatureScheme::Schnorr => Zeroizing::new(rng.scalar().to_be_bytes()),
                SignatureScheme::Ecdsa(_) => Zeroizing::new(rng.bytes::<32>()),
            };
            if let Ok(key) = Self::from_bytes(kind, &bytes) {
                return key;
            }
        }
    }

    /// The bytes, for encrypted storage and export.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(match self {
            Self::Schnorr(scalar) => scalar.expose().to_be_bytes(),
            Self::Ecdsa(key) => *key.expose(),
        })
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> SigningPublicKey {
        match self {
            Self::Schnorr(scalar) => SigningPublicKey::Schnorr(scalar.public_key()),
            Self::Ecdsa(key) => SigningPublicKey::Ecdsa(key.public_key()),
        }
    }

    /// Signs a message.
    #[must_use]
    pub fn sign(&self, message: MessageHash, rng: &dyn Rng) -> Signature {
        let bytes = message.to_field().to_be_bytes();
        match self {
            Self::Schnorr(scalar) => loop {
                // All but two nonces in 2^254 will do.
                let nonce = SecretScalar::from_scalar(rng.scalar());
                if let Ok(signature) = schnorr::sign(scalar, &bytes, &nonce) {
                    return Signature::Schnorr(signature);
                }
            },
            Self::Ecdsa(key) => Signature::Ecdsa(key.sign(&bytes)),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Schnorr(_) => "SigningKey(schnorr, ..)",
            Self::Ecdsa(_) => "SigningKey(ecdsa, ..)",
        })
    }
}

/// The signer that has its key at hand.
#[derive(Debug, Clone)]
pub struct LocalSigner {
    key: SigningKey,
    rng: Arc<dyn Rng>,
}

impl LocalSigner {
    /// A signer with a key. Schnorr signatures need randomness that nobody can guess.
    #[must_use]
    pub fn new(key: SigningKey, rng: Arc<dyn Rng>) -> Self {
        Self { key, rng }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Signer for LocalSigner {
    async fn sign(&self, message: MessageHash) -> Result<Signature, SignerError> {
        Ok(self.key.sign(message, &*self.rng))
    }
}
