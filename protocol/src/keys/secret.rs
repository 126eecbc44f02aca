//! Secret keys.

use alloc::vec::Vec;
use core::fmt;

use sha2::{Digest, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{KeyKind, PublicKeys};
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields};
use crate::field::{Fq, Fr, Point};
use crate::hash::{DomainSeparator, poseidon2_with_separator};

macro_rules! redacted_debug {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}
redacted_debug!(SecretKey, SecretScalar, AppSecretKey);

/// The secret of an account, from which all its keys follow.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey(Fr);

impl SecretKey {
    /// Wraps the secret.
    #[must_use]
    pub const fn from_field(secret: Fr) -> Self {
        Self(secret)
    }

    /// The secret itself, for encrypted storage and export.
    #[must_use]
    pub const fn expose(&self) -> &Fr {
        &self.0
    }

    /// `SHA-512(secret, separator)` modulo q.
    fn derive(&self, separator: DomainSeparator) -> SecretScalar {
        let bytes = Zeroizing::new(self.0.to_be_bytes());
        let digest = Sha512::new().chain_update(*bytes).chain_update(separator.value().to_be_bytes()).finalize();
        let digest = Zeroizing::new(<[u8; 64]>::from(digest));
        SecretScalar(Fq::from_be_bytes_reduced(&*digest))
    }

    /// The four master keys.
    ///
    /// Protocol source: `deriveKeys` in `@aztec/stdlib/src/keys/derivation.ts`.
    #[must_use]
    pub fn master_keys(&self) -> MasterSecretKeys {
        MasterSecretKeys {
            nhk_m: self.derive(DomainSeparator::NhkM),
            ivsk_m: self.derive(DomainSeparator::IvskM),
            ovsk_m: self.derive(DomainSeparator::OvskM),
            tsk_m: self.derive(DomainSeparator::TskM),
        }
    }

    /// The key with which Schnorr accounts sign when none is chosen: the same scalar as `ivsk_m`.
    ///
    /// Protocol source: `deriveSigningKey` in `@aztec/stdlib/src/keys/derivation.ts`.
    #[must_use]
    pub fn signing_key(&self) -> SecretScalar {
        self.derive(DomainSeparator::IvskM)
    }
}

/// A secret scalar of Grumpkin: a master key or a signing key.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SecretScalar(Fq);

impl SecretScalar {
    /// Wraps the scalar.
    #[must_use]
    pub const fn from_scalar(scalar: Fq) -> Self {
        Self(scalar)
    }

    /// The scalar itself, for arithmetic, encrypted storage and circuit inputs.
    #[must_use]
    pub const fn expose(&self) -> &Fq {
        &self.0
    }

    /// The generator times the scalar.
    #[must_use]
    pub fn public_key(&self) -> Point {
        Point::mul_generator(&self.0)
    }

    /// This master key of `kind`, siloed for a contract.
    ///
    /// Protocol source: `computeAppSecretKey` in `@aztec/stdlib/src/keys/derivation.ts`.
    #[must_use]
    pub fn app_secret_key(&self, kind: KeyKind, app: AztecAddress) -> AppSecretKey {
        AppSecretKey(poseidon2_with_separator(&[self.0.hi(), self.0.lo(), app.to_field()], kind.separator()))
    }
}

/// The master secret keys of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterSecretKeys {
    /// Nullifier hiding key.
    pub nhk_m: SecretScalar,
    /// Incoming viewing secret key.
    pub ivsk_m: SecretScalar,
    /// Outgoing viewing secret key.
    pub ovsk_m: SecretScalar,
    /// Tagging secret key.
    pub tsk_m: SecretScalar,
}

impl MasterSecretKeys {
    /// The key of a kind.
    #[must_use]
    pub const fn get(&self, kind: KeyKind) -> &SecretScalar {
        match kind {
            KeyKind::Nullifier => &self.nhk_m,
            KeyKind::IncomingViewing => &self.ivsk_m,
            KeyKind::OutgoingViewing => &self.ovsk_m,
            KeyKind::Tagging => &self.tsk_m,
        }
    }

    /// The public keys.
    #[must_use]
    pub fn public_keys(&self) -> PublicKeys {
        PublicKeys {
            npk_m: self.nhk_m.public_key(),
            ivpk_m: self.ivsk_m.public_key(),
            ovpk_m: self.ovsk_m.public_key(),
            tpk_m: self.tsk_m.public_key(),
        }
    }
}

/// A master secret key siloed for one contract, which may know it.
#[derive(Clone, PartialEq, Eq, Hash, Default, Zeroize, ZeroizeOnDrop)]
pub struct AppSecretKey(Fr);

impl AppSecretKey {
    /// Wraps the key.
    #[must_use]
    pub const fn from_field(key: Fr) -> Self {
        Self(key)
    }

    /// The key itself.
    #[must_use]
    pub const fn expose(&self) -> &Fr {
        &self.0
    }
}

impl Encode for AppSecretKey {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl Decode for AppSecretKey {
    const MIN_SIZE: usize = 32;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Fr::decode(reader).map(Self)
    }
}

impl ToFields for AppSecretKey {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.0);
    }
}

impl FromFields for AppSecretKey {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.field().map(Self)
    }
}

impl FixedFields for AppSecretKey {
    const FIELD_COUNT: usize = 1;
}

crate::any_value!(SecretKey, any::<Fr>().prop_map(Self));
crate::any_value!(SecretScalar, any::<Fq>().prop_map(Self));
crate::any_value!(AppSecretKey, any::<Fr>().prop_map(Self));

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn keys_of_a_known_secret() {
        let keys = SecretKey::from_field(8923u32.into()).master_keys();
        let expected = [
            "0x26dd6f83a99b5b1cea47692f40b7aece47756a1a5e93138c5b8f7e7afd36ed1a",
            "0x0d3e4402946f2f712d942e1a3962b12fc521effc39fe93777f91285f1ad414cb",
            "0x07aefc4492a7ff8ebed7a66c817ee97965e4aae05669be28d5126cf839ef71f3",
            "0x19b615d39bc492219435810c2b91352ce290811e71c0a89c3b38e3f5f87c1a06",
        ];
        for (kind, expected) in KeyKind::ALL.into_iter().zip(expected) {
            assert_eq!(keys.get(kind).expose(), &expected.parse().unwrap());
            assert_eq!(keys.public_keys().get(kind), keys.get(kind).public_key());
        }
        assert_eq!(SecretKey::from_field(8923u32.into()).signing_key(), keys.ivsk_m);
        let app = keys.nhk_m.app_secret_key(KeyKind::Nullifier, AztecAddress::from_u64(0x1234));
        assert_eq!(
            app.expose(),
            &"0x0b88a835f63c75be6cb9b6922e7cd833dbc348a178ee78bf7850e5a238cd7bdf".parse().unwrap()
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let secret = SecretKey::from_field(8923u32.into());
        let shown = format!("{secret:?} {:?} {:?}", secret.master_keys(), AppSecretKey::from_field(Fr::ONE));
        assert!(!shown.contains("0x"), "{shown}");
    }
}
