//! Reading compact MessagePack: structs are arrays, variants of enums are named.

use protocol::field::Fr;

use super::super::error::{Place, ProgramError};

/// Reads from inflated code. Knows where in the program it is, for errors.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    pub(super) place: Place,
}

/// The name of a variant, and whether it carries something.
pub(super) struct Variant<'a> {
    pub(super) name: &'a [u8],
    at: usize,
    pub(super) carries: bool,
}

impl<'a> Reader<'a> {
    /// Reads from `bytes[at..]`.
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, place: Place::Program }
    }

    pub(super) const fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    #[cold]
    fn error_at(&self, offset: usize, expected: &'static str) -> ProgramError {
        ProgramError::Malformed { place: self.place, offset, expected }
    }

    /// The error that something else must stand here.
    #[cold]
    pub(super) fn error(&self, expected: &'static str) -> ProgramError {
        self.error_at(self.at, expected)
    }

    /// The error that a variant has another name or carries something else.
    #[cold]
    pub(super) fn unknown(&self, variant: &Variant<'_>, expected: &'static str) -> ProgramError {
        self.error_at(variant.at, expected)
    }

    fn take<const N: usize>(&mut self, expected: &'static str) -> Result<&'a [u8; N], ProgramError> {
        let rest: &'a [u8] = self.bytes.get(self.at..).unwrap_or_default();
        let taken = rest.first_chunk().ok_or_else(|| self.error(expected))?;
        self.at += N;
        Ok(taken)
    }

    fn take_slice(&mut self, length: usize, expected: &'static str) -> Result<&'a [u8], ProgramError> {
        let end = self.at.checked_add(length).ok_or_else(|| self.error(expected))?;
        let taken = self.bytes.get(self.at..end).ok_or_else(|| self.error(expected))?;
        self.at = end;
        Ok(taken)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn marker(&mut self, expected: &'static str) -> Result<u8, ProgramError> {
        Ok(self.take::<1>(expected)?[0])
    }

    /// An unsigned integer.
    pub(super) fn uint(&mut self) -> Result<u64, ProgramError> {
        const WHAT: &str = "an unsigned integer";
        let start = self.at;
        match self.marker(WHAT)? {
            small @ 0..=0x7f => Ok(small.into()),
            0xcc => Ok(self.take::<1>(WHAT)?[0].into()),
            0xcd => Ok(u16::from_be_bytes(*self.take(WHAT)?).into()),
            0xce => Ok(u32::from_be_bytes(*self.take(WHAT)?).into()),
            0xcf => Ok(u64::from_be_bytes(*self.take(WHAT)?)),
            _ => Err(self.error_at(start, WHAT)),
        }
    }

    /// An unsigned integer of 32 bits.
    pub(super) fn u32(&mut self) -> Result<u32, ProgramError> {
        let start = self.at;
        self.uint()?.try_into().map_err(|_| self.error_at(start, "an unsigned 32-bit integer"))
    }

    /// The length of an array; each item takes a byte at least, so it is bounded by what is left.
    pub(super) fn array(&mut self) -> Result<usize, ProgramError> {
        const WHAT: &str = "an array";
        let start = self.at;
        let length = match self.marker(WHAT)? {
            short @ 0x90..=0x9f => usize::from(short & 0x0f),
            0xdc => u16::from_be_bytes(*self.take(WHAT)?).into(),
            0xdd => u32::from_be_bytes(*self.take(WHAT)?) as usize,
            _ => return Err(self.error_at(start, WHAT)),
        };
        if length > self.remaining() {
            return Err(self.error_at(start, "an array that ends before the code does"));
        }
        Ok(length)
    }

    /// The head of a struct of so many members.
    pub(super) fn members(&mut self, count: usize) -> Result<(), ProgramError> {
        let start = self.at;
        if self.array()? == count { Ok(()) } else { Err(self.error_at(start, "a struct with the known members")) }
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<&'a [u8], ProgramError> {
        const WHAT: &str = "a text";
        let start = self.at;
        let length = match self.marker(WHAT)? {
            short @ 0xa0..=0xbf => usize::from(short & 0x1f),
            0xd9 => self.take::<1>(WHAT)?[0].into(),
            0xda => u16::from_be_bytes(*self.take(WHAT)?).into(),
            0xdb => u32::from_be_bytes(*self.take(WHAT)?) as usize,
            _ => return Err(self.error_at(start, WHAT)),
        };
        self.take_slice(length, WHAT)
    }

    /// A field element: 32 bytes, reduced like the official reader does.
    pub(super) fn field(&mut self) -> Result<Fr, ProgramError> {
        const WHAT: &str = "a field element of 32 bytes";
        let start = self.at;
        if self.take::<2>(WHAT)? != &[0xc4, 32] {
            return Err(self.error_at(start, WHAT));
        }
        let bytes = self.take::<32>(WHAT)?;
        Ok(Fr::from_be_bytes(bytes).unwrap_or_else(|_| Fr::from_be_bytes_reduced(bytes)))
    }

    /// Whether nothing stands here; steps over the nothing.
    pub(super) fn none(&mut self) -> bool {
        let none = self.peek() == Some(0xc0);
        self.at += usize::from(none);
        none
    }

    /// The name of an enum's variant. What it carries follows.
    pub(super) fn variant(&mut self) -> Result<Variant<'a>, ProgramError> {
        let at = self.at;
        let carries = self.peek() == Some(0x81);
        self.at += usize::from(carries);
        Ok(Variant { name: self.text()?, at, carries })
    }

    /// A variant that carries something.
    pub(super) fn full_variant(&mut self, expected: &'static str) -> Result<Variant<'a>, ProgramError> {
        let variant = self.variant()?;
        if variant.carries { Ok(variant) } else { Err(self.unknown(&variant, expected)) }
    }

    /// A variant that carries nothing.
    pub(super) fn unit_variant(&mut self, expected: &'static str) -> Result<&'a [u8], ProgramError> {
        let variant = self.variant()?;
        if variant.carries { Err(self.unknown(&variant, expected)) } else { Ok(variant.name) }
    }
}
