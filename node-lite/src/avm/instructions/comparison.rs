//! Equality and order, of values of one type.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/comparators.ts`.

use std::cmp::Ordering;

use super::{operands, unfit};
use crate::avm::frame::Frame;
use crate::avm::halt::Halt;
use crate::avm::program::Instruction;
use crate::avm::value::Value;

#[inline]
fn compare(frame: &mut Frame, instruction: &Instruction, holds: impl FnOnce(Ordering) -> bool) -> Result<(), Halt> {
    let (a, b, to) = operands(frame, instruction)?;
    let order = match (a, b) {
        (Value::Int(tag, a), Value::Int(other, b)) if tag == other => a.cmp(&b),
        (Value::Field(a), Value::Field(b)) => a.cmp(&b),
        _ => return Err(unfit(instruction, a, b)),
    };
    frame.memory.set(to, Value::bit(holds(order)));
    Ok(())
}

#[inline]
pub(crate) fn eq(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    compare(frame, instruction, Ordering::is_eq)
}

#[inline]
pub(crate) fn lt(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    compare(frame, instruction, Ordering::is_lt)
}

#[inline]
pub(crate) fn lte(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    compare(frame, instruction, Ordering::is_le)
}
