//! Selectors: four bytes that name a function or an event.
//!
//! Protocol source: `@aztec/stdlib/src/abi/selector.ts` and its subclasses beside it.

use alloc::string::String;

use thiserror::Error;

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
