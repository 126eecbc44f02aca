//! Running Brillig functions: code without constraints that circuits call for hints and foreign calls.
//!
//! | File | Subject |
//! |---|---|
//! | `arithmetic` | operations on values |
//! | `memory` | typed slots |
//! | `foreign_call` | arguments and results of foreign calls |
//! | `black_box` | functions that are run as a whole |
//! | `error` | why a function fails by itself |

mod arithmetic;
mod black_box;
mod error;
mod foreign_call;
mod memory;

use protocol::field::Fr;

use super::foreign::{ForeignCall, ForeignValue};
use crate::program::brillig::{Address, BitSize, Function, IntSize, Opcode, Value};
use arithmetic::FieldResult;
use memory::Memory;

pub use error::RuntimeError;

/// Calls inside a function are nested less deeply than this.
const MAX_DEPTH: usize = 1 << 16;

/// Where the allocator keeps the start of free memory; counting it beyond 32 bits is refused.
const FREE_MEMORY_POINTER: Address = Address::direct(1);

/// A function that runs.
#[derive(Debug, Default)]
pub(super) struct Vm {
    calldata: Vec<Fr>,
    memory: Memory,
    next: u32,
    call_stack: Vec<u32>,
}

/// Why a function stopped.
pub(super) enum Stop {
    /// It returns these slots.
    Returned { start: u32, length: u32 },
    /// It fails with a message in these slots.
    Trapped { start: u32, length: u32 },
    /// It waits for an answer.
    ForeignCall(ForeignCall),
    /// It used up its steps.
    OutOfSteps,
}

impl Vm {
    /// Gets ready to run another function with the arguments that `fill` writes.
    pub(super) fn start<E>(&mut self, fill: impl FnOnce(&mut Vec<Fr>) -> Result<(), E>) -> Result<(), E> {
        self.calldata.clear();
        self.memory.clear();
        self.call_stack.clear();
        self.next = 0;
        fill(&mut self.calldata)
    }

    /// The calls that led to the current opcode, and that opcode.
    pub(super) fn call_stack(&self) -> impl Iterator<Item = u32> + '_ {
        self.call_stack.iter().copied().chain([self.next])
    }

    /// The values in some slots; none when they are not within what was written.
    pub(super) fn slots(&self, start: u32, length: u32) -> Option<impl ExactSizeIterator<Item = Value>> {
        self.memory.values(start, length).ok()
    }

    /// Writes the results of the foreign call the function waits for.
    pub(super) fn answer(&mut self, function: &Function, results: &[ForeignValue]) -> Result<(), RuntimeError> {
        if let Some(Opcode::ForeignCall(index)) = function.opcodes.get(self.next as usize) {
            foreign_call::write_results(&mut self.memory, &function.foreign_calls[*index as usize], results)?;
            self.next += 1;
        }
        Ok(())
    }

    /// Runs until the function stops. Takes what it does off `steps`, up to the last turn of its flow.
    pub(super) fn run(&mut self, function: &Function, steps: &mut u64) -> Result<Stop, RuntimeError> {
        let mut next = self.next;
        let stop = self.steps(function, &mut next, steps);
        self.next = next;
        stop
    }

    fn steps(&mut self, function: &Function, next: &mut u32, steps: &mut u64) -> Result<Stop, RuntimeError> {
        let memory = &mut self.memory;
        // Steps are counted where the flow turns: what lies between is no longer than the function.
        let mut start = *next;
        let stop = loop {
            let Some(opcode) = function.opcodes.get(*next as usize) else {
                break Stop::Returned { start: 0, length: 0 };
            };
            match *opcode {
                Opcode::Mov { destination, source } => memory.copy(memory.slot(source), memory.slot(destination))?,
                Opcode::Add32 { destination, lhs, rhs } => {
                    let (a, b) = operands32(memory, lhs, rhs)?;
                    let (sum, overflow) = a.overflowing_add(b);
                    if overflow && destination == FREE_MEMORY_POINTER {
                        return Err(RuntimeError::OutOfMemory);
                    }
                    memory.write_integer(destination, IntSize::U32, sum.into())?;
                }
                Opcode::Sub32 { destination, lhs, rhs } => {
                    let (a, b) = operands32(memory, lhs, rhs)?;
                    memory.write_integer(destination, IntSize::U32, a.wrapping_sub(b).into())?;
                }
                Opcode::Mul32 { destination, lhs, rhs } => {
                    let (a, b) = operands32(memory, lhs, rhs)?;
                    memory.write_integer(destination, IntSize::U32, a.wrapping_mul(b).into())?;
                }
                Opcode::Less32 { destination, lhs, rhs } => {
                    let (a, b) = operands32(memory, lhs, rhs)?;
                    memory.write_integer(destination, IntSize::U1, (a < b).into())?;
                }
                Opcode::Equal32 { destination, lhs, rhs } => {
                    let (a, b) = operands32(memory, lhs, rhs)?;
                    memory.write_integer(destination, IntSize::U1, (a == b).into())?;
                }
                Opcode::Int { op, size, destination, lhs, rhs } => {
                    let (Some(a), Some(b)) = (memory.integer(lhs, size), memory.integer(rhs, size)) else {
                        return Err(wrong_operand(memory, size, lhs, rhs));
                    };
                    let result = arithmetic::int_op(op, size.bits(), a, b)?;
                    let size = if arithmetic::is_comparison(op) { IntSize::U1 } else { size };
                    memory.write_integer(destination, size, result)?;
                }
                Opcode::Wide { op, destination, lhs, rhs } => {
                    let (Value::U128(a), Value::U128(b)) = (memory.read(lhs), memory.read(rhs)) else {
                        return Err(wrong_operand(memory, IntSize::U128, lhs, rhs));
                    };
                    let result = arithmetic::wide_op(op, IntSize::U128.bits(), a.get(), b.get())?;
                    let size = if arithmetic::is_comparison(op) { IntSize::U1 } else { IntSize::U128 };
                    memory.write(destination, Value::truncated(result, size))?;
                }
                Opcode::Field { op, destination, lhs, rhs } => match (memory.field(lhs), memory.field(rhs)) {
                    (Some(a), Some(b)) => match arithmetic::field_op(op, a, b)? {
                        FieldResult::Field(field) => memory.write_field(destination, field)?,
                        FieldResult::Truth(truth) => memory.write_integer(destination, IntSize::U1, truth.into())?,
                    },
                    (None, _) => return Err(RuntimeError::operand("lhs", memory.read(lhs), BitSize::Field)),
                    _ => return Err(RuntimeError::operand("rhs", memory.read(rhs), BitSize::Field)),
                },
                Opcode::Load { destination, pointer } => {
                    memory.copy(memory.read_u32(pointer)?, memory.slot(destination))?;
                }
                Opcode::Store { pointer, source } => memory.copy(memory.slot(source), memory.read_u32(pointer)?)?,
                Opcode::Const { destination, constant } => {
                    memory.write(destination, function.constants[constant as usize])?;
                }
                Opcode::JumpIf { condition, location } => {
                    if memory.read_bool(condition)? {
                        if !spend(steps, start, *next) {
                            break Stop::OutOfSteps;
                        }
                        (start, *next) = (location, location);
                        continue;
                    }
                }
                Opcode::Jump { location } => {
                    if !spend(steps, start, *next) {
                        break Stop::OutOfSteps;
                    }
                    (start, *next) = (location, location);
                    continue;
                }
                Opcode::Call { location } => {
                    if self.call_stack.len() >= MAX_DEPTH {
                        return Err(RuntimeError::DeepCallStack);
                    }
                    if !spend(steps, start, *next) {
                        break Stop::OutOfSteps;
                    }
                    self.call_stack.push(*next);
                    (start, *next) = (location, location);
                    continue;
                }
                Opcode::Return => {
                    let caller = self.call_stack.pop().ok_or(RuntimeError::EmptyCallStack)?;
                    if !spend(steps, start, *next) {
                        break Stop::OutOfSteps;
                    }
                    (start, *next) = (caller + 1, caller);
                }
                Opcode::Not { size, destination, source } => {
                    memory.write(destination, arithmetic::not(size, memory.read(source))?)?;
                }
                Opcode::Cast { size, destination, source } => {
                    memory.write(destination, arithmetic::cast(memory.read(source), size))?;
                }
                Opcode::ConditionalMov { destination, if_true, if_false, condition } => {
                    let source = if memory.read_bool(condition)? { if_true } else { if_false };
                    memory.copy(memory.slot(source), memory.slot(destination))?;
                }
                Opcode::IndirectConst { pointer, constant } => {
                    memory.write_slot(memory.read_u32(pointer)?, function.constants[constant as usize])?;
                }
                Opcode::CalldataCopy { destination, size, offset } => {
                    let (size, offset) = (memory.read_u32(size)?, memory.read_u32(offset)?);
                    let end = offset.checked_add(size).map(|end| end as usize);
                    let Some(values) = end.and_then(|end| self.calldata.get(offset as usize..end)) else {
                        return Err(RuntimeError::Calldata { offset, size, length: self.calldata.len() });
                    };
                    for (slot, value) in (memory.slot(destination)..).zip(values) {
                        memory.write_slot(slot, Value::Field(*value))?;
                    }
                }
                Opcode::ForeignCall(index) => {
                    break Stop::ForeignCall(foreign_call::read(memory, &function.foreign_calls[index as usize])?);
                }
                Opcode::BlackBox(index) => black_box::run(memory, &function.black_boxes[index as usize])?,
                Opcode::Stop { pointer, size } => {
                    let (start, length) = slots(memory, pointer, size)?;
                    break Stop::Returned { start, length };
                }
                Opcode::Trap { pointer, size } => {
                    let (start, length) = slots(memory, pointer, size)?;
                    break Stop::Trapped { start, length };
                }
            }
            *next += 1;
        };
        Ok(stop)
    }
}

/// Takes the opcodes from `start` to `end` off the steps; tells whether there were as many.
#[inline]
const fn spend(steps: &mut u64, start: u32, end: u32) -> bool {
    match steps.checked_sub(end as u64 - start as u64 + 1) {
        Some(left) => {
            *steps = left;
            true
        }
        None => false,
    }
}

/// Two operands that are integers of 32 bits.
#[inline]
fn operands32(memory: &Memory, lhs: Address, rhs: Address) -> Result<(u32, u32), RuntimeError> {
    match (memory.integer(lhs, IntSize::U32), memory.integer(rhs, IntSize::U32)) {
        #[expect(clippy::cast_possible_truncation, reason = "the type says so")]
        (Some(a), Some(b)) => Ok((a as u32, b as u32)),
        _ => Err(wrong_operand(memory, IntSize::U32, lhs, rhs)),
    }
}

/// The error that one of two operands is no integer of a size.
#[cold]
fn wrong_operand(memory: &Memory, size: IntSize, lhs: Address, rhs: Address) -> RuntimeError {
    let (lhs, rhs, expected) = (memory.read(lhs), memory.read(rhs), BitSize::Integer(size));
    let (side, value) = if lhs.bit_size() == expected { ("rhs", rhs) } else { ("lhs", lhs) };
    RuntimeError::operand(side, value, expected)
}

/// Slots a function ends with. The pointer means nothing when there are none.
fn slots(memory: &Memory, pointer: Address, size: Address) -> Result<(u32, u32), RuntimeError> {
    match memory.read_u32(size)? {
        0 => Ok((0, 0)),
        length => Ok((memory.read_u32(pointer)?, length)),
    }
}
