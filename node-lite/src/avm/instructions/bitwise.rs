//! Bits of integers.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{bitwise,arithmetic}.ts`.

use super::{differ, integers, operands};
use crate::avm::frame::Frame;
use crate::avm::halt::Halt;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

#[inline]
fn combine(frame: &mut Frame, instruction: &Instruction, of: impl FnOnce(u128, u128) -> u128) -> Result<(), Halt> {
    let (tag, a, b, to) = match operands(frame, instruction)? {
        (Value::Int(tag, a), Value::Int(other, b), [_, _, to]) if tag == other => (tag, a, b, to),
        (Value::Field(_), _, _) => return Err(Halt::NotIntegral(Tag::Field)),
        (a, b, addresses) => return Err(differ(a, b, addresses)),
    };
    frame.charge_size(instruction, tag.bits().map_or(0, |bits| bits.div_ceil(8)))?;
    frame.memory.set(to, Value::int(tag, of(a, b)));
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
    let Value::Int(tag, value) = frame.memory.get(from) else { return Err(Halt::NotIntegral(Tag::Field)) };
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
