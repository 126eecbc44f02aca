//! Tagged values, what a memory cell holds.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/avm_memory_types.ts`.

use std::fmt;

use protocol::field::Fr;

/// Type of a value, by its number in bytecode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tag {
    /// A field element.
    Field = 0,
    /// One bit.
    U1 = 1,
    /// 8 bits.
    U8 = 2,
    /// 16 bits.
    U16 = 3,
    /// 32 bits: the type of memory addresses.
    U32 = 4,
    /// 64 bits.
    U64 = 5,
    /// 128 bits.
    U128 = 6,
}

impl Tag {
    /// Every tag, by its number.
    pub const ALL: [Self; 7] = [Self::Field, Self::U1, Self::U8, Self::U16, Self::U32, Self::U64, Self::U128];

    /// The tag with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Width in bits; none for a field element.
    #[must_use]
    pub const fn bits(self) -> Option<u32> {
        match self {
            Self::Field => None,
            Self::U1 => Some(1),
            Self::U8 => Some(8),
            Self::U16 => Some(16),
            Self::U32 => Some(32),
            Self::U64 => Some(64),
            Self::U128 => Some(128),
        }
    }

    /// The bits an integer of this type may have; all for a field element, which this is not asked for.
    #[inline]
    const fn mask(self) -> u128 {
        match self {
            Self::U1 => 1,
            Self::U8 => u8::MAX as u128,
            Self::U16 => u16::MAX as u128,
            Self::U32 => u32::MAX as u128,
            Self::U64 => u64::MAX as u128,
            Self::U128 | Self::Field => u128::MAX,
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bits() {
            None => f.write_str("FIELD"),
            Some(bits) => write!(f, "U{bits}"),
        }
    }
}

/// A value with its tag. An integer is below 2 to the width of its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A field element.
    Field(Fr),
    /// An integer; its tag is not [`Tag::Field`].
    Int(Tag, u128),
}

impl Value {
    /// What a cell nobody wrote to holds.
    pub const ZERO: Self = Self::Field(Fr::ZERO);

    /// An integer reduced to the width of a tag, which is not [`Tag::Field`].
    #[inline]
    pub(crate) const fn int(tag: Tag, value: u128) -> Self {
        Self::Int(tag, value & tag.mask())
    }

    /// A bit.
    #[inline]
    #[must_use]
    pub const fn bit(value: bool) -> Self {
        Self::Int(Tag::U1, value as u128)
    }

    /// A 32-bit integer.
    #[inline]
    #[must_use]
    pub const fn u32(value: u32) -> Self {
        Self::Int(Tag::U32, value as u128)
    }

    /// A 64-bit integer.
    #[inline]
    #[must_use]
    pub const fn u64(value: u64) -> Self {
        Self::Int(Tag::U64, value as u128)
    }

    /// The tag.
    #[inline]
    #[must_use]
    pub const fn tag(&self) -> Tag {
        match self {
            Self::Field(_) => Tag::Field,
            Self::Int(tag, _) => *tag,
        }
    }

    /// The value as a field element.
    #[inline]
    #[must_use]
    pub fn to_field(self) -> Fr {
        match self {
            Self::Field(field) => field,
            Self::Int(_, value) => value.into(),
        }
    }

    /// The value in another type, its high bits cut off.
    #[must_use]
    pub fn cast(self, tag: Tag) -> Self {
        match (self, tag) {
            (value, Tag::Field) => Self::Field(value.to_field()),
            (Self::Int(_, value), tag) => Self::int(tag, value),
            (Self::Field(field), tag) => {
                let [a, b, _, _] = field.to_limbs();
                Self::int(tag, u128::from(a) | u128::from(b) << 64)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn casts_cut_high_bits() {
        let big = Value::Field(Fr::from(u128::MAX) + Fr::from(3u8));
        assert_eq!(big.cast(Tag::U128), Value::Int(Tag::U128, 2));
        assert_eq!(Value::u32(0x1ff).cast(Tag::U8), Value::Int(Tag::U8, 0xff));
        assert_eq!(Value::u32(2).cast(Tag::U1), Value::bit(false));
        assert_eq!(Value::u32(7).cast(Tag::Field), Value::Field(Fr::from(7u8)));
        for (number, tag) in Tag::ALL.into_iter().enumerate() {
            assert_eq!((tag as usize, Tag::from_number(number as u8)), (number, Some(tag)));
        }
        assert_eq!(Tag::from_number(7), None);
    }
}
