//! Brillig functions in the form they are run from.

use protocol::field::Fr;

/// Slots that a single value in a program may take. The largest arrays of the protocol stay below 2^18.
pub(crate) const MAX_MEMORY: u32 = 1 << 22;

/// An address: direct, or relative to the stack pointer, told apart by the high bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Address(u32);

impl Address {
    const RELATIVE: u32 = 1 << 31;

    pub(crate) const fn direct(address: u32) -> Self {
        Self(address)
    }

    pub(crate) const fn relative(offset: u32) -> Self {
        Self(offset | Self::RELATIVE)
    }

    /// The slot, given the stack pointer.
    pub(crate) const fn slot(self, stack_pointer: u32) -> u32 {
        // Without a branch, which would often be predicted wrongly. A stack pointer beyond memory leads beyond memory.
        let base = stack_pointer & self.0.cast_signed().wrapping_shr(31).cast_unsigned();
        base.saturating_add(self.0 & !Self::RELATIVE)
    }
}

/// Width of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntSize {
    U1,
    U8,
    U16,
    U32,
    U64,
    U128,
}

impl IntSize {
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::U1 => 1,
            Self::U8 => 8,
            Self::U16 => 16,
            Self::U32 => 32,
            Self::U64 => 64,
            Self::U128 => 128,
        }
    }
}

/// Type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BitSize {
    Field,
    Integer(IntSize),
}

impl BitSize {
    pub(crate) const fn bits(self) -> u32 {
        match self {
            Self::Field => 254,
            Self::Integer(size) => size.bits(),
        }
    }
}

/// A 128-bit integer that does not make every [`Value`] larger by its alignment: low half, high half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wide(u64, u64);

impl Wide {
    pub(crate) const fn new(value: u128) -> Self {
        Self(value as u64, (value >> 64) as u64)
    }

    pub(crate) const fn get(self) -> u128 {
        self.0 as u128 | (self.1 as u128) << 64
    }
}

/// A typed value in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Field(Fr),
    U1(bool),
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    U128(Wide),
}

impl Value {
    /// What memory holds that was never written.
    pub(crate) const UNSET: Self = Self::Field(Fr::ZERO);

    /// The integer truncated to a width.
    #[expect(clippy::cast_possible_truncation, reason = "this is what truncating means")]
    pub(crate) const fn truncated(value: u128, size: IntSize) -> Self {
        match size {
            IntSize::U1 => Self::U1(value & 1 == 1),
            IntSize::U8 => Self::U8(value as u8),
            IntSize::U16 => Self::U16(value as u16),
            IntSize::U32 => Self::U32(value as u32),
            IntSize::U64 => Self::U64(value as u64),
            IntSize::U128 => Self::U128(Wide::new(value)),
        }
    }

    /// A field element as a value of a type; none when it does not fit.
    pub(crate) fn from_field(field: Fr, size: BitSize) -> Option<Self> {
        let BitSize::Integer(size) = size else { return Some(Self::Field(field)) };
        let integer = field.to_u128()?;
        (size == IntSize::U128 || integer >> size.bits() == 0).then(|| Self::truncated(integer, size))
    }

    /// The type.
    pub(crate) const fn bit_size(self) -> BitSize {
        BitSize::Integer(match self {
            Self::Field(_) => return BitSize::Field,
            Self::U1(_) => IntSize::U1,
            Self::U8(_) => IntSize::U8,
            Self::U16(_) => IntSize::U16,
            Self::U32(_) => IntSize::U32,
            Self::U64(_) => IntSize::U64,
            Self::U128(_) => IntSize::U128,
        })
    }

    /// As a field element.
    pub(crate) fn to_field(self) -> Fr {
        match self {
            Self::Field(field) => field,
            Self::U1(value) => value.into(),
            Self::U8(value) => value.into(),
            Self::U16(value) => value.into(),
            Self::U32(value) => value.into(),
            Self::U64(value) => value.into(),
            Self::U128(value) => value.get().into(),
        }
    }
}

/// Arithmetic on field elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldOp {
    Add,
    Sub,
    Mul,
    Div,
    IntegerDiv,
    Equals,
    LessThan,
    LessThanEquals,
}

/// Arithmetic on integers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntOp {
    Add,
    Sub,
    Mul,
    Div,
    Equals,
    LessThan,
    LessThanEquals,
    And,
    Or,
    Xor,
    Shl,
    Shr,
}

/// What a function does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opcode {
    Field {
        op: FieldOp,
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    /// On integers of at most 64 bits.
    Int {
        op: IntOp,
        size: IntSize,
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    /// What programs do most: on integers of 32 bits, each operation an opcode of its own.
    Add32 {
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    Sub32 {
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    Mul32 {
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    Less32 {
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    Equal32 {
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    /// On integers of 128 bits.
    Wide {
        op: IntOp,
        destination: Address,
        lhs: Address,
        rhs: Address,
    },
    Not {
        size: IntSize,
        destination: Address,
        source: Address,
    },
    Cast {
        size: BitSize,
        destination: Address,
        source: Address,
    },
    JumpIf {
        condition: Address,
        location: u32,
    },
    Jump {
        location: u32,
    },
    CalldataCopy {
        destination: Address,
        size: Address,
        offset: Address,
    },
    Call {
        location: u32,
    },
    /// `constant` is an index into the function's constants.
    Const {
        destination: Address,
        constant: u32,
    },
    IndirectConst {
        pointer: Address,
        constant: u32,
    },
    Return,
    /// Index into the function's foreign calls.
    ForeignCall(u32),
    Mov {
        destination: Address,
        source: Address,
    },
    ConditionalMov {
        destination: Address,
        if_true: Address,
        if_false: Address,
        condition: Address,
    },
    Load {
        destination: Address,
        pointer: Address,
    },
    Store {
        pointer: Address,
        source: Address,
    },
    /// Index into the function's black boxes.
    BlackBox(u32),
    Trap {
        pointer: Address,
        size: Address,
    },
    Stop {
        pointer: Address,
        size: Address,
    },
}

impl Opcode {
    /// The opcode for an operation on integers.
    pub(crate) const fn int(op: IntOp, size: IntSize, destination: Address, lhs: Address, rhs: Address) -> Self {
        match (size, op) {
            (IntSize::U128, _) => Self::Wide { op, destination, lhs, rhs },
            (IntSize::U32, IntOp::Add) => Self::Add32 { destination, lhs, rhs },
            (IntSize::U32, IntOp::Sub) => Self::Sub32 { destination, lhs, rhs },
            (IntSize::U32, IntOp::Mul) => Self::Mul32 { destination, lhs, rhs },
            (IntSize::U32, IntOp::LessThan) => Self::Less32 { destination, lhs, rhs },
            (IntSize::U32, IntOp::Equals) => Self::Equal32 { destination, lhs, rhs },
            _ => Self::Int { op, size, destination, lhs, rhs },
        }
    }
}

/// Where an argument or result of a foreign call is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Slot {
    /// In memory.
    Value(Address, BitSize),
    /// Behind a pointer; the type tells how many.
    Array(Address),
    /// Behind a pointer, as many as another slot tells.
    Vector { pointer: Address, size: Address },
}

/// Type of an array's or vector's items.
#[derive(Debug, Clone)]
pub(crate) enum ItemType {
    Value(BitSize),
    /// A pointer to an array, whose items start one slot behind it.
    Array(ArrayType),
}

/// Type of an array: so many times these items.
#[derive(Debug, Clone, Default)]
pub(crate) struct ArrayType {
    pub(crate) items: Vec<ItemType>,
    pub(crate) length: u32,
}

impl ArrayType {
    /// Slots the array itself takes.
    pub(crate) fn slots(&self) -> u64 {
        self.items.len() as u64 * u64::from(self.length)
    }

    /// Values in the array and in all arrays it points to.
    pub(crate) fn flattened(&self) -> u64 {
        let item = self.items.iter().map(|item| match item {
            ItemType::Value(_) => 1,
            ItemType::Array(array) => array.flattened(),
        });
        item.fold(0, u64::saturating_add).saturating_mul(self.length.into())
    }

    /// Whether it points to no further arrays.
    pub(crate) fn is_flat(&self) -> bool {
        self.items.iter().all(|item| matches!(item, ItemType::Value(_)))
    }
}

/// An argument or result of a foreign call. The type's length means nothing for vectors.
#[derive(Debug, Clone)]
pub(crate) struct Parameter {
    pub(crate) slot: Slot,
    pub(crate) array: ArrayType,
}

/// A call out of the program.
#[derive(Debug)]
pub(crate) struct ForeignCall {
    pub(crate) name: String,
    pub(crate) inputs: Vec<Parameter>,
    pub(crate) outputs: Vec<Parameter>,
}

/// Consecutive slots behind a pointer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HeapArray {
    pub(crate) pointer: Address,
    pub(crate) size: u32,
}

/// Functions that are run as a whole.
#[derive(Debug)]
pub(crate) enum BlackBox {
    Aes128 {
        inputs: HeapArray,
        iv: HeapArray,
        key: HeapArray,
        output: HeapArray,
    },
    Blake2s {
        message: HeapArray,
        output: HeapArray,
    },
    Blake3 {
        message: HeapArray,
        output: HeapArray,
    },
    Keccak {
        input: HeapArray,
        output: HeapArray,
    },
    Sha256 {
        input: HeapArray,
        state: HeapArray,
        output: HeapArray,
    },
    Poseidon2 {
        message: HeapArray,
        output: HeapArray,
    },
    Ecdsa {
        curve: protocol::signature::ecdsa::EcdsaCurve,
        hash: HeapArray,
        x: HeapArray,
        y: HeapArray,
        signature: HeapArray,
        result: Address,
    },
    MultiScalarMul {
        points: HeapArray,
        scalars: HeapArray,
        output: HeapArray,
    },
    /// x, y, infinite of both points.
    CurveAdd {
        inputs: [Address; 6],
        output: HeapArray,
    },
    ToRadix {
        input: Address,
        radix: Address,
        output: Address,
        limbs: Address,
        bits: Address,
    },
}

/// A function.
#[derive(Debug, Default)]
pub(crate) struct Function {
    pub(crate) opcodes: Vec<Opcode>,
    pub(crate) constants: Vec<Value>,
    pub(crate) foreign_calls: Vec<ForeignCall>,
    pub(crate) black_boxes: Vec<BlackBox>,
}

impl Function {
    /// Bytes of memory it takes, roughly.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.opcodes.as_slice())
            + size_of_val(self.constants.as_slice())
            + size_of_val(self.foreign_calls.as_slice())
            + size_of_val(self.black_boxes.as_slice())
    }
}
