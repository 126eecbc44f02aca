//! Why a value could not be decoded, and where.

use alloc::format;
use alloc::string::String;

use thiserror::Error;

/// What the offset of a [`DecodeError`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes from the start of a buffer.
    Byte,
    /// Elements from the start of a field list.
    Field,
}

impl core::fmt::Display for Unit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Unit::Byte => "byte",
            Unit::Field => "field",
        })
    }
}

/// A decoding failure: which member of the value, at which offset of the input, and why.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {kind} (at {unit} {offset})", if path.is_empty() { "input" } else { path })]
pub struct DecodeError {
    /// Path of the member, outermost first: `end.privateLogs[3].fields`. Empty for the value itself.
    pub path: String,
    /// Where the failing member starts, in `unit`s from the start of the input.
    pub offset: usize,
    /// What `offset` counts.
    pub unit: Unit,
    /// The reason.
    pub kind: DecodeErrorKind,
}

/// The reason of a [`DecodeError`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DecodeErrorKind {
    /// The input is shorter than the value.
    #[error("needs {needed} more, {left} left")]
    UnexpectedEnd {
        /// Units needed for the member.
        needed: usize,
        /// Units left in the input.
        left: usize,
    },
    /// The value ended before the input did.
    #[error("{left} left over after the value")]
    TrailingInput {
        /// Units left in the input.
        left: usize,
    },
    /// A field element is not below its modulus.
    #[error("not below the field modulus")]
    NotCanonical,
    /// A boolean is neither 0 nor 1.
    #[error("a boolean must be 0 or 1")]
    InvalidBool,
    /// An integer does not fit its type.
    #[error("does not fit in {bits} bits")]
    OutOfRange {
        /// Width of the type.
        bits: u32,
    },
    /// A length prefix is above what the protocol allows there.
    #[error("length {length} is above the maximum {max}")]
    TooLong {
        /// The length found.
        length: usize,
        /// The largest length allowed.
        max: usize,
    },
    /// A list has another length than the type says.
    #[error("has {found} items, {expected} expected")]
    WrongLength {
        /// Items found.
        found: usize,
        /// Items expected.
        expected: usize,
    },
    /// The value breaks a rule of its type.
    #[error("{0}")]
    Invalid(&'static str),
}

impl DecodeError {
    /// An error about the value at `offset`, before any path is known.
    #[must_use]
    pub fn new(unit: Unit, offset: usize, kind: DecodeErrorKind) -> Self {
        Self { path: String::new(), offset, unit, kind }
    }

    /// The same error, seen from the owner of member `name`. Paths use the official member names, which are in camel
    /// case: `note_hash` becomes `noteHash`.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        let mut words = name.split('_');
        let mut name = String::from(words.next().unwrap_or_default());
        for word in words {
            let mut letters = word.chars();
            name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
            name.push_str(letters.as_str());
        }
        self.path = match self.path.as_str() {
            "" => name,
            rest if rest.starts_with('[') => format!("{name}{rest}"),
            rest => format!("{name}.{rest}"),
        };
        self
    }

    /// The same error, seen from the list that holds the value at `index`.
    #[must_use]
    pub fn at_index(mut self, index: usize) -> Self {
        self.path = match self.path.as_str() {
            "" => format!("[{index}]"),
            rest if rest.starts_with('[') => format!("[{index}]{rest}"),
            rest => format!("[{index}].{rest}"),
        };
        self
    }
}
