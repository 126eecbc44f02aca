//! Field form: what circuits see and hashes absorb.

use alloc::vec::Vec;

use super::{DecodeError, DecodeErrorKind, Unit};
use crate::field::Fr;

/// A value with a field form.
pub trait ToFields {
    /// Appends the field form to `out`.
    fn write_fields(&self, out: &mut Vec<Fr>);

    /// The field form.
    fn to_fields(&self) -> Vec<Fr> {
        let mut out = Vec::new();
        self.write_fields(&mut out);
        out
    }
}

/// A value that can be read back from its field form.
pub trait FromFields: Sized {
    /// Reads one value.
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError>;

    /// Reads one value that takes up the whole list.
    fn from_fields(fields: &[Fr]) -> Result<Self, DecodeError> {
        let mut reader = FieldReader::new(fields);
        let value = Self::read_fields(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

/// A value whose field form always has the same length.
pub trait FixedFields {
    /// Length of the field form.
    const FIELD_COUNT: usize;
}

/// A cursor over a list of field elements.
#[derive(Debug, Clone)]
pub struct FieldReader<'a> {
    fields: &'a [Fr],
    offset: usize,
}

impl<'a> FieldReader<'a> {
    /// A reader at the start of `fields`.
    #[must_use]
    pub fn new(fields: &'a [Fr]) -> Self {
        Self { fields, offset: 0 }
    }

    /// Elements read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Elements not yet read.
    #[must_use]
    pub fn left(&self) -> usize {
        self.fields.len() - self.offset
    }

    /// An error about the value that starts at `offset`.
    #[must_use]
    pub fn error_at(&self, offset: usize, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(Unit::Field, offset, kind)
    }

    /// The next `count` elements.
    pub fn take(&mut self, count: usize) -> Result<&'a [Fr], DecodeError> {
        if count > self.left() {
            let kind = DecodeErrorKind::UnexpectedEnd { needed: count, left: self.left() };
            return Err(self.error_at(self.offset, kind));
        }
        let start = self.offset;
        self.offset += count;
        Ok(&self.fields[start..self.offset])
    }

    /// The next element.
    pub fn field(&mut self) -> Result<Fr, DecodeError> {
        Ok(self.take(1)?[0])
    }

    /// Reads a member, naming it in any error.
    pub fn member<T: FromFields>(&mut self, name: &str) -> Result<T, DecodeError> {
        T::read_fields(self).map_err(|error| error.within(name))
    }

    /// Reads `count` items.
    pub fn items<T: FromFields>(&mut self, count: usize) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::with_capacity(count.min(self.left()));
        for index in 0..count {
            items.push(T::read_fields(self).map_err(|error| error.at_index(index))?);
        }
        Ok(items)
    }

    /// Fails unless everything was read.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.error_at(self.offset, DecodeErrorKind::TrailingInput { left })),
        }
    }
}

impl ToFields for Fr {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(*self);
    }
}

impl FromFields for Fr {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        reader.field()
    }
}

impl FixedFields for Fr {
    const FIELD_COUNT: usize = 1;
}

macro_rules! integer_fields {
    ($($ty:ty),*) => {$(
        impl ToFields for $ty {
            fn write_fields(&self, out: &mut Vec<Fr>) {
                out.push(Fr::from(*self));
            }
        }
        impl FromFields for $ty {
            fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
                let start = reader.offset();
                let value = reader.field()?.to_u128().and_then(|value| Self::try_from(value).ok());
                value.ok_or_else(|| reader.error_at(start, DecodeErrorKind::OutOfRange { bits: Self::BITS }))
            }
        }
        impl FixedFields for $ty {
            const FIELD_COUNT: usize = 1;
        }
    )*};
}
integer_fields!(u8, u16, u32, u64, u128);

impl ToFields for bool {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(Fr::from(*self));
    }
}

impl FromFields for bool {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        match reader.field()? {
            zero if zero == Fr::ZERO => Ok(false),
            one if one == Fr::ONE => Ok(true),
            _ => Err(reader.error_at(start, DecodeErrorKind::InvalidBool)),
        }
    }
}

impl FixedFields for bool {
    const FIELD_COUNT: usize = 1;
}

impl<T: ToFields> ToFields for [T] {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.iter().for_each(|item| item.write_fields(out));
    }
}

impl<T: ToFields, const N: usize> ToFields for [T; N] {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.iter().for_each(|item| item.write_fields(out));
    }
}

impl<T: FromFields, const N: usize> FromFields for [T; N] {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        super::array::try_array(|index| T::read_fields(reader).map_err(|error| error.at_index(index)))
    }
}

impl<T: FixedFields, const N: usize> FixedFields for [T; N] {
    const FIELD_COUNT: usize = N * T::FIELD_COUNT;
}
