//! BN254's two prime fields and the Grumpkin curve over them.
//!
//! [`Fr`] is the field everything is hashed in; it is BN254's scalar field and Grumpkin's base field. [`Fq`] is the
//! other way round: Grumpkin's scalars, so secret keys live in it. Both travel as 32 bytes big-endian and as `0x` with
//! 64 lower-case hex digits; values at or above the modulus are refused, never reduced silently.
//!
//! Protocol source: `@aztec/foundation/src/curves/`.

mod point;
mod prime;

pub use point::{NotOnCurve, Point};
pub use prime::{Fq, Fr, NotCanonical, ParseFieldError};
