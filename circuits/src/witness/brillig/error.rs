//! Why a Brillig function fails by itself.

use thiserror::Error;

use super::super::error::BlackBoxError;
use crate::program::brillig::{BitSize, Value};

/// Why a Brillig function fails by itself, without saying so in a message of its author.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// An operand has another type than the operation.
    #[error("bit size for {side} {found} does not match op bit size {expected}")]
    Operand {
        /// Which one.
        side: &'static str,
        /// Its bits.
        found: u32,
        /// Bits the operation takes.
        expected: u32,
    },
    /// A value has another type than is needed.
    #[error("bit size for value {found} does not match the expected bit size {expected}")]
    Type {
        /// Its bits.
        found: u32,
        /// Bits it must have.
        expected: u32,
    },
    /// Division by zero.
    #[error("attempted to divide by zero")]
    DivisionByZero,
    /// A shift by as many bits as there are, or more.
    #[error("attempted to shift by {by} bits on a type of bit size {bits}")]
    Shift {
        /// By how many.
        by: u128,
        /// Bits of the type.
        bits: u32,
    },
    /// The free memory pointer overflows.
    #[error("out of memory")]
    OutOfMemory,
    /// A slot outside of memory.
    #[error("memory slot {slot} is out of bounds")]
    Memory {
        /// The slot.
        slot: u32,
    },
    /// Arguments beyond those there are.
    #[error("arguments from {offset} on, {size} of them, where there are {length}")]
    Calldata {
        /// The first.
        offset: u32,
        /// How many.
        size: u32,
        /// How many there are.
        length: usize,
    },
    /// A return where nothing was called.
    #[error("return opcode hit, but callstack already empty")]
    EmptyCallStack,
    /// Calls are nested more deeply than any program nests them.
    #[error("calls are nested too deeply")]
    DeepCallStack,
    /// A failure without a message.
    #[error("failed to solve brillig function")]
    Trap,
    /// A failure whose message is not one.
    #[error("the function fails with a payload without a selector")]
    Payload,
    /// A black box refuses its inputs.
    #[error("{function}: {reason}")]
    BlackBox {
        /// Its name.
        function: &'static str,
        /// What it refuses.
        reason: BlackBoxError,
    },
    /// A foreign call gave another number of results.
    #[error("{found} results of foreign call {name}, which has {expected}")]
    Results {
        /// Its name.
        name: String,
        /// How many it must give.
        expected: usize,
        /// How many it gave.
        found: usize,
    },
    /// A foreign call gave a result of another shape.
    #[error("result {index} of foreign call {name} has {found} values where {expected} are needed, or is no array")]
    ResultShape {
        /// Its name.
        name: String,
        /// Which result.
        index: usize,
        /// Values it must have.
        expected: u64,
        /// Values it has.
        found: usize,
    },
    /// A foreign call gave a value that does not fit its type.
    #[error("result {index} of foreign call {name} does not fit in {bits} bits")]
    ResultSize {
        /// Its name.
        name: String,
        /// Which result.
        index: usize,
        /// Bits there are.
        bits: u32,
    },
}

impl RuntimeError {
    #[cold]
    pub(super) fn operand(side: &'static str, value: Value, expected: BitSize) -> Self {
        Self::Operand { side, found: value.bit_size().bits(), expected: expected.bits() }
    }

    #[cold]
    pub(super) fn mismatch(value: Value, expected: BitSize) -> Self {
        Self::Type { found: value.bit_size().bits(), expected: expected.bits() }
    }
}
