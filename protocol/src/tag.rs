//! Tags by which a recipient finds private logs without trying to decrypt all of them.
//!
//! Sender and recipient share a secret per contract and direction; the i-th log carries the i-th tag of it.
//!
//! Protocol source: `@aztec/stdlib/src/logs/{extended_directional_app_tagging_secret,pre_tag,tag,siloed_tag}.ts`.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::address::AztecAddress;
use crate::field::{Fr, NotOnCurve, ParseFieldError};
use crate::hash::{poseidon2, silo};
use crate::keys::AddressSecret;

/// The secret that two parties share for the logs of one contract in one direction.
///
/// JSON: an object. Text ([`TaggingSecret::to_text`], `FromStr`): `secret:app`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaggingSecret {
    /// The secret.
    pub secret: Fr,
    /// The contract.
    pub app: AztecAddress,
}

impl TaggingSecret {
    /// The secret between the owner of `local` and `external` for logs that `app` emits to `recipient`, one of the two.
    pub fn derive(
        local: &AddressSecret,
        external: AztecAddress,
        app: AztecAddress,
        recipient: AztecAddress,
    ) -> Result<Self, NotOnCurve> {
        Ok(Self::from_shared(&SharedSecret::derive(local, external)?, app, recipient))
    }

    /// The same from what both parties share in all contracts and directions.
    #[must_use]
    pub fn from_shared(shared: &SharedSecret, app: AztecAddress, recipient: AztecAddress) -> Self {
        let app_secret = poseidon2(&[shared.x, shared.y, app.to_field()]);
        Self { secret: poseidon2(&[app_secret, recipient.to_field()]), app }
    }

    /// The text form, under which stores keep what they know about the secret. It holds the secret.
    #[must_use]
    pub fn to_text(&self) -> String {
        alloc::format!("{}:{}", self.secret, self.app)
    }
}

/// What two parties share: a point that follows from the secret of either and the address of the other. Deriving it takes
/// most of the time that deriving a [`TaggingSecret`] takes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret {
    x: Fr,
    y: Fr,
}

impl SharedSecret {
    /// What the owner of `local` shares with `external`.
    pub fn derive(local: &AddressSecret, external: AztecAddress) -> Result<Self, NotOnCurve> {
        let shared = external.to_point()?.mul(local.as_scalar().expose())?;
        Ok(Self { x: shared.x, y: shared.y })
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

impl fmt::Debug for TaggingSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaggingSecret(..:{})", self.app)
    }
}

/// A text is not a tagging secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseTaggingSecretError {
    /// There is no colon.
    #[error("a tagging secret is written as secret:app")]
    Syntax,
    /// The secret is no field element. Its text is not repeated.
    #[error("the secret of a tagging secret is not a field element")]
    Secret,
    /// The contract is no field element.
    #[error("the contract of a tagging secret: {0}")]
    App(ParseFieldError),
}

impl FromStr for TaggingSecret {
    type Err = ParseTaggingSecretError;
    fn from_str(text: &str) -> Result<Self, ParseTaggingSecretError> {
        let (secret, app) = text.split_once(':').ok_or(ParseTaggingSecretError::Syntax)?;
        let secret = secret.parse().map_err(|_| ParseTaggingSecretError::Secret)?;
        Ok(Self { secret, app: app.parse().map_err(ParseTaggingSecretError::App)? })
    }
}

/// Which tag of which secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PreTag {
    /// The secret.
    #[serde(rename = "extendedSecret")]
    pub secret: TaggingSecret,
    /// Counts the logs under the secret.
    #[serde(with = "crate::json::number")]
    pub index: u32,
}

crate::field_newtype! {
    /// A tag as the contract emits it: first field of a private log before the kernel silos it.
    pub struct Tag;
}

impl Tag {
    /// Tag number `index` of a secret.
    #[must_use]
    pub fn compute(secret: &TaggingSecret, index: u32) -> Self {
        Self(poseidon2(&[secret.secret, index.into()]))
    }

    /// The tag as it appears on chain.
    #[must_use]
    pub fn silo(self, app: AztecAddress) -> SiloedTag {
        SiloedTag(silo::silo_private_log_tag(app, self.0))
    }
}

crate::field_newtype! {
    /// A tag as it appears on chain, siloed by the contract that emitted the log.
    pub struct SiloedTag;
}

impl SiloedTag {
    /// Tag number `index` of a secret, siloed.
    #[must_use]
    pub fn compute(secret: &TaggingSecret, index: u32) -> Self {
        Tag::compute(secret, index).silo(secret.app)
    }
}

crate::any_struct!(TaggingSecret { secret: Fr, app: AztecAddress });
crate::any_struct!(PreTag { secret: TaggingSecret, index: u32 });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{CompleteAddress, PartialAddress, SecretKey};

    #[test]
    fn both_sides_derive_the_same_secret() {
        let [alice, bob] = [1u32, 2].map(|seed| {
            let secret = SecretKey::from_field(seed.into());
            let complete = CompleteAddress::from_secret_key(&secret, PartialAddress::from_field(seed.into()));
            (AddressSecret::derive(&secret.master_keys().ivsk_m, complete.preaddress()), complete.address())
        });
        let app = AztecAddress::from_u64(9);
        let of_sender = TaggingSecret::derive(&alice.0, bob.1, app, bob.1).unwrap();
        let of_recipient = TaggingSecret::derive(&bob.0, alice.1, app, bob.1).unwrap();
        assert_eq!(of_sender, of_recipient);
        assert_ne!(of_sender, TaggingSecret::derive(&alice.0, bob.1, app, alice.1).unwrap());
        assert_eq!(of_sender.to_text().parse(), Ok(of_sender.clone()));
        let json = serde_json::to_string(&PreTag { secret: of_sender.clone(), index: 3 }).unwrap();
        assert_eq!(serde_json::from_str::<PreTag>(&json).unwrap().secret, of_sender);
        assert!(["", "1", "x:1", "1:x", "1:2:3"].iter().all(|text| text.parse::<TaggingSecret>().is_err()));
    }
}
