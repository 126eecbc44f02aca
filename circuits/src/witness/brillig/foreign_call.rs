//! Arguments and results of foreign calls: flat outside, arrays behind pointers inside.

use protocol::field::Fr;

use super::super::foreign::{ForeignCall, ForeignValue};
use super::{Memory, RuntimeError};
use crate::program::brillig::{self, ArrayType, BitSize, IntSize, ItemType, Slot, Value};

/// Reads the arguments of a call.
pub(super) fn read(memory: &Memory, call: &brillig::ForeignCall) -> Result<ForeignCall, RuntimeError> {
    let mut inputs = Vec::with_capacity(call.inputs.len());
    // A vector has its number of items in front; its memory may hold more.
    let mut items = None;
    for input in &call.inputs {
        let mut before = None;
        inputs.push(match input.slot {
            Slot::Value(address, size) => {
                let value = memory.read(address);
                if let (BitSize::Integer(IntSize::U32), Value::U32(value)) = (size, value) {
                    before = Some(value);
                }
                ForeignValue::Single(value.to_field())
            }
            Slot::Array(pointer) => {
                let mut fields = Vec::new();
                read_array(memory, memory.read_u32(pointer)?, &input.array, &mut fields)?;
                ForeignValue::Array(fields)
            }
            Slot::Vector { pointer, size } => {
                let (start, slots) = (memory.read_u32(pointer)?, memory.read_u32(size)?);
                drop(memory.values(start, slots)?);
                let item = u32::try_from(input.array.items.len()).expect("types are fewer than bytes").max(1);
                let array =
                    ArrayType { items: input.array.items.clone(), length: items.unwrap_or(u32::MAX).min(slots / item) };
                let mut fields = Vec::new();
                read_array(memory, start, &array, &mut fields)?;
                ForeignValue::Array(fields)
            }
        });
        items = before;
    }
    Ok(ForeignCall { name: call.name.clone(), inputs })
}

/// Flattens an array that starts at a slot.
fn read_array(memory: &Memory, start: u32, array: &ArrayType, out: &mut Vec<Fr>) -> Result<(), RuntimeError> {
    let slots = u32::try_from(array.slots()).map_err(|_| RuntimeError::Memory { slot: u32::MAX })?;
    for (value, item) in memory.values(start, slots)?.zip(array.items.iter().cycle()) {
        match item {
            ItemType::Value(_) => out.push(value.to_field()),
            ItemType::Array(inner) => read_array(memory, items_of(value)?, inner, out)?,
        }
    }
    Ok(())
}

/// The first item of the array a pointer points to: behind its reference count.
fn items_of(pointer: Value) -> Result<u32, RuntimeError> {
    match pointer {
        Value::U32(start) => Ok(start.saturating_add(1)),
        other => Err(RuntimeError::mismatch(other, BitSize::Integer(IntSize::U32))),
    }
}

/// Writes the results of a call.
pub(super) fn write_results(
    memory: &mut Memory,
    call: &brillig::ForeignCall,
    results: &[ForeignValue],
) -> Result<(), RuntimeError> {
    let name = || call.name.clone();
    if results.len() != call.outputs.len() {
        return Err(RuntimeError::Results { name: name(), expected: call.outputs.len(), found: results.len() });
    }
    for (index, (output, result)) in call.outputs.iter().zip(results).enumerate() {
        let found = result.fields().len();
        let shape = |expected| RuntimeError::ResultShape { name: name(), index, expected, found };
        let fits = |field: Fr, size: BitSize| {
            let error = || RuntimeError::ResultSize { name: name(), index, bits: size.bits() };
            Value::from_field(field, size).ok_or_else(error)
        };
        match (output.slot, result) {
            (Slot::Value(address, size), ForeignValue::Single(field)) => memory.write(address, fits(*field, size)?)?,
            (Slot::Value(..), ForeignValue::Array(_)) => return Err(shape(1)),
            (Slot::Array(pointer), result) => {
                let array = &output.array;
                if found as u64 != array.flattened() || array.is_flat() && matches!(result, ForeignValue::Single(_)) {
                    return Err(shape(array.flattened()));
                }
                let start = memory.read_u32(pointer)?;
                write_array(memory, start, array, &mut result.fields().iter().copied(), &fits)?;
            }
            (Slot::Vector { pointer, size }, ForeignValue::Array(fields)) => {
                let array = &output.array;
                let item = array.items.len();
                if !array.is_flat() || item == 0 && found > 0 || item > 0 && found % item != 0 {
                    return Err(shape(found.next_multiple_of(item.max(1)) as u64));
                }
                let length = u32::try_from(found).map_err(|_| RuntimeError::Memory { slot: u32::MAX })?;
                memory.write(size, Value::U32(length))?;
                let start = memory.read_u32(pointer)?;
                let array =
                    ArrayType { items: array.items.clone(), length: length / u32::try_from(item.max(1)).unwrap_or(1) };
                write_array(memory, start, &array, &mut fields.iter().copied(), &fits)?;
            }
            (Slot::Vector { .. }, ForeignValue::Single(_)) => return Err(shape(0)),
        }
    }
    Ok(())
}

fn write_array(
    memory: &mut Memory,
    start: u32,
    array: &ArrayType,
    fields: &mut impl Iterator<Item = Fr>,
    fits: &impl Fn(Fr, BitSize) -> Result<Value, RuntimeError>,
) -> Result<(), RuntimeError> {
    let mut slot = start;
    for _ in 0..array.length {
        for item in &array.items {
            match item {
                ItemType::Value(size) => {
                    // The number of fields was checked against the type.
                    let Some(field) = fields.next() else { return Ok(()) };
                    memory.write_slot(slot, fits(field, *size)?)?;
                }
                ItemType::Array(inner) => {
                    let inner_start = items_of(memory.read_slot(slot))?;
                    write_array(memory, inner_start, inner, fields, fits)?;
                }
            }
            slot = slot.checked_add(1).ok_or(RuntimeError::Memory { slot })?;
        }
    }
    Ok(())
}
