//! Points of Grumpkin, y² = x³ − 17 over [`Fr`].

use alloc::vec::Vec;

use ark_ec::{AffineRepr, CurveGroup};
use thiserror::Error;

use super::{Fq, Fr};
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use crate::hash;

/// The coordinates are not those of a Grumpkin point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NotOnCurve {
    /// No point has this x coordinate: about half of all field elements.
    #[error("no Grumpkin point has the x coordinate {0}")]
    X(Fr),
    /// The pair of coordinates does not satisfy the curve equation.
    #[error("({x}, {y}) is not on the Grumpkin curve")]
    Pair {
        /// x coordinate.
        x: Fr,
        /// y coordinate.
        y: Fr,
    },
}

/// Coordinates as the protocol carries them. Whether they are on the curve is checked where arithmetic needs it.
///
/// Bytes: x and y, 64 bytes; the infinity flag is not written. Fields: x, y and the flag. JSON: the bytes as `0x` hex.
///
/// Protocol source: `@aztec/foundation/src/curves/grumpkin/point.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Point {
    /// x coordinate.
    pub x: Fr,
    /// y coordinate.
    pub y: Fr,
    /// Whether this is the point at infinity, whose coordinates are written as zeros.
    pub is_infinite: bool,
}

impl Point {
    /// The empty point, (0, 0): absent keys and padding. It is neither on the curve nor at infinity.
    pub const EMPTY: Self = Self { x: Fr::ZERO, y: Fr::ZERO, is_infinite: false };
    /// The point at infinity, the neutral element of the group.
    pub const INFINITY: Self = Self { x: Fr::ZERO, y: Fr::ZERO, is_infinite: true };

    /// The point with these coordinates, not checked.
    #[must_use]
    pub const fn new(x: Fr, y: Fr) -> Self {
        Self { x, y, is_infinite: false }
    }

    /// The generator G of the group.
    #[must_use]
    pub fn generator() -> Self {
        Self::from_ark(ark_grumpkin::Affine::generator())
    }

    /// Whether this is the empty point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x.is_zero() && self.y.is_zero()
    }

    /// Whether the curve equation holds, or this is infinity.
    #[must_use]
    pub fn is_on_curve(&self) -> bool {
        self.is_infinite || self.y.square() == self.x.square() * self.x - Fr::from(17u8)
    }

    /// The point with x coordinate `x` and the root y that is at most (p − 1) / 2 when `sign` is true, the other
    /// one when false.
    pub fn from_x_and_sign(x: Fr, sign: bool) -> Result<Self, NotOnCurve> {
        let y = (x.square() * x - Fr::from(17u8)).sqrt().ok_or(NotOnCurve::X(x))?;
        Ok(Self::new(x, if y.is_low() == sign { y } else { -y }))
    }

    /// Whether y is at most (p − 1) / 2.
    #[must_use]
    pub fn sign(&self) -> bool {
        self.y.is_low()
    }

    /// 32 bytes: x, with the top bit set when [`Point::sign`] is true.
    #[must_use]
    pub fn to_compressed(&self) -> [u8; 32] {
        let mut bytes = self.x.to_be_bytes();
        bytes[0] |= u8::from(self.sign()) << 7;
        bytes
    }

    /// The point of a compressed form.
    pub fn from_compressed(bytes: &[u8; 32]) -> Result<Self, DecodeError> {
        let reader = Reader::new(bytes);
        let mut x = *bytes;
        x[0] &= 0x7f;
        let x = Fr::from_be_bytes(&x).map_err(|_| reader.error_at(0, DecodeErrorKind::NotCanonical).within("x"))?;
        Self::from_x_and_sign(x, bytes[0] & 0x80 != 0)
            .map_err(|_| reader.error_at(0, DecodeErrorKind::Invalid("no Grumpkin point has this x")).within("x"))
    }

    /// `Poseidon2(x, y, is_infinite)`, by which keys are looked up.
    #[must_use]
    pub fn hash(&self) -> Fr {
        hash::poseidon2(&[self.x, self.y, self.is_infinite.into()])
    }

    /// The sum of two points.
    pub fn add(&self, other: &Self) -> Result<Self, NotOnCurve> {
        Ok(Self::from_ark((self.to_ark()? + other.to_ark()?).into_affine()))
    }

    /// The point times a scalar.
    pub fn mul(&self, scalar: &Fq) -> Result<Self, NotOnCurve> {
        Ok(Self::from_ark((self.to_ark()? * scalar.to_ark()).into_affine()))
    }

    /// The generator times a scalar.
    #[must_use]
    pub fn mul_generator(scalar: &Fq) -> Self {
        Self::from_ark((ark_grumpkin::Affine::generator() * scalar.to_ark()).into_affine())
    }

    /// The arithmetic type.
    pub fn to_ark(&self) -> Result<ark_grumpkin::Affine, NotOnCurve> {
        if self.is_infinite {
            return Ok(ark_grumpkin::Affine::identity());
        }
        if !self.is_on_curve() {
            return Err(NotOnCurve::Pair { x: self.x, y: self.y });
        }
        // The group has prime order: every point of the curve is in it.
        Ok(ark_grumpkin::Affine::new_unchecked(self.x.to_ark(), self.y.to_ark()))
    }

    /// From the arithmetic type.
    #[must_use]
    pub fn from_ark(point: ark_grumpkin::Affine) -> Self {
        match point.xy() {
            Some((x, y)) => Self::new(Fr::from_ark(x), Fr::from_ark(y)),
            None => Self::INFINITY,
        }
    }
}

// A point as its byte form can hold it: on the curve or empty, and never infinite.
crate::any_value!(
    Point,
    prop_oneof![
        1 => Just(Self::EMPTY),
        3 => any::<Fq>().prop_filter("not zero", |k| !k.is_zero()).prop_map(|k| Self::mul_generator(&k)),
    ]
);

impl Encode for Point {
    fn encode(&self, out: &mut Vec<u8>) {
        self.x.encode(out);
        self.y.encode(out);
    }
}

impl Decode for Point {
    const MIN_SIZE: usize = 64;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self::new(reader.member("x")?, reader.member("y")?))
    }
}

crate::wire_fields!(Point { x: Fr, y: Fr, is_infinite: bool });

impl serde::Serialize for Point {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_hex::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Point {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::buffer_hex::deserialize(deserializer)
    }
}
