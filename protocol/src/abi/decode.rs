//! Fields to values.
//!
//! Protocol source: `@aztec/stdlib/src/abi/decoder.ts`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use super::encode::range;
use super::types::{AbiType, Role, Sign, StructType, TypeError};
use super::value::Value;
use crate::address::AztecAddress;
use crate::codec::{DecodeError, DecodeErrorKind, FieldReader};

/// What a decoder does about fields no honest encoder makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checks {
    /// Refuses integers beyond their type, booleans other than 0 and 1, and fields left over.
    Strict,
    /// Does as the official decoder: an unsigned integer beyond its type comes out as a [`Value::Field`], a signed one is
    /// cut to its type, booleans are true unless 0, and fields left over are ignored.
    Official,
}

/// The value of a type in a list of fields. An error names the member and the offset in the list.
pub fn decode(ty: &AbiType, fields: &[crate::field::Fr], checks: Checks) -> Result<Value, DecodeError> {
    let mut reader = FieldReader::new(fields);
    let value = Decoder { reader: &mut reader, checks }.root(ty)?;
    if checks == Checks::Strict {
        reader.finish()?;
    }
    Ok(value)
}

/// What a function returned: the bare value of one return type, else an array of all.
pub fn decode_return_values(
    types: &[AbiType],
    fields: &[crate::field::Fr],
    checks: Checks,
) -> Result<Value, DecodeError> {
    if let [ty] = types {
        return decode(ty, fields, checks);
    }
    let mut reader = FieldReader::new(fields);
    let mut decoder = Decoder { reader: &mut reader, checks };
    let mut values = Vec::with_capacity(types.len());
    for (index, ty) in types.iter().enumerate() {
        values.push(decoder.root(ty).map_err(|error| error.at_index(index))?);
    }
    if checks == Checks::Strict {
        reader.finish()?;
    }
    Ok(Value::Array(values))
}

/// The decoding error of a type that cannot be used.
pub(super) fn type_error(reader: &FieldReader<'_>, error: &TypeError) -> DecodeError {
    let reason = match error {
        TypeError::TooDeep => "its type is nested too deeply",
        TypeError::TooLarge => "its type takes up too many fields",
        TypeError::Width(_) => "its type is an integer of no supported width",
        TypeError::TupleInSignature | TypeError::Malformed => "its type cannot be used",
    };
    reader.error_at(reader.offset(), DecodeErrorKind::Invalid(reason))
}

struct Decoder<'r, 'a> {
    reader: &'r mut FieldReader<'a>,
    checks: Checks,
}

impl Decoder<'_, '_> {
    /// Decodes after checking that depth and size of the type are bounded.
    fn root(&mut self, ty: &AbiType) -> Result<Value, DecodeError> {
        ty.field_count().map_err(|error| type_error(self.reader, &error))?;
        self.next(ty)
    }

    fn next(&mut self, ty: &AbiType) -> Result<Value, DecodeError> {
        match ty {
            AbiType::Field => self.reader.field().map(Value::Field),
            AbiType::Boolean => self.boolean().map(Value::Boolean),
            AbiType::Integer { sign, width } => self.integer(*sign, *width),
            AbiType::String { length } => self.text(*length as usize).map(Value::String),
            AbiType::Array { length, item } => self.items((0..*length).map(|_| &**item)),
            AbiType::Tuple(types) => self.items(types.iter()),
            AbiType::Struct(ty) => self.structure(ty),
        }
    }

    fn items<'t>(&mut self, types: impl ExactSizeIterator<Item = &'t AbiType>) -> Result<Value, DecodeError> {
        let mut items = Vec::with_capacity(types.len().min(self.reader.left()));
        for (index, ty) in types.enumerate() {
            items.push(self.next(ty).map_err(|error| error.at_index(index))?);
        }
        Ok(Value::Array(items))
    }

    fn structure(&mut self, ty: &StructType) -> Result<Value, DecodeError> {
        match ty.role() {
            Role::AztecAddress => Ok(Value::Address(AztecAddress::from_field(self.reader.field()?))),
            Role::Option(some) => {
                let is_some = self.boolean().map_err(|error| error.within("_is_some"))?;
                if !is_some {
                    // Empty options carry a value as well, of no meaning.
                    let skipped = some.field_count().map_err(|error| type_error(self.reader, &error))?;
                    self.reader.take(skipped).map_err(|error| error.within("_value"))?;
                    return Ok(Value::NONE);
                }
                let value = self.next(some).map_err(|error| error.within("_value"))?;
                Ok(Value::Option(Some(Box::new(value))))
            }
            _ => {
                let mut members = Vec::with_capacity(ty.fields.len());
                for field in &ty.fields {
                    let value = self.next(&field.ty).map_err(|error| error.within(&field.name))?;
                    members.push((field.name.clone(), value));
                }
                Ok(Value::Struct(members))
            }
        }
    }

    fn boolean(&mut self) -> Result<bool, DecodeError> {
        let start = self.reader.offset();
        match self.reader.field()?.to_u128() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            _ if self.checks == Checks::Official => Ok(true),
            _ => Err(self.reader.error_at(start, DecodeErrorKind::InvalidBool)),
        }
    }

    fn integer(&mut self, sign: Sign, width: u32) -> Result<Value, DecodeError> {
        let start = self.reader.offset();
        let field = self.reader.field()?;
        let (_, max) = range(Sign::Unsigned, width);
        let in_range = field.to_u128().filter(|value| *value <= max);
        match (sign, in_range) {
            (Sign::Unsigned, Some(value)) => Ok(Value::Unsigned(value)),
            (Sign::Signed, Some(value)) => Ok(Value::Signed(sign_extended(value, width))),
            _ if self.checks == Checks::Strict => {
                Err(self.reader.error_at(start, DecodeErrorKind::OutOfRange { bits: width }))
            }
            (Sign::Unsigned, None) => Ok(Value::Field(field)),
            (Sign::Signed, None) => {
                let [low, high, _, _] = field.to_limbs();
                Ok(Value::Signed(sign_extended(u128::from(low) | u128::from(high) << 64, width)))
            }
        }
    }

    /// One UTF-16 code unit per field. NUL characters that pad a short text are kept.
    fn text(&mut self, length: usize) -> Result<String, DecodeError> {
        let start = self.reader.offset();
        let fields = self.reader.take(length)?;
        let mut units = Vec::with_capacity(length);
        for (index, field) in fields.iter().enumerate() {
            let unit = field.to_u128().and_then(|unit| u16::try_from(unit).ok());
            let out_of_range = || self.reader.error_at(start + index, DecodeErrorKind::OutOfRange { bits: 16 });
            units.push(unit.ok_or_else(out_of_range)?);
        }
        String::from_utf16(&units)
            .map_err(|_| self.reader.error_at(start, DecodeErrorKind::Invalid("text has an unpaired surrogate")))
    }
}

/// The low `width` bits as two's complement.
fn sign_extended(value: u128, width: u32) -> i128 {
    value.cast_signed() << (128 - width) >> (128 - width)
}
