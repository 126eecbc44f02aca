//! Sums, differences, products, quotients.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/arithmetic.ts`.

use protocol::field::Fr;

use super::{integers, operands, unfit};
use crate::avm::frame::Frame;
use crate::avm::halt::{Halt, Operands};
use crate::avm::program::Instruction;
use crate::avm::value::Value;

#[inline]
fn wrapping(
    frame: &mut Frame,
    instruction: &Instruction,
    of_fields: impl FnOnce(Fr, Fr) -> Fr,
    of_integers: impl FnOnce(u128, u128) -> u128,
) -> Result<(), Halt> {
    let (a, b, to) = operands(frame, instruction)?;
    let result = match (a, b) {
        (Value::Int(tag, a), Value::Int(other, b)) if tag == other => Value::int(tag, of_integers(a, b)),
        (Value::Field(a), Value::Field(b)) => Value::Field(of_fields(a, b)),
        _ => return Err(unfit(instruction, a, b)),
    };
    frame.memory.set(to, result);
    Ok(())
}

#[inline]
pub(crate) fn add(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    wrapping(frame, instruction, |a, b| a + b, u128::wrapping_add)
}

#[inline]
pub(crate) fn sub(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    wrapping(frame, instruction, |a, b| a - b, u128::wrapping_sub)
}

#[inline]
pub(crate) fn mul(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    wrapping(frame, instruction, |a, b| a * b, u128::wrapping_mul)
}

pub(crate) fn div(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let (tag, a, b, to) = integers(frame, instruction)?;
    let quotient = a.checked_div(b).ok_or_else(|| Halt::operands(instruction.op, Operands::DivisorZero))?;
    frame.memory.set(to, Value::int(tag, quotient));
    Ok(())
}

pub(crate) fn field_div(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [a, b, to] = frame.addresses(instruction)?;
    let (a, b) = (frame.field(0, a)?, frame.field(1, b)?);
    let inverse = b.inverse().ok_or_else(|| Halt::operands(instruction.op, Operands::DivisorZero))?;
    frame.memory.set(to, Value::Field(a * inverse));
    Ok(())
}
