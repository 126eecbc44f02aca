//! Black boxes of the circuit.

use protocol::signature::ecdsa::EcdsaCurve;

use super::super::acir::{BlackBox, Opcode, Operand, Span, Witness};
use super::super::builder::index;
use super::super::error::ProgramError;
use super::acir::{witness, witness_list};
use super::{CircuitBuilder, Reader};

/// A black box opcode.
pub(super) fn opcode(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Opcode, ProgramError> {
    const WHAT: &str = "a black box function";
    let variant = reader.full_variant(WHAT)?;
    let mut members = |count| reader.members(count);
    let black_box = match variant.name {
        b"RANGE" => {
            members(2)?;
            return Ok(Opcode::Range { input: operand(reader, builder)?, bits: reader.u32()? });
        }
        name @ (b"AND" | b"XOR") => {
            members(4)?;
            let (lhs, rhs) = (operand(reader, builder)?, operand(reader, builder)?);
            let (bits, output) = (reader.u32()?, witness(reader, builder)?);
            return Ok(Opcode::Logic { xor: name == b"XOR", lhs, rhs, bits, output });
        }
        b"Poseidon2Permutation" => {
            members(2)?;
            let inputs = operands(reader, builder, Some(4))?.start;
            let outputs = outputs(reader, builder, Some(4))?.start;
            return Ok(Opcode::Poseidon2 { inputs, outputs });
        }
        b"AES128Encrypt" => {
            members(4)?;
            BlackBox::Aes128 {
                inputs: operands(reader, builder, None)?,
                iv: operands(reader, builder, Some(16))?,
                key: operands(reader, builder, Some(16))?,
                outputs: outputs(reader, builder, None)?,
            }
        }
        name @ (b"Blake2s" | b"Blake3") => {
            members(2)?;
            let inputs = operands(reader, builder, None)?;
            let outputs = outputs(reader, builder, Some(32))?;
            if name == b"Blake3" { BlackBox::Blake3 { inputs, outputs } } else { BlackBox::Blake2s { inputs, outputs } }
        }
        name @ (b"EcdsaSecp256k1" | b"EcdsaSecp256r1") => {
            members(6)?;
            BlackBox::Ecdsa {
                curve: if name == b"EcdsaSecp256k1" { EcdsaCurve::K1 } else { EcdsaCurve::R1 },
                x: operands(reader, builder, Some(32))?,
                y: operands(reader, builder, Some(32))?,
                signature: operands(reader, builder, Some(64))?,
                hash: operands(reader, builder, Some(32))?,
                predicate: operand(reader, builder)?,
                output: witness(reader, builder)?,
            }
        }
        b"MultiScalarMul" => {
            members(4)?;
            let points = operands(reader, builder, None)?;
            let scalars = operands(reader, builder, None)?;
            if !points.length.is_multiple_of(3) || u64::from(points.length) * 2 != u64::from(scalars.length) * 3 {
                return Err(reader.unknown(&variant, "as many scalars as points"));
            }
            let predicate = operand(reader, builder)?;
            BlackBox::MultiScalarMul { points, scalars, predicate, outputs: outputs(reader, builder, Some(3))? }
        }
        b"EmbeddedCurveAdd" => {
            members(4)?;
            BlackBox::CurveAdd {
                left: operands(reader, builder, Some(3))?,
                right: operands(reader, builder, Some(3))?,
                predicate: operand(reader, builder)?,
                outputs: outputs(reader, builder, Some(3))?,
            }
        }
        b"Keccakf1600" => {
            members(2)?;
            BlackBox::Keccak {
                inputs: operands(reader, builder, Some(25))?,
                outputs: outputs(reader, builder, Some(25))?,
            }
        }
        b"RecursiveAggregation" => {
            members(6)?;
            let mut inputs = Vec::new();
            for _ in 0..3 {
                for _ in 0..reader.array()? {
                    inputs.push(operand(reader, builder)?);
                }
            }
            inputs.push(operand(reader, builder)?);
            reader.u32()?;
            inputs.push(operand(reader, builder)?);
            BlackBox::RecursiveAggregation { inputs: builder.operands(inputs) }
        }
        b"Sha256Compression" => {
            members(3)?;
            BlackBox::Sha256 {
                inputs: operands(reader, builder, Some(16))?,
                state: operands(reader, builder, Some(8))?,
                outputs: outputs(reader, builder, Some(8))?,
            }
        }
        _ => return Err(reader.unknown(&variant, WHAT)),
    };
    builder.circuit.black_boxes.push(black_box);
    Ok(Opcode::BlackBox(index(builder.circuit.black_boxes.len() - 1)))
}

/// A witness or a constant.
fn operand(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Operand, ProgramError> {
    const WHAT: &str = "a witness or a constant";
    let variant = reader.full_variant(WHAT)?;
    match variant.name {
        b"Witness" => Ok(Operand::witness(witness(reader, builder)?)),
        b"Constant" => {
            let value = reader.field()?;
            Ok(Operand::constant(builder.constant(value)))
        }
        _ => Err(reader.unknown(&variant, WHAT)),
    }
}

fn operands(reader: &mut Reader<'_>, builder: &mut CircuitBuilder, count: Option<usize>) -> Result<Span, ProgramError> {
    let found = reader.array()?;
    if count.is_some_and(|count| count != found) {
        return Err(reader.error("as many inputs as the black box has"));
    }
    let start = builder.circuit.operands.len();
    for _ in 0..found {
        let operand = operand(reader, builder)?;
        builder.circuit.operands.push(operand);
    }
    Ok(Span { start: index(start), length: index(found) })
}

fn outputs(reader: &mut Reader<'_>, builder: &mut CircuitBuilder, count: Option<usize>) -> Result<Span, ProgramError> {
    let outputs: Vec<Witness> = witness_list(reader, builder)?;
    if count.is_some_and(|count| count != outputs.len()) {
        return Err(reader.error("as many outputs as the black box has"));
    }
    Ok(builder.witnesses(outputs))
}
