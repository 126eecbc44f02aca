//! Memory of a Brillig function.

use protocol::field::Fr;

use super::RuntimeError;
use crate::program::brillig::{Address, BitSize, IntSize, MAX_MEMORY, Value, Wide};

/// Slots that are cleaned together.
const PAGE: usize = 64;

/// Typed slots. Types, integers and field elements lie apart: most of what a function does touches only the first two, and
/// is done several times as fast when each is read as wide as it was written. Remembers which pages were written, so that
/// the next function need not clean all of it: stacks and heaps lie far from each other.
#[derive(Debug, Default)]
pub(in super::super) struct Memory {
    types: Vec<BitSize>,
    /// Integers of up to 64 bits.
    integers: Vec<u64>,
    fields: Vec<Fr>,
    wide: Vec<Wide>,
    stack_pointer: u32,
    dirty: Vec<bool>,
    dirty_pages: Vec<usize>,
}

impl Memory {
    /// As if nothing had been written.
    pub(super) fn clear(&mut self) {
        for page in self.dirty_pages.drain(..) {
            self.dirty[page] = false;
            let slots = page * PAGE..(page + 1) * PAGE;
            self.types[slots.clone()].fill(BitSize::Field);
            self.fields[slots].fill(Fr::ZERO);
        }
        self.stack_pointer = 0;
    }

    pub(super) const fn slot(&self, address: Address) -> u32 {
        address.slot(self.stack_pointer)
    }

    pub(super) fn read_slot(&self, slot: u32) -> Value {
        let index = slot as usize;
        match self.types.get(index) {
            None => Value::UNSET,
            Some(BitSize::Field) => Value::Field(self.fields[index]),
            Some(BitSize::Integer(IntSize::U128)) => Value::U128(self.wide[index]),
            Some(BitSize::Integer(size)) => Value::truncated(self.integers[index].into(), *size),
        }
    }

    pub(super) fn read(&self, address: Address) -> Value {
        self.read_slot(self.slot(address))
    }

    /// A field element.
    #[inline]
    pub(super) fn field(&self, address: Address) -> Option<Fr> {
        let index = self.slot(address) as usize;
        match self.types.get(index) {
            Some(BitSize::Field) => Some(self.fields[index]),
            Some(_) => None,
            None => Some(Fr::ZERO),
        }
    }

    /// An integer of at most 64 bits.
    #[inline]
    pub(super) fn integer(&self, address: Address, size: IntSize) -> Option<u64> {
        let index = self.slot(address) as usize;
        if self.types.get(index) == Some(&BitSize::Integer(size)) { Some(self.integers[index]) } else { None }
    }

    #[inline]
    pub(super) fn read_u32(&self, address: Address) -> Result<u32, RuntimeError> {
        match self.integer(address, IntSize::U32) {
            #[expect(clippy::cast_possible_truncation, reason = "the type says so")]
            Some(value) => Ok(value as u32),
            None => Err(RuntimeError::mismatch(self.read(address), BitSize::Integer(IntSize::U32))),
        }
    }

    #[inline]
    pub(super) fn read_bool(&self, address: Address) -> Result<bool, RuntimeError> {
        match self.integer(address, IntSize::U1) {
            Some(value) => Ok(value == 1),
            None => Err(RuntimeError::mismatch(self.read(address), BitSize::Integer(IntSize::U1))),
        }
    }

    /// The values in some slots, which must be within what was written.
    pub(super) fn values(&self, start: u32, length: u32) -> Result<impl ExactSizeIterator<Item = Value>, RuntimeError> {
        let written = self.dirty_pages.iter().max().map_or(0, |page| (page + 1) * PAGE);
        match start.checked_add(length) {
            Some(end) if length == 0 || end as usize <= written => {
                let slots = if length == 0 { 0..0 } else { start as usize..end as usize };
                #[expect(clippy::cast_possible_truncation, reason = "memory is smaller")]
                Ok(slots.map(|slot| self.read_slot(slot as u32)))
            }
            _ => Err(RuntimeError::Memory { slot: start.saturating_add(length) }),
        }
    }

    /// Makes a slot fit to be written.
    #[inline]
    fn touch(&mut self, slot: u32) -> Result<usize, RuntimeError> {
        let index = slot as usize;
        if index >= self.types.len() {
            self.grow(slot)?;
        }
        let page = index / PAGE;
        if !self.dirty[page] {
            self.dirty[page] = true;
            self.dirty_pages.push(page);
        }
        Ok(index)
    }

    #[inline]
    pub(super) fn write_integer(&mut self, address: Address, size: IntSize, value: u64) -> Result<(), RuntimeError> {
        let slot = self.slot(address);
        self.write_integer_slot(slot, size, value)
    }

    #[inline]
    fn write_integer_slot(&mut self, slot: u32, size: IntSize, value: u64) -> Result<(), RuntimeError> {
        let index = self.touch(slot)?;
        self.types[index] = BitSize::Integer(size);
        self.integers[index] = value;
        if slot == 0 {
            self.moved_stack(Value::truncated(value.into(), size));
        }
        Ok(())
    }

    #[inline]
    pub(super) fn write_field(&mut self, address: Address, value: Fr) -> Result<(), RuntimeError> {
        let slot = self.slot(address);
        let index = self.touch(slot)?;
        self.types[index] = BitSize::Field;
        self.fields[index] = value;
        if slot == 0 {
            self.moved_stack(Value::Field(value));
        }
        Ok(())
    }

    /// Copies a slot.
    #[inline]
    pub(super) fn copy(&mut self, source: u32, destination: u32) -> Result<(), RuntimeError> {
        match self.types.get(source as usize) {
            Some(BitSize::Integer(size)) if *size != IntSize::U128 => {
                self.write_integer_slot(destination, *size, self.integers[source as usize])
            }
            _ => self.write_slot(destination, self.read_slot(source)),
        }
    }

    pub(super) fn write_slot(&mut self, slot: u32, value: Value) -> Result<(), RuntimeError> {
        let index = self.touch(slot)?;
        self.types[index] = value.bit_size();
        match value {
            Value::Field(field) => self.fields[index] = field,
            Value::U1(value) => self.integers[index] = value.into(),
            Value::U8(value) => self.integers[index] = value.into(),
            Value::U16(value) => self.integers[index] = value.into(),
            Value::U32(value) => self.integers[index] = value.into(),
            Value::U64(value) => self.integers[index] = value,
            Value::U128(value) => self.wide[index] = value,
        }
        if slot == 0 {
            self.moved_stack(value);
        }
        Ok(())
    }

    pub(super) fn write(&mut self, address: Address, value: Value) -> Result<(), RuntimeError> {
        self.write_slot(self.slot(address), value)
    }

    /// The first slot holds the stack pointer. Anything but an address leads nowhere.
    #[cold]
    const fn moved_stack(&mut self, value: Value) {
        self.stack_pointer = if let Value::U32(pointer) = value { pointer } else { u32::MAX };
    }

    #[cold]
    fn grow(&mut self, slot: u32) -> Result<(), RuntimeError> {
        if slot >= MAX_MEMORY {
            return Err(RuntimeError::Memory { slot });
        }
        let wanted = (slot as usize + 1).max(self.types.len() * 2).min(MAX_MEMORY as usize).next_multiple_of(PAGE);
        self.types.resize(wanted, BitSize::Field);
        self.integers.resize(wanted, 0);
        self.fields.resize(wanted, Fr::ZERO);
        self.wide.resize(wanted, Wide::new(0));
        self.dirty.resize(wanted / PAGE, false);
        Ok(())
    }
}
