//! Permutations, compression, curve arithmetic.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{hashing,ec_add}.ts`.

use protocol::field::{Fr, Point};
use protocol::hash::poseidon2_permutation;

use crate::avm::frame::Frame;
use crate::avm::halt::{Cells, Halt};
use crate::avm::memory::Memory;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

/// The cells an instruction reads and writes, checked before anything else.
fn check(instruction: &Instruction, read: &[(u32, u32)], (to, size): (u32, u32)) -> Result<(), Halt> {
    let beyond = read.iter().find(|(start, size)| !Memory::has_range(*start, *size));
    let cells = match beyond {
        Some((start, _)) => Cells::ReadRange { start: *start },
        None if !Memory::has_range(to, size) => Cells::WriteRange { start: to },
        None => return Ok(()),
    };
    Err(Halt::Cells { op: instruction.op, cells })
}

/// The halt of a cell of another type than the instruction needs.
fn wrong(instruction: &Instruction, group: u8) -> impl FnOnce((u32, Tag)) -> Halt {
    let op = instruction.op;
    move |(address, found)| Halt::Cells { op, cells: Cells::Tag { address, found, group } }
}

fn integer(value: Value) -> u128 {
    match value {
        Value::Int(_, value) => value,
        // Cells are asked for by an integer's tag.
        Value::Field(_) => 0,
    }
}

pub(crate) fn poseidon2(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, to] = frame.addresses(instruction)?;
    check(instruction, &[(from, 4)], (to, 4))?;
    let state = frame.memory.array::<4, Fr>(from, Tag::Field, Value::to_field).map_err(wrong(instruction, 0))?;
    frame.memory.set_range(to, poseidon2_permutation(state).into_iter().map(Value::Field));
    Ok(())
}

pub(crate) fn sha256_compression(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to, state, inputs] = frame.addresses(instruction)?;
    check(instruction, &[(state, 8), (inputs, 16)], (to, 8))?;
    let word = |value| integer(value) as u32;
    let mut state = frame.memory.array::<8, u32>(state, Tag::U32, word).map_err(wrong(instruction, 0))?;
    let inputs = frame.memory.array::<16, u32>(inputs, Tag::U32, word).map_err(wrong(instruction, 1))?;
    let mut block = [0; 64];
    for (bytes, word) in block.chunks_exact_mut(4).zip(inputs) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    sha2::block_api::compress256(&mut state, &[block]);
    frame.memory.set_range(to, state.into_iter().map(Value::u32));
    Ok(())
}

pub(crate) fn keccak_f1600(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to, from] = frame.addresses(instruction)?;
    check(instruction, &[(from, 25)], (to, 25))?;
    let word = |value| integer(value) as u64;
    let mut state = frame.memory.array::<25, u64>(from, Tag::U64, word).map_err(wrong(instruction, 0))?;
    keccak::Keccak::new().with_f1600(|f1600| f1600(&mut state));
    frame.memory.set_range(to, state.into_iter().map(Value::u64));
    Ok(())
}

pub(crate) fn ec_add(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [x1, y1, infinite1, x2, y2, infinite2, to] = frame.addresses(instruction)?;
    let point = |input, x, y, infinite| {
        let (x, y) = (frame.field(input, x)?, frame.field(input + 1, y)?);
        Ok::<_, Halt>(Point { x, y, is_infinite: frame.int(input + 2, infinite, Tag::U1)? == 1 })
    };
    let first = point(0, x1, y1, infinite1)?;
    let second = point(3, x2, y2, infinite2)?;
    check(instruction, &[], (to, 3))?;
    if !first.is_on_curve() || !second.is_on_curve() {
        return Err(Halt::PointNotOnCurve);
    }
    let sum = match (first.is_infinite, second.is_infinite) {
        (true, true) => Point::INFINITY,
        (true, false) => second,
        (false, true) => first,
        (false, false) => first.add(&second).map_err(|_| Halt::PointNotOnCurve)?,
    };
    let cells = [Value::Field(sum.x), Value::Field(sum.y), Value::bit(sum.is_infinite)];
    frame.memory.set_range(to, cells.into_iter());
    Ok(())
}
