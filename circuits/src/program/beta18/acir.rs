//! The circuit.

use super::super::acir::{
    Assertion, BrilligCall, BrilligInput, Circuit, Constant, Expression, MAX_WITNESSES, Opcode, Operand, Product, Span,
    Term, Witness,
};
use super::super::builder::index;
use super::super::error::{Place, ProgramError};
use super::{CircuitBuilder, Reader, black_box};

/// Memory blocks are below this.
const MAX_BLOCKS: u32 = 1 << 20;

/// A circuit and its name.
pub(super) fn circuit(reader: &mut Reader<'_>) -> Result<(String, Circuit), ProgramError> {
    reader.members(7)?;
    let name = String::from_utf8_lossy(reader.text()?).into_owned();
    // The highest witness, which the opcodes tell as well.
    reader.u32()?;
    let mut builder = CircuitBuilder::new();
    let count = reader.array()?;
    for number in 0..count {
        reader.place = Place::Acir { opcode: number };
        let opcode = opcode(reader, &mut builder)?;
        builder.circuit.opcodes.push(opcode);
    }
    reader.place = Place::Circuit;
    builder.circuit.private_parameters = witness_list(reader, &mut builder)?;
    builder.circuit.public_parameters = witness_list(reader, &mut builder)?;
    builder.circuit.return_values = witness_list(reader, &mut builder)?;
    for _ in 0..reader.array()? {
        if let Some(assertion) = assertion(reader, &mut builder)? {
            builder.circuit.assertions.push(assertion);
        }
    }
    Ok((name, builder.finish()))
}

fn opcode(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Opcode, ProgramError> {
    const WHAT: &str = "an ACIR opcode";
    let variant = reader.full_variant(WHAT)?;
    match variant.name {
        b"AssertZero" => Ok(Opcode::AssertZero(expression(reader, builder)?)),
        b"BlackBoxFuncCall" => black_box::opcode(reader, builder),
        b"MemoryOp" => memory_op(reader, builder),
        b"MemoryInit" => {
            reader.members(3)?;
            let block = block(reader, builder)?;
            let init = witness_list(reader, builder)?;
            block_type(reader)?;
            Ok(Opcode::MemoryInit { block, init: builder.witnesses(init) })
        }
        b"BrilligCall" => {
            let call = brillig_call(reader, builder)?;
            builder.circuit.calls.push(call);
            Ok(Opcode::BrilligCall(index(builder.circuit.calls.len() - 1)))
        }
        b"Call" => Err(ProgramError::Unsupported { place: reader.place, what: "a call of another circuit" }),
        _ => Err(reader.unknown(&variant, WHAT)),
    }
}

fn memory_op(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Opcode, ProgramError> {
    reader.members(2)?;
    let block = block(reader, builder)?;
    reader.members(3)?;
    let operation = expression(reader, builder)?;
    let place = expression(reader, builder)?;
    let value = expression(reader, builder)?;
    let unsupported = |what| Err(ProgramError::Unsupported { place: reader.place, what });
    if operation.products.length + operation.terms.length > 0 {
        return unsupported("a memory operation that is not fixed");
    }
    let index = builder.operand(place);
    match operation.constant {
        Constant::ZERO => match builder.as_witness(value) {
            Some(value) => Ok(Opcode::MemoryRead { block, index, value }),
            None => unsupported("a memory read into something other than a witness"),
        },
        Constant::ONE => Ok(Opcode::MemoryWrite { block, index, value: builder.operand(value) }),
        _ => unsupported("a memory operation that is neither read nor write"),
    }
}

fn brillig_call(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<BrilligCall, ProgramError> {
    reader.members(4)?;
    let function = reader.u32()?;
    let mut inputs = Inputs::default();
    for _ in 0..reader.array()? {
        const WHAT: &str = "an input of a Brillig call";
        let variant = reader.full_variant(WHAT)?;
        match variant.name {
            b"Single" => {
                let expression = expression(reader, builder)?;
                inputs.values.push(builder.operand(expression));
            }
            b"Array" => {
                for _ in 0..reader.array()? {
                    let expression = expression(reader, builder)?;
                    inputs.values.push(builder.operand(expression));
                }
            }
            b"MemoryArray" => inputs.memory(block(reader, builder)?, builder),
            _ => return Err(reader.unknown(&variant, WHAT)),
        }
    }
    let mut outputs = Vec::new();
    for _ in 0..reader.array()? {
        const WHAT: &str = "an output of a Brillig call";
        let variant = reader.full_variant(WHAT)?;
        match variant.name {
            b"Simple" => outputs.push(witness(reader, builder)?),
            b"Array" => outputs.extend(witness_list(reader, builder)?),
            _ => return Err(reader.unknown(&variant, WHAT)),
        }
    }
    let predicate = if reader.none() {
        Operand::constant(Constant::ONE)
    } else {
        let predicate = expression(reader, builder)?;
        builder.operand(predicate)
    };
    Ok(BrilligCall { function, inputs: inputs.finish(builder), outputs: builder.witnesses(outputs), predicate })
}

/// Inputs in order: neighbouring values in one span.
#[derive(Default)]
struct Inputs {
    inputs: Vec<BrilligInput>,
    values: Vec<Operand>,
}

impl Inputs {
    fn flush(&mut self, builder: &mut CircuitBuilder) {
        if !self.values.is_empty() {
            self.inputs.push(BrilligInput::Values(builder.operands(self.values.drain(..))));
        }
    }

    fn memory(&mut self, block: u32, builder: &mut CircuitBuilder) {
        self.flush(builder);
        self.inputs.push(BrilligInput::Memory(block));
    }

    fn finish(mut self, builder: &mut CircuitBuilder) -> Vec<BrilligInput> {
        self.flush(builder);
        self.inputs
    }
}

/// What an opcode says when it fails; none for opcodes of Brillig functions, which say it themselves.
fn assertion(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Option<Assertion>, ProgramError> {
    const WHERE: &str = "the location of an opcode";
    reader.members(2)?;
    let variant = reader.full_variant(WHERE)?;
    let opcode = match variant.name {
        b"Acir" => Some(reader.u32()?),
        b"Brillig" => {
            reader.members(2)?;
            reader.uint()?;
            reader.uint()?;
            None
        }
        _ => return Err(reader.unknown(&variant, WHERE)),
    };
    reader.members(2)?;
    let selector = reader.uint()?;
    let mut payload = Inputs::default();
    for _ in 0..reader.array()? {
        const WHAT: &str = "a part of an assertion's payload";
        let variant = reader.full_variant(WHAT)?;
        match variant.name {
            b"Expression" => {
                let expression = expression(reader, builder)?;
                payload.values.push(builder.operand(expression));
            }
            b"Memory" => payload.memory(block(reader, builder)?, builder),
            _ => return Err(reader.unknown(&variant, WHAT)),
        }
    }
    Ok(opcode.map(|opcode| Assertion { opcode, selector, payload: payload.finish(builder) }))
}

fn block(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<u32, ProgramError> {
    let block = reader.u32()?;
    if block >= MAX_BLOCKS {
        let (found, limit) = (block.into(), MAX_BLOCKS.into());
        return Err(ProgramError::Limit { place: reader.place, what: "memory block", found, limit });
    }
    builder.circuit.block_count = builder.circuit.block_count.max(block + 1);
    Ok(block)
}

/// What a block is for matters to provers only.
fn block_type(reader: &mut Reader<'_>) -> Result<(), ProgramError> {
    const WHAT: &str = "the type of a memory block";
    let variant = reader.variant()?;
    match (variant.name, variant.carries) {
        (b"Memory" | b"ReturnData", false) => Ok(()),
        (b"CallData", true) => reader.u32().map(|_| ()),
        _ => Err(reader.unknown(&variant, WHAT)),
    }
}

/// The index of a witness.
pub(super) fn witness(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Witness, ProgramError> {
    let witness = reader.u32()?;
    if witness >= MAX_WITNESSES {
        let (found, limit) = (witness.into(), MAX_WITNESSES.into());
        return Err(ProgramError::Limit { place: reader.place, what: "witness", found, limit });
    }
    builder.witness(witness);
    Ok(witness)
}

/// A list of witnesses.
pub(super) fn witness_list(
    reader: &mut Reader<'_>,
    builder: &mut CircuitBuilder,
) -> Result<Vec<Witness>, ProgramError> {
    (0..reader.array()?).map(|_| witness(reader, builder)).collect()
}

fn expression(reader: &mut Reader<'_>, builder: &mut CircuitBuilder) -> Result<Expression, ProgramError> {
    reader.members(3)?;
    let start = builder.circuit.products.len();
    for _ in 0..reader.array()? {
        reader.members(3)?;
        let coefficient = reader.field()?;
        let coefficient = builder.constant(coefficient);
        let (left, right) = (witness(reader, builder)?, witness(reader, builder)?);
        builder.circuit.products.push(Product { coefficient, left, right });
    }
    let products = Span { start: index(start), length: index(builder.circuit.products.len() - start) };
    let start = builder.circuit.terms.len();
    for _ in 0..reader.array()? {
        reader.members(2)?;
        let coefficient = reader.field()?;
        let coefficient = builder.constant(coefficient);
        let witness = witness(reader, builder)?;
        builder.circuit.terms.push(Term { coefficient, witness });
    }
    let terms = Span { start: index(start), length: index(builder.circuit.terms.len() - start) };
    let constant = reader.field()?;
    Ok(Expression { products, terms, constant: builder.constant(constant) })
}
