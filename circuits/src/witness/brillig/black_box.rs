//! Functions that are run as a whole.

use protocol::field::Fr;
use protocol::hash::poseidon2_permutation;
use protocol::signature::ecdsa::EcdsaCurve;

use super::super::curve;
use super::super::error::BlackBoxError;
use super::super::functions;
use super::{Memory, RuntimeError};
use crate::program::brillig::{BitSize, BlackBox, HeapArray, IntSize, MAX_MEMORY, Value};

type Result<T> = core::result::Result<T, RuntimeError>;

fn failed(function: &'static str) -> impl Fn(BlackBoxError) -> RuntimeError {
    move |reason| RuntimeError::BlackBox { function, reason }
}

fn read<T>(memory: &Memory, array: &HeapArray, convert: impl Fn(Value) -> Result<T>) -> Result<Vec<T>> {
    let start = memory.read_u32(array.pointer)?;
    memory.values(start, array.size)?.map(convert).collect()
}

fn exactly<T, const N: usize>(function: &'static str, values: Vec<T>) -> Result<[T; N]> {
    values
        .try_into()
        .map_err(|values: Vec<T>| failed(function)(BlackBoxError::Length { expected: N, found: values.len() }))
}

fn field(value: Value) -> Result<Fr> {
    if let Value::Field(field) = value { Ok(field) } else { Err(RuntimeError::mismatch(value, BitSize::Field)) }
}

fn byte(value: Value) -> Result<u8> {
    if let Value::U8(byte) = value { Ok(byte) } else { Err(integer(value, IntSize::U8)) }
}

fn word(value: Value) -> Result<u32> {
    if let Value::U32(word) = value { Ok(word) } else { Err(integer(value, IntSize::U32)) }
}

fn lane(value: Value) -> Result<u64> {
    if let Value::U64(lane) = value { Ok(lane) } else { Err(integer(value, IntSize::U64)) }
}

/// Flags are written as one bit, and read from constants as such.
fn flag(value: Value) -> Result<Fr> {
    match value {
        Value::U1(_) | Value::Field(_) => Ok(value.to_field()),
        _ => Err(integer(value, IntSize::U1)),
    }
}

fn integer(value: Value, size: IntSize) -> RuntimeError {
    RuntimeError::mismatch(value, BitSize::Integer(size))
}

fn write(
    memory: &mut Memory,
    function: &'static str,
    array: &HeapArray,
    values: impl ExactSizeIterator<Item = Value>,
) -> Result<()> {
    if values.len() != array.size as usize {
        let reason = BlackBoxError::Length { expected: array.size as usize, found: values.len() };
        return Err(failed(function)(reason));
    }
    let start = memory.read_u32(array.pointer)?;
    for (slot, value) in (start..).zip(values) {
        memory.write_slot(slot, value)?;
    }
    Ok(())
}

fn point([x, y, infinite]: curve::FlaggedPoint) -> impl ExactSizeIterator<Item = Value> {
    [Value::Field(x), Value::Field(y), Value::U1(infinite == Fr::ONE)].into_iter()
}

/// Runs a function on memory.
pub(super) fn run(memory: &mut Memory, black_box: &BlackBox) -> Result<()> {
    match black_box {
        BlackBox::Poseidon2 { message, output } => {
            const NAME: &str = "poseidon2_permutation";
            let state = exactly(NAME, read(memory, message, field)?)?;
            write(memory, NAME, output, poseidon2_permutation(state).map(Value::Field).into_iter())
        }
        BlackBox::Aes128 { inputs, iv, key, output } => {
            const NAME: &str = "aes128_encrypt";
            let (iv, key) = (exactly(NAME, read(memory, iv, byte)?)?, exactly(NAME, read(memory, key, byte)?)?);
            let padded = output.size > inputs.size;
            let bytes = functions::aes128(&read(memory, inputs, byte)?, iv, key, padded).map_err(failed(NAME))?;
            write(memory, NAME, output, bytes.into_iter().map(Value::U8))
        }
        BlackBox::Blake2s { message, output } => {
            let digest = functions::blake2s(&read(memory, message, byte)?);
            write(memory, "blake2s", output, digest.into_iter().map(Value::U8))
        }
        BlackBox::Blake3 { message, output } => {
            let digest = functions::blake3(&read(memory, message, byte)?);
            write(memory, "blake3", output, digest.into_iter().map(Value::U8))
        }
        BlackBox::Keccak { input, output } => {
            const NAME: &str = "keccakf1600";
            let state = functions::keccakf1600(exactly(NAME, read(memory, input, lane)?)?);
            write(memory, NAME, output, state.into_iter().map(Value::U64))
        }
        BlackBox::Sha256 { input, state, output } => {
            const NAME: &str = "sha256_compression";
            let input = exactly(NAME, read(memory, input, word)?)?;
            let state = functions::sha256_compression(&input, exactly(NAME, read(memory, state, word)?)?);
            write(memory, NAME, output, state.into_iter().map(Value::U32))
        }
        BlackBox::Ecdsa { curve, hash, x, y, signature, result } => {
            let name = match curve {
                EcdsaCurve::K1 => "ecdsa_secp256k1",
                EcdsaCurve::R1 => "ecdsa_secp256r1",
            };
            let (hash, x) = (exactly(name, read(memory, hash, byte)?)?, exactly(name, read(memory, x, byte)?)?);
            let y = exactly(name, read(memory, y, byte)?)?;
            let signature = exactly(name, read(memory, signature, byte)?)?;
            let valid = functions::ecdsa_verify(*curve, &hash, &x, &y, &signature).map_err(failed(name))?;
            memory.write(*result, Value::U1(valid))
        }
        BlackBox::MultiScalarMul { points, scalars, output } => {
            const NAME: &str = "multi_scalar_mul";
            let points = read(memory, points, flag)?;
            let scalars = read(memory, scalars, field)?;
            let sum = curve::multi_scalar_mul(&points, &scalars).map_err(failed(NAME))?;
            write(memory, NAME, output, point(sum))
        }
        BlackBox::CurveAdd { inputs, output } => {
            const NAME: &str = "embedded_curve_add";
            let [x1, y1, infinite1, x2, y2, infinite2] = inputs.map(|input| memory.read(input));
            let left = [field(x1)?, field(y1)?, flag(infinite1)?];
            let right = [field(x2)?, field(y2)?, flag(infinite2)?];
            let sum = curve::curve_add(&left, &right).map_err(failed(NAME))?;
            write(memory, NAME, output, point(sum))
        }
        BlackBox::ToRadix { input, radix, output, limbs, bits } => {
            const NAME: &str = "to_radix";
            let value = field(memory.read(*input))?;
            let (radix, limbs) = (memory.read_u32(*radix)?, memory.read_u32(*limbs)?);
            let bits = memory.read_bool(*bits)?;
            if !(2..=256).contains(&radix) || bits && radix != 2 {
                return Err(failed(NAME)(BlackBoxError::Radix(radix)));
            }
            if limbs >= MAX_MEMORY {
                return Err(RuntimeError::Memory { slot: limbs });
            }
            let digits = functions::to_radix(value, radix, limbs).map_err(failed(NAME))?;
            let start = memory.read_u32(*output)?;
            for (slot, digit) in (start..).zip(digits) {
                memory.write_slot(slot, if bits { Value::U1(digit == 1) } else { Value::U8(digit) })?;
            }
            Ok(())
        }
    }
}
