//! What the keys of a store are sealed with, as it is stored.

use alloc::vec::Vec;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use protocol::codec::{Decode, DecodeError, Encode, Reader};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::KeyStoreError;
use super::kdf::{KdfParams, SALT};
use super::seal::SealingKey;
use crate::port::Rng;
use crate::store::record::{self, List};

/// What opens the keys.
#[derive(Clone, Copy)]
pub enum Credential<'a> {
    /// A passphrase. It is compared byte for byte: who takes it from a person normalizes it (NFC) first, so that another
    /// keyboard does not make another passphrase of the same characters.
    Passphrase(&'a str),
    /// 32 bytes that nobody can guess, such as what a passkey's PRF extension gives.
    Key(&'a [u8; 32]),
}

impl fmt::Debug for Credential<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(..)",
            Self::Key(_) => "Key(..)",
        })
    }
}

/// What kind of credential opens the keys of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// A passphrase, and what trying one costs.
    Passphrase(KdfParams),
    /// A key.
    Key,
}

/// How the key that seals the data key is made.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Method {
    Passphrase { params: KdfParams, salt: [u8; SALT] },
    Key,
}

impl Encode for Method {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Passphrase { params, salt } => {
                out.push(0);
                params.encode(out);
                out.extend_from_slice(salt);
            }
            Self::Key => out.push(1),
        }
    }
}

impl Decode for Method {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match u8::decode(reader)? {
            0 => Ok(Self::Passphrase { params: reader.member("params")?, salt: reader.array()? }),
            1 => Ok(Self::Key),
            _ => Err(record::unknown(reader, "no way to open keys")),
        }
    }
}

/// The data key, which seals everything else, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SealedDataKey {
    method: Method,
    sealed: Vec<u8>,
}

impl Encode for SealedDataKey {
    fn encode(&self, out: &mut Vec<u8>) {
        self.method.encode(out);
        List(&self.sealed).encode(out);
    }
}

impl Decode for SealedDataKey {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { method: reader.member("method")?, sealed: record::list(reader)? })
    }
}

/// An external key may have other uses than this one.
fn of_external_key(key: &[u8; 32]) -> SealingKey {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    let derived: [u8; 32] = mac.chain_update(b"aztec-lite/external-key/v1").finalize().into_bytes().into();
    SealingKey::new(Zeroizing::new(derived))
}

impl Method {
    fn new(credential: Credential<'_>, params: KdfParams, rng: &dyn Rng) -> Result<Self, KeyStoreError> {
        match credential {
            Credential::Passphrase("") => Err(KeyStoreError::EmptyPassphrase),
            Credential::Passphrase(_) => Ok(Self::Passphrase { params, salt: rng.bytes() }),
            Credential::Key(_) => Ok(Self::Key),
        }
    }

    fn key(&self, credential: Credential<'_>) -> Result<SealingKey, KeyStoreError> {
        match (self, credential) {
            (Self::Passphrase { params, salt }, Credential::Passphrase(passphrase)) => {
                Ok(SealingKey::new(params.derive(passphrase, salt)?))
            }
            (Self::Key, Credential::Key(key)) => Ok(of_external_key(key)),
            (Self::Passphrase { .. }, Credential::Key(_)) => Err(KeyStoreError::NeedsPassphrase),
            (Self::Key, Credential::Passphrase(_)) => Err(KeyStoreError::NeedsKey),
        }
    }

    /// The data key is sealed for how it is opened, so that none of that can be changed.
    fn place(&self) -> Vec<u8> {
        let mut place = b"aztec-lite/data-key/v1".to_vec();
        self.encode(&mut place);
        place
    }
}

impl SealedDataKey {
    /// Seals a data key.
    pub(super) fn seal(
        data_key: &SealingKey,
        credential: Credential<'_>,
        params: KdfParams,
        rng: &dyn Rng,
    ) -> Result<Self, KeyStoreError> {
        let method = Method::new(credential, params, rng)?;
        let sealed = method.key(credential)?.seal(rng, &method.place(), data_key.expose());
        Ok(Self { method, sealed })
    }

    /// The data key, if the credential is right.
    pub(super) fn open(&self, credential: Credential<'_>) -> Result<SealingKey, KeyStoreError> {
        let wrong = || match credential {
            Credential::Passphrase(_) => KeyStoreError::WrongPassphrase,
            Credential::Key(_) => KeyStoreError::WrongKey,
        };
        let data_key = self.method.key(credential)?.open(&self.method.place(), &self.sealed).map_err(|_| wrong())?;
        let data_key = data_key.as_slice().try_into().map_err(|_| wrong())?;
        Ok(SealingKey::new(Zeroizing::new(data_key)))
    }

    pub(super) const fn protection(&self) -> Protection {
        match self.method {
            Method::Passphrase { params, .. } => Protection::Passphrase(params),
            Method::Key => Protection::Key,
        }
    }
}
