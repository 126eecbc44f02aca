//! A call that runs.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/avm_machine_state.ts`, `@aztec/simulator/src/public/avm/calldata.ts`.

use std::sync::Arc;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::gas::Gas;

use super::halt::Halt;
use super::journal::Checkpoint;
use super::memory::Memory;
use super::program::{Instruction, Program};
use super::result::Failure;
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

    /// Number of fields from `start` on, of `count` asked for, that are there. Whoever hands over more than memory holds
    /// is found out by what is read of it, even if nothing is copied.
    fn available(&self, start: u32, count: u32) -> Result<u32, Halt> {
        let size = self.size();
        let end = size.min(start.saturating_add(count));
        match self {
            Self::Fields(_) => {}
            Self::Caller { offset, .. } | Self::Ended { offset, .. } => {
                Memory::check_range((*offset).into(), end.into())?;
            }
        }
        Ok(end.saturating_sub(start))
    }

    /// Copies fields into memory; what is not there is zero.
    pub(crate) fn copy(
        &self,
        caller: Option<&Memory>,
        (start, count): (u32, u32),
        to: &mut Memory,
        target: u32,
    ) -> Result<(), Halt> {
        let available = self.available(start, count)?;
        Memory::check_range(target.into(), count.into())?;
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
    pub(crate) gas: Gas,
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
        let (Some(l2_gas), Some(da_gas)) = left else {
            return Err(Halt::OutOfGas { l2: left.0.is_none(), da: left.1.is_none() });
        };
        // What is left is not more than what was.
        self.gas = Gas { l2_gas: l2_gas as u32, da_gas: da_gas as u32 };
        Ok(())
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

    /// A field element in memory.
    #[inline]
    pub(crate) fn field(&self, address: u32) -> Result<Fr, Halt> {
        match self.memory.get(address) {
            Value::Field(field) => Ok(field),
            Value::Int(found, _) => Err(Halt::tag_mismatch(address, found, Tag::Field)),
        }
    }

    /// Consecutive field elements in memory, the range checked before the tags.
    pub(crate) fn fields(&self, start: u32, size: u32) -> Result<Vec<Fr>, Halt> {
        Memory::check_range(start.into(), size.into())?;
        (0..size).map(|index| self.field(start + index)).collect()
    }

    /// An integer of a type in memory.
    #[inline]
    pub(crate) fn int(&self, address: u32, tag: Tag) -> Result<u128, Halt> {
        match self.memory.get(address) {
            Value::Int(found, value) if found == tag => Ok(value),
            other => Err(Halt::tag_mismatch(address, other.tag(), tag)),
        }
    }

    /// A 32-bit integer in memory.
    #[inline]
    pub(crate) fn u32(&self, address: u32) -> Result<u32, Halt> {
        // An integer is below 2 to the width of its tag.
        self.int(address, Tag::U32).map(|value| value as u32)
    }

    /// A 64-bit integer in memory.
    pub(crate) fn u64(&self, address: u32) -> Result<u64, Halt> {
        self.int(address, Tag::U64).map(|value| value as u64)
    }
}
