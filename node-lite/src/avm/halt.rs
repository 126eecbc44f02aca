//! Why a call halts without deciding to: it reverts, returns nothing and loses all its gas.
//!
//! The texts are those of the official native simulator, which nodes run: clients and tests match them. They are recorded in
//! `tests/avm/data`.

use std::fmt;

use protocol::address::AztecAddress;
use protocol::constants::MAX_PUBLIC_CALLS_TO_UNIQUE_CONTRACT_CLASS_IDS;
use protocol::field::Fr;
use thiserror::Error;

use super::table::Op;
use super::value::Tag;

/// What of a transaction has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Limit {
    /// Public data writes, by distinct slot.
    #[error("data writes")]
    PublicDataWrites,
    /// The write that pays the fee.
    #[error("protocol data writes")]
    ProtocolPublicDataWrites,
    /// Note hashes.
    #[error("note hashes")]
    NoteHashes,
    /// Nullifiers.
    #[error("nullifiers")]
    Nullifiers,
    /// Messages to L1.
    #[error("L2 to L1 messages")]
    L2ToL1Messages,
    /// Fields of public logs, their headers included.
    #[error("public log fields")]
    PublicLogFields,
}

/// A limit of a transaction is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("Maximum number of {limit} reached")]
pub struct LimitReached {
    /// Which.
    pub limit: Limit,
    /// How many there may be.
    pub max: usize,
}

/// A side effect cannot be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SideEffectError {
    /// There are too many.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The nullifier exists, in the tree or in this transaction.
    #[error("Attempted to emit duplicate siloed nullifier {0}.")]
    NullifierCollision(Box<Fr>),
}

/// Gas that a call would have used, and what it may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("total L2 used {l2_used} of {l2_limit}, total DA used {da_used} of {da_limit}")]
pub struct OutOfGas {
    /// L2 gas with that of the instruction.
    pub l2_used: u64,
    /// L2 gas it may use.
    pub l2_limit: u32,
    /// DA gas with that of the instruction.
    pub da_used: u64,
    /// DA gas it may use.
    pub da_limit: u32,
}

/// What is wrong with the operands of arithmetic, comparisons, shifts and bitwise instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operands {
    /// They are of two types.
    Differ(Tag, Tag),
    /// They are field elements, and the instruction is for integers.
    Fields,
    /// The divisor is zero.
    DivisorZero,
}

/// Where an instruction that works on several cells goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// What it reads goes beyond the last cell.
    ReadRange {
        /// First cell.
        start: u32,
    },
    /// What it writes goes beyond the last cell.
    WriteRange {
        /// First cell.
        start: u32,
    },
    /// A cell is not of the type it needs.
    Tag {
        /// The cell.
        address: u32,
        /// Its tag.
        found: Tag,
        /// Which of the groups of cells it is in, from 0.
        group: u8,
    },
}

/// What is wrong with a contract instance that is asked for, or a digit conversion, or a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Its fields go beyond the last cell.
    Range,
    /// It does not fit beside the others of the transaction.
    TooMany,
    /// One of its cells is no field element.
    Tag,
    /// The call is static.
    Static,
}

/// An exceptional halt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The program counter is outside of the bytecode.
    InvalidProgramCounter {
        /// The counter.
        pc: u32,
        /// Bytes there are.
        length: u32,
    },
    /// No such instruction.
    InvalidOpcode {
        /// Its place.
        pc: u32,
        /// Its first byte.
        opcode: u8,
    },
    /// The bytecode ends inside the instruction.
    TruncatedInstruction {
        /// Its place.
        pc: u32,
        /// Bytes it has.
        size: u32,
        /// Bytes there are.
        left: u32,
    },
    /// The instruction names no type.
    InvalidTag {
        /// Its place.
        pc: u32,
        /// The number.
        tag: u8,
    },
    /// Not enough gas.
    OutOfGas(Box<OutOfGas>),
    /// Cell 0 is not an address, and an operand is relative to it.
    BaseAddressTag(Tag),
    /// A relative operand is beyond the last cell.
    RelativeAddressOutOfRange {
        /// Content of cell 0.
        base: u32,
        /// The operand.
        offset: u16,
    },
    /// An indirect operand leads to something else than an address.
    IndirectAddressTag {
        /// The cell.
        address: u32,
        /// Its tag.
        found: Tag,
    },
    /// What the instruction reads has another tag than it needs.
    InputTag {
        /// Which of its inputs, from 0.
        input: u8,
        /// Its tag.
        found: Tag,
        /// The tag it should have.
        expected: Tag,
    },
    /// Operands that cannot be computed with.
    Operands {
        /// The instruction.
        op: Op,
        /// What is wrong.
        operands: Operands,
    },
    /// Cells that an instruction cannot read or write.
    Cells {
        /// The instruction.
        op: Op,
        /// Where it goes wrong.
        cells: Cells,
    },
    /// A copy of calldata or returned data goes beyond the last cell.
    Copy {
        /// The instruction.
        op: Op,
        /// End of what is read.
        read_end: u64,
        /// End of what is written.
        write_end: u64,
    },
    /// No such environment variable.
    InvalidEnvironmentVariable(u32),
    /// No such member of a contract instance.
    InvalidInstanceMember(u32),
    /// INTERNALRETURN without INTERNALCALL.
    InternalCallStackEmpty,
    /// A static call must leave no trace.
    StaticCall(Op),
    /// An operand of ECADD.
    PointNotOnCurve,
    /// Radix, number of digits or place of TORADIXBE.
    RadixParameters,
    /// The value of TORADIXBE needs more digits.
    TooFewDigits,
    /// A public log.
    Log(Log),
    /// The recipient of SENDL2TOL1MSG.
    RecipientTooLarge,
    /// A side effect of an instruction that cannot be.
    Effect {
        /// The instruction.
        op: Op,
        /// Why.
        limit: LimitReached,
    },
    /// The contract has this nullifier already.
    NullifierCollision(Box<(Fr, AztecAddress)>),
    /// A side effect of the private part that cannot be.
    SideEffect(SideEffectError),
    /// The called address has no code.
    NotDeployed(Box<AztecAddress>),
    /// The transaction has run too many classes.
    TooManyClasses,
}

impl fmt::Display for Halt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidProgramCounter { pc, length } => {
                let max = u64::from(*length).wrapping_sub(1);
                write!(f, "Instruction fetching error at pc {pc}: Invalid program counter {pc}, max is {max}")
            }
            Self::InvalidOpcode { pc, opcode } => write!(
                f,
                "Instruction fetching error at pc {pc}: Opcode {opcode} ({opcode:#x}) value is not in the range of valid \
                 opcodes (at PC {pc})."
            ),
            Self::TruncatedInstruction { pc, size, left } => write!(
                f,
                "Instruction fetching error at pc {pc}: Instruction at PC {pc} does not fit in bytecode (instruction size: \
                 {size}, remaining: {left})"
            ),
            Self::InvalidTag { pc, .. } => write!(f, "Instruction fetching error at pc {pc}: Tag check failed"),
            Self::OutOfGas(gas) => write!(f, "Out of gas: {gas}"),
            Self::BaseAddressTag(tag) => {
                write!(f, "Addressing error: Base address (mem[0]) is not a valid address (has tag {tag})")
            }
            Self::RelativeAddressOutOfRange { base, offset } => write!(
                f,
                "Addressing error: Relative address out of range. Base address {base}, relative offset {offset}"
            ),
            Self::IndirectAddressTag { address, found } => write!(
                f,
                "Addressing error: Address after indirection is not a valid address (address U32({address})) has tag {found})"
            ),
            Self::InputTag { input, found, expected } => {
                write!(f, "Input {input} tag {found} does not match expected tag {expected}")
            }
            Self::Operands { op, operands } => write_operands(f, *op, *operands),
            Self::Cells { op, cells } => write_cells(f, *op, *cells),
            Self::Copy { op, read_end, write_end } => {
                let what = if *op == Op::CalldataCopy { "cd" } else { "rd" };
                write!(
                    f,
                    "{what} copy failed: Attempting to access out of bounds memory: read_addr_upper_bound = {read_end} \
                     write_addr_upper_bound = {write_end}"
                )
            }
            Self::InvalidEnvironmentVariable(_) => f.write_str("Invalid environment variable enum value"),
            Self::InvalidInstanceMember(member) => {
                write!(f, "GetContractInstance Exception: Error in GetContractInstance: Invalid member enum: {member}")
            }
            Self::InternalCallStackEmpty => {
                f.write_str("Internal return failed: Internal call stack is empty. Cannot pop.")
            }
            Self::StaticCall(op) => {
                let what = match op {
                    Op::SStore => "write to storage",
                    Op::EmitNoteHash => "emit note hash",
                    Op::EmitNullifier => "emit nullifier",
                    _ => "send L2 to L1 message",
                };
                let name = op.name();
                write!(f, "{name}: Static call cannot update the state. Cannot {what} in static context")
            }
            Self::PointNotOnCurve => f.write_str(
                "Embedded curve add failed: EccException: Add failed: One of the points is not on the curve",
            ),
            Self::RadixParameters => {
                f.write_str("ToRadixBe gadget failed: ToRadix Exception: Invalid parameters for ToRadix")
            }
            Self::TooFewDigits => f.write_str("ToRadixBe gadget failed: ToRadix Exception: Truncation error"),
            Self::Log(log) => {
                let what = match log {
                    Log::Range => "Memory out of bounds",
                    Log::TooMany => "Too many logs",
                    Log::Tag => "Tag mismatch",
                    Log::Static => "Static call cannot update the state.",
                };
                write!(f, "EmitPublicLog Exception: Error in EmitPublicLog: {what}")
            }
            Self::RecipientTooLarge => f.write_str("SENDL2TOL1MSG: Recipient address is too large"),
            Self::Effect { op, limit } => write!(f, "{}: {limit}", op.name()),
            Self::NullifierCollision(collision) => {
                let (nullifier, contract) = &**collision;
                write!(
                    f,
                    "EMITNULLIFIER: Attempted to emit duplicate nullifier {nullifier} (contract address: {contract})."
                )
            }
            Self::SideEffect(error) => error.fmt(f),
            Self::NotDeployed(contract) => {
                let text = contract.to_string();
                let digits = text.trim_start_matches("0x").trim_start_matches('0');
                write!(f, "Contract 0x{} is not deployed", if digits.is_empty() { "0" } else { digits })
            }
            Self::TooManyClasses => {
                write!(f, "Can't retrieve more than {MAX_PUBLIC_CALLS_TO_UNIQUE_CONTRACT_CLASS_IDS} bytecodes per tx")
            }
        }
    }
}

fn write_operands(f: &mut fmt::Formatter<'_>, op: Op, operands: Operands) -> fmt::Result {
    let (unit, what) = match op {
        // The only one of which no more is told.
        Op::Sub => return f.write_str("Alu sub operation failed"),
        Op::And => ("Bitwise", "Bitwise AND Exeception"),
        Op::Or => ("Bitwise", "Bitwise OR Exception"),
        Op::Xor => ("Bitwise", "Bitwise XOR Exception"),
        Op::Shl => ("ALU", "SHL Exception"),
        Op::Shr => ("ALU", "SHR Exception"),
        _ => {
            write!(f, "Alu {} operation failed: ALU Exception: {}, ", op.name().to_lowercase(), op.name())?;
            return write_fault(f, op, operands);
        }
    };
    write!(f, "{what}: {unit} Exception: {}, ", op.name())?;
    write_fault(f, op, operands)
}

fn write_fault(f: &mut fmt::Formatter<'_>, op: Op, operands: Operands) -> fmt::Result {
    match (op, operands) {
        (Op::Eq | Op::Lt | Op::Lte, Operands::Differ(..)) => f.write_str("Tag mismatch between operands."),
        (_, Operands::Differ(a, b)) => {
            write!(f, "Mismatched tags: Cannot perform operation between different types: {a} and {b}")
        }
        (Op::Div, Operands::Fields) => {
            f.write_str("Mismatched tags: Cannot perform integer division on a field element")
        }
        (Op::Not, Operands::Fields) => f.write_str("InvalidOperationTag: Can't do unary bitwise operations on an FF"),
        (_, Operands::Fields) => f.write_str("InvalidOperationTag: Bitwise operations not valid for FF"),
        (_, Operands::DivisorZero) => f.write_str("Division by zero: Dividing numeric value by zero"),
    }
}

fn write_cells(f: &mut fmt::Formatter<'_>, op: Op, cells: Cells) -> fmt::Result {
    match op {
        Op::Poseidon2 => {
            let what = match cells {
                Cells::ReadRange { .. } => "Read address out of range",
                Cells::WriteRange { .. } => "Write address out of range",
                Cells::Tag { .. } => "An input tag is not FF",
            };
            write!(f, "Poseidon2 permutation failed: Poseidon2Exception: {what}")
        }
        Op::Sha256Compression => {
            let what = match cells {
                Cells::Tag { group: 0, .. } => "Invalid tag for sha256 state values.",
                Cells::Tag { .. } => "Invalid tag for sha256 input values.",
                _ => "Memory address out of range for sha256 compression.",
            };
            write!(f, "Sha256 Compression failed: Sha256CompressionException: {what}")
        }
        Op::KeccakF1600 => {
            f.write_str("Keccak permutation failed: Error in KeccakF1600 permutation: ")?;
            match cells {
                Cells::ReadRange { start } => write!(f, "Read slice out of range: {start}"),
                Cells::WriteRange { start } => write!(f, "Write slice out of range: {start}"),
                Cells::Tag { address, found, .. } => {
                    write!(f, "Read slice tag invalid - addr: {address} tag: {}", found as u8)
                }
            }
        }
        Op::GetContractInstance => {
            let (Cells::ReadRange { start } | Cells::WriteRange { start } | Cells::Tag { address: start, .. }) = cells;
            write!(f, "GetContractInstance Exception: Error in GetContractInstance: Write dst out of range: {start:#x}")
        }
        _ => f.write_str("Embedded curve add failed: EccException: Add failed: dst address out of range"),
    }
}

impl std::error::Error for Halt {}

impl From<SideEffectError> for Halt {
    fn from(error: SideEffectError) -> Self {
        Self::SideEffect(error)
    }
}

impl Halt {
    #[cold]
    pub(crate) fn input_tag(input: u8, found: Tag, expected: Tag) -> Self {
        Self::InputTag { input, found, expected }
    }

    #[cold]
    pub(crate) fn operands(op: Op, operands: Operands) -> Self {
        Self::Operands { op, operands }
    }
}
