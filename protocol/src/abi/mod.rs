//! The contract ABI: selectors, types, encoding and decoding.
//!
//! A function's arguments go from [`Value`]s (or JSON, [`Value::from_json`]) to fields with [`encode`], its return values
//! from fields to a [`Value`] with [`decode_return_values`].

mod assertion;
mod decode;
mod encode;
mod error;
mod event;
mod function;
mod global;
mod input;
mod packing;
mod selector;
#[cfg(any(test, feature = "strategies"))]
pub mod strategy;
#[cfg(test)]
mod tests;
mod types;
mod types_serde;
mod value;

pub use assertion::assertion_message;
pub use decode::{Checks, decode, decode_return_values};
pub use encode::{encode, encode_value};
pub use error::{AbiError, AbiErrorKind};
pub use event::EventDefinition;
pub use function::{
    ErrorSelector, ErrorType, FunctionAbi, FunctionCall, FunctionType, SignatureError, function_signature,
};
pub use global::{AbiMember, AbiValue};
pub use input::arguments_from_json;
pub use packing::{TooManyFields, bytes_from_fields, bytes_to_fields, compress_text, decompress_text};
pub use selector::{AuthorizationSelector, EventSelector, FunctionSelector, NoteSelector, SelectorError};
pub use types::{
    AbiParameter, AbiType, AbiVariable, MAX_FIELD_COUNT, MAX_TYPE_DEPTH, Sign, StructType, TypeError, Visibility,
    argument_count, signature,
};
pub use value::Value;
