//! The contract ABI: selectors, types, encoding and decoding.

mod selector;

pub use selector::{EventSelector, FunctionSelector, SelectorError};
