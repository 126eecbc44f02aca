//! Brillig functions.

use std::collections::HashMap;

use protocol::field::Fr;
use protocol::signature::ecdsa::EcdsaCurve;

use super::super::brillig::{
    Address, ArrayType, BitSize, BlackBox, FieldOp, ForeignCall, Function, HeapArray, IntOp, IntSize, ItemType,
    MAX_MEMORY, Opcode, Parameter, Slot, Value,
};
use super::super::builder::index;
use super::super::error::{Place, ProgramError};
use super::Reader;

/// Arrays of arrays of arrays: no program nests deeper than a few.
const MAX_NESTING: usize = 16;

struct Builder<'r, 'a> {
    reader: &'r mut Reader<'a>,
    function: Function,
    constants: HashMap<(Fr, u32), u32>,
}

/// A function.
pub(super) fn function(reader: &mut Reader<'_>, number: usize) -> Result<Function, ProgramError> {
    reader.place = Place::Brillig { function: number, opcode: 0 };
    reader.members(2)?;
    reader.text()?;
    let count = reader.array()?;
    let mut builder = Builder { reader, function: Function::default(), constants: HashMap::new() };
    for opcode in 0..count {
        builder.reader.place = Place::Brillig { function: number, opcode };
        let opcode = builder.opcode()?;
        builder.function.opcodes.push(opcode);
    }
    let mut function = builder.function;
    function.opcodes.shrink_to_fit();
    Ok(function)
}

impl Builder<'_, '_> {
    fn opcode(&mut self) -> Result<Opcode, ProgramError> {
        const WHAT: &str = "a Brillig opcode";
        let variant = self.reader.variant()?;
        if !variant.carries {
            return if variant.name == b"Return" {
                Ok(Opcode::Return)
            } else {
                Err(self.reader.unknown(&variant, WHAT))
            };
        }
        let mut members = |count| self.reader.members(count);
        Ok(match variant.name {
            b"BinaryFieldOp" => {
                members(4)?;
                let (destination, op) = (self.address()?, self.field_op()?);
                Opcode::Field { op, destination, lhs: self.address()?, rhs: self.address()? }
            }
            b"BinaryIntOp" => {
                members(5)?;
                let (destination, op, size) = (self.address()?, self.int_op()?, self.int_size()?);
                Opcode::int(op, size, destination, self.address()?, self.address()?)
            }
            b"Not" => {
                members(3)?;
                let (destination, source) = (self.address()?, self.address()?);
                Opcode::Not { size: self.int_size()?, destination, source }
            }
            b"Cast" => {
                members(3)?;
                let (destination, source) = (self.address()?, self.address()?);
                Opcode::Cast { size: self.bit_size()?, destination, source }
            }
            b"JumpIf" => {
                members(2)?;
                Opcode::JumpIf { condition: self.address()?, location: self.reader.u32()? }
            }
            b"Jump" => {
                members(1)?;
                Opcode::Jump { location: self.reader.u32()? }
            }
            b"CalldataCopy" => {
                members(3)?;
                Opcode::CalldataCopy { destination: self.address()?, size: self.address()?, offset: self.address()? }
            }
            b"Call" => {
                members(1)?;
                Opcode::Call { location: self.reader.u32()? }
            }
            b"Const" => {
                members(3)?;
                Opcode::Const { destination: self.address()?, constant: self.constant()? }
            }
            b"IndirectConst" => {
                members(3)?;
                Opcode::IndirectConst { pointer: self.address()?, constant: self.constant()? }
            }
            b"ForeignCall" => {
                members(5)?;
                let call = self.foreign_call()?;
                self.function.foreign_calls.push(call);
                Opcode::ForeignCall(index(self.function.foreign_calls.len() - 1))
            }
            b"Mov" => {
                members(2)?;
                Opcode::Mov { destination: self.address()?, source: self.address()? }
            }
            b"ConditionalMov" => {
                members(4)?;
                Opcode::ConditionalMov {
                    destination: self.address()?,
                    if_true: self.address()?,
                    if_false: self.address()?,
                    condition: self.address()?,
                }
            }
            b"Load" => {
                members(2)?;
                Opcode::Load { destination: self.address()?, pointer: self.address()? }
            }
            b"Store" => {
                members(2)?;
                Opcode::Store { pointer: self.address()?, source: self.address()? }
            }
            b"BlackBox" => {
                let black_box = self.black_box()?;
                self.function.black_boxes.push(black_box);
                Opcode::BlackBox(index(self.function.black_boxes.len() - 1))
            }
            b"Trap" => {
                members(1)?;
                let (pointer, size) = self.heap_vector()?;
                Opcode::Trap { pointer, size }
            }
            b"Stop" => {
                members(1)?;
                let (pointer, size) = self.heap_vector()?;
                Opcode::Stop { pointer, size }
            }
            _ => return Err(self.reader.unknown(&variant, WHAT)),
        })
    }

    fn address(&mut self) -> Result<Address, ProgramError> {
        const WHAT: &str = "a memory address";
        let variant = self.reader.full_variant(WHAT)?;
        let make = match variant.name {
            b"Direct" => Address::direct,
            b"Relative" => Address::relative,
            _ => return Err(self.reader.unknown(&variant, WHAT)),
        };
        Ok(make(self.slots("address")?))
    }

    /// A number of slots.
    fn slots(&mut self, what: &'static str) -> Result<u32, ProgramError> {
        let slots = self.reader.u32()?;
        if slots >= MAX_MEMORY {
            let (found, limit) = (slots.into(), MAX_MEMORY.into());
            return Err(ProgramError::Limit { place: self.reader.place, what, found, limit });
        }
        Ok(slots)
    }

    fn field_op(&mut self) -> Result<FieldOp, ProgramError> {
        const WHAT: &str = "an operation on fields";
        Ok(match self.reader.unit_variant(WHAT)? {
            b"Add" => FieldOp::Add,
            b"Sub" => FieldOp::Sub,
            b"Mul" => FieldOp::Mul,
            b"Div" => FieldOp::Div,
            b"IntegerDiv" => FieldOp::IntegerDiv,
            b"Equals" => FieldOp::Equals,
            b"LessThan" => FieldOp::LessThan,
            b"LessThanEquals" => FieldOp::LessThanEquals,
            _ => return Err(self.reader.error(WHAT)),
        })
    }

    fn int_op(&mut self) -> Result<IntOp, ProgramError> {
        const WHAT: &str = "an operation on integers";
        Ok(match self.reader.unit_variant(WHAT)? {
            b"Add" => IntOp::Add,
            b"Sub" => IntOp::Sub,
            b"Mul" => IntOp::Mul,
            b"Div" => IntOp::Div,
            b"Equals" => IntOp::Equals,
            b"LessThan" => IntOp::LessThan,
            b"LessThanEquals" => IntOp::LessThanEquals,
            b"And" => IntOp::And,
            b"Or" => IntOp::Or,
            b"Xor" => IntOp::Xor,
            b"Shl" => IntOp::Shl,
            b"Shr" => IntOp::Shr,
            _ => return Err(self.reader.error(WHAT)),
        })
    }

    fn int_size(&mut self) -> Result<IntSize, ProgramError> {
        const WHAT: &str = "the width of an integer";
        Ok(match self.reader.unit_variant(WHAT)? {
            b"U1" => IntSize::U1,
            b"U8" => IntSize::U8,
            b"U16" => IntSize::U16,
            b"U32" => IntSize::U32,
            b"U64" => IntSize::U64,
            b"U128" => IntSize::U128,
            _ => return Err(self.reader.error(WHAT)),
        })
    }

    fn bit_size(&mut self) -> Result<BitSize, ProgramError> {
        const WHAT: &str = "the type of a value";
        let variant = self.reader.variant()?;
        match (variant.name, variant.carries) {
            (b"Field", false) => Ok(BitSize::Field),
            (b"Integer", true) => Ok(BitSize::Integer(self.int_size()?)),
            _ => Err(self.reader.unknown(&variant, WHAT)),
        }
    }

    fn constant(&mut self) -> Result<u32, ProgramError> {
        let size = self.bit_size()?;
        let field = self.reader.field()?;
        let value = Value::from_field(field, size).ok_or_else(|| self.reader.error("a constant that fits its type"))?;
        let pool = &mut self.function.constants;
        Ok(*self.constants.entry((field, size.bits())).or_insert_with(|| {
            pool.push(value);
            index(pool.len() - 1)
        }))
    }

    fn heap_vector(&mut self) -> Result<(Address, Address), ProgramError> {
        self.reader.members(2)?;
        Ok((self.address()?, self.address()?))
    }

    fn heap_array(&mut self) -> Result<HeapArray, ProgramError> {
        self.reader.members(2)?;
        Ok(HeapArray { pointer: self.address()?, size: self.slots("array size")? })
    }

    fn foreign_call(&mut self) -> Result<ForeignCall, ProgramError> {
        let name = String::from_utf8_lossy(self.reader.text()?).into_owned();
        let outputs = self.parameters()?;
        Ok(ForeignCall { name, outputs, inputs: self.parameters()? })
    }

    /// A list of places, then as many types.
    fn parameters(&mut self) -> Result<Vec<Parameter>, ProgramError> {
        const WHAT: &str = "a place of a value, an array or a vector";
        enum Found {
            Value(Address),
            Array(HeapArray),
            Vector(Address, Address),
        }
        let mut places = Vec::new();
        for _ in 0..self.reader.array()? {
            let variant = self.reader.full_variant(WHAT)?;
            places.push(match variant.name {
                b"MemoryAddress" => Found::Value(self.address()?),
                b"HeapArray" => Found::Array(self.heap_array()?),
                b"HeapVector" => {
                    let (pointer, size) = self.heap_vector()?;
                    Found::Vector(pointer, size)
                }
                _ => return Err(self.reader.unknown(&variant, WHAT)),
            });
        }
        if self.reader.array()? != places.len() {
            return Err(self.reader.error("as many types as places"));
        }
        let mut parameters = Vec::new();
        for place in places {
            let (slot, array) = match (place, self.heap_type(0)?) {
                (Found::Value(address), Type::Value(size)) => (Slot::Value(address, size), ArrayType::default()),
                (Found::Array(HeapArray { pointer, size }), Type::Array(array)) if array.slots() == u64::from(size) => {
                    (Slot::Array(pointer), array)
                }
                (Found::Vector(pointer, size), Type::Vector(items)) => {
                    (Slot::Vector { pointer, size }, ArrayType { items, length: 0 })
                }
                _ => return Err(self.reader.error("a type that fits its place")),
            };
            parameters.push(Parameter { slot, array });
        }
        Ok(parameters)
    }

    fn heap_type(&mut self, depth: usize) -> Result<Type, ProgramError> {
        const WHAT: &str = "the type of a value, an array or a vector";
        if depth > MAX_NESTING {
            return Err(self.reader.error("a type that is nested less deeply"));
        }
        let variant = self.reader.full_variant(WHAT)?;
        match variant.name {
            b"Simple" => Ok(Type::Value(self.bit_size()?)),
            b"Array" => {
                self.reader.members(2)?;
                let items = self.items(depth)?;
                let array = ArrayType { items, length: self.slots("array length")? };
                if array.flattened().max(array.slots()) >= MAX_MEMORY.into() {
                    let (found, limit) = (array.flattened(), MAX_MEMORY.into());
                    let what = "values in an array";
                    return Err(ProgramError::Limit { place: self.reader.place, what, found, limit });
                }
                Ok(Type::Array(array))
            }
            b"Vector" => {
                self.reader.members(1)?;
                Ok(Type::Vector(self.items(depth)?))
            }
            _ => Err(self.reader.unknown(&variant, WHAT)),
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<ItemType>, ProgramError> {
        let mut items = Vec::new();
        for _ in 0..self.reader.array()? {
            items.push(match self.heap_type(depth + 1)? {
                Type::Value(size) => ItemType::Value(size),
                Type::Array(array) => ItemType::Array(array),
                Type::Vector(_) => {
                    let what = "a vector inside an array of a foreign call";
                    return Err(ProgramError::Unsupported { place: self.reader.place, what });
                }
            });
        }
        Ok(items)
    }

    fn black_box(&mut self) -> Result<BlackBox, ProgramError> {
        const WHAT: &str = "a black box function";
        let variant = self.reader.full_variant(WHAT)?;
        let mut members = |count| self.reader.members(count);
        Ok(match variant.name {
            b"AES128Encrypt" => {
                members(4)?;
                let (inputs, iv) = (self.heap_array()?, self.heap_array()?);
                BlackBox::Aes128 { inputs, iv, key: self.heap_array()?, output: self.heap_array()? }
            }
            b"Blake2s" => {
                members(2)?;
                BlackBox::Blake2s { message: self.heap_array()?, output: self.heap_array()? }
            }
            b"Blake3" => {
                members(2)?;
                BlackBox::Blake3 { message: self.heap_array()?, output: self.heap_array()? }
            }
            b"Keccakf1600" => {
                members(2)?;
                BlackBox::Keccak { input: self.heap_array()?, output: self.heap_array()? }
            }
            name @ (b"EcdsaSecp256k1" | b"EcdsaSecp256r1") => {
                members(5)?;
                BlackBox::Ecdsa {
                    curve: if name == b"EcdsaSecp256k1" { EcdsaCurve::K1 } else { EcdsaCurve::R1 },
                    hash: self.heap_array()?,
                    x: self.heap_array()?,
                    y: self.heap_array()?,
                    signature: self.heap_array()?,
                    result: self.address()?,
                }
            }
            b"MultiScalarMul" => {
                members(3)?;
                let (points, scalars) = (self.heap_array()?, self.heap_array()?);
                BlackBox::MultiScalarMul { points, scalars, output: self.heap_array()? }
            }
            b"EmbeddedCurveAdd" => {
                members(7)?;
                let mut inputs = [Address::direct(0); 6];
                for input in &mut inputs {
                    *input = self.address()?;
                }
                BlackBox::CurveAdd { inputs, output: self.heap_array()? }
            }
            b"Poseidon2Permutation" => {
                members(2)?;
                BlackBox::Poseidon2 { message: self.heap_array()?, output: self.heap_array()? }
            }
            b"Sha256Compression" => {
                members(3)?;
                let (input, state) = (self.heap_array()?, self.heap_array()?);
                BlackBox::Sha256 { input, state, output: self.heap_array()? }
            }
            b"ToRadix" => {
                members(5)?;
                let (input, radix, output) = (self.address()?, self.address()?, self.address()?);
                BlackBox::ToRadix { input, radix, output, limbs: self.address()?, bits: self.address()? }
            }
            _ => return Err(self.reader.unknown(&variant, WHAT)),
        })
    }
}

enum Type {
    Value(BitSize),
    Array(ArrayType),
    Vector(Vec<ItemType>),
}
