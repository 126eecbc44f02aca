//! The instruction set, once: what decoder, disassembler, gas and dispatch know of an instruction comes from this table.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/serialization/instruction_serialization.ts`, the wire formats in
//! `@aztec/simulator/src/public/avm/opcodes/`, gas in `@aztec/constants/src/constants.gen.ts`.

use super::value::Tag;

/// How an operand is written, big-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Addressing modes of up to four operands.
    Modes8,
    /// Addressing modes of up to seven operands.
    Modes16,
    /// A memory address of one byte.
    Address8,
    /// A memory address of two bytes.
    Address16,
    /// A memory tag.
    Tag,
    /// A number of one byte.
    Number8,
    /// A number of two bytes.
    Number16,
    /// A place in the bytecode, four bytes.
    Place,
    /// A constant of this many bytes.
    Constant(u8),
}

impl Operand {
    /// Length in bytes.
    #[must_use]
    pub const fn size(self) -> usize {
        match self {
            Self::Modes8 | Self::Address8 | Self::Tag | Self::Number8 => 1,
            Self::Modes16 | Self::Address16 | Self::Number16 => 2,
            Self::Place => 4,
            Self::Constant(size) => size as usize,
        }
    }
}

/// What an instruction costs before and by its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// L2 gas, always.
    pub l2: u32,
    /// DA gas, always.
    pub da: u32,
    /// L2 gas for each unit of its size.
    pub l2_unit: u32,
    /// DA gas for each unit of its size.
    pub da_unit: u32,
}

/// One wire form of an instruction. Its opcode is its index in [`INSTRUCTIONS`].
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The official name.
    pub name: &'static str,
    /// What it does.
    pub op: Op,
    /// What follows the opcode.
    pub operands: &'static [Operand],
}

impl Form {
    /// Length in bytes, the opcode included.
    #[must_use]
    pub fn size(&self) -> usize {
        1 + self.operands.iter().map(|operand| operand.size()).sum::<usize>()
    }
}

macro_rules! instructions {
    ($(
        $(#[$doc:meta])*
        $op:ident $([$($input:ident)+])? $l2:literal $(da $da:literal)? $(per $l2_unit:literal $(da $da_unit:literal)?)?:
        $($name:ident ($($operand:ident $(($size:literal))?)*)),+;
    )*) => {
        /// What an instruction does, whatever the width of its operands.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $($(#[$doc])* $op,)*
            /// Not an instruction: the program goes on where it was decoded already.
            Join,
            /// Not an instruction: the halt of a program counter where no instruction is.
            Fault,
        }

        impl Op {
            /// Every instruction.
            pub const ALL: &'static [Self] = &[$(Self::$op),*];

            /// What it costs.
            #[must_use]
            pub const fn cost(self) -> Cost {
                #[allow(unused_mut, unused_assignments, reason = "few instructions have every part")]
                match self {
                    $(Self::$op => {
                        let mut cost = Cost { l2: $l2, da: 0, l2_unit: 0, da_unit: 0 };
                        $(cost.da = $da;)?
                        $(cost.l2_unit = $l2_unit; $(cost.da_unit = $da_unit;)?)?
                        cost
                    })*
                    Self::Join | Self::Fault => Cost { l2: 0, da: 0, l2_unit: 0, da_unit: 0 },
                }
            }

            /// Tags of its inputs, which are checked before anything else; those of other instructions are looked at by
            /// what they do.
            #[must_use]
            pub const fn inputs(self) -> &'static [Tag] {
                match self {
                    $($(Self::$op => &[$(Tag::$input),+],)?)*
                    _ => &[],
                }
            }

            /// Its official name, whatever the width of its operands.
            #[must_use]
            pub fn name(self) -> &'static str {
                let form = INSTRUCTIONS.iter().find(|form| form.op == self);
                form.map_or("", |form| form.name.split('_').next().unwrap_or(form.name))
            }
        }

        /// Every wire form, by opcode.
        pub const INSTRUCTIONS: &[Form] = &[
            $($(Form {
                name: stringify!($name),
                op: Op::$op,
                operands: &[$(Operand::$operand $(($size))?),*],
            },)+)*
        ];
    };
}

instructions! {
    /// Sum of two values of one type, wrapping.
    Add 12: ADD_8 (Modes8 Address8 Address8 Address8), ADD_16 (Modes8 Address16 Address16 Address16);
    /// Difference, wrapping.
    Sub 12: SUB_8 (Modes8 Address8 Address8 Address8), SUB_16 (Modes8 Address16 Address16 Address16);
    /// Product, wrapping.
    Mul 27: MUL_8 (Modes8 Address8 Address8 Address8), MUL_16 (Modes8 Address16 Address16 Address16);
    /// Quotient of integers.
    Div 27: DIV_8 (Modes8 Address8 Address8 Address8), DIV_16 (Modes8 Address16 Address16 Address16);
    /// Quotient of field elements.
    FieldDiv [Field Field] 225: FDIV_8 (Modes8 Address8 Address8 Address8), FDIV_16 (Modes8 Address16 Address16 Address16);
    /// Equality.
    Eq 12: EQ_8 (Modes8 Address8 Address8 Address8), EQ_16 (Modes8 Address16 Address16 Address16);
    /// Order.
    Lt 42: LT_8 (Modes8 Address8 Address8 Address8), LT_16 (Modes8 Address16 Address16 Address16);
    /// Order or equality.
    Lte 42: LTE_8 (Modes8 Address8 Address8 Address8), LTE_16 (Modes8 Address16 Address16 Address16);
    /// Bits set in both integers; its size is their bytes.
    And 12 per 3: AND_8 (Modes8 Address8 Address8 Address8), AND_16 (Modes8 Address16 Address16 Address16);
    /// Bits set in one of the integers.
    Or 12 per 3: OR_8 (Modes8 Address8 Address8 Address8), OR_16 (Modes8 Address16 Address16 Address16);
    /// Bits in which the integers differ.
    Xor 12 per 3: XOR_8 (Modes8 Address8 Address8 Address8), XOR_16 (Modes8 Address16 Address16 Address16);
    /// Bits not set.
    Not 12: NOT_8 (Modes8 Address8 Address8), NOT_16 (Modes8 Address16 Address16);
    /// Shift towards the high bits.
    Shl 18: SHL_8 (Modes8 Address8 Address8 Address8), SHL_16 (Modes8 Address16 Address16 Address16);
    /// Shift towards the low bits.
    Shr 18: SHR_8 (Modes8 Address8 Address8 Address8), SHR_16 (Modes8 Address16 Address16 Address16);
    /// Change of type.
    Cast 27: CAST_8 (Modes8 Address8 Address8 Tag), CAST_16 (Modes8 Address16 Address16 Tag);
    /// A variable of the environment.
    GetEnvVar 12: GETENVVAR_16 (Modes8 Address16 Number8);
    /// Copies what the caller passed; its size is the number of fields.
    CalldataCopy [U32 U32] 18 per 3: CALLDATACOPY (Modes8 Address16 Address16 Address16);
    /// Whether the last call succeeded.
    SuccessCopy 12: SUCCESSCOPY (Modes8 Address16);
    /// Number of fields the last call returned.
    ReturndataSize 12: RETURNDATASIZE (Modes8 Address16);
    /// Copies what the last call returned; its size is the number of fields.
    ReturndataCopy [U32 U32] 18 per 3: RETURNDATACOPY (Modes8 Address16 Address16 Address16);
    /// Goes on elsewhere.
    Jump 9: JUMP_32 (Place);
    /// Goes on elsewhere if a bit is set.
    JumpI [U1] 9: JUMPI_32 (Modes8 Address16 Place);
    /// Goes on elsewhere, to come back.
    InternalCall 9: INTERNALCALL (Place);
    /// Comes back.
    InternalReturn 9: INTERNALRETURN ();
    /// Writes a constant.
    Set 27: SET_8 (Modes8 Address8 Tag Constant(1)), SET_16 (Modes8 Address16 Tag Constant(2)),
        SET_32 (Modes8 Address16 Tag Constant(4)), SET_64 (Modes8 Address16 Tag Constant(8)),
        SET_128 (Modes8 Address16 Tag Constant(16)), SET_FF (Modes8 Address16 Tag Constant(32));
    /// Copies a cell.
    Mov 12: MOV_8 (Modes8 Address8 Address8), MOV_16 (Modes8 Address16 Address16);
    /// Reads public storage of any contract.
    SLoad [Field Field] 1290: SLOAD (Modes8 Address16 Address16 Address16);
    /// Writes public storage of this contract; its size is 1 when the slot was not written before.
    SStore [Field Field] 33140 per 0 da 64: SSTORE (Modes8 Address16 Address16);
    /// Whether a note hash is at an index of the tree.
    NoteHashExists [Field U64] 504: NOTEHASHEXISTS (Modes8 Address16 Address16 Address16);
    /// A new note hash.
    EmitNoteHash [Field] 19275 da 32: EMITNOTEHASH (Modes8 Address16);
    /// Whether a siloed nullifier exists.
    NullifierExists [Field] 903: NULLIFIEREXISTS (Modes8 Address16 Address16);
    /// A new nullifier.
    EmitNullifier [Field] 30800 da 32: EMITNULLIFIER (Modes8 Address16);
    /// Whether a message from L1 is at an index of the tree.
    L1ToL2MsgExists [Field U64] 540: L1TOL2MSGEXISTS (Modes8 Address16 Address16 Address16);
    /// What is known of a contract instance.
    GetContractInstance [Field] 6108: GETCONTRACTINSTANCE (Modes8 Address16 Address16 Number8);
    /// A new public log; its size is the number of fields.
    EmitPublicLog [U32] 15 da 64 per 3 da 32: EMITPUBLICLOG (Modes8 Address16 Address16);
    /// A new message to L1.
    SendL2ToL1Msg [Field Field] 5239 da 32: SENDL2TOL1MSG (Modes8 Address16 Address16);
    /// Calls a contract.
    Call [U32 U32 Field U32] 9936: CALL (Modes16 Address16 Address16 Address16 Address16 Address16);
    /// Calls a contract that must leave no trace.
    StaticCall [U32 U32 Field U32] 9936: STATICCALL (Modes16 Address16 Address16 Address16 Address16 Address16);
    /// Ends the call.
    Return [U32] 9: RETURN (Modes8 Address16 Address16);
    /// Ends the call and undoes what it did.
    Revert [U32] 9: REVERT_8 (Modes8 Address8 Address8), REVERT_16 (Modes8 Address16 Address16);
    /// Prints, where somebody listens.
    DebugLog 9: DEBUGLOG (Modes8 Address16 Address16 Address16 Address16 Number16);
    /// The Poseidon2 permutation.
    Poseidon2 360: POSEIDON2 (Modes8 Address16 Address16);
    /// The compression function of SHA-256.
    Sha256Compression 12288: SHA256COMPRESSION (Modes8 Address16 Address16 Address16);
    /// The Keccak permutation.
    KeccakF1600 58176: KECCAKF1600 (Modes8 Address16 Address16);
    /// Sum of Grumpkin points.
    EcAdd [Field Field U1 Field Field U1] 270: ECADD (Modes16 Address16 Address16 Address16 Address16 Address16 Address16 Address16);
    /// Digits of a field element, the highest first; its size is their number, but at least those of the modulus.
    ToRadixBe [Field U32 U32 U1] 24 per 3: TORADIXBE (Modes16 Address16 Address16 Address16 Address16 Address16);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_set_is_complete() {
        assert_eq!(INSTRUCTIONS.len(), 68);
        assert_eq!((INSTRUCTIONS[44].name, INSTRUCTIONS[67].name), ("SET_FF", "TORADIXBE"));
        assert_eq!((Op::FieldDiv.name(), Op::SendL2ToL1Msg.name(), Op::Fault.name()), ("FDIV", "SENDL2TOL1MSG", ""));
        for form in INSTRUCTIONS {
            let addresses = form.operands.iter().filter(|o| matches!(o, Operand::Address8 | Operand::Address16));
            let addresses = addresses.count();
            assert!(addresses <= 7 && form.op.inputs().len() <= addresses, "{}", form.name);
        }
    }
}
