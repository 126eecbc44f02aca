//! The proposer's vote on the price of the fee asset.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codec::{Decode, DecodeError, Encode, Reader};

/// By how many hundredths of a percent a checkpoint moves the price of the fee asset in ether.
///
/// L1 allows −100 to 100; the encodings hold any signed integer of 256 bits. Bytes: 32, two's complement. JSON: a decimal
/// string.
///
/// Protocol source: `@aztec/stdlib/src/checkpoint/checkpoint.ts`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FeeAssetPriceModifier([u8; 32]);

crate::any_value!(FeeAssetPriceModifier, any::<[u8; 32]>().prop_map(Self));

/// A text is not a signed integer of 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a decimal integer of at most 256 bits")]
pub struct ParseModifierError;

impl From<i64> for FeeAssetPriceModifier {
    fn from(value: i64) -> Self {
        let mut bytes = [if value < 0 { 0xff } else { 0 }; 32];
        bytes[24..].copy_from_slice(&value.to_be_bytes());
        Self(bytes)
    }
}

impl FeeAssetPriceModifier {
    /// The value, when it fits: L1 accepts no other.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        let value = i64::from_be_bytes(*self.0.last_chunk()?);
        (Self::from(value) == self).then_some(value)
    }

    fn is_negative(self) -> bool {
        self.0[0] >= 0x80
    }

    /// 2^256 minus the integer.
    fn negated(self) -> Self {
        let mut carry = true;
        let mut bytes = self.0;
        for byte in bytes.iter_mut().rev() {
            (*byte, carry) = (!*byte).overflowing_add(carry.into());
        }
        Self(bytes)
    }
}

impl fmt::Display for FeeAssetPriceModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut magnitude = if self.is_negative() { self.negated() } else { *self }.0;
        let mut digits = Vec::new();
        while digits.is_empty() || magnitude != [0; 32] {
            let mut remainder = 0u16;
            for byte in &mut magnitude {
                let value = remainder << 8 | u16::from(*byte);
                *byte = (value / 10) as u8;
                remainder = value % 10;
            }
            digits.push(b'0' + remainder as u8);
        }
        let text: String = digits.iter().rev().map(|digit| char::from(*digit)).collect();
        f.pad_integral(!self.is_negative(), "", &text)
    }
}

impl fmt::Debug for FeeAssetPriceModifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FeeAssetPriceModifier({self})")
    }
}

impl FromStr for FeeAssetPriceModifier {
    type Err = ParseModifierError;

    fn from_str(text: &str) -> Result<Self, ParseModifierError> {
        let (is_negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        if digits.is_empty() {
            return Err(ParseModifierError);
        }
        let mut magnitude = [0u8; 32];
        for digit in digits.bytes() {
            let digit = digit.wrapping_sub(b'0');
            let mut carry = u16::from(digit);
            for byte in magnitude.iter_mut().rev() {
                let value = u16::from(*byte) * 10 + carry;
                *byte = value as u8;
                carry = value >> 8;
            }
            if digit > 9 || carry > 0 {
                return Err(ParseModifierError);
            }
        }
        let value = if is_negative { Self(magnitude).negated() } else { Self(magnitude) };
        // Only 0 is its own negation and has the other sign.
        match value.is_negative() == is_negative || magnitude == [0; 32] {
            true => Ok(value),
            false => Err(ParseModifierError),
        }
    }
}

impl Encode for FeeAssetPriceModifier {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl Decode for FeeAssetPriceModifier {
    const MIN_SIZE: usize = 32;

    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array().map(Self)
    }
}

impl Serialize for FeeAssetPriceModifier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for FeeAssetPriceModifier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ModifierVisitor;

        impl Visitor<'_> for ModifierVisitor {
            type Value = FeeAssetPriceModifier;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer of at most 256 bits")
            }

            fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<FeeAssetPriceModifier, E> {
                Ok(value.into())
            }

            fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<FeeAssetPriceModifier, E> {
                i64::try_from(value).map(Into::into).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FeeAssetPriceModifier, E> {
                text.parse().map_err(E::custom)
            }
        }

        if deserializer.is_human_readable() {
            deserializer.deserialize_any(ModifierVisitor)
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text() {
        for value in [0, 1, -1, 100, -100, i64::MIN, i64::MAX] {
            let modifier = FeeAssetPriceModifier::from(value);
            assert_eq!(modifier.to_string(), value.to_string());
            assert_eq!(value.to_string().parse(), Ok(modifier));
            assert_eq!(modifier.to_i64(), Some(value));
            assert_eq!(crate::json::from_str(&value.to_string()), Ok(modifier));
        }
        assert_eq!(FeeAssetPriceModifier::from(-2).to_buffer(), [&[0xff; 31][..], &[0xfe]].concat());
        let largest = "57896044618658097711785492504343953926634992332820282019728792003956564819967";
        let beyond = "57896044618658097711785492504343953926634992332820282019728792003956564819968";
        assert_eq!(largest.parse::<FeeAssetPriceModifier>().unwrap().to_string(), largest);
        let smallest = alloc::format!("-{beyond}");
        assert_eq!(smallest.parse::<FeeAssetPriceModifier>().unwrap().to_string(), smallest);
        let far_beyond = "9".repeat(90);
        for wrong in ["", "-", "+1", "1x", " 1", "0x1", "--1", beyond, &alloc::format!("{smallest}0"), &far_beyond] {
            assert_eq!(wrong.parse::<FeeAssetPriceModifier>(), Err(ParseModifierError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(modifier in any::<FeeAssetPriceModifier>()) {
            prop_assert_eq!(FeeAssetPriceModifier::from_buffer(&modifier.to_buffer()), Ok(modifier));
            prop_assert_eq!(crate::json::from_str(&serde_json::to_string(&modifier).unwrap()), Ok(modifier));
        }
    }
}
