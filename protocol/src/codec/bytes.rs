//! Byte form: big-endian, fixed width, no tags.

use alloc::string::String;
use alloc::vec::Vec;

use super::{DecodeError, DecodeErrorKind, Unit};

/// A value with a byte form.
pub trait Encode {
    /// Appends the byte form to `out`.
    fn encode(&self, out: &mut Vec<u8>);

    /// The byte form.
    fn to_buffer(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.encode(&mut out);
        out
    }
}

/// A value that can be read back from its byte form.
pub trait Decode: Sized {
    /// The fewest bytes a value can take: bounds what a list may allocate for a claimed length.
    const MIN_SIZE: usize = 1;

    /// Reads one value.
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// Reads one value that takes up the whole buffer.
    fn from_buffer(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let value = Self::decode(&mut reader)?;
        reader.finish()?;
        Ok(value)
    }
}

/// A cursor over a byte buffer.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// Bytes read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes not yet read.
    #[must_use]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.offset
    }

    /// The bytes from `start` (an earlier [`Reader::offset`]) up to here.
    #[must_use]
    pub fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start.min(self.offset)..self.offset]
    }

    /// An error about the value that starts at `offset`.
    #[must_use]
    pub fn error_at(&self, offset: usize, kind: DecodeErrorKind) -> DecodeError {
        DecodeError::new(Unit::Byte, offset, kind)
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        if count > self.left() {
            let kind = DecodeErrorKind::UnexpectedEnd { needed: count, left: self.left() };
            return Err(self.error_at(self.offset, kind));
        }
        let start = self.offset;
        self.offset += count;
        Ok(&self.bytes[start..self.offset])
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    /// Reads a member, naming it in any error.
    pub fn member<T: Decode>(&mut self, name: &str) -> Result<T, DecodeError> {
        T::decode(self).map_err(|error| error.within(name))
    }

    /// Reads `count` items. The count is checked against the bytes left before anything is allocated.
    pub fn items<T: Decode>(&mut self, count: usize) -> Result<Vec<T>, DecodeError> {
        let needed = count.saturating_mul(T::MIN_SIZE);
        if needed > self.left() {
            return Err(self.error_at(self.offset, DecodeErrorKind::UnexpectedEnd { needed, left: self.left() }));
        }
        let mut items = Vec::with_capacity(count);
        for index in 0..count {
            items.push(T::decode(self).map_err(|error| error.at_index(index))?);
        }
        Ok(items)
    }

    /// Reads a list of at most `max` items behind a four-byte count.
    pub fn vec_u32<T: Decode>(&mut self, max: usize) -> Result<Vec<T>, DecodeError> {
        let start = self.offset;
        let length = u32::decode(self)? as usize;
        self.counted(start, length, max)
    }

    /// Reads a list of at most `max` items behind a one-byte count.
    pub fn vec_u8<T: Decode>(&mut self, max: usize) -> Result<Vec<T>, DecodeError> {
        let start = self.offset;
        let length = usize::from(u8::decode(self)?);
        self.counted(start, length, max)
    }

    fn counted<T: Decode>(&mut self, start: usize, length: usize, max: usize) -> Result<Vec<T>, DecodeError> {
        if length > max {
            return Err(self.error_at(start, DecodeErrorKind::TooLong { length, max }));
        }
        self.items(length)
    }

    /// Fails unless everything was read.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.left() {
            0 => Ok(()),
            left => Err(self.error_at(self.offset, DecodeErrorKind::TrailingInput { left })),
        }
    }
}

/// Appends a list behind a four-byte count.
pub(crate) fn encode_vec_u32<T: Encode>(items: &[T], out: &mut Vec<u8>) {
    u32::try_from(items.len()).expect("lists of the protocol are far below 2^32 items").encode(out);
    items.iter().for_each(|item| item.encode(out));
}

/// Appends a list behind a one-byte count. Lists that use this form hold at most 255 items by construction.
#[allow(dead_code, reason = "used by the types that carry lists")]
pub(crate) fn encode_vec_u8<T: Encode>(items: &[T], out: &mut Vec<u8>) {
    u8::try_from(items.len()).expect("lists with a one-byte count hold at most 255 items").encode(out);
    items.iter().for_each(|item| item.encode(out));
}

macro_rules! integer_bytes {
    ($($ty:ty),*) => {$(
        impl Encode for $ty {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
        }
        impl Decode for $ty {
            const MIN_SIZE: usize = size_of::<$ty>();
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_be_bytes(reader.array()?))
            }
        }
    )*};
}
integer_bytes!(u8, u16, u32, u64, u128);

impl Encode for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Decode for bool {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        match u8::decode(reader)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(reader.error_at(start, DecodeErrorKind::InvalidBool)),
        }
    }
}

/// Text is a four-byte byte length and UTF-8.
impl Encode for str {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_vec_u32(self.as_bytes(), out);
    }
}

impl Encode for String {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_str().encode(out);
    }
}

impl Decode for String {
    const MIN_SIZE: usize = 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let length = u32::decode(reader)? as usize;
        let bytes = reader.take(length)?;
        match core::str::from_utf8(bytes) {
            Ok(text) => Ok(Self::from(text)),
            Err(_) => Err(reader.error_at(start, DecodeErrorKind::Invalid("text is not UTF-8"))),
        }
    }
}

impl<T: Encode, const N: usize> Encode for [T; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|item| item.encode(out));
    }
}

impl<T: Decode, const N: usize> Decode for [T; N] {
    const MIN_SIZE: usize = N * T::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        super::array::try_array(|index| T::decode(reader).map_err(|error| error.at_index(index)))
    }
}
