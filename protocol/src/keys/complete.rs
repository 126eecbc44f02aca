//! An address together with what it commits to.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::{PartialAddress, Preaddress, PublicKeys, SecretKey, address_from};
use crate::address::AztecAddress;
use crate::codec::{DecodeError, Encode, Reader};
use crate::field::NotOnCurve;

/// Why something is not a complete address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CompleteAddressError {
    /// The text is not hex.
    #[error("a complete address is 0x and 640 hex digits, found {0:?}")]
    Syntax(String),
    /// The bytes have another length or hold a value that is no field element.
    #[error("complete address: {0}")]
    Decode(#[from] DecodeError),
    /// The incoming viewing key is no point.
    #[error("incoming viewing key: {0}")]
    IncomingViewingKey(#[from] NotOnCurve),
    /// The keys and the partial address belong to another address.
    #[error("address {claimed} does not follow from its keys and partial address, which give {derived}")]
    Mismatch {
        /// The address found.
        claimed: AztecAddress,
        /// The address that follows from the rest.
        derived: AztecAddress,
    },
}

/// An address, its public keys and its partial address, known to belong together.
///
/// Bytes: 320 (address, keys, partial address). JSON and text: the bytes as `0x` hex.
///
/// Protocol source: `@aztec/stdlib/src/contract/complete_address.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompleteAddress {
    address: AztecAddress,
    public_keys: PublicKeys,
    partial_address: PartialAddress,
}

impl CompleteAddress {
    /// Length of the byte form.
    pub const SIZE_IN_BYTES: usize = 320;

    /// The parts, if they belong together.
    pub fn new(
        address: AztecAddress,
        public_keys: PublicKeys,
        partial_address: PartialAddress,
    ) -> Result<Self, CompleteAddressError> {
        let derived = address_from(&public_keys, partial_address)?;
        if derived != address {
            return Err(CompleteAddressError::Mismatch { claimed: address, derived });
        }
        Ok(Self { address, public_keys, partial_address })
    }

    /// The address of an account with this secret.
    #[must_use]
    pub fn from_secret_key(secret: &SecretKey, partial_address: PartialAddress) -> Self {
        let public_keys = secret.master_keys().public_keys();
        let address = address_from(&public_keys, partial_address).expect("derived keys are multiples of the generator");
        Self { address, public_keys, partial_address }
    }

    /// Reads the byte form.
    pub fn from_buffer(bytes: &[u8]) -> Result<Self, CompleteAddressError> {
        let mut reader = Reader::new(bytes);
        let (address, keys) = (reader.member("address")?, reader.member("publicKeys")?);
        let partial_address = reader.member("partialAddress")?;
        reader.finish()?;
        Self::new(address, keys, partial_address)
    }

    /// The address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.address
    }

    /// The public keys.
    #[must_use]
    pub const fn public_keys(&self) -> &PublicKeys {
        &self.public_keys
    }

    /// The partial address.
    #[must_use]
    pub const fn partial_address(&self) -> PartialAddress {
        self.partial_address
    }

    /// The preaddress.
    #[must_use]
    pub fn preaddress(&self) -> Preaddress {
        Preaddress::new(self.public_keys.hash(), self.partial_address)
    }
}

impl Encode for CompleteAddress {
    fn encode(&self, out: &mut Vec<u8>) {
        self.address.encode(out);
        self.public_keys.encode(out);
        self.partial_address.encode(out);
    }
}

impl fmt::Display for CompleteAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&const_hex::encode_prefixed(self.to_buffer()))
    }
}

impl FromStr for CompleteAddress {
    type Err = CompleteAddressError;
    fn from_str(text: &str) -> Result<Self, CompleteAddressError> {
        let bytes = const_hex::decode(text)
            .map_err(|_| CompleteAddressError::Syntax(text.chars().take(80).collect::<String>()))?;
        Self::from_buffer(&bytes)
    }
}

impl Serialize for CompleteAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_hex::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for CompleteAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_buffer(&crate::json::hex::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

crate::any_value!(
    CompleteAddress,
    any::<(SecretKey, PartialAddress)>().prop_map(|(secret, partial)| Self::from_secret_key(&secret, partial))
);

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;
    use crate::keys::AddressSecret;

    fn known() -> CompleteAddress {
        CompleteAddress::from_secret_key(
            &SecretKey::from_field(8923u32.into()),
            PartialAddress::from_field(243_523u32.into()),
        )
    }

    #[test]
    fn known_address_and_its_secret() {
        let complete = known();
        let address = "0x2e54c8067c410d03d417dddd51e1cad76cece48ff39fa0fe908782b93a209a52";
        assert_eq!(complete.address(), address.parse().unwrap());
        let ivsk_m = SecretKey::from_field(8923u32.into()).master_keys().ivsk_m;
        let secret = AddressSecret::derive(&ivsk_m, complete.preaddress());
        assert_eq!(Ok(secret.as_scalar().public_key()), complete.address().to_point());
    }

    #[test]
    fn text_round_trips_and_a_mismatch_names_both_addresses() {
        let complete = known();
        let text = complete.to_string();
        assert_eq!(text.len(), 2 + 2 * CompleteAddress::SIZE_IN_BYTES);
        assert_eq!(text.parse(), Ok(complete));
        let json = serde_json::to_string(&complete).unwrap();
        assert_eq!(serde_json::from_str::<CompleteAddress>(&json).unwrap(), complete);

        let mut bytes = complete.to_buffer();
        bytes[319] ^= 1;
        let error = CompleteAddress::from_buffer(&bytes).unwrap_err();
        let CompleteAddressError::Mismatch { claimed, derived } = error else { panic!("{error}") };
        assert_eq!(claimed, complete.address());
        let message =
            serde_json::from_value::<CompleteAddress>(const_hex::encode(&bytes).into()).unwrap_err().to_string();
        assert!(message.contains(&claimed.to_string()) && message.contains(&derived.to_string()), "{message}");
        assert!(CompleteAddress::from_buffer(&bytes[..319]).is_err());
        assert!(CompleteAddress::from_buffer(&[bytes.as_slice(), &[0]].concat()).is_err());
    }
}
