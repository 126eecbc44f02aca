//! Operations on values.

use protocol::field::Fr;

use super::super::functions::integer_div;
use super::RuntimeError;
use crate::program::brillig::{BitSize, FieldOp, IntOp, IntSize, Value, Wide};

/// The result of an operation on fields.
pub(super) enum FieldResult {
    Field(Fr),
    Truth(bool),
}

#[inline]
pub(super) fn field_op(op: FieldOp, a: Fr, b: Fr) -> Result<FieldResult, RuntimeError> {
    use FieldResult::{Field, Truth};
    Ok(match op {
        FieldOp::Add => Field(a + b),
        FieldOp::Sub => Field(a - b),
        FieldOp::Mul => Field(a * b),
        FieldOp::Div if b == Fr::ONE => Field(a),
        FieldOp::Div => Field(a * b.inverse().ok_or(RuntimeError::DivisionByZero)?),
        FieldOp::IntegerDiv => Field(integer_div(a, b).ok_or(RuntimeError::DivisionByZero)?),
        FieldOp::Equals => Truth(a == b),
        FieldOp::LessThan => Truth(a < b),
        FieldOp::LessThanEquals => Truth(a <= b),
    })
}

/// Whether the result of an operation on integers is a truth value.
#[inline]
pub(super) const fn is_comparison(op: IntOp) -> bool {
    matches!(op, IntOp::Equals | IntOp::LessThan | IntOp::LessThanEquals)
}

macro_rules! integers {
    ($(#[$meta:meta])* $name:ident, $int:ty) => {
        $(#[$meta])*
        #[inline]
        pub(super) fn $name(op: IntOp, bits: u32, a: $int, b: $int) -> Result<$int, RuntimeError> {
            let mask = <$int>::MAX >> (<$int>::BITS - bits);
            Ok(match op {
                IntOp::Add => a.wrapping_add(b) & mask,
                IntOp::Sub => a.wrapping_sub(b) & mask,
                IntOp::Mul => a.wrapping_mul(b) & mask,
                IntOp::Div => a.checked_div(b).ok_or(RuntimeError::DivisionByZero)?,
                IntOp::Equals => (a == b).into(),
                IntOp::LessThan => (a < b).into(),
                IntOp::LessThanEquals => (a <= b).into(),
                IntOp::And => a & b,
                IntOp::Or => a | b,
                IntOp::Xor => a ^ b,
                IntOp::Shl | IntOp::Shr if b >= bits.into() => {
                    // A single bit is shifted out; official code refuses only what is wider.
                    if bits == 1 { 0 } else { return Err(RuntimeError::Shift { by: b.into(), bits }) }
                }
                IntOp::Shl => a << b & mask,
                IntOp::Shr => a >> b,
            })
        }
    };
}
integers!(
    /// An operation on integers of at most 64 bits.
    int_op, u64
);
integers!(
    /// An operation on integers of 128 bits.
    wide_op, u128
);

pub(super) fn not(size: IntSize, value: Value) -> Result<Value, RuntimeError> {
    Ok(match (size, value) {
        (IntSize::U1, Value::U1(a)) => Value::U1(!a),
        (IntSize::U8, Value::U8(a)) => Value::U8(!a),
        (IntSize::U16, Value::U16(a)) => Value::U16(!a),
        (IntSize::U32, Value::U32(a)) => Value::U32(!a),
        (IntSize::U64, Value::U64(a)) => Value::U64(!a),
        (IntSize::U128, Value::U128(a)) => Value::U128(Wide::new(!a.get())),
        _ => return Err(RuntimeError::mismatch(value, BitSize::Integer(size))),
    })
}

/// Integers are truncated, and so are fields: to their low bits.
pub(super) fn cast(value: Value, size: BitSize) -> Value {
    let size = match size {
        BitSize::Field => return Value::Field(value.to_field()),
        BitSize::Integer(size) => size,
    };
    let integer = match value {
        Value::Field(field) => {
            let [low, high, ..] = field.to_limbs();
            u128::from(low) | u128::from(high) << 64
        }
        Value::U1(a) => a.into(),
        Value::U8(a) => a.into(),
        Value::U16(a) => a.into(),
        Value::U32(a) => a.into(),
        Value::U64(a) => a.into(),
        Value::U128(a) => a.get(),
    };
    Value::truncated(integer, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_wrap_and_refuse_what_official_code_refuses() {
        let int = |op, a, b| int_op(op, 8, a, b);
        assert_eq!(int(IntOp::Add, 250, 10), Ok(4));
        assert_eq!(int(IntOp::Sub, 1, 2), Ok(255));
        assert_eq!(int(IntOp::Mul, 16, 17), Ok(16));
        assert_eq!(int(IntOp::Div, 7, 2), Ok(3));
        assert_eq!(int(IntOp::Div, 7, 0), Err(RuntimeError::DivisionByZero));
        assert_eq!(int(IntOp::LessThan, 7, 7), Ok(0));
        assert_eq!(int(IntOp::LessThanEquals, 7, 7), Ok(1));
        assert_eq!(int(IntOp::Shl, 0x81, 1), Ok(2));
        assert_eq!(int(IntOp::Shr, 0x81, 7), Ok(1));
        assert_eq!(int(IntOp::Shr, 0x81, 8), Err(RuntimeError::Shift { by: 8, bits: 8 }));
        assert_eq!(int_op(IntOp::Sub, 64, 0, 1), Ok(u64::MAX));
        assert_eq!(wide_op(IntOp::Shl, 128, 1, 127), Ok(1 << 127));
        assert_eq!(wide_op(IntOp::Shl, 128, 1, 1 << 64), Err(RuntimeError::Shift { by: 1 << 64, bits: 128 }));
        let bit = |op, a, b| int_op(op, 1, a, b);
        assert_eq!((bit(IntOp::Add, 1, 1), bit(IntOp::Sub, 0, 1), bit(IntOp::Mul, 1, 1)), (Ok(0), Ok(1), Ok(1)));
        assert_eq!((bit(IntOp::Shl, 1, 1), bit(IntOp::Shr, 1, 1), bit(IntOp::Shl, 1, 0)), (Ok(0), Ok(0), Ok(1)));
        assert_eq!(bit(IntOp::Div, 1, 0), Err(RuntimeError::DivisionByZero));
    }

    #[test]
    fn casts_keep_the_low_bits() {
        assert_eq!(cast(Value::U32(0x1_02), BitSize::Integer(IntSize::U8)), Value::U8(2));
        let max = Fr::MAX.to_limbs();
        assert_eq!(cast(Value::Field(Fr::MAX), BitSize::Integer(IntSize::U64)), Value::U64(max[0]));
        assert_eq!(cast(Value::U1(true), BitSize::Field), Value::Field(Fr::ONE));
        assert_eq!(
            cast(Value::U64(u64::MAX), BitSize::Integer(IntSize::U128)),
            Value::U128(Wide::new(u64::MAX.into()))
        );
    }

    #[test]
    fn fields_divide_and_compare_as_integers() {
        let field = |op, a: u32, b: u32| match field_op(op, Fr::from(a), Fr::from(b)) {
            Ok(FieldResult::Field(field)) => field.to_u32(),
            Ok(FieldResult::Truth(truth)) => Some(truth.into()),
            Err(error) => {
                assert_eq!(error, RuntimeError::DivisionByZero);
                None
            }
        };
        assert_eq!((field(FieldOp::Div, 6, 3), field(FieldOp::Div, 6, 1)), (Some(2), Some(6)));
        assert_eq!((field(FieldOp::IntegerDiv, 7, 3), field(FieldOp::LessThan, 3, 7)), (Some(2), Some(1)));
        assert_eq!((field(FieldOp::Div, 1, 0), field(FieldOp::IntegerDiv, 1, 0)), (None, None));
    }
}
