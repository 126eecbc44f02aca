//! Constants, copies, and what other calls hand over.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/memory.ts`.

use crate::avm::frame::{Data, Frame};
use crate::avm::halt::Halt;
use crate::avm::memory::Memory;
use crate::avm::program::{Instruction, Program};
use crate::avm::value::Value;

#[inline]
pub(crate) fn set(frame: &mut Frame, instruction: &Instruction, program: &Program) -> Result<(), Halt> {
    let [to] = frame.addresses(instruction)?;
    frame.memory.set(to, program.constant(instruction.immediate));
    Ok(())
}

#[inline]
pub(crate) fn mov(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, to] = frame.addresses(instruction)?;
    let value = frame.memory.get(from);
    frame.memory.set(to, value);
    Ok(())
}

/// Which fields to copy, paid for, and where to.
fn copy_range(frame: &mut Frame, instruction: &Instruction) -> Result<((u32, u32), u32), Halt> {
    let [size, start, to] = frame.addresses(instruction)?;
    let size = frame.u32(0, size)?;
    let start = frame.u32(1, start)?;
    frame.charge_size(instruction, size)?;
    Ok(((start, size), to))
}

pub(crate) fn calldata_copy(frame: &mut Frame, instruction: &Instruction, caller: Option<&Memory>) -> Result<(), Halt> {
    let (range, to) = copy_range(frame, instruction)?;
    let Frame { calldata, memory, .. } = frame;
    calldata.copy(instruction.op, caller, range, memory, to)
}

pub(crate) fn returndata_size(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to] = frame.addresses(instruction)?;
    let size = Value::u32(frame.returned.size());
    frame.memory.set(to, size);
    Ok(())
}

pub(crate) fn returndata_copy(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let (range, to) = copy_range(frame, instruction)?;
    let Frame { returned, memory, .. } = frame;
    Data::copy(returned, instruction.op, None, range, memory, to)
}
