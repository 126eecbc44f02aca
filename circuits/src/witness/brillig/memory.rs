//! Memory of a Brillig function.

use protocol::field::Fr;

use super::RuntimeError;
use crate::program::brillig::{Address, BitSize, IntSize, Value, Wide};

/// Slots that a running function may use: half a gigabyte. Nothing that a function takes from its heap is given back, so
/// finding a note costs a contract some 4,600 slots, and a wallet that is restored finds thousands at once.
const MAX_SLOTS: u32 = 1 << 25;
/// Slots that are counted as written together.
const PAGE: usize = 64;

/// Kinds of values, within a generation. What lies between the two belongs to integers of at most 64 bits.
const FIELD: u64 = 1;
const WIDE: u64 = 7;
const KINDS: u64 = 8;

const fn kind_of(size: IntSize) -> u64 {
    match size {
        IntSize::U1 => 2,
        IntSize::U8 => 3,
        IntSize::U16 => 4,
        IntSize::U32 => 5,
        IntSize::U64 => 6,
        IntSize::U128 => WIDE,
    }
}

/// What a slot holds, and the value if that is an integer of at most 64 bits. A pair of numbers and no struct, because the
/// standard library takes those that are zero from the system without touching them.
type Slot = (u64, u64);

/// Where a value lies that is not in its slot.
#[expect(clippy::cast_possible_truncation, reason = "it is the length of a list")]
const fn place(value: u64) -> usize {
    value as usize
}

/// Typed slots. Integers lie beside their types, so that most of what a function does touches one place for each operand.
/// Field elements and wide integers lie apart, in the order in which their slots were written first; a slot has their place.
///
/// A slot counts as written only if its kind is of the current generation. So the next function need not clean anything:
/// it begins a generation.
#[derive(Debug)]
pub(in super::super) struct Memory {
    slots: Vec<Slot>,
    fields: Vec<Fr>,
    wide: Vec<Wide>,
    /// Added to the kind of what is written; a multiple of [`KINDS`], and never 0.
    generation: u64,
    /// Slots from here on were not written: a multiple of [`PAGE`], at most the number of slots there are.
    end: usize,
    stack_pointer: u32,
}

impl Default for Memory {
    fn default() -> Self {
        let (slots, fields, wide) = Default::default();
        Self { slots, fields, wide, generation: KINDS, end: 0, stack_pointer: 0 }
    }
}

impl Memory {
    /// As if nothing had been written.
    pub(super) fn clear(&mut self) {
        self.generation += KINDS;
        self.fields.clear();
        self.wide.clear();
        self.end = 0;
        self.stack_pointer = 0;
    }

    #[inline(always)]
    pub(super) const fn slot(&self, address: Address) -> u32 {
        address.slot(self.stack_pointer)
    }

    pub(super) fn read_slot(&self, slot: u32) -> Value {
        let Some((kind, value)) = self.slots.get(slot as usize) else { return Value::UNSET };
        let size = match kind.wrapping_sub(self.generation) {
            FIELD => return Value::Field(self.fields[place(*value)]),
            WIDE => return Value::U128(self.wide[place(*value)]),
            2 => IntSize::U1,
            3 => IntSize::U8,
            4 => IntSize::U16,
            5 => IntSize::U32,
            6 => IntSize::U64,
            _ => return Value::UNSET,
        };
        Value::truncated((*value).into(), size)
    }

    pub(super) fn read(&self, address: Address) -> Value {
        self.read_slot(self.slot(address))
    }

    /// A field element.
    #[inline(always)]
    pub(super) fn field(&self, address: Address) -> Option<Fr> {
        match self.slots.get(self.slot(address) as usize) {
            Some((kind, value)) if *kind == self.generation + FIELD => Some(self.fields[place(*value)]),
            Some((kind, _)) if *kind > self.generation => None,
            _ => Some(Fr::ZERO),
        }
    }

    /// An integer of at most 64 bits.
    #[inline(always)]
    pub(super) fn integer(&self, address: Address, size: IntSize) -> Option<u64> {
        let (kind, value) = self.slots.get(self.slot(address) as usize)?;
        (*kind == self.generation + kind_of(size)).then_some(*value)
    }

    #[inline]
    pub(super) fn read_u32(&self, address: Address) -> Result<u32, RuntimeError> {
        match self.integer(address, IntSize::U32) {
            #[expect(clippy::cast_possible_truncation, reason = "the type says so")]
            Some(value) => Ok(value as u32),
            None => Err(self.mismatch(address, IntSize::U32)),
        }
    }

    #[inline]
    pub(super) fn read_bool(&self, address: Address) -> Result<bool, RuntimeError> {
        match self.integer(address, IntSize::U1) {
            Some(value) => Ok(value == 1),
            None => Err(self.mismatch(address, IntSize::U1)),
        }
    }

    #[cold]
    fn mismatch(&self, address: Address, size: IntSize) -> RuntimeError {
        RuntimeError::mismatch(self.read(address), BitSize::Integer(size))
    }

    /// The values in some slots, which must be within what was written.
    pub(super) fn values(&self, start: u32, length: u32) -> Result<impl ExactSizeIterator<Item = Value>, RuntimeError> {
        match start.checked_add(length) {
            Some(end) if length == 0 || end as usize <= self.end => {
                let slots = if length == 0 { 0..0 } else { start as usize..end as usize };
                #[expect(clippy::cast_possible_truncation, reason = "memory is smaller")]
                Ok(slots.map(|slot| self.read_slot(slot as u32)))
            }
            _ => Err(RuntimeError::Memory { slot: start.saturating_add(length) }),
        }
    }

    /// Makes a slot fit to be written.
    #[inline(always)]
    fn touch(&mut self, slot: u32) -> Result<usize, RuntimeError> {
        let index = slot as usize;
        if index >= self.end {
            self.grow(slot)?;
        }
        Ok(index)
    }

    #[inline(always)]
    pub(super) fn write_integer(&mut self, address: Address, size: IntSize, value: u64) -> Result<(), RuntimeError> {
        let slot = self.slot(address);
        let index = self.touch(slot)?;
        self.slots[index] = (self.generation + kind_of(size), value);
        self.moved_stack(slot);
        Ok(())
    }

    #[inline]
    pub(super) fn write_field(&mut self, address: Address, value: Fr) -> Result<(), RuntimeError> {
        self.write_field_slot(self.slot(address), value)
    }

    #[inline(always)]
    fn write_field_slot(&mut self, slot: u32, field: Fr) -> Result<(), RuntimeError> {
        let index = self.touch(slot)?;
        let (kind, value) = self.slots[index];
        if kind == self.generation + FIELD {
            self.fields[place(value)] = field;
        } else {
            if self.fields.len() >= self.end * 2 {
                self.compact();
            }
            self.slots[index] = (self.generation + FIELD, self.fields.len() as u64);
            self.fields.push(field);
        }
        self.moved_stack(slot);
        Ok(())
    }

    /// Copies a slot.
    #[inline(always)]
    pub(super) fn copy(&mut self, source: u32, destination: u32) -> Result<(), RuntimeError> {
        let content = self.slots.get(source as usize).copied().unwrap_or_default();
        match content.0.wrapping_sub(self.generation) {
            2..WIDE => {
                let index = self.touch(destination)?;
                self.slots[index] = content;
                self.moved_stack(destination);
                Ok(())
            }
            FIELD => self.write_field_slot(destination, self.fields[place(content.1)]),
            _ => self.write_slot(destination, self.read_slot(source)),
        }
    }

    pub(super) fn write_slot(&mut self, slot: u32, value: Value) -> Result<(), RuntimeError> {
        let (size, integer) = match value {
            Value::Field(field) => return self.write_field_slot(slot, field),
            Value::U1(value) => (IntSize::U1, value.into()),
            Value::U8(value) => (IntSize::U8, value.into()),
            Value::U16(value) => (IntSize::U16, value.into()),
            Value::U32(value) => (IntSize::U32, value.into()),
            Value::U64(value) => (IntSize::U64, value),
            Value::U128(value) => {
                if self.wide.len() >= self.end * 2 {
                    self.compact();
                }
                self.wide.push(value);
                (IntSize::U128, self.wide.len() as u64 - 1)
            }
        };
        let index = self.touch(slot)?;
        self.slots[index] = (self.generation + kind_of(size), integer);
        self.moved_stack(slot);
        Ok(())
    }

    pub(super) fn write(&mut self, address: Address, value: Value) -> Result<(), RuntimeError> {
        self.write_slot(self.slot(address), value)
    }

    /// The first slot holds the stack pointer. Anything but an address leads nowhere.
    #[inline(always)]
    fn moved_stack(&mut self, written: u32) {
        if written == 0 {
            self.stack_pointer = if let Value::U32(pointer) = self.read_slot(0) { pointer } else { u32::MAX };
        }
    }

    /// Forgets field elements and wide integers that were written over by other types.
    #[cold]
    fn compact(&mut self) {
        let (mut fields, mut wide) = (Vec::new(), Vec::new());
        for (kind, value) in &mut self.slots[..self.end] {
            match kind.wrapping_sub(self.generation) {
                FIELD => {
                    fields.push(self.fields[place(*value)]);
                    *value = fields.len() as u64 - 1;
                }
                WIDE => {
                    wide.push(self.wide[place(*value)]);
                    *value = wide.len() as u64 - 1;
                }
                _ => {}
            }
        }
        (self.fields, self.wide) = (fields, wide);
    }

    #[cold]
    fn grow(&mut self, slot: u32) -> Result<(), RuntimeError> {
        if slot >= MAX_SLOTS {
            return Err(RuntimeError::Memory { slot });
        }
        let end = (slot as usize + 1).next_multiple_of(PAGE);
        if end > self.slots.len() {
            let wanted = end.max(self.slots.len() * 2).min(MAX_SLOTS as usize);
            let mut slots = vec![(0, 0); wanted];
            slots[..self.end].copy_from_slice(&self.slots[..self.end]);
            self.slots = slots;
        }
        self.end = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [Value; 7] = [
        Value::Field(Fr::MAX),
        Value::U1(true),
        Value::U8(2),
        Value::U16(3),
        Value::U32(4),
        Value::U64(u64::MAX),
        Value::U128(Wide::new(u128::MAX)),
    ];

    #[test]
    fn every_type_is_read_as_it_was_written_and_copied_until_memory_is_cleared() {
        let mut memory = Memory::default();
        for round in 0..3 {
            let slots = (1..).zip(VALUES).map(|(slot, value)| (slot * (100 + round), value));
            for (slot, value) in slots.clone() {
                assert_eq!(memory.read_slot(slot), Value::UNSET);
                memory.write_slot(slot, value).unwrap();
                memory.copy(slot, slot + 1).unwrap();
            }
            for (slot, value) in slots.clone() {
                assert_eq!((memory.read_slot(slot), memory.read_slot(slot + 1)), (value, value));
                let address = Address::direct(slot);
                assert_eq!(memory.field(address).is_some(), matches!(value, Value::Field(_)));
                assert_eq!(memory.integer(address, IntSize::U16).is_some(), matches!(value, Value::U16(_)));
            }
            memory.copy(99, 100 + round).unwrap();
            assert_eq!(memory.read_slot(100 + round), Value::UNSET);
            memory.clear();
            assert_eq!(memory.field(Address::direct(100 + round)), Some(Fr::ZERO));
        }
    }

    #[test]
    fn only_what_was_written_can_be_taken_at_once() {
        let mut memory = Memory::default();
        assert!(memory.values(0, 0).is_ok() && memory.values(0, 1).is_err());
        memory.write_slot(70, Value::U8(1)).unwrap();
        assert_eq!(memory.values(69, 3).unwrap().collect::<Vec<_>>(), [Value::UNSET, Value::U8(1), Value::UNSET]);
        assert!(memory.values(0, 128).is_ok() && memory.values(0, 129).is_err());
        assert!(memory.values(u32::MAX, 2).is_err());
        assert_eq!(memory.write_slot(MAX_SLOTS, Value::U8(1)), Err(RuntimeError::Memory { slot: MAX_SLOTS }));
        memory.write_slot(MAX_SLOTS - 1, Value::U8(1)).unwrap();
        memory.clear();
        assert!(memory.values(0, 1).is_err());
    }

    #[test]
    fn values_written_over_are_forgotten() {
        let mut memory = Memory::default();
        let field = |n: u32| Value::Field(Fr::from(n));
        let wide = |n: u32| Value::U128(Wide::new(n.into()));
        memory.write_slot(1, field(7)).unwrap();
        memory.write_slot(2, wide(8)).unwrap();
        for n in 0..2000 {
            memory.write_slot(3, field(n)).unwrap();
            memory.write_slot(3, wide(n)).unwrap();
            assert_eq!((memory.read_slot(1), memory.read_slot(2), memory.read_slot(3)), (field(7), wide(8), wide(n)));
        }
        assert!(memory.fields.len() <= 128 && memory.wide.len() <= 128);
    }

    #[test]
    fn addresses_follow_the_stack_pointer() {
        let mut memory = Memory::default();
        let third = Address::relative(3);
        memory.write_integer(Address::direct(0), IntSize::U32, 40).unwrap();
        memory.write_integer(third, IntSize::U8, 7).unwrap();
        assert_eq!(memory.read_slot(43), Value::U8(7));
        memory.copy(43, 0).unwrap();
        assert!(memory.write_integer(third, IntSize::U8, 7).is_err());
    }
}
