//! The contract ABI: selectors, types, encoding and decoding.

mod function;
mod global;
mod selector;
mod types;
mod types_serde;

pub use function::{
    ErrorSelector, ErrorType, FunctionAbi, FunctionCall, FunctionType, SignatureError, function_signature,
};
pub use global::{AbiMember, AbiValue};
pub use selector::{AuthorizationSelector, EventSelector, FunctionSelector, NoteSelector, SelectorError};
pub use types::{
    AbiParameter, AbiType, AbiVariable, MAX_FIELD_COUNT, MAX_TYPE_DEPTH, Sign, StructType, TypeError, Visibility,
    argument_count, signature,
};
