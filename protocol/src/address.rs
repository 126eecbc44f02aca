//! Addresses on Aztec and on Ethereum.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codec::{
    Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields,
};
use crate::field::{Fr, NotOnCurve, Point};

crate::field_newtype! {
    /// The address of a contract or account: the x coordinate of a Grumpkin point.
    ///
    /// Protocol source: `@aztec/stdlib/src/aztec-address/index.ts`.
    pub struct AztecAddress;
}

impl AztecAddress {
    /// Sender of calls that have none.
    pub const NULL_MSG_SENDER: Self = Self(Fr::MAX);

    /// The small address of a protocol contract.
    #[must_use]
    pub fn from_u64(number: u64) -> Self {
        Self(number.into())
    }

    /// The point whose x coordinate is the address and whose y is at most (p − 1) / 2. About half of all field
    /// elements have none: such an address cannot receive messages.
    pub fn to_point(self) -> Result<Point, NotOnCurve> {
        Point::from_x_and_sign(self.0, true)
    }

    /// Whether the address has a point.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.to_point().is_ok()
    }
}

/// A text is not an Ethereum address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not an Ethereum address: expected 0x and 40 hex digits, found {0:?}")]
pub struct ParseEthAddressError(String);

/// The address of an Ethereum account or contract.
///
/// Bytes: 20. Field: the 160-bit integer. JSON: `0x` and 40 lower-case hex digits.
///
/// Protocol source: `@aztec/foundation/src/eth-address/index.ts`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EthAddress([u8; 20]);

impl EthAddress {
    /// The zero address.
    pub const ZERO: Self = Self([0; 20]);

    /// The address with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 20] {
        self.0
    }

    /// Whether this is the zero address.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// The address as a field element.
    #[must_use]
    pub fn to_field(self) -> Fr {
        Fr::from_be_bytes_reduced(&self.0)
    }

    /// The address of a field element below 2^160.
    #[must_use]
    pub fn from_field(field: Fr) -> Option<Self> {
        let bytes = field.to_be_bytes();
        if bytes[..12].iter().any(|byte| *byte != 0) {
            return None;
        }
        let mut address = [0; 20];
        address.copy_from_slice(&bytes[12..]);
        Some(Self(address))
    }
}

impl fmt::Display for EthAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(const_hex::const_encode::<20, true>(&self.0).as_str())
    }
}

impl fmt::Debug for EthAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EthAddress({self})")
    }
}

impl FromStr for EthAddress {
    type Err = ParseEthAddressError;

    fn from_str(text: &str) -> Result<Self, ParseEthAddressError> {
        let error = || ParseEthAddressError(text.chars().take(80).collect());
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let mut bytes = [0; 20];
        if digits.len() != 40 {
            return Err(error());
        }
        const_hex::decode_to_slice(digits, &mut bytes).map_err(|_| error())?;
        Ok(Self(bytes))
    }
}

crate::any_value!(EthAddress, any::<[u8; 20]>().prop_map(Self));

impl Encode for EthAddress {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl Decode for EthAddress {
    const MIN_SIZE: usize = 20;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

impl ToFields for EthAddress {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.to_field());
    }
}

impl FromFields for EthAddress {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        Self::from_field(reader.field()?)
            .ok_or_else(|| reader.error_at(start, DecodeErrorKind::OutOfRange { bits: 160 }))
    }
}

impl FixedFields for EthAddress {
    const FIELD_COUNT: usize = 1;
}

impl Serialize for EthAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EthAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = crate::json::hex::deserialize(deserializer)?;
        let found = bytes.len();
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| serde::de::Error::custom(format_args!("an Ethereum address has 20 bytes, found {found}")))
    }
}
