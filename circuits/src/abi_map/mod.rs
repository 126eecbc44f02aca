//! Typed values to witnesses and back, driven by the circuit's own ABI.
//!
//! A circuit states the types of its parameters and of what it returns. [`CircuitMap`] fits Rust types to that statement
//! once: structs member by member, by name, at the places the circuit gives them. Encoding then only writes fields
//! where they belong. Nothing knows the layout of any circuit.
//!
//! | File | Subject |
//! |---|---|
//! | `circuit` | inputs and output of one circuit |
//! | `shape` | fitting a Rust type to an ABI type |
//! | `slot` | writing and reading the fields of a fitted type |
//! | `simple` | fields, integers, lists, options |
//! | `structs` | [`abi_struct!`](crate::abi_struct) and its like: the mapping of a struct, declared |
//! | `protocol_types` | the types of [`protocol`] |
//! | `untyped` | values known only by their ABI: arguments of private functions |
//! | `error` | what does not fit, and where |
//!
//! Protocol source: `@aztec/noir-protocol-circuits-types/src/conversion/`, `@aztec/noir-noirc_abi`.

mod circuit;
mod error;
mod protocol_types;
mod shape;
mod simple;
mod slot;
mod structs;
#[cfg(test)]
mod tests;
mod untyped;

pub use circuit::CircuitMap;
pub use error::{MapError, MapErrorKind};
pub use shape::{MemberPlans, Plan, Shape};
pub use slot::{ReadMembers, ReadSlot, WriteMembers, WriteSlot};
pub use untyped::{
    decode_parameters, decode_return, encode_parameters, private_function_inputs, private_function_outputs,
};

/// A type that circuits take or return.
///
/// Structs get it from [`abi_struct!`](crate::abi_struct), newtypes from [`abi_newtype!`](crate::abi_newtype).
pub trait AbiMapped: Sized {
    /// Fits the type to what the circuit declares.
    ///
    /// # Errors
    /// If the circuit declares something else.
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError>;

    /// Writes the fields of a value where the plan says.
    ///
    /// # Errors
    /// If a list has not the length the circuit declares.
    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError>;

    /// Reads a value from where the plan says.
    ///
    /// # Errors
    /// If a field is not a value of its type.
    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError>;
}
