//! A circuit in the form it is solved from: opcodes of a few words that point into shared pools, so that solving walks
//! through memory in order and allocates nothing.

use core::ops::Range;

use protocol::field::Fr;

/// Witness indices are below this; the largest circuit of the protocol, the rollup's checkpoint root, has 3,539,702
/// witnesses. A program of a few bytes can have that many values kept, which take 138 MB.
pub(crate) const MAX_WITNESSES: u32 = 1 << 22;

/// Index of a witness.
pub(crate) type Witness = u32;

/// A part of one of the circuit's pools.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) length: u32,
}

impl Span {
    pub(crate) const fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.length as usize
    }
}

/// A constant of the circuit: an index into its pool, where 1 and −1 come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Constant(pub(crate) u32);

impl Constant {
    pub(crate) const ONE: Self = Self(0);
    pub(crate) const MINUS_ONE: Self = Self(1);
    pub(crate) const ZERO: Self = Self(2);
}

/// `coefficient · left · right`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Product {
    pub(crate) coefficient: Constant,
    pub(crate) left: Witness,
    pub(crate) right: Witness,
}

/// `coefficient · witness`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Term {
    pub(crate) coefficient: Constant,
    pub(crate) witness: Witness,
}

/// A sum of products, terms and a constant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expression {
    pub(crate) products: Span,
    pub(crate) terms: Span,
    pub(crate) constant: Constant,
}

/// Something with a value: a witness, a constant or an expression, told apart by the two high bits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operand(u32);

/// An operand, told apart.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OperandKind {
    Witness(Witness),
    Constant(Constant),
    /// Index into the circuit's expressions.
    Expression(u32),
}

impl Operand {
    const CONSTANT: u32 = 1 << 30;
    const EXPRESSION: u32 = 1 << 31;
    /// Pools an operand points into have no more items than this.
    pub(crate) const LIMIT: u32 = Self::CONSTANT;

    pub(crate) const fn witness(index: Witness) -> Self {
        Self(index)
    }

    pub(crate) const fn constant(constant: Constant) -> Self {
        Self(constant.0 | Self::CONSTANT)
    }

    pub(crate) const fn expression(index: u32) -> Self {
        Self(index | Self::EXPRESSION)
    }

    pub(crate) const fn kind(self) -> OperandKind {
        if self.0 & Self::EXPRESSION != 0 {
            OperandKind::Expression(self.0 & !Self::EXPRESSION)
        } else if self.0 & Self::CONSTANT != 0 {
            OperandKind::Constant(Constant(self.0 & !Self::CONSTANT))
        } else {
            OperandKind::Witness(self.0)
        }
    }
}

/// What a circuit does, in this order.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Opcode {
    /// The expression is zero; gives its one unknown witness a value.
    AssertZero(Expression),
    /// The input has no more bits.
    Range { input: Operand, bits: u32 },
    /// Bitwise and, or exclusive or.
    Logic { xor: bool, lhs: Operand, rhs: Operand, bits: u32, output: Witness },
    /// A permutation of four operands that start at `inputs` into four witnesses that start at `outputs`.
    Poseidon2 { inputs: u32, outputs: u32 },
    /// Fills a memory block with witnesses.
    MemoryInit { block: u32, init: Span },
    /// Reads a memory block.
    MemoryRead { block: u32, index: Operand, value: Witness },
    /// Writes to a memory block.
    MemoryWrite { block: u32, index: Operand, value: Operand },
    /// Index into the circuit's Brillig calls.
    BrilligCall(u32),
    /// Index into the circuit's black boxes.
    BlackBox(u32),
}

/// A call of a Brillig function.
#[derive(Debug)]
pub(crate) struct BrilligCall {
    pub(crate) function: u32,
    pub(crate) inputs: Vec<BrilligInput>,
    pub(crate) outputs: Span,
    pub(crate) predicate: Operand,
}

/// Arguments of a Brillig function.
#[derive(Debug)]
pub(crate) enum BrilligInput {
    /// Operands.
    Values(Span),
    /// All of a memory block.
    Memory(u32),
}

/// The rarer functions that are solved as a whole. Inputs are spans of operands, outputs spans of witnesses.
#[derive(Debug)]
pub(crate) enum BlackBox {
    Aes128 {
        inputs: Span,
        iv: Span,
        key: Span,
        outputs: Span,
    },
    Blake2s {
        inputs: Span,
        outputs: Span,
    },
    Blake3 {
        inputs: Span,
        outputs: Span,
    },
    Keccak {
        inputs: Span,
        outputs: Span,
    },
    Sha256 {
        inputs: Span,
        state: Span,
        outputs: Span,
    },
    Ecdsa {
        curve: protocol::signature::ecdsa::EcdsaCurve,
        x: Span,
        y: Span,
        signature: Span,
        hash: Span,
        predicate: Operand,
        output: Witness,
    },
    /// Points are x, y, infinite; scalars low, high.
    MultiScalarMul {
        points: Span,
        scalars: Span,
        predicate: Operand,
        outputs: Span,
    },
    CurveAdd {
        left: Span,
        right: Span,
        predicate: Operand,
        outputs: Span,
    },
    /// Left to the proof system: only its inputs must be known.
    RecursiveAggregation {
        inputs: Span,
    },
}

/// What an opcode says when it fails.
#[derive(Debug)]
pub(crate) struct Assertion {
    pub(crate) opcode: u32,
    pub(crate) selector: u64,
    pub(crate) payload: Vec<BrilligInput>,
}

/// A circuit.
#[derive(Debug, Default)]
pub(crate) struct Circuit {
    pub(crate) opcodes: Vec<Opcode>,
    pub(crate) constants: Vec<Fr>,
    /// `−1 / constant`, zero for zero.
    pub(crate) negative_inverses: Vec<Fr>,
    pub(crate) products: Vec<Product>,
    pub(crate) terms: Vec<Term>,
    pub(crate) expressions: Vec<Expression>,
    pub(crate) operands: Vec<Operand>,
    /// Outputs and initial values of memory.
    pub(crate) witnesses: Vec<Witness>,
    pub(crate) calls: Vec<BrilligCall>,
    pub(crate) black_boxes: Vec<BlackBox>,
    /// By ascending opcode.
    pub(crate) assertions: Vec<Assertion>,
    pub(crate) private_parameters: Vec<Witness>,
    pub(crate) public_parameters: Vec<Witness>,
    pub(crate) return_values: Vec<Witness>,
    /// One more than the largest index.
    pub(crate) witness_count: u32,
    /// One more than the largest block.
    pub(crate) block_count: u32,
}

impl Circuit {
    /// The first assertion an opcode has.
    pub(crate) fn assertion(&self, opcode: u32) -> Option<&Assertion> {
        let first = self.assertions.partition_point(|assertion| assertion.opcode < opcode);
        self.assertions.get(first).filter(|assertion| assertion.opcode == opcode)
    }

    /// Bytes of memory it takes, roughly.
    pub(crate) fn size(&self) -> usize {
        size_of_val(self.opcodes.as_slice())
            + 2 * size_of_val(self.constants.as_slice())
            + size_of_val(self.products.as_slice())
            + size_of_val(self.terms.as_slice())
            + size_of_val(self.expressions.as_slice())
            + size_of_val(self.operands.as_slice())
            + size_of_val(self.witnesses.as_slice())
            + size_of_val(self.calls.as_slice())
            + size_of_val(self.assertions.as_slice())
    }
}
