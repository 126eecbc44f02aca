//! Arguments to fields.
//!
//! Protocol source: `@aztec/stdlib/src/abi/encoder.ts`. What that encoder accepts encodes the same here, except that
//! integers beyond their type, texts and lists longer than their type, and unknown members are refused: there they are
//! cut off or fail later, in the circuit.

use alloc::string::ToString;
use alloc::vec::Vec;

use super::error::{AbiError, AbiErrorKind};
use super::function::FunctionAbi;
use super::types::{AbiParameter, AbiType, AbiVariable, Role, Sign, StructType, argument_count};
use super::value::Value;
use crate::field::Fr;

impl FunctionAbi {
    /// The fields of a call's arguments. An error's path starts with the function's name.
    pub fn encode_arguments(&self, arguments: &[Value]) -> Result<Vec<Fr>, AbiError> {
        encode(&self.parameters, arguments).map_err(|error| error.within(&self.name))
    }
}

/// The fields of arguments, one for each parameter.
pub fn encode(parameters: &[AbiParameter], arguments: &[Value]) -> Result<Vec<Fr>, AbiError> {
    if parameters.len() != arguments.len() {
        let (found, expected) = (arguments.len(), parameters.len());
        return Err(AbiError::new(AbiErrorKind::WrongLength { found, expected }));
    }
    let mut out = Vec::with_capacity(field_count(argument_count(parameters))?);
    for (parameter, argument) in parameters.iter().zip(arguments) {
        write(&parameter.ty, argument, &mut out).map_err(|error| error.within(&parameter.name))?;
    }
    Ok(out)
}

/// The fields of one value.
pub fn encode_value(ty: &AbiType, value: &Value) -> Result<Vec<Fr>, AbiError> {
    let mut out = Vec::with_capacity(field_count(ty.field_count())?);
    write(ty, value, &mut out)?;
    Ok(out)
}

fn field_count(count: Result<usize, super::TypeError>) -> Result<usize, AbiError> {
    count.map_err(AbiError::new)
}

fn write(ty: &AbiType, value: &Value, out: &mut Vec<Fr>) -> Result<(), AbiError> {
    let mismatch = || AbiError::mismatch(ty, value);
    match (ty, value) {
        (AbiType::Field, value) => out.push(to_field(value).ok_or_else(mismatch)?),
        (AbiType::Boolean, Value::Boolean(value)) => out.push(Fr::from(*value)),
        (AbiType::Integer { sign, width }, value) => out.push(integer(*sign, *width, value)?),
        (AbiType::String { length }, Value::String(text)) => {
            let end = out.len() + *length as usize;
            for unit in text.encode_utf16() {
                if out.len() == end {
                    let found = text.encode_utf16().count();
                    return Err(AbiError::new(AbiErrorKind::TooLong { found, max: *length as usize }));
                }
                out.push(Fr::from(unit));
            }
            out.resize(end, Fr::ZERO);
        }
        (AbiType::Array { length, item }, Value::Array(items)) => {
            if items.len() != *length as usize {
                let (found, expected) = (items.len(), *length as usize);
                return Err(AbiError::new(AbiErrorKind::WrongLength { found, expected }));
            }
            write_items(item, items, out)?;
        }
        (AbiType::Struct(ty), value) => write_struct(ty, value, out)?,
        (AbiType::Tuple(_), _) => return Err(AbiError::new(AbiErrorKind::Tuple)),
        _ => return Err(mismatch()),
    }
    Ok(())
}

fn write_items(item: &AbiType, items: &[Value], out: &mut Vec<Fr>) -> Result<(), AbiError> {
    for (index, value) in items.iter().enumerate() {
        write(item, value, out).map_err(|error| error.at_index(index))?;
    }
    Ok(())
}

fn write_struct(ty: &StructType, value: &Value, out: &mut Vec<Fr>) -> Result<(), AbiError> {
    let mismatch = || AbiError::mismatch(AbiType::Struct(ty.clone()), value);
    match (ty.role(), value) {
        (Role::Option(some), Value::Option(None)) => {
            let zeros = 1 + field_count(some.field_count())?;
            out.resize(out.len() + zeros, Fr::ZERO);
        }
        (Role::Option(some), value) => {
            out.push(Fr::ONE);
            let value = if let Value::Option(Some(value)) = value { value } else { value };
            write(some, value, out)?;
        }
        (_, Value::Struct(members)) => write_members(ty, members, out)?,
        (Role::AztecAddress | Role::Wrapped, value) => out.push(to_field(value).ok_or_else(mismatch)?),
        (Role::FunctionSelector, value) => write(&ty.fields[0].ty, value, out)?,
        (Role::BoundedVec(max, item), Value::Array(items)) => {
            if items.len() > max {
                return Err(AbiError::new(AbiErrorKind::TooLong { found: items.len(), max }));
            }
            write_items(item, items, out)?;
            let padding = (max - items.len()) * field_count(item.field_count())?;
            out.resize(out.len() + padding, Fr::ZERO);
            out.push(Fr::from(items.len() as u64));
        }
        _ => return Err(mismatch()),
    }
    Ok(())
}

fn write_members(
    ty: &StructType,
    members: &[(alloc::string::String, Value)],
    out: &mut Vec<Fr>,
) -> Result<(), AbiError> {
    let mut known = 0;
    for (index, AbiVariable { name, ty }) in ty.fields.iter().enumerate() {
        // Members usually come in the order of the type.
        let given = members
            .get(index)
            .filter(|(member, _)| member == name)
            .or_else(|| members.iter().find(|(member, _)| member == name));
        let result = match given {
            Some((_, value)) => {
                known += 1;
                write(ty, value, out)
            }
            None if is_option(ty) => write(ty, &Value::NONE, out),
            None => Err(AbiError::new(AbiErrorKind::Missing)),
        };
        result.map_err(|error| error.within(name))?;
    }
    if known < members.len() {
        let unknown = members.iter().find(|(member, _)| ty.fields.iter().all(|field| field.name != *member));
        let name = unknown.or(members.last()).map_or("", |(member, _)| member);
        return Err(AbiError::new(AbiErrorKind::Unknown(ty.name().to_string())).within(name));
    }
    Ok(())
}

/// Whether a value may be left out.
pub(super) fn is_option(ty: &AbiType) -> bool {
    matches!(ty, AbiType::Struct(ty) if matches!(ty.role(), Role::Option(_)))
}

fn to_field(value: &Value) -> Option<Fr> {
    match value {
        Value::Field(value) => Some(*value),
        Value::Unsigned(value) => Some(Fr::from(*value)),
        Value::Signed(value) => u128::try_from(*value).ok().map(Fr::from),
        Value::Boolean(value) => Some(Fr::from(*value)),
        Value::Address(value) => Some(value.to_field()),
        _ => None,
    }
}

/// Least and greatest value of an integer type of 1 to 128 bits.
pub(super) fn range(sign: Sign, width: u32) -> (i128, u128) {
    match sign {
        Sign::Unsigned => (0, u128::MAX >> (128 - width)),
        Sign::Signed => (i128::MIN >> (128 - width), u128::MAX >> (128 - width) >> 1),
    }
}

fn integer(sign: Sign, width: u32, value: &Value) -> Result<Fr, AbiError> {
    let ty = AbiType::Integer { sign, width };
    let (min, max) = range(sign, width);
    let encoded = match value {
        Value::Unsigned(value) => (*value <= max).then_some(*value),
        Value::Signed(value) => match u128::try_from(*value) {
            Ok(value) => (value <= max).then_some(value),
            // Two's complement at the width of the type.
            Err(_) => (*value >= min).then_some(value.cast_unsigned() & (u128::MAX >> (128 - width))),
        },
        Value::Field(value) => value.to_u128().filter(|value| *value <= max),
        _ => return Err(AbiError::mismatch(ty, value)),
    };
    let out_of_range = || AbiErrorKind::OutOfRange { found: value.to_string(), ty: ty.to_string(), min, max };
    encoded.map(Fr::from).ok_or_else(|| AbiError::new(out_of_range()))
}
