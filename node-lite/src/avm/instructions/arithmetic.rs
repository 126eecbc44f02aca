//! Sums, differences, products, quotients.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/arithmetic.ts`.

use protocol::field::Fr;

use super::{differ, integers, operands};
use crate::avm::frame::Frame;
use crate::avm::halt::Halt;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

#[inline]
fn wrapping(
    frame: &mut Frame,
    instruction: &Instruction,
    of_fields: impl FnOnce(Fr, Fr) -> Fr,
    of_integers: impl FnOnce(u128, u128) -> u128,
) -> Result<(), Halt> {
    let (a, b, addresses @ [_, _, to]) = operands(frame, instruction)?;
    let result = match (a, b) {
        (Value::Int(tag, a), Value::Int(other, b)) if tag == other => Value::int(tag, of_integers(a, b)),
        (Value::Field(a), Value::Field(b)) => Value::Field(of_fields(a, b)),
        _ => return Err(differ(a, b, addresses)),
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
    let quotient = a.checked_div(b).ok_or(Halt::DivisionByZero)?;
    frame.memory.set(to, Value::int(tag, quotient));
    Ok(())
}

pub(crate) fn field_div(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let (a, b, addresses @ [address, _, to]) = operands(frame, instruction)?;
    match (a, b) {
        (Value::Field(a), Value::Field(b)) => {
            let inverse = b.inverse().ok_or(Halt::DivisionByZero)?;
            frame.memory.set(to, Value::Field(a * inverse));
            Ok(())
        }
        (Value::Int(tag, _), Value::Int(other, _)) if tag == other => Err(Halt::tag_mismatch(address, tag, Tag::Field)),
        _ => Err(differ(a, b, addresses)),
    }
}
