//! What is kept of an account: what everybody may know, and what is sealed.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use protocol::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use protocol::field::Fr;
use protocol::keys::{CompleteAddress, SecretKey};
use zeroize::Zeroizing;

use crate::account::AccountKind;
use crate::store::record::{self, List, Maybe};

/// A secret key that signs: a scalar, big-endian, of the curve the account's kind says.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Zeroizing<[u8; 32]>);

impl SigningKey {
    /// Wraps the bytes.
    #[must_use]
    pub fn new(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes, for signing and export.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// How an account signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigningMaterial {
    /// It does not, or with a key that follows from its secret.
    None,
    /// With a key that is kept here.
    Key(SigningKey),
    /// With a key that is somewhere else, such as a passkey.
    External {
        /// The public key, x and y.
        public_key: [u8; 64],
        /// What names the key where it is, such as the id of a passkey.
        handle: Vec<u8>,
    },
}

/// What an account is made of, beside its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSecrets {
    /// Which contract it is, if that is known.
    pub kind: Option<AccountKind>,
    /// Salt of its address.
    pub salt: Fr,
    /// How it signs.
    pub signing: SigningMaterial,
    /// Which account of the seed it is, if it is one.
    pub seed_index: Option<u32>,
    /// What its owner calls it.
    pub alias: String,
}

/// An account of which only the keys are known.
impl Default for AccountSecrets {
    fn default() -> Self {
        Self { kind: None, salt: Fr::ZERO, signing: SigningMaterial::None, seed_index: None, alias: String::new() }
    }
}

/// What can be known of an account without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its address and what that commits to.
    pub complete: CompleteAddress,
    /// Which contract it is, if that is known.
    pub kind: Option<AccountKind>,
    /// Salt of its address.
    pub salt: Fr,
    /// Which account of the seed it is, if it is one.
    pub seed_index: Option<u32>,
    /// What its owner calls it.
    pub alias: String,
}

/// The number of a kind in stored data.
const fn kind_number(kind: Option<AccountKind>) -> u8 {
    match kind {
        None => 0,
        Some(AccountKind::Schnorr) => 1,
        Some(AccountKind::SchnorrSingleKey) => 2,
        Some(AccountKind::EcdsaK) => 3,
        Some(AccountKind::EcdsaR) => 4,
    }
}

impl Encode for Account {
    fn encode(&self, out: &mut Vec<u8>) {
        self.complete.encode(out);
        out.push(kind_number(self.kind));
        self.salt.encode(out);
        Maybe(self.seed_index.as_ref()).encode(out);
        self.alias.encode(out);
    }
}

impl Decode for Account {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let complete = CompleteAddress::from_buffer(reader.take(CompleteAddress::SIZE_IN_BYTES)?);
        let invalid = DecodeErrorKind::Invalid("keys and partial address belong to another address");
        let complete = complete.map_err(|_| reader.error_at(start, invalid))?;
        let number = u8::decode(reader)?;
        let kinds = AccountKind::ALL.into_iter().map(Some).chain([None]);
        let kind = kinds.into_iter().find(|kind| kind_number(*kind) == number);
        let kind = kind.ok_or_else(|| record::unknown(reader, "no kind of account"))?;
        let salt = reader.member("salt")?;
        let seed_index = record::maybe(reader)?;
        Ok(Self { complete, kind, salt, seed_index, alias: reader.member("alias")? })
    }
}

/// What is sealed of an account.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    pub(super) secret: SecretKey,
    pub(super) signing: SigningMaterial,
}

impl Sealed {
    /// The plaintext. Allocated once, so that no copy stays behind where it grew.
    pub(super) fn to_plaintext(&self) -> Zeroizing<Vec<u8>> {
        let handle = match &self.signing {
            SigningMaterial::External { handle, .. } => handle.len(),
            _ => 0,
        };
        let mut out = Zeroizing::new(Vec::with_capacity(128 + handle));
        self.secret.expose().encode(&mut out);
        match &self.signing {
            SigningMaterial::None => out.push(0),
            SigningMaterial::Key(key) => {
                out.push(1);
                out.extend_from_slice(key.expose());
            }
            SigningMaterial::External { public_key, handle } => {
                out.push(2);
                out.extend_from_slice(public_key);
                List(handle).encode(&mut out);
            }
        }
        out
    }
}

impl Decode for Sealed {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let secret = SecretKey::from_field(reader.member("secret")?);
        let signing = match u8::decode(reader)? {
            0 => SigningMaterial::None,
            1 => SigningMaterial::Key(SigningKey(Zeroizing::new(reader.array()?))),
            2 => SigningMaterial::External { public_key: reader.array()?, handle: record::list(reader)? },
            _ => return Err(record::unknown(reader, "no way to sign")),
        };
        Ok(Self { secret, signing })
    }
}
