//! Stored values are the protocol's byte forms.

use protocol::codec::{Decode, DecodeError, Encode, Reader};

use super::{Result, StoreError};

/// Reads a stored value that must be there as a whole.
pub(crate) fn decode<T: Decode>(table: &'static str, bytes: &[u8]) -> Result<T> {
    T::from_buffer(bytes).map_err(corrupt(table))
}

/// Reads parts of a stored value.
pub(crate) fn read<T>(
    table: &'static str,
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> core::result::Result<T, DecodeError>,
) -> Result<T> {
    let mut reader = Reader::new(bytes);
    let value = read(&mut reader).map_err(corrupt(table))?;
    reader.finish().map_err(corrupt(table))?;
    Ok(value)
}

/// Writes values one after the other.
pub(crate) fn encode(parts: &[&dyn DynEncode]) -> Vec<u8> {
    let mut bytes = Vec::new();
    parts.iter().for_each(|part| part.append_to(&mut bytes));
    bytes
}

/// [`Encode`] for values whose type is not known.
pub(crate) trait DynEncode {
    fn append_to(&self, out: &mut Vec<u8>);
}

impl<T: Encode> DynEncode for T {
    fn append_to(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }
}

fn corrupt(table: &'static str) -> impl Fn(DecodeError) -> StoreError {
    move |source| StoreError::Corrupt { table, source }
}
