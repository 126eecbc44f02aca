//! A call that runs.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/avm_machine_state.ts`, `@aztec/simulator/src/public/avm/calldata.ts`.

use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::gas::Gas;

use super::halt::{Halt, OutOfGas};
use super::instructions::{bytes_of, modulus_digits};
use super::journal::Checkpoint;
use super::memory::Memory;
use super::program::{Instruction, Program};
use super::result::Failure;
use super::table::{INSTRUCTIONS, Op, Operand};
use super::value::{Tag, Value};

/// Fields one call hands to another: they stay where they are until they are read.
#[derive(Debug, Clone)]
pub(crate) enum Data {
    /// On their own.
    Fields(Vec<Fr>),
    /// In the memory of the caller, which waits.
    Caller { offset: u32, size: u32 },
    /// In the memory of a call that ended.
    Ended { memory: Memory, offset: u32, size: u32 },
}

impl Data {
    pub(crate) const EMPTY: Self = Self::Fields(Vec::new());

    /// Number of fields, of which nobody paid for more than were read.
    pub(crate) fn size(&self) -> u32 {
        match self {
            // From outside, where the limit is far below.
            Self::Fields(fields) => fields.len() as u32,
            Self::Caller { size, .. } | Self::Ended { size, .. } => *size,
        }
    }

    fn cells<'a>(&'a self, caller: Option<&'a Memory>) -> (Option<&'a Memory>, u32) {
        match self {
            Self::Fields(_) => (None, 0),
            Self::Caller { offset, .. } => (caller, *offset),
            Self::Ended { memory, offset, .. } => (Some(memory), *offset),
        }
    }

    /// One field, which is there.
    fn field(&self, caller: Option<&Memory>, index: u32) -> Fr {
        match (self, self.cells(caller)) {
            (Self::Fields(fields), _) => fields[index as usize],
            (_, (Some(memory), offset)) => memory.get(offset.wrapping_add(index)).to_field(),
            // Only a nested call has its calldata in its caller's memory.
            (_, (None, _)) => Fr::ZERO,
        }
    }

    /// Where what is read of `count` fields from `start` on ends: among the fields, and in memory. Whoever hands over more
    /// than memory holds is found out by what is read of it, even if nothing is copied.
    fn end_of(&self, start: u32, count: u32) -> (u32, u64) {
        let end = self.size().min(start.saturating_add(count));
        let offset = match self {
            Self::Fields(_) => 0,
            Self::Caller { offset, .. } | Self::Ended { offset, .. } => *offset,
        };
        (end, u64::from(offset) + u64::from(end))
    }

    /// Copies fields into memory; what is not there is zero.
    pub(crate) fn copy(
        &self,
        op: Op,
        caller: Option<&Memory>,
        (start, count): (u32, u32),
        to: &mut Memory,
        target: u32,
    ) -> Result<(), Halt> {
        let (end, read_end) = self.end_of(start, count);
        let write_end = u64::from(target) + u64::from(count);
        if read_end.max(write_end) > Memory::SIZE {
            return Err(Halt::Copy { op, read_end, write_end });
        }
        let available = end.saturating_sub(start);
        for index in 0..available {
            to.set(target + index, Value::Field(self.field(caller, start + index)));
        }
        for index in available..count {
            to.set(target + index, Value::ZERO);
        }
        Ok(())
    }

    /// The first fields, at most `max`; behind the last cell comes the first one.
    pub(crate) fn first(&self, caller: Option<&Memory>, max: u32) -> Vec<Fr> {
        (0..self.size().min(max)).map(|index| self.field(caller, index)).collect()
    }
}

/// A call with its machine.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) program: Arc<Program>,
    /// Index of the instruction that runs.
    pub(crate) index: usize,
    /// Gas that is left.
    pub(crate) gas: Gas,
    /// Gas the call may use; of a call from outside, together with what the transaction has used before.
    pub(crate) gas_limit: Gas,
    pub(crate) memory: Memory,
    pub(crate) address: AztecAddress,
    pub(crate) sender: AztecAddress,
    pub(crate) is_static: bool,
    pub(crate) calldata: Data,
    /// What the last call returned.
    pub(crate) returned: Data,
    /// Whether the last call succeeded.
    pub(crate) succeeded: bool,
    /// Where INTERNALCALL was and where it returns to.
    pub(crate) internal_calls: Vec<InternalCall>,
    /// Why the last call that failed did.
    pub(crate) failed_call: Option<Box<Failure>>,
    pub(crate) checkpoint: Checkpoint,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct InternalCall {
    pub(crate) place: u32,
    pub(crate) return_to: usize,
}

impl Frame {
    /// Pays gas, or loses all of it.
    #[inline]
    pub(crate) fn charge(&mut self, l2: u64, da: u64) -> Result<(), Halt> {
        let left = (u64::from(self.gas.l2_gas).checked_sub(l2), u64::from(self.gas.da_gas).checked_sub(da));
        let (Some(l2_gas), Some(da_gas)) = left else { return Err(self.out_of_gas(l2, da)) };
        // What is left is not more than what was.
        self.gas = Gas { l2_gas: l2_gas as u32, da_gas: da_gas as u32 };
        Ok(())
    }

    /// The halt of who cannot pay so much more.
    #[cold]
    pub(crate) fn out_of_gas(&self, l2: u64, da: u64) -> Halt {
        let Gas { l2_gas: l2_limit, da_gas: da_limit } = self.gas_limit;
        let l2_used = u64::from(l2_limit).saturating_sub(self.gas.l2_gas.into()) + l2;
        let da_used = u64::from(da_limit).saturating_sub(self.gas.da_gas.into()) + da;
        Halt::OutOfGas(Box::new(OutOfGas { l2_used, l2_limit, da_used, da_limit }))
    }

    /// Pays for the size of an instruction.
    #[inline]
    pub(crate) fn charge_size(&mut self, instruction: &Instruction, size: u32) -> Result<(), Halt> {
        let cost = instruction.op.cost();
        self.charge(u64::from(cost.l2_unit) * u64::from(size), u64::from(cost.da_unit) * u64::from(size))
    }

    /// The addresses of the first `N` operands.
    #[inline]
    pub(crate) fn addresses<const N: usize>(&self, instruction: &Instruction) -> Result<[u32; N], Halt> {
        let mut addresses = [0; N];
        for (address, operand) in addresses.iter_mut().zip(instruction.operands) {
            *address = operand.into();
        }
        if instruction.modes != 0 {
            self.resolve(instruction, &mut addresses)?;
        }
        Ok(addresses)
    }

    #[inline]
    fn resolve(&self, instruction: &Instruction, addresses: &mut [u32]) -> Result<(), Halt> {
        let mut base = None;
        let mut modes = instruction.modes;
        for (address, operand) in addresses.iter_mut().zip(instruction.operands) {
            if modes & 2 != 0 {
                let base = match base {
                    Some(base) => base,
                    None => *base.insert(match self.memory.get(0) {
                        Value::Int(Tag::U32, value) => value as u32,
                        other => return Err(Halt::BaseAddressTag(other.tag())),
                    }),
                };
                *address =
                    base.checked_add(*address).ok_or(Halt::RelativeAddressOutOfRange { base, offset: operand })?;
            }
            if modes & 1 != 0 {
                *address = match self.memory.get(*address) {
                    Value::Int(Tag::U32, value) => value as u32,
                    other => return Err(Halt::IndirectAddressTag { address: *address, found: other.tag() }),
                };
            }
            modes >>= 2;
        }
        Ok(())
    }

    /// An input of an instruction that is a field element. Inputs are numbered from 0, as in [`Op::inputs`].
    #[inline]
    pub(crate) fn field(&self, input: u8, address: u32) -> Result<Fr, Halt> {
        match self.memory.get(address) {
            Value::Field(field) => Ok(field),
            Value::Int(found, _) => Err(Halt::input_tag(input, found, Tag::Field)),
        }
    }

    /// An input that is an integer of a type.
    #[inline]
    pub(crate) fn int(&self, input: u8, address: u32, tag: Tag) -> Result<u128, Halt> {
        match self.memory.get(address) {
            Value::Int(found, value) if found == tag => Ok(value),
            other => Err(Halt::input_tag(input, other.tag(), tag)),
        }
    }

    /// An input that is a 32-bit integer.
    #[inline]
    pub(crate) fn u32(&self, input: u8, address: u32) -> Result<u32, Halt> {
        // An integer is below 2 to the width of its tag.
        self.int(input, address, Tag::U32).map(|value| value as u32)
    }

    /// An input that is a 64-bit integer.
    pub(crate) fn u64(&self, input: u8, address: u32) -> Result<u64, Halt> {
        self.int(input, address, Tag::U64).map(|value| value as u64)
    }

    /// Why an instruction that cannot be paid halts. The official machine looks at addresses and inputs before it asks for
    /// gas, which it does for all of an instruction at once; all gas is lost in any case.
    #[cold]
    pub(crate) fn cannot_pay(&self, instruction: &Instruction, slot_is_cold: impl FnOnce(Fr) -> bool) -> Halt {
        let op = instruction.op;
        let addresses: [u32; 7] = match self.operands_of(instruction) {
            Ok(addresses) => addresses,
            Err(halt) => return halt,
        };
        for ((input, expected), address) in (0..).zip(op.inputs()).zip(addresses) {
            let found = self.memory.tag(address);
            if found != *expected {
                return Halt::input_tag(input, found, *expected);
            }
        }
        let number = |operand: usize| match self.memory.get(addresses[operand]) {
            Value::Int(_, value) => value as u32,
            Value::Field(_) => 0,
        };
        let size = match op {
            Op::And | Op::Or | Op::Xor => bytes_of(self.memory.tag(addresses[0])),
            Op::CalldataCopy | Op::ReturndataCopy | Op::EmitPublicLog => number(0),
            Op::ToRadixBe => number(2).max(modulus_digits(number(1))),
            Op::SStore => u32::from(slot_is_cold(self.memory.get(addresses[1]).to_field())),
            _ => 0,
        };
        let cost = op.cost();
        let l2 = u64::from(instruction.l2_gas) + u64::from(cost.l2_unit) * u64::from(size);
        let da = u64::from(instruction.da_gas) + u64::from(cost.da_unit) * u64::from(size);
        self.out_of_gas(l2, da)
    }

    /// The addresses of all operands.
    fn operands_of(&self, instruction: &Instruction) -> Result<[u32; 7], Halt> {
        let form = INSTRUCTIONS.iter().find(|form| form.op == instruction.op);
        let is_address = |operand: &&Operand| matches!(operand, Operand::Address8 | Operand::Address16);
        let count = form.map_or(0, |form| form.operands.iter().filter(is_address).count());
        let mut addresses = instruction.operands.map(u32::from);
        if instruction.modes != 0 {
            self.resolve(instruction, &mut addresses[..count])?;
        }
        Ok(addresses)
    }
}
