//! How values become bytes and lists of field elements.
//!
//! Two forms exist for most protocol types and each type declares both once, usually with [`wire_struct!`]:
//!
//! * **bytes** ([`Encode`], [`Decode`]): big-endian integers of fixed width, 32-byte fields, one-byte booleans, no tags.
//! * **fields** ([`ToFields`], [`FromFields`]): what circuits see and hashes absorb.
//!
//! Decoders treat their input as hostile: lengths are checked before anything is allocated, field elements must be
//! canonical, and every [`DecodeError`] names the path of the value and its offset.
//!
//! Protocol source: `@aztec/foundation/src/serialize/`.
//!
//! [`wire_struct!`]: crate::wire_struct

mod array;
mod bytes;
mod error;
mod fields;

pub use array::Array;
pub use bytes::{Decode, Encode, Reader};
#[allow(unused_imports, reason = "used by the types that carry lists")]
pub(crate) use bytes::{encode_vec_u8, encode_vec_u32};
pub use error::{DecodeError, DecodeErrorKind, Unit};
pub use fields::{FieldReader, FixedFields, FromFields, ToFields};
