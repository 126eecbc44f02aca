//! The proposer's vote on the price of the fee asset.

use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};

/// By how many hundredths of a percent a checkpoint moves the price of the fee asset in ether.
///
/// Bytes: a signed 32-byte integer. JSON: a decimal string.
///
/// Protocol source: `@aztec/stdlib/src/checkpoint/checkpoint.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FeeAssetPriceModifier(pub i64);

crate::any_value!(FeeAssetPriceModifier, any::<i64>().prop_map(Self));

impl Encode for FeeAssetPriceModifier {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([if self.0 < 0 { 0xff } else { 0 }; 24]);
        out.extend(self.0.to_be_bytes());
    }
}

impl Decode for FeeAssetPriceModifier {
    const MIN_SIZE: usize = 32;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let sign: [u8; 24] = reader.array()?;
        let value = i64::from_be_bytes(reader.array()?);
        if sign != [if value < 0 { 0xff } else { 0 }; 24] {
            return Err(reader.error_at(start, DecodeErrorKind::OutOfRange { bits: i64::BITS }));
        }
        Ok(Self(value))
    }
}

impl Serialize for FeeAssetPriceModifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(&self.0) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for FeeAssetPriceModifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ModifierVisitor;

        impl Visitor<'_> for ModifierVisitor {
            type Value = i64;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer of at most 64 bits")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<i64, E> {
                Ok(value)
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<i64, E> {
                i64::try_from(value).map_err(E::custom)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
                text.parse().map_err(E::custom)
            }
        }

        if deserializer.is_human_readable() {
            deserializer.deserialize_any(ModifierVisitor).map(Self)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        for value in [0, 1, -1, 100, -100, i64::MIN, i64::MAX] {
            let modifier = FeeAssetPriceModifier(value);
            assert_eq!(FeeAssetPriceModifier::from_buffer(&modifier.to_buffer()), Ok(modifier));
            let json = serde_json::to_string(&modifier).unwrap();
            assert_eq!(json, alloc::format!("\"{value}\""));
            assert_eq!(crate::json::from_str(&json), Ok(modifier));
            assert_eq!(crate::json::from_str(&json[1..json.len() - 1]), Ok(modifier));
        }
        assert_eq!(FeeAssetPriceModifier(-2).to_buffer(), [&[0xff; 31][..], &[0xfe]].concat());
        let mut too_large = FeeAssetPriceModifier(1).to_buffer();
        too_large[3] = 1;
        assert!(FeeAssetPriceModifier::from_buffer(&too_large).is_err());
    }
}
