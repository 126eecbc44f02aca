//! Why a program cannot be solved, and where.

use core::fmt;
use std::collections::BTreeMap;

use protocol::abi::{ErrorSelector, ErrorType, assertion_message};
use protocol::artifact::{DebugInfo, OpcodeLocation, SourceSpan};
use protocol::field::Fr;
use thiserror::Error;

use super::brillig::RuntimeError;
use super::foreign::ForeignCallError;

/// Solving ended before its end.
#[derive(Debug, Error)]
pub struct SolveError {
    /// Why.
    #[source]
    pub reason: Box<SolveFailure>,
    /// The calls that led there, outermost first; the last is the opcode that failed.
    pub call_stack: Vec<OpcodeLocation>,
}

impl fmt::Display for SolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.reason)?;
        for (index, location) in self.call_stack.iter().enumerate() {
            let before = if index == 0 { " at opcode " } else { " > " };
            match location {
                OpcodeLocation::Acir(opcode) => write!(f, "{before}{opcode}")?,
                OpcodeLocation::Brillig { acir, index, .. } => write!(f, "{before}{acir}.{index}")?,
            }
        }
        Ok(())
    }
}

/// Why a program cannot be solved.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SolveFailure {
    /// An assertion does not hold; see [`SolveError::message`].
    #[error("assertion failed with selector {}", selector.0)]
    Assertion {
        /// Which one, among the function's error types.
        selector: ErrorSelector,
        /// The values it tells.
        payload: Vec<Fr>,
    },
    /// A constraint without a message does not hold.
    #[error("cannot satisfy constraint")]
    Unsatisfied,
    /// Beyond the end of an array.
    #[error("index {index} is out of bounds of an array of {size}")]
    IndexOutOfBounds {
        /// The index.
        index: Fr,
        /// Length of the array.
        size: usize,
    },
    /// An input of a black box is too large.
    #[error("{value} has more than {bits} bits")]
    InputTooLarge {
        /// The value.
        value: Fr,
        /// Bits it may have.
        bits: u32,
    },
    /// A witness has no value yet.
    #[error("witness {0} has no value")]
    MissingWitness(u32),
    /// A memory block was not filled yet.
    #[error("memory block {0} has no values")]
    MissingBlock(u32),
    /// A constraint has more than one witness without a value.
    #[error("a constraint has several unknown witnesses")]
    TooManyUnknowns,
    /// A predicate is neither 0 nor 1.
    #[error("predicate {0} is neither 0 nor 1")]
    Predicate(Fr),
    /// A black box refuses its inputs.
    #[error("{function}: {reason}")]
    BlackBox {
        /// Its name.
        function: &'static str,
        /// What it refuses.
        reason: BlackBoxError,
    },
    /// A Brillig function fails.
    #[error(transparent)]
    Brillig(#[from] RuntimeError),
    /// A Brillig function that is not there is called.
    #[error("there is no brillig function {0}")]
    MissingFunction(u32),
    /// A Brillig function returns another number of values.
    #[error("brillig function {0} returns another number of values than its call takes")]
    Outputs(u32),
    /// A foreign call is not answered.
    #[error("foreign call {name}: {source}")]
    ForeignCall {
        /// Its name.
        name: String,
        /// Why.
        source: ForeignCallError,
    },
    /// The program runs longer than any does.
    #[error("the program runs for more than {0} steps")]
    Steps(u64),
    /// The solver itself failed, which is a fault in it.
    #[error("the solver panicked: {0}")]
    Panic(String),
}

/// Why a black box has no result.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BlackBoxError {
    /// Two numbers of values do not belong together.
    #[error("{found} values where {expected} are needed")]
    Length {
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A point is not on the curve.
    #[error("point ({x}, {y}) is not on the curve")]
    NotOnCurve {
        /// Its x coordinate.
        x: Fr,
        /// Its y coordinate.
        y: Fr,
    },
    /// A point's flag is neither 0 nor 1.
    #[error("the flag of a point is {0}, neither 0 nor 1")]
    Flag(Fr),
    /// A point at infinity is refused as an input.
    #[error("a point at infinity")]
    Infinite,
    /// Half of a scalar is too large.
    #[error("half of a scalar, {0}, is not below 2^128")]
    ScalarHalf(Fr),
    /// A scalar is not below Grumpkin's order.
    #[error("a scalar is not below the order of the curve")]
    Scalar,
    /// A public key is not on its curve.
    #[error("the public key is not on its curve")]
    PublicKey,
    /// A number needs more limbs.
    #[error("{value} has more than {limbs} limbs")]
    Limbs {
        /// The number.
        value: Fr,
        /// How many there may be.
        limbs: u32,
    },
    /// A radix that is not supported.
    #[error("radix {0} is not between 2 and 256, or not 2 for bits")]
    Radix(u32),
}

impl SolveError {
    /// The message of a failed assertion, as the function's author wrote it; what else failed in other cases.
    #[must_use]
    pub fn message(&self, error_types: &BTreeMap<ErrorSelector, ErrorType>) -> String {
        if let SolveFailure::Assertion { selector, payload } = &*self.reason {
            return match assertion_message(error_types, *selector, payload) {
                Ok(Some(message)) => message,
                Ok(None) => format!("unknown assertion {}", selector.0),
                Err(error) => format!("assertion {} whose payload is wrong: {error}", selector.0),
            };
        }
        self.reason.to_string()
    }

    /// The calls that led to the failure as pieces of source, outermost first.
    #[must_use]
    pub fn sources(&self, debug: &DebugInfo) -> Vec<SourceSpan> {
        let acir = self.call_stack.last().map(|location| match location {
            OpcodeLocation::Acir(acir) | OpcodeLocation::Brillig { acir, .. } => OpcodeLocation::Acir(*acir),
        });
        let mut sources = acir.map(|acir| debug.call_stack(acir)).unwrap_or_default();
        let outer = sources.len();
        for location in &self.call_stack {
            // The stack of each opcode of a Brillig function starts with that of the opcode that called the function.
            if matches!(location, OpcodeLocation::Brillig { .. }) {
                sources.extend(debug.call_stack(*location).into_iter().skip(outer));
            }
        }
        sources
    }

    /// The call stack as official code writes it: `123`, or `123.45` inside Brillig. Empty for failures to which official
    /// code gives no place.
    #[must_use]
    pub fn official_call_stack(&self) -> Vec<String> {
        let inside_brillig = matches!(self.call_stack.last(), Some(OpcodeLocation::Brillig { .. }));
        let placed = match &*self.reason {
            SolveFailure::Assertion { .. }
            | SolveFailure::Unsatisfied
            | SolveFailure::IndexOutOfBounds { .. }
            | SolveFailure::Brillig(_)
            | SolveFailure::MissingFunction(_) => true,
            SolveFailure::BlackBox { .. } => inside_brillig,
            _ => false,
        };
        if !placed {
            return Vec::new();
        }
        let text = |location: &OpcodeLocation| match location {
            OpcodeLocation::Acir(opcode) => opcode.to_string(),
            OpcodeLocation::Brillig { acir, index, .. } => format!("{acir}.{index}"),
        };
        self.call_stack.iter().map(text).collect()
    }
}
