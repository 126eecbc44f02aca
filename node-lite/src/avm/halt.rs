//! Why a call halts without deciding to: it reverts, returns nothing and loses all its gas.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/errors.ts`, `@aztec/simulator/src/public/side_effect_errors.ts`.

use protocol::address::AztecAddress;
use protocol::field::Fr;
use thiserror::Error;

use super::value::Tag;

/// What of a transaction has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum Limit {
    /// Public data writes, by distinct slot.
    #[error("public data writes")]
    PublicDataWrites,
    /// The write that pays the fee.
    #[error("protocol public data writes")]
    ProtocolPublicDataWrites,
    /// Note hashes.
    #[error("note hashes")]
    NoteHashes,
    /// Nullifiers.
    #[error("nullifiers")]
    Nullifiers,
    /// Messages to L1.
    #[error("messages to L1")]
    L2ToL1Messages,
    /// Fields of public logs, their headers included.
    #[error("public log fields")]
    PublicLogFields,
}

/// A limit of a transaction is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[error("a transaction has at most {max} {limit}")]
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
    #[error("nullifier {0} exists already")]
    NullifierCollision(Box<Fr>),
}

/// An exceptional halt.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Halt {
    /// The program counter is outside of the bytecode.
    #[error("invalid program counter {pc}, the bytecode has {length} bytes")]
    InvalidProgramCounter {
        /// The counter.
        pc: u32,
        /// Bytes there are.
        length: u32,
    },
    /// No such instruction.
    #[error("instruction fetching error at pc {pc}: opcode {opcode:#04x} does not exist")]
    InvalidOpcode {
        /// Its place.
        pc: u32,
        /// Its first byte.
        opcode: u8,
    },
    /// The bytecode ends inside the instruction.
    #[error("instruction fetching error at pc {pc}: it has {size} bytes, {left} are left")]
    TruncatedInstruction {
        /// Its place.
        pc: u32,
        /// Bytes it has.
        size: u32,
        /// Bytes there are.
        left: u32,
    },
    /// The instruction names no type.
    #[error("instruction fetching error at pc {pc}: {tag} is no memory tag")]
    InvalidTag {
        /// Its place.
        pc: u32,
        /// The number.
        tag: u8,
    },
    /// Not enough gas.
    #[error("Out of gas: {}", match (l2, da) { (true, true) => "L2 and DA", (true, false) => "L2", _ => "DA" })]
    OutOfGas {
        /// For the L2 dimension.
        l2: bool,
        /// For the DA dimension.
        da: bool,
    },
    /// Cell 0 is not an address, and an operand is relative to it.
    #[error("addressing error: base address (cell 0) has tag {0}")]
    BaseAddressTag(Tag),
    /// A relative operand is beyond the last cell.
    #[error("addressing error: base address {base} and offset {offset} are beyond the last cell")]
    RelativeAddressOutOfRange {
        /// Content of cell 0.
        base: u32,
        /// The operand.
        offset: u16,
    },
    /// An indirect operand leads to something else than an address.
    #[error("addressing error: cell {address} holds no address but has tag {found}")]
    IndirectAddressTag {
        /// The cell.
        address: u32,
        /// Its tag.
        found: Tag,
    },
    /// A cell has another tag than the instruction needs.
    #[error("cell {address} has tag {found}, not {expected}")]
    TagMismatch {
        /// The cell.
        address: u32,
        /// Its tag.
        found: Tag,
        /// The tag it should have.
        expected: Tag,
    },
    /// The instruction is for integers only.
    #[error("tag {0} is not of an integer")]
    NotIntegral(Tag),
    /// A range goes beyond the last cell.
    #[error("{size} cells from {start} are beyond the last cell")]
    SliceOutOfRange {
        /// First cell.
        start: u64,
        /// Number of cells.
        size: u64,
    },
    /// Division by zero.
    #[error("division by zero")]
    DivisionByZero,
    /// No such environment variable.
    #[error("{0} is no environment variable")]
    InvalidEnvironmentVariable(u32),
    /// No such member of a contract instance.
    #[error("{0} is no member of a contract instance")]
    InvalidInstanceMember(u32),
    /// INTERNALRETURN without INTERNALCALL.
    #[error("the internal call stack is empty")]
    InternalCallStackEmpty,
    /// A static call must leave no trace.
    #[error("a static call cannot change the state, send messages or emit logs")]
    StaticCall,
    /// An operand of ECADD.
    #[error("point {0} is not on the Grumpkin curve")]
    PointNotOnCurve(u8),
    /// The radix of TORADIXBE.
    #[error("radix {0} is not within 2 and 256")]
    InvalidRadix(u32),
    /// TORADIXBE is asked for bits in another radix than 2.
    #[error("bits are digits in radix 2, not {0}")]
    BitsInRadix(u32),
    /// The value of TORADIXBE needs more digits.
    #[error("the value has more than {0} digits")]
    TooFewDigits(u32),
    /// The recipient of SENDL2TOL1MSG.
    #[error("recipient {0} is not an Ethereum address")]
    RecipientTooLarge(Box<Fr>),
    /// A side effect that cannot be.
    #[error(transparent)]
    SideEffect(#[from] SideEffectError),
    /// The called address has no code, or the transaction has run too many classes.
    #[error("no bytecode for contract {0}: it is not deployed, or the transaction calls too many classes")]
    NoBytecode(Box<AztecAddress>),
}

impl Halt {
    #[cold]
    pub(crate) fn tag_mismatch(address: u32, found: Tag, expected: Tag) -> Self {
        Self::TagMismatch { address, found, expected }
    }
}
