//! Why code cannot be loaded.

use core::fmt;

use thiserror::Error;

/// Code is not a program that can be solved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// Not gzip: code of a public function is plain AVM bytecode.
    #[error("the code is not gzip, so no ACIR: public functions have AVM bytecode")]
    NotGzip,
    /// Damaged gzip.
    #[error("the code does not inflate: {reason}")]
    Inflate {
        /// What the inflater says.
        reason: String,
    },
    /// More bytes than any program has.
    #[error("the code inflates to more than {limit} bytes")]
    TooLarge {
        /// The most that is accepted.
        limit: usize,
    },
    /// Serialized in a way this version of Noir does not use.
    #[error("unknown serialization format {format}")]
    Format {
        /// The first byte.
        format: u8,
    },
    /// The bytes are not what must stand there.
    #[error("{place}, byte {offset}: expected {expected}")]
    Malformed {
        /// Where in the program.
        place: Place,
        /// Offset in the inflated code.
        offset: usize,
        /// What must stand there.
        expected: &'static str,
    },
    /// Bytes are left over.
    #[error("{bytes} bytes after the program")]
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A number beyond what this crate handles.
    #[error("{place}: {what} {found} is beyond {limit}")]
    Limit {
        /// Where in the program.
        place: Place,
        /// What is counted.
        what: &'static str,
        /// What was found.
        found: u64,
        /// The most that is accepted.
        limit: u64,
    },
    /// Something the compiler can say but never does, and that this crate does not solve.
    #[error("{place}: {what}")]
    Unsupported {
        /// Where in the program.
        place: Place,
        /// What it is.
        what: &'static str,
    },
}

/// A part of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Around the functions.
    Program,
    /// An opcode of the circuit.
    Acir {
        /// Its index.
        opcode: usize,
    },
    /// The circuit, beside its opcodes.
    Circuit,
    /// An opcode of a Brillig function.
    Brillig {
        /// Index of the function.
        function: usize,
        /// Its index.
        opcode: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("program"),
            Self::Circuit => f.write_str("circuit"),
            Self::Acir { opcode } => write!(f, "circuit opcode {opcode}"),
            Self::Brillig { function, opcode } => write!(f, "brillig function {function}, opcode {opcode}"),
        }
    }
}
