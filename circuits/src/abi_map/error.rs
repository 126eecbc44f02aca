//! What does not fit, and where.

use std::fmt::{self, Write};

use protocol::abi::TypeError;
use protocol::codec::DecodeError;
use thiserror::Error;

/// A type or value does not fit the circuit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{kind}", Place(.path))]
pub struct MapError {
    /// Where: `previous_kernel.vk_data.sibling_path[3]`. Empty for the whole.
    pub path: String,
    /// What is wrong.
    pub kind: MapErrorKind,
}

/// Writes a path and a colon, if there is a path.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{}: ", self.0) }
    }
}

/// Why a type or value does not fit the circuit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MapErrorKind {
    /// The circuit has another type in this place.
    #[error("the circuit has {declared} here, not {expected}")]
    Type {
        /// What our type can be mapped to.
        expected: &'static str,
        /// What the circuit declares.
        declared: String,
    },
    /// The circuit has no such member.
    #[error("the circuit has no such member")]
    NoMember,
    /// The circuit has a member that our type lacks.
    #[error("the circuit has a member that is not filled")]
    NotFilled,
    /// The circuit declares a type that cannot be used.
    #[error("the circuit's type cannot be used: {0}")]
    Unusable(#[from] TypeError),
    /// A list has another length than the circuit declares.
    #[error("{found} items, the circuit takes {expected}")]
    Length {
        /// Items there are.
        found: usize,
        /// Items the circuit takes.
        expected: usize,
    },
    /// A value of another kind than the circuit takes.
    #[error("the circuit takes {expected} here")]
    Variant {
        /// What it takes.
        expected: &'static str,
    },
    /// A field is not a value of its type.
    #[error("the field is not {expected}")]
    NotA {
        /// The type.
        expected: &'static str,
    },
    /// Fields are not a value of their type.
    #[error(transparent)]
    Fields(#[from] DecodeError),
    /// The witness map has no value where the circuit has one.
    #[error("witness {0} has no value")]
    NoWitness(u32),
}

impl MapError {
    /// The error of the value at hand.
    #[must_use]
    pub fn new(kind: impl Into<MapErrorKind>) -> Self {
        Self { path: String::new(), kind: kind.into() }
    }

    /// The error, seen from the struct that has the value as member `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let separator = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path.insert_str(0, separator);
        self.path.insert_str(0, name);
        self
    }

    /// The error, seen from the list that has the value as item `index`.
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        let mut name = String::new();
        write!(name, "[{index}]").expect("writing to a string cannot fail");
        self.within(&name)
    }
}
