//! The two prime fields.

use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::ops::{Add, AddAssign, Mul, MulAssign, Neg, Sub, SubAssign};
use core::str::FromStr;

use ark_ff::{AdditiveGroup, BigInt, BigInteger, Field, PrimeField};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};

/// The value is not below the field's modulus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("value is not below the field modulus")]
pub struct NotCanonical;

/// Why a text is not a field element.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseFieldError {
    /// Neither `0x` with hex digits nor decimal digits only.
    #[error("not a field element: expected 0x and hex digits, or decimal digits, found {0:?}")]
    Syntax(String),
    /// Well formed but at or above the modulus.
    #[error("value is not below the field modulus: {0}")]
    TooLarge(String),
}

/// The beginning of a hostile text, for an error message.
fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Big-endian limbs, least significant first, of at most 32 bytes.
fn limbs_be(bytes: &[u8]) -> BigInt<4> {
    let mut padded = [0u8; 32];
    padded[32 - bytes.len()..].copy_from_slice(bytes);
    let mut limbs = [0u64; 4];
    for (limb, chunk) in limbs.iter_mut().rev().zip(padded.chunks_exact(8)) {
        *limb = u64::from_be_bytes([chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]]);
    }
    BigInt::new(limbs)
}

macro_rules! prime_field {
    ($(#[$meta:meta])* $name:ident, $inner:ty) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        #[repr(transparent)]
        pub struct $name($inner);

        impl $name {
            /// Length of the byte form.
            pub const SIZE_IN_BYTES: usize = 32;
            /// 0.
            pub const ZERO: Self = Self(<$inner as AdditiveGroup>::ZERO);
            /// 1.
            pub const ONE: Self = Self(<$inner as Field>::ONE);

            /// Wraps the arithmetic type.
            #[must_use]
            pub const fn from_ark(inner: $inner) -> Self {
                Self(inner)
            }

            /// The arithmetic type.
            #[must_use]
            pub const fn to_ark(self) -> $inner {
                self.0
            }

            /// The element with these big-endian bytes.
            pub fn from_be_bytes(bytes: &[u8; 32]) -> Result<Self, NotCanonical> {
                <$inner>::from_bigint(limbs_be(bytes)).map(Self).ok_or(NotCanonical)
            }

            /// The element congruent to a big-endian integer of any length.
            #[must_use]
            pub fn from_be_bytes_reduced(bytes: &[u8]) -> Self {
                Self(<$inner>::from_be_bytes_mod_order(bytes))
            }

            /// The big-endian bytes.
            #[must_use]
            pub fn to_be_bytes(self) -> [u8; 32] {
                let mut bytes = [0; 32];
                for (chunk, limb) in bytes.chunks_exact_mut(8).zip(self.0.into_bigint().0.iter().rev()) {
                    chunk.copy_from_slice(&limb.to_be_bytes());
                }
                bytes
            }

            /// The integer as four 64-bit limbs, least significant first.
            #[must_use]
            pub fn to_limbs(self) -> [u64; 4] {
                self.0.into_bigint().0
            }

            /// The integer, when it is below 2^128.
            #[must_use]
            pub fn to_u128(self) -> Option<u128> {
                let [a, b, c, d] = self.to_limbs();
                (c == 0 && d == 0).then_some(u128::from(a) | u128::from(b) << 64)
            }

            /// The integer, when it is below 2^64.
            #[must_use]
            pub fn to_u64(self) -> Option<u64> {
                self.to_u128().and_then(|value| value.try_into().ok())
            }

            /// The integer, when it is below 2^32.
            #[must_use]
            pub fn to_u32(self) -> Option<u32> {
                self.to_u128().and_then(|value| value.try_into().ok())
            }

            /// Whether this is 0.
            #[must_use]
            pub fn is_zero(&self) -> bool {
                *self == Self::ZERO
            }

            /// The multiplicative inverse; none for 0.
            #[must_use]
            pub fn inverse(self) -> Option<Self> {
                self.0.inverse().map(Self)
            }

            /// A square root, when there is one. The other root is its negation.
            #[must_use]
            pub fn sqrt(self) -> Option<Self> {
                self.0.sqrt().map(Self)
            }

            /// The square.
            #[must_use]
            pub fn square(self) -> Self {
                Self(self.0.square())
            }

            /// Whether the integer is at most (modulus − 1) / 2, which the protocol calls positive.
            #[must_use]
            pub fn is_low(self) -> bool {
                self.0.into_bigint() <= <$inner>::MODULUS_MINUS_ONE_DIV_TWO
            }
        }

        impl zeroize::Zeroize for $name {
            fn zeroize(&mut self) {
                self.0.zeroize();
            }
        }

        impl From<$name> for [u8; 32] {
            fn from(value: $name) -> Self {
                value.to_be_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(const_hex::const_encode::<32, true>(&self.to_be_bytes()).as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.into_bigint().cmp(&other.0.into_bigint())
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        /// `0x` and 1 to 64 hex digits, or decimal digits only.
        impl FromStr for $name {
            type Err = ParseFieldError;

            fn from_str(text: &str) -> Result<Self, ParseFieldError> {
                let syntax = || ParseFieldError::Syntax(excerpt(text));
                let too_large = || ParseFieldError::TooLarge(excerpt(text));
                if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
                    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                        return Err(syntax());
                    }
                    let significant = digits.trim_start_matches('0');
                    if significant.len() > 64 {
                        return Err(too_large());
                    }
                    let mut padded = [b'0'; 64];
                    padded[64 - significant.len()..].copy_from_slice(significant.as_bytes());
                    let mut bytes = [0u8; 32];
                    const_hex::decode_to_slice(padded, &mut bytes).map_err(|_| syntax())?;
                    return Self::from_be_bytes(&bytes).map_err(|NotCanonical| too_large());
                }
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(syntax());
                }
                let significant = text.trim_start_matches('0');
                // 2^256 has 78 decimal digits.
                if significant.len() > 78 {
                    return Err(too_large());
                }
                let mut integer = BigInt::<4>::zero();
                for digit in significant.bytes() {
                    // integer · 10 + digit, refusing any carry out of 256 bits.
                    let doubled = { let mut x = integer; (x.mul2(), x) };
                    let by_four = { let mut x = doubled.1; (x.mul2(), x) };
                    let by_eight = { let mut x = by_four.1; (x.mul2(), x) };
                    let mut next = by_eight.1;
                    let carry = doubled.0 | by_four.0 | by_eight.0
                        | next.add_with_carry(&doubled.1)
                        | next.add_with_carry(&BigInt::from(u64::from(digit - b'0')));
                    if carry {
                        return Err(too_large());
                    }
                    integer = next;
                }
                <$inner>::from_bigint(integer).map(Self).ok_or_else(too_large)
            }
        }

        impl Encode for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }

        impl Decode for $name {
            const MIN_SIZE: usize = 32;
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let start = reader.offset();
                Self::from_be_bytes(&reader.array()?)
                    .map_err(|NotCanonical| reader.error_at(start, DecodeErrorKind::NotCanonical))
            }
        }

        /// `0x` hex in text formats, 32 bytes in binary ones.
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let bytes = self.to_be_bytes();
                if serializer.is_human_readable() {
                    serializer.serialize_str(const_hex::const_encode::<32, true>(&bytes).as_str())
                } else {
                    bytes.serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct TextVisitor;
                impl Visitor<'_> for TextVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a field element as 0x hex")
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(TextVisitor)
                } else {
                    let bytes = <[u8; 32]>::deserialize(deserializer)?;
                    Self::from_be_bytes(&bytes).map_err(D::Error::custom)
                }
            }
        }

        impl From<bool> for $name {
            fn from(value: bool) -> Self {
                if value { Self::ONE } else { Self::ZERO }
            }
        }

        crate::any_value!(
            $name,
            prop_oneof![
                1 => Just(Self::ZERO),
                1 => any::<u64>().prop_map(Self::from),
                1 => any::<u8>().prop_map(|n| -Self::from(n)),
                5 => any::<[u8; 32]>().prop_map(|bytes| Self::from_be_bytes_reduced(&bytes)),
            ]
        );

        prime_field!(@from $name, $inner: u8, u16, u32, u64, u128);
        prime_field!(@operator $name: Add add AddAssign add_assign, Sub sub SubAssign sub_assign,
            Mul mul MulAssign mul_assign);

        impl Neg for $name {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }

        impl core::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, Add::add)
            }
        }
    };
    (@from $name:ident, $inner:ty: $($int:ty),*) => {$(
        impl From<$int> for $name {
            fn from(value: $int) -> Self {
                Self(<$inner>::from(value))
            }
        }
    )*};
    (@operator $name:ident: $($trait:ident $method:ident $assign_trait:ident $assign:ident),*) => {$(
        impl $trait for $name {
            type Output = Self;
            fn $method(self, other: Self) -> Self {
                Self($trait::$method(self.0, other.0))
            }
        }
        impl $assign_trait for $name {
            fn $assign(&mut self, other: Self) {
                $assign_trait::$assign(&mut self.0, other.0);
            }
        }
    )*};
}

prime_field!(
    /// An element of BN254's scalar field, which is Grumpkin's base field. Everything is hashed in it.
    ///
    /// Protocol source: `@aztec/foundation/src/curves/bn254/field.ts`.
    Fr, ark_bn254::Fr
);

prime_field!(
    /// An element of BN254's base field, which is Grumpkin's scalar field: secret keys and signature scalars.
    ///
    /// Protocol source: `@aztec/foundation/src/curves/bn254/field.ts`.
    Fq, ark_grumpkin::Fr
);

impl Fr {
    /// p − 1, the largest element; as an address it means "no sender" (`NULL_MSG_SENDER`).
    pub const MAX: Self = Self(ark_ff::MontFp!("-1"));
}

impl Fq {
    /// The 128 low bits, as an element of [`Fr`].
    #[must_use]
    pub fn lo(self) -> Fr {
        let [a, b, _, _] = self.to_limbs();
        Fr::from(u128::from(a) | u128::from(b) << 64)
    }

    /// The bits above the low 128, as an element of [`Fr`].
    #[must_use]
    pub fn hi(self) -> Fr {
        let [_, _, c, d] = self.to_limbs();
        Fr::from(u128::from(c) | u128::from(d) << 64)
    }

    /// The scalar with this high and low half.
    pub fn from_hi_lo(hi: Fr, lo: Fr) -> Result<Self, NotCanonical> {
        let (Some(hi), Some(lo)) = (hi.to_u128(), lo.to_u128()) else { return Err(NotCanonical) };
        let mut bytes = [0; 32];
        bytes[..16].copy_from_slice(&hi.to_be_bytes());
        bytes[16..].copy_from_slice(&lo.to_be_bytes());
        Self::from_be_bytes(&bytes)
    }
}

/// The same integer as a Grumpkin scalar: p is below q, so every element fits.
impl From<Fr> for Fq {
    fn from(value: Fr) -> Self {
        Self::from_be_bytes_reduced(&value.to_be_bytes())
    }
}

/// Two fields, low half first.
impl crate::codec::ToFields for Fq {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.extend([self.lo(), self.hi()]);
    }
}

impl crate::codec::FixedFields for Fq {
    const FIELD_COUNT: usize = 2;
}

impl crate::codec::FromFields for Fq {
    fn read_fields(reader: &mut crate::codec::FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let (lo, hi) = (reader.field()?, reader.field()?);
        Self::from_hi_lo(hi, lo).map_err(|NotCanonical| reader.error_at(start, DecodeErrorKind::NotCanonical))
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_forms() {
        assert_eq!("0x1".parse(), Ok(Fr::ONE));
        assert_eq!("12".parse(), Ok(Fr::from(12u8)));
        assert_eq!("0x00000000000000000000000000000000000000000000000000000000000000000001".parse(), Ok(Fr::ONE));
        assert_eq!(
            "21888242871839275222246405745257275088548364400416034343698204186575808495616".parse(),
            Ok(Fr::MAX)
        );
        let p = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
        assert!(matches!(p.parse::<Fr>(), Err(ParseFieldError::TooLarge(_))));
        let beyond_256_bits = "999999999999999999999999999999999999999999999999999999999999999999999999999999";
        assert!(matches!(beyond_256_bits.parse::<Fr>(), Err(ParseFieldError::TooLarge(_))));
        for wrong in ["", "0x", "-1", "1.5", "abc", "0xg", " 1"] {
            assert!(matches!(wrong.parse::<Fr>(), Err(ParseFieldError::Syntax(_))), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn bytes_text_and_json_round_trip(bytes in any::<[u8; 32]>()) {
            let value = Fr::from_be_bytes_reduced(&bytes);
            prop_assert_eq!(Fr::from_be_bytes(&value.to_be_bytes()), Ok(value));
            prop_assert_eq!(value.to_string().parse(), Ok(value));
            prop_assert_eq!(value.to_ark().to_string().parse(), Ok(value));
            prop_assert_eq!(Fr::from_buffer(&value.to_buffer()), Ok(value));
            let json = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(serde_json::from_str::<Fr>(&json).unwrap(), value);
            prop_assert_eq!(Fr::from_be_bytes(&bytes).is_ok(), value.to_be_bytes() == bytes);
            let scalar = Fq::from_be_bytes_reduced(&bytes);
            prop_assert_eq!(Fq::from_hi_lo(scalar.hi(), scalar.lo()), Ok(scalar));
        }
    }
}
