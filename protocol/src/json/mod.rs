//! JSON conventions of the official packages, as `#[serde(with = "...")]` modules.
//!
//! | Module | JSON |
//! |---|---|
//! | [`number`] | an integer as a number; a decimal or `0x` string is accepted |
//! | [`string`] | an integer as a decimal string; a number or `0x` string is accepted |
//! | [`base64`] | bytes as base64 |
//! | [`hex`] | bytes as `0x` hex |
//! | [`buffer_hex`], [`buffer_base64`] | a type's byte form ([`crate::codec`]) as hex or base64 |
//!
//! Protocol source: `@aztec/foundation/src/schemas/schemas.ts`, `@aztec/foundation/src/json-rpc/convert.ts`.

mod path;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serializer};

/// An unsigned integer from decimal or `0x` hex text.
fn parse_unsigned(text: &str) -> Option<u128> {
    match text.strip_prefix("0x") {
        Some("") => None,
        Some(hex) if hex.len() <= 64 => {
            // A slot number travels as a 32-byte field: leading zeros do not count towards the width.
            let digits = hex.trim_start_matches('0');
            if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            if digits.is_empty() { Some(0) } else { u128::from_str_radix(digits, 16).ok() }
        }
        Some(_) => None,
        None if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) => None,
        None => text.parse().ok(),
    }
}

struct UnsignedVisitor<T>(PhantomData<T>);

impl<T: TryFrom<u128>> Visitor<'_> for UnsignedVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an unsigned integer of at most {} bits", size_of::<T>() * 8)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        self.visit_u128(value.into())
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<T, E> {
        T::try_from(value).map_err(|_| E::custom(format_args!("{value} does not fit in {} bits", size_of::<T>() * 8)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        // JavaScript writes integers above 2^53 in exponent form.
        if (0.0..340_282_366_920_938_463_463_374_607_431_768_211_456.0).contains(&value) && value % 1.0 == 0.0 {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            return self.visit_u128(value as u128);
        }
        Err(E::custom(format_args!("{value} is not an unsigned integer")))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        match parse_unsigned(text) {
            Some(value) => self.visit_u128(value),
            None => Err(E::custom("is not an unsigned integer in decimal or 0x hex that fits in 128 bits")),
        }
    }
}

/// Integers as JSON numbers.
pub mod number {
    use super::*;

    /// Writes the integer as a number.
    pub fn serialize<T: serde::Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        value.serialize(serializer)
    }

    /// Reads a number, decimal string or `0x` string.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: TryFrom<u128> + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(UnsignedVisitor(PhantomData))
        } else {
            T::deserialize(deserializer)
        }
    }
}

/// Integers as decimal strings: what `bigint` becomes.
pub mod string {
    use super::*;

    /// Writes the integer as a decimal string.
    pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: fmt::Display + serde::Serialize,
        S: Serializer,
    {
        if serializer.is_human_readable() { serializer.collect_str(value) } else { value.serialize(serializer) }
    }

    /// Reads a number, decimal string or `0x` string.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: TryFrom<u128> + Deserialize<'de>,
        D: Deserializer<'de>,
    {
        super::number::deserialize(deserializer)
    }
}

/// Integers as a 32-byte `0x` hex field: the slot number of a block header.
pub mod field_hex {
    use super::*;
    use crate::field::Fr;

    /// Writes the integer as a field.
    pub fn serialize<T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Copy + Into<u128>,
        S: Serializer,
    {
        serde::Serialize::serialize(&Fr::from((*value).into()), serializer)
    }

    /// Reads a number, decimal string or `0x` string.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: TryFrom<u128>,
        D: Deserializer<'de>,
    {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(UnsignedVisitor(PhantomData))
        } else {
            let value = Fr::deserialize(deserializer)?.to_u128().and_then(|value| T::try_from(value).ok());
            value.ok_or_else(|| D::Error::custom("does not fit its integer type"))
        }
    }
}

/// A 32-bit selector as `0x` and 8 hex digits.
pub mod selector_hex {
    use super::*;

    /// Writes the selector in hex.
    pub fn serialize<S: Serializer>(value: &u32, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(&format_args!("{value:#010x}"))
        } else {
            serde::Serialize::serialize(value, serializer)
        }
    }

    /// Reads the hex form.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
        if !deserializer.is_human_readable() {
            return u32::deserialize(deserializer);
        }
        let bytes = super::hex::deserialize(deserializer)?;
        bytes.try_into().map(u32::from_be_bytes).map_err(|_| D::Error::custom("a selector is 0x and 8 hex digits"))
    }
}

/// Bytes as base64.
pub mod base64 {
    use ::base64::Engine;
    use ::base64::engine::general_purpose::STANDARD;

    use super::*;

    /// Writes the bytes as base64.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&STANDARD.encode(bytes))
        } else {
            serializer.serialize_bytes(bytes)
        }
    }

    struct Base64Visitor;

    impl<'de> Visitor<'de> for Base64Visitor {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes in base64")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
            STANDARD.decode(text).map_err(|error| E::custom(format_args!("is not base64: {error}")))
        }

        fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
            Ok(bytes.to_vec())
        }

        fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
            Ok(bytes)
        }
    }

    /// Reads base64.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(Base64Visitor)
        } else {
            deserializer.deserialize_byte_buf(Base64Visitor)
        }
    }
}

/// Bytes as `0x` hex.
pub mod hex {
    use super::*;

    /// Writes the bytes as lower-case hex with `0x`.
    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&const_hex::encode_prefixed(bytes))
    }

    struct HexVisitor;

    impl Visitor<'_> for HexVisitor {
        type Value = Vec<u8>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("bytes in 0x hex")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
            const_hex::decode(text).map_err(|error| E::custom(format_args!("is not hex: {error}")))
        }
    }

    /// Reads hex, with or without `0x`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        deserializer.deserialize_str(HexVisitor)
    }
}

/// A type's byte form as `0x` hex.
pub mod buffer_hex {
    use super::*;
    use crate::codec::{Decode, Encode};

    /// Writes the byte form.
    pub fn serialize<T: Encode, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        super::hex::serialize(&value.to_buffer(), serializer)
    }

    /// Reads the byte form; nothing may follow it.
    pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::from_buffer(&super::hex::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A type's byte form as base64.
pub mod buffer_base64 {
    use super::*;
    use crate::codec::{Decode, Encode};

    /// Writes the byte form.
    pub fn serialize<T: Encode, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        super::base64::serialize(&value.to_buffer(), serializer)
    }

    /// Reads the byte form; nothing may follow it.
    pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        T::from_buffer(&super::base64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// Why a JSON text is not the value it should be: the path inside the document and the parser's reason with line and
/// column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct JsonError {
    /// Path of the failing member: `body.txEffects[3].txHash`; `.` for the document itself.
    pub path: String,
    /// The reason.
    pub reason: String,
}

/// Parses JSON; an error names the path of the member that is wrong.
pub fn from_slice<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, JsonError> {
    serde_json::from_slice(bytes).map_err(|error| {
        use alloc::string::ToString;
        // The path follows from the position. Tracking it while parsing would compile every type a second time.
        let path = path::path_at(bytes, path::offset(bytes, error.line(), error.column()));
        JsonError { path, reason: error.to_string() }
    })
}

/// Parses JSON text, see [`from_slice`].
pub fn from_str<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, JsonError> {
    from_slice(text.as_bytes())
}
