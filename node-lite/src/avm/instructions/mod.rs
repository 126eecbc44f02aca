//! What instructions do. Gas and addressing common to all are paid before.

pub(super) mod arithmetic;
pub(super) mod bitwise;
pub(super) mod calls;
pub(super) mod comparison;
pub(super) mod control;
pub(super) mod conversion;
pub(super) mod debug;
pub(super) mod effects;
pub(super) mod environment;
pub(super) mod hashes;
pub(super) mod memory;
pub(super) mod storage;
pub(super) mod trees;

use super::frame::Frame;
use super::halt::{Halt, Operands};
use super::program::Instruction;
use super::table::Op;
use super::value::{Tag, Value};

pub(super) use bitwise::bytes_of;
pub(super) use conversion::modulus_digits;

/// Two values and the address of the result.
#[inline]
fn operands(frame: &Frame, instruction: &Instruction) -> Result<(Value, Value, u32), Halt> {
    let [a, b, to] = frame.addresses(instruction)?;
    Ok((frame.memory.get(a), frame.memory.get(b), to))
}

/// The halt of two values that are of different types, or field elements where integers are needed.
#[cold]
fn unfit(instruction: &Instruction, a: Value, b: Value) -> Halt {
    let (a, b) = (a.tag(), b.tag());
    let are_fields = a == b || (instruction.op == Op::Div && a == Tag::Field);
    Halt::operands(instruction.op, if are_fields { Operands::Fields } else { Operands::Differ(a, b) })
}

/// Two integers of one type, and where the result goes.
#[inline]
fn integers(frame: &Frame, instruction: &Instruction) -> Result<(Tag, u128, u128, u32), Halt> {
    match operands(frame, instruction)? {
        (Value::Int(tag, a), Value::Int(other, b), to) if tag == other => Ok((tag, a, b, to)),
        (a, b, _) => Err(unfit(instruction, a, b)),
    }
}
