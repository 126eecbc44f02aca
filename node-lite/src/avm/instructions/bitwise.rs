//! Bits of integers.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{bitwise,arithmetic}.ts`.

use super::{integers, operands, unfit};
use crate::avm::frame::Frame;
use crate::avm::halt::{Halt, Operands};
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

/// Bytes of a type, which bitwise instructions are paid by.
pub(in crate::avm) fn bytes_of(tag: Tag) -> u32 {
    tag.bits().map_or(32, |bits| bits.div_ceil(8))
}

#[inline]
fn combine(frame: &mut Frame, instruction: &Instruction, of: impl FnOnce(u128, u128) -> u128) -> Result<(), Halt> {
    let (a, b, to) = operands(frame, instruction)?;
    frame.charge_size(instruction, bytes_of(a.tag()))?;
    let result = match (a, b) {
        (Value::Int(tag, a), Value::Int(other, b)) if tag == other => Value::int(tag, of(a, b)),
        (a, b) => return Err(unfit(instruction, a, b)),
    };
    frame.memory.set(to, result);
    Ok(())
}

pub(crate) fn and(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    combine(frame, instruction, |a, b| a & b)
}

pub(crate) fn or(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    combine(frame, instruction, |a, b| a | b)
}

pub(crate) fn xor(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    combine(frame, instruction, |a, b| a ^ b)
}

pub(crate) fn not(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, to] = frame.addresses(instruction)?;
    let Value::Int(tag, value) = frame.memory.get(from) else {
        return Err(Halt::operands(instruction.op, Operands::Fields));
    };
    frame.memory.set(to, Value::int(tag, !value));
    Ok(())
}

/// Shifts; what is shifted by its width or more is gone.
#[inline]
fn shift(frame: &mut Frame, instruction: &Instruction, of: impl FnOnce(u128, u32) -> Option<u128>) -> Result<(), Halt> {
    let (tag, value, by, to) = integers(frame, instruction)?;
    let shifted = u32::try_from(by).ok().and_then(|by| of(value, by)).unwrap_or(0);
    frame.memory.set(to, Value::int(tag, shifted));
    Ok(())
}

pub(crate) fn shl(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    shift(frame, instruction, u128::checked_shl)
}

pub(crate) fn shr(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    shift(frame, instruction, u128::checked_shr)
}
