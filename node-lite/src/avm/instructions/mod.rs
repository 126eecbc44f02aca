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
use super::halt::Halt;
use super::program::Instruction;
use super::value::{Tag, Value};

/// Two values and the address of the result.
#[inline]
fn operands(frame: &Frame, instruction: &Instruction) -> Result<(Value, Value, [u32; 3]), Halt> {
    let addresses @ [a, b, _] = frame.addresses(instruction)?;
    Ok((frame.memory.get(a), frame.memory.get(b), addresses))
}

/// The halt of two values whose tags differ: the first one's is right.
#[cold]
fn differ(a: Value, b: Value, [_, address, _]: [u32; 3]) -> Halt {
    Halt::tag_mismatch(address, b.tag(), a.tag())
}

/// Two integers of one type, and where the result goes.
#[inline]
fn integers(frame: &Frame, instruction: &Instruction) -> Result<(Tag, u128, u128, u32), Halt> {
    match operands(frame, instruction)? {
        (Value::Int(tag, a), Value::Int(other, b), [_, _, to]) if tag == other => Ok((tag, a, b, to)),
        (Value::Field(_), Value::Field(_), _) => Err(Halt::NotIntegral(Tag::Field)),
        (a, b, addresses) => Err(differ(a, b, addresses)),
    }
}
