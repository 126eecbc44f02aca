//! Why arguments could not be encoded, and which.

use alloc::format;
use alloc::string::String;

use thiserror::Error;

use super::types::TypeError;

/// An argument does not fit its parameter.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {kind}", if path.is_empty() { "value" } else { path })]
pub struct AbiError {
    /// Path of the value, outermost first: `transfer.amount`, `entrypoint.app_payload.function_calls[2].args_hash`.
    pub path: String,
    /// The reason.
    pub kind: AbiErrorKind,
}

/// The reason of an [`AbiError`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AbiErrorKind {
    /// A value of another type.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// The type in the ABI.
        expected: String,
        /// The value.
        found: String,
    },
    /// An integer beyond its type.
    #[error("{found} is out of range: {ty} holds {min} to {max}")]
    OutOfRange {
        /// The value.
        found: String,
        /// The type in the ABI.
        ty: String,
        /// Least value of the type.
        min: i128,
        /// Greatest value of the type.
        max: u128,
    },
    /// A list of another length.
    #[error("has {found} items, {expected} expected")]
    WrongLength {
        /// Items found.
        found: usize,
        /// Items expected.
        expected: usize,
    },
    /// A text or bounded list beyond its capacity.
    #[error("has length {found}, at most {max} fit")]
    TooLong {
        /// Length found.
        found: usize,
        /// Capacity.
        max: usize,
    },
    /// A member is not given.
    #[error("is missing")]
    Missing,
    /// A member the type does not have.
    #[error("is no member of {0}")]
    Unknown(String),
    /// Functions cannot take tuples: signatures have no notation for them.
    #[error("a tuple cannot be an argument")]
    Tuple,
    /// The type cannot be used.
    #[error(transparent)]
    Type(#[from] TypeError),
}

impl AbiError {
    /// An error about the value itself, before any path is known.
    #[must_use]
    pub fn new(kind: impl Into<AbiErrorKind>) -> Self {
        Self { path: String::new(), kind: kind.into() }
    }

    pub(crate) fn mismatch(expected: impl core::fmt::Display, found: impl core::fmt::Display) -> Self {
        Self::new(AbiErrorKind::Mismatch { expected: format!("{expected}"), found: format!("{found}") })
    }

    /// The same error, seen from the owner of member `name`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{joint}{}", self.path);
        self
    }

    /// The same error, seen from the list that holds the value at `index`.
    #[must_use]
    pub fn at_index(self, index: usize) -> Self {
        self.within(&format!("[{index}]"))
    }
}
