//! Bytes and short texts in fields.
//!
//! Protocol source: `@aztec/stdlib/src/abi/buffer.ts`, `@aztec/aztec.js/src/utils/field_compressed_string.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use thiserror::Error;

use crate::codec::{DecodeError, DecodeErrorKind, FieldReader};
use crate::field::Fr;

/// Bytes in a field: the first of its 32 stays zero.
const CHUNK: usize = 31;

/// Bytes that do not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{found} fields are needed, {max} are there")]
pub struct TooManyFields {
    /// Fields needed.
    pub found: usize,
    /// Fields there.
    pub max: usize,
}

fn chunk_to_field(bytes: &[u8], start: usize) -> Fr {
    let mut word = [0; 32];
    word[start..start + bytes.len()].copy_from_slice(bytes);
    Fr::from_be_bytes(&word).expect("31 bytes are below the modulus")
}

/// `length` fields: the number of bytes, the bytes in chunks of 31 (the last padded on the right), zeros.
pub fn bytes_to_fields(bytes: &[u8], length: usize) -> Result<Vec<Fr>, TooManyFields> {
    let found = 1 + bytes.len().div_ceil(CHUNK);
    if found > length {
        return Err(TooManyFields { found, max: length });
    }
    let mut fields = Vec::with_capacity(length);
    fields.push(Fr::from(bytes.len() as u64));
    fields.extend(bytes.chunks(CHUNK).map(|chunk| chunk_to_field(chunk, 1)));
    fields.resize(length, Fr::ZERO);
    Ok(fields)
}

/// The bytes in the fields of [`bytes_to_fields`].
pub fn bytes_from_fields(fields: &[Fr]) -> Result<Vec<u8>, DecodeError> {
    let mut reader = FieldReader::new(fields);
    let length = reader.field()?.to_u128().and_then(|length| usize::try_from(length).ok());
    let max = reader.left() * CHUNK;
    let Some(length) = length.filter(|length| *length <= max) else {
        let needed = length.map_or(usize::MAX, |length| length.div_ceil(CHUNK));
        return Err(reader.error_at(0, DecodeErrorKind::UnexpectedEnd { needed, left: reader.left() }));
    };
    let mut bytes = Vec::with_capacity(length.next_multiple_of(CHUNK));
    for field in reader.take(length.div_ceil(CHUNK))? {
        bytes.extend_from_slice(&field.to_be_bytes()[1..]);
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// A text of at most 31 bytes as a big-endian integer: what `FieldCompressedString` holds.
pub fn compress_text(text: &str) -> Result<Fr, TooManyFields> {
    let bytes = text.as_bytes();
    match bytes.len() {
        0..=CHUNK => Ok(chunk_to_field(bytes, 32 - bytes.len())),
        length => Err(TooManyFields { found: length.div_ceil(CHUNK), max: 1 }),
    }
}

/// The text of a `FieldCompressedString`: one character per byte, zero bytes left out.
#[must_use]
pub fn decompress_text(field: Fr) -> String {
    field.to_be_bytes().into_iter().filter(|byte| *byte != 0).map(char::from).collect()
}
