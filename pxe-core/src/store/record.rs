//! How roles put keys and values together.

use alloc::vec::Vec;

use protocol::block::BlockId;
use protocol::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};

/// A part of a key or value. Keys are made while others wait for the store, on whichever thread.
pub(crate) type Part<'a> = dyn Encode + Sync + 'a;

/// The parts of a key or value, one after the other.
pub(crate) fn join(parts: &[&Part<'_>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    parts.iter().for_each(|part| part.encode(&mut bytes));
    bytes
}

/// Bytes as they are.
pub(crate) struct Raw<'a>(pub(crate) &'a [u8]);

impl Encode for Raw<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0);
    }
}

/// A list behind a four-byte count. Lists in the store are far below 2^32 items.
pub(crate) struct List<'a, T>(pub(crate) &'a [T]);

impl<T: Encode> Encode for List<'_, T> {
    fn encode(&self, out: &mut Vec<u8>) {
        u32::try_from(self.0.len()).expect("lists in the store are far below 2^32 items").encode(out);
        self.0.iter().for_each(|item| item.encode(out));
    }
}

/// Reads a [`List`].
pub(crate) fn list<T: Decode>(reader: &mut Reader<'_>) -> Result<Vec<T>, DecodeError> {
    reader.vec_u32(usize::MAX)
}

/// One byte that says whether a value follows.
pub(crate) struct Maybe<'a, T>(pub(crate) Option<&'a T>);

impl<T: Encode> Encode for Maybe<'_, T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.is_some().encode(out);
        if let Some(value) = self.0 {
            value.encode(out);
        }
    }
}

/// Reads a [`Maybe`].
pub(crate) fn maybe<T: Decode>(reader: &mut Reader<'_>) -> Result<Option<T>, DecodeError> {
    bool::decode(reader)?.then(|| T::decode(reader)).transpose()
}

/// Number and hash of a block.
pub(crate) struct Block<'a>(pub(crate) &'a BlockId);

impl Encode for Block<'_> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.number.encode(out);
        self.0.hash.encode(out);
    }
}

/// Reads a [`Block`].
pub(crate) fn block(reader: &mut Reader<'_>) -> Result<BlockId, DecodeError> {
    Ok(BlockId { number: reader.member("number")?, hash: reader.member("hash")? })
}

/// The error of a number that stands for nothing.
pub(crate) fn unknown(reader: &Reader<'_>, what: &'static str) -> DecodeError {
    reader.error_at(reader.offset().saturating_sub(1), DecodeErrorKind::Invalid(what))
}
