//! Selectors: four bytes that name a function or an event.
//!
//! Protocol source: `@aztec/stdlib/src/abi/selector.ts` and its subclasses beside it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FromFields, Reader, ToFields};
use crate::field::Fr;
use crate::hash::poseidon2_bytes;

/// A text is not a selector.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SelectorError {
    /// A signature holds white space.
    #[error("signature {0:?} must not contain spaces")]
    Spaces(String),
    /// Not `0x` and 8 hex digits.
    #[error("not a selector: expected 0x and 8 hex digits, found {0:?}")]
    Syntax(String),
    /// A note selector above its range.
    #[error("note selectors are below 128, found {0}")]
    Note(u32),
}

/// The last four bytes of the byte hash of a signature.
fn of_signature(signature: &str) -> Result<u32, SelectorError> {
    if signature.contains(char::is_whitespace) {
        return Err(SelectorError::Spaces(signature.into()));
    }
    let hash = poseidon2_bytes(signature.as_bytes()).to_be_bytes();
    Ok(u32::from_be_bytes([hash[28], hash[29], hash[30], hash[31]]))
}

fn parse(text: &str) -> Result<u32, SelectorError> {
    let error = || SelectorError::Syntax(text.chars().take(80).collect());
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(error());
    }
    u32::from_str_radix(digits, 16).map_err(|_| error())
}

macro_rules! selector {
    ($(#[$meta:meta])* $name:ident) => {
        crate::integer_newtype! {
            $(#[$meta])*
            ///
            /// Bytes: four, big-endian. Field: the integer. JSON: `0x` and 8 hex digits.
            pub struct $name(u32) as selector_hex;
        }

        impl $name {
            /// The selector of a signature such as `transfer((Field),u128)`, which must not contain spaces.
            pub fn from_signature(signature: &str) -> Result<Self, SelectorError> {
                of_signature(signature).map(Self)
            }
        }

        impl core::str::FromStr for $name {
            type Err = SelectorError;
            fn from_str(text: &str) -> Result<Self, SelectorError> {
                parse(text).map(Self)
            }
        }
    };
}

selector!(
    /// Names a function of a contract.
    FunctionSelector
);
selector!(
    /// Names an event of a contract.
    EventSelector
);
selector!(
    /// Names a kind of authorization request.
    AuthorizationSelector
);

/// Names a note type within a contract: an integer below 128.
///
/// Bytes: four, big-endian. Field: the integer. JSON: `0x` and 8 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "FunctionSelector", into = "FunctionSelector")]
pub struct NoteSelector(u8);

impl NoteSelector {
    /// The selector with this number.
    pub fn new(number: u32) -> Result<Self, SelectorError> {
        match u8::try_from(number) {
            Ok(number) if number < 128 => Ok(Self(number)),
            _ => Err(SelectorError::Note(number)),
        }
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0.into()
    }
}

crate::any_value!(NoteSelector, (0..128u8).prop_map(Self));

impl From<NoteSelector> for FunctionSelector {
    fn from(selector: NoteSelector) -> Self {
        Self(selector.number())
    }
}

impl TryFrom<FunctionSelector> for NoteSelector {
    type Error = SelectorError;
    fn try_from(selector: FunctionSelector) -> Result<Self, SelectorError> {
        Self::new(selector.0)
    }
}

impl Encode for NoteSelector {
    fn encode(&self, out: &mut Vec<u8>) {
        self.number().encode(out);
    }
}

impl Decode for NoteSelector {
    const MIN_SIZE: usize = 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        Self::new(u32::decode(reader)?).map_err(|_| reader.error_at(start, DecodeErrorKind::OutOfRange { bits: 7 }))
    }
}

impl ToFields for NoteSelector {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.number().write_fields(out);
    }
}

impl FromFields for NoteSelector {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        Self::new(u32::read_fields(reader)?)
            .map_err(|_| reader.error_at(start, DecodeErrorKind::OutOfRange { bits: 7 }))
    }
}
