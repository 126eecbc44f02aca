//! Bytecode, decoded once.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/serialization/bytecode_serialization.ts`,
//! `@aztec/simulator/src/public/avm/opcodes/addressing_mode.ts`.

use std::fmt::Write as _;

use protocol::field::Fr;

use super::halt::Halt;
use super::table::{INSTRUCTIONS, Op, Operand};
use super::value::{Tag, Value};

/// Most memory operands of an instruction (`AVM_MAX_OPERANDS`).
const MAX_OPERANDS: usize = 7;
/// L2 gas of addressing: once for any relative operand, then for each relative and each indirect one.
const RELATIVE_BASE_L2_GAS: u32 = 3;
const OPERAND_L2_GAS: u32 = 3;

/// A decoded instruction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Instruction {
    pub(crate) op: Op,
    /// Two bits for each operand: indirect, relative.
    pub(crate) modes: u16,
    pub(crate) operands: [u16; MAX_OPERANDS],
    /// L2 gas with addressing.
    pub(crate) l2_gas: u32,
    pub(crate) da_gas: u32,
    /// What else it carries: the index of a jump's target, of a constant or of a fault, a tag, a number.
    pub(crate) immediate: u32,
}

/// An instruction as written, its jump not yet resolved to an index.
struct Decoded {
    instruction: Instruction,
    size: u32,
    constant: Option<Value>,
    jumps_to: Option<u32>,
}

/// Bytecode as a list of the instructions that can be reached.
///
/// A program counter is a byte offset, and a jump may lead into the middle of what another path reads as an
/// instruction. All jumps name their target in the bytecode, so what can be reached is known beforehand; each offset is
/// decoded once.
#[derive(Debug)]
pub struct Program {
    instructions: Vec<Instruction>,
    /// Program counter of each instruction.
    places: Vec<u32>,
    constants: Vec<Value>,
    faults: Vec<Halt>,
}

const UNKNOWN: u32 = u32::MAX;

impl Program {
    /// Decodes bytecode. Anything is a program: what is no instruction halts when it is reached.
    #[must_use]
    pub fn new(bytecode: &[u8]) -> Self {
        let mut program = Self { instructions: vec![], places: vec![], constants: vec![], faults: vec![] };
        let mut index_of = vec![UNKNOWN; bytecode.len()];
        let mut jumps = Vec::new();
        program.decode_run(bytecode, 0, &mut index_of, &mut jumps);
        while let Some((from, target)) = jumps.pop() {
            let known = index_of.get(target as usize).copied().filter(|index| *index != UNKNOWN);
            let index = known.unwrap_or_else(|| {
                let index = program.next_index();
                program.decode_run(bytecode, target, &mut index_of, &mut jumps);
                index
            });
            program.instructions[from as usize].immediate = index;
        }
        program
    }

    fn next_index(&self) -> u32 {
        self.instructions.len() as u32
    }

    fn push(&mut self, place: u32, instruction: Instruction) {
        self.instructions.push(instruction);
        self.places.push(place);
    }

    fn push_fault(&mut self, place: u32, halt: Halt) {
        let immediate = self.faults.len() as u32;
        self.faults.push(halt);
        self.push(place, Instruction::internal(Op::Fault, immediate));
    }

    /// Decodes from a place to where no instruction follows or it was decoded already.
    fn decode_run(&mut self, bytecode: &[u8], start: u32, index_of: &mut [u32], jumps: &mut Vec<(u32, u32)>) {
        let mut place = start;
        loop {
            let Some(known) = index_of.get_mut(place as usize) else {
                let length = bytecode.len() as u32;
                return self.push_fault(place, Halt::InvalidProgramCounter { pc: place, length });
            };
            if *known != UNKNOWN {
                return self.push(place, Instruction::internal(Op::Join, *known));
            }
            let index = self.instructions.len() as u32;
            *known = index;
            match decode(bytecode, place) {
                Err(halt) => return self.push_fault(place, halt),
                Ok(mut decoded) => {
                    if let Some(constant) = decoded.constant {
                        decoded.instruction.immediate = self.constants.len() as u32;
                        self.constants.push(constant);
                    }
                    if let Some(target) = decoded.jumps_to {
                        jumps.push((index, target));
                    }
                    self.push(place, decoded.instruction);
                    let is_last =
                        matches!(decoded.instruction.op, Op::Jump | Op::InternalReturn | Op::Return | Op::Revert);
                    if is_last {
                        return;
                    }
                    place += decoded.size;
                }
            }
        }
    }

    #[inline]
    pub(crate) fn instruction(&self, index: usize) -> &Instruction {
        &self.instructions[index]
    }

    pub(crate) fn place(&self, index: usize) -> u32 {
        self.places[index]
    }

    #[inline]
    pub(crate) fn constant(&self, index: u32) -> Value {
        self.constants[index as usize]
    }

    pub(crate) fn fault(&self, index: u32) -> Halt {
        self.faults[index as usize].clone()
    }

    /// Size in memory, roughly.
    pub(crate) fn weight(&self) -> usize {
        self.instructions.len() * (size_of::<Instruction>() + 4) + self.constants.len() * size_of::<Value>()
    }
}

impl Instruction {
    fn internal(op: Op, immediate: u32) -> Self {
        Self { op, modes: 0, operands: [0; MAX_OPERANDS], l2_gas: 0, da_gas: 0, immediate }
    }
}

/// L2 gas of an addressing mode word. Bits of operands the instruction does not have count too.
fn addressing_gas(modes: u16) -> u32 {
    const RELATIVE: u16 = 0b10_1010_1010_1010;
    let relative = (modes & RELATIVE).count_ones();
    let indirect = (modes & RELATIVE >> 1).count_ones();
    u32::from(relative != 0) * RELATIVE_BASE_L2_GAS + (relative + indirect) * OPERAND_L2_GAS
}

/// The big-endian number of at most four bytes.
fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn decode(bytecode: &[u8], place: u32) -> Result<Decoded, Halt> {
    let bytes = &bytecode[place as usize..];
    let opcode = bytes[0];
    let form = INSTRUCTIONS.get(usize::from(opcode)).ok_or(Halt::InvalidOpcode { pc: place, opcode })?;
    let size = form.size();
    let truncated = Halt::TruncatedInstruction { pc: place, size: size as u32, left: bytes.len() as u32 };
    let mut rest = bytes.get(1..size).ok_or(truncated)?;
    let cost = form.op.cost();
    let mut instruction = Instruction { l2_gas: cost.l2, da_gas: cost.da, ..Instruction::internal(form.op, 0) };
    let mut addresses = instruction.operands.iter_mut();
    let mut tag = Tag::Field;
    let mut constant = None;
    let mut jumps_to = None;
    for operand in form.operands {
        let (bytes, left) = rest.split_at(operand.size());
        rest = left;
        match operand {
            Operand::Modes8 | Operand::Modes16 => instruction.modes = number(bytes) as u16,
            Operand::Address8 | Operand::Address16 => {
                *addresses.next().expect("no form of the table has more than seven addresses") = number(bytes) as u16;
            }
            Operand::Tag => {
                tag = Tag::from_number(bytes[0]).ok_or(Halt::InvalidTag { pc: place, tag: bytes[0] })?;
                instruction.immediate = bytes[0].into();
            }
            Operand::Number8 | Operand::Number16 => instruction.immediate = number(bytes),
            Operand::Place => jumps_to = Some(number(bytes)),
            Operand::Constant(_) => constant = Some(Value::Field(Fr::from_be_bytes_reduced(bytes)).cast(tag)),
        }
    }
    instruction.l2_gas += addressing_gas(instruction.modes);
    Ok(Decoded { instruction, size: size as u32, constant, jumps_to })
}

/// A listing of bytecode from its first byte on, one line for each instruction.
#[must_use]
pub fn disassemble(bytecode: &[u8]) -> String {
    let mut text = String::new();
    let mut place = 0;
    while place < bytecode.len() {
        let line = match decode(bytecode, place as u32) {
            Err(halt) => {
                let _ = writeln!(text, "{place:>6}  {halt}");
                return text;
            }
            Ok(decoded) => decoded,
        };
        let form = &INSTRUCTIONS[usize::from(bytecode[place])];
        let _ = write!(text, "{place:>6}  {}", form.name);
        let mut addresses = line.instruction.operands.iter().enumerate();
        for operand in form.operands {
            let _ = match operand {
                Operand::Modes8 | Operand::Modes16 => Ok(()),
                Operand::Address8 | Operand::Address16 => {
                    let (index, address) = addresses.next().expect("an address for each address operand");
                    let mode = line.instruction.modes >> (2 * index);
                    let relative = if mode & 2 != 0 { "+" } else { "" };
                    if mode & 1 != 0 {
                        write!(text, " [{relative}{address}]")
                    } else {
                        write!(text, " {relative}{address}")
                    }
                }
                Operand::Tag => {
                    let tag = u8::try_from(line.instruction.immediate).ok().and_then(Tag::from_number);
                    tag.map_or(Ok(()), |tag| write!(text, " {tag}"))
                }
                Operand::Number8 | Operand::Number16 => write!(text, " #{}", line.instruction.immediate),
                Operand::Place => line.jumps_to.map_or(Ok(()), |target| write!(text, " @{target}")),
                Operand::Constant(_) => match line.constant {
                    Some(Value::Field(value)) => write!(text, " {value}"),
                    Some(Value::Int(_, value)) => write!(text, " {value}"),
                    None => Ok(()),
                },
            };
        }
        text.push('\n');
        place += line.size as usize;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_may_lead_into_an_instruction() {
        // SET_16 whose last bytes are an INTERNALRETURN, jumped into.
        let bytecode = [40, 0, 0, 5, 3, 0, 38, 35, 0, 0, 0, 6];
        let program = Program::new(&bytecode);
        let jump = program.instruction(1);
        assert_eq!((jump.op, program.place(1)), (Op::Jump, 7));
        let target = jump.immediate as usize;
        assert_eq!((program.instruction(target).op, program.place(target)), (Op::InternalReturn, 6));
        assert_eq!(disassemble(&bytecode), "     0  SET_16 5 U16 38\n     7  JUMP_32 @6\n");
    }

    #[test]
    fn any_bytes_are_a_program() {
        assert_eq!(Program::new(&[]).fault(0), Halt::InvalidProgramCounter { pc: 0, length: 0 });
        assert_eq!(Program::new(&[68]).fault(0), Halt::InvalidOpcode { pc: 0, opcode: 68 });
        assert_eq!(Program::new(&[39, 0]).fault(0), Halt::TruncatedInstruction { pc: 0, size: 5, left: 2 });
        assert_eq!(Program::new(&[39, 0, 0, 7, 0]).fault(0), Halt::InvalidTag { pc: 0, tag: 7 });
        let every_place_jumps: Vec<u8> = (0..5000u32).flat_map(|n| [35, 0, 0, (n >> 8) as u8, n as u8]).collect();
        assert!(Program::new(&every_place_jumps).instructions.len() < 3 * every_place_jumps.len());
    }

    #[test]
    fn addressing_gas_counts_every_mode_bit() {
        assert_eq!(addressing_gas(0), 0);
        assert_eq!(addressing_gas(0b01), 3);
        assert_eq!(addressing_gas(0b10), 6);
        assert_eq!(addressing_gas(0b1100_0011), 3 + 4 * 3);
        assert_eq!(addressing_gas(0b1100_0000_0000_0000), 0);
    }
}
