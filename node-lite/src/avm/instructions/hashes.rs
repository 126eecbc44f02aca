//! Permutations, compression, curve arithmetic.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/opcodes/{hashing,ec_add}.ts`.

use protocol::field::{Fr, Point};
use protocol::hash::poseidon2_permutation;

use crate::avm::frame::Frame;
use crate::avm::halt::Halt;
use crate::avm::program::Instruction;
use crate::avm::value::{Tag, Value};

fn integer(value: Value) -> u128 {
    match value {
        Value::Int(_, value) => value,
        // Cells are asked for by an integer's tag.
        Value::Field(_) => 0,
    }
}

pub(crate) fn poseidon2(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [from, to] = frame.addresses(instruction)?;
    let state = frame.memory.array::<4, Fr>(from, Tag::Field, Value::to_field)?;
    frame.memory.set_range(to, poseidon2_permutation(state).into_iter().map(Value::Field))
}

pub(crate) fn sha256_compression(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to, state, inputs] = frame.addresses(instruction)?;
    let word = |value| integer(value) as u32;
    let inputs = frame.memory.array::<16, u32>(inputs, Tag::U32, word)?;
    let mut state = frame.memory.array::<8, u32>(state, Tag::U32, word)?;
    let mut block = [0; 64];
    for (bytes, word) in block.chunks_exact_mut(4).zip(inputs) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    sha2::block_api::compress256(&mut state, &[block]);
    frame.memory.set_range(to, state.into_iter().map(Value::u32))
}

pub(crate) fn keccak_f1600(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [to, from] = frame.addresses(instruction)?;
    let mut state = frame.memory.array::<25, u64>(from, Tag::U64, |value| integer(value) as u64)?;
    keccak::Keccak::new().with_f1600(|f1600| f1600(&mut state));
    frame.memory.set_range(to, state.into_iter().map(Value::u64))
}

pub(crate) fn ec_add(frame: &mut Frame, instruction: &Instruction) -> Result<(), Halt> {
    let [x1, y1, infinite1, x2, y2, infinite2, to] = frame.addresses(instruction)?;
    let [x1, y1] = [frame.field(x1)?, frame.field(y1)?];
    let [x2, y2] = [frame.field(x2)?, frame.field(y2)?];
    let point = |x, y, infinite| Ok::<_, Halt>(Point { x, y, is_infinite: frame.int(infinite, Tag::U1)? == 1 });
    let first = point(x1, y1, infinite1)?;
    let second = point(x2, y2, infinite2)?;
    for (number, point) in [(1, first), (2, second)] {
        if !point.is_on_curve() {
            return Err(Halt::PointNotOnCurve(number));
        }
    }
    let sum = match (first.is_infinite, second.is_infinite) {
        (true, true) => Point::INFINITY,
        (true, false) => second,
        (false, true) => first,
        (false, false) => first.add(&second).map_err(|_| Halt::PointNotOnCurve(1))?,
    };
    let cells = [Value::Field(sum.x), Value::Field(sum.y), Value::bit(sum.is_infinite)];
    frame.memory.set_range(to, cells.into_iter())
}
