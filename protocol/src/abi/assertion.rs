//! What a function says when it fails.
//!
//! Protocol source: `@aztec/simulator/src/common/errors.ts`, `@aztec/noir-noirc_abi`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write;

use super::decode::type_error;
use super::function::{ErrorSelector, ErrorType, FunctionAbi};
use super::types::{AbiType, Sign};
use crate::codec::{DecodeError, FieldReader};
use crate::field::Fr;

impl FunctionAbi {
    /// The message of an assertion payload, see [`assertion_message`].
    pub fn assertion_message(&self, selector: ErrorSelector, payload: &[Fr]) -> Result<Option<String>, DecodeError> {
        assertion_message(&self.error_types, selector, payload)
    }

    /// The message of a public function's revert data: the selector, then the payload. None when there is no data or the
    /// selector is not one of this function.
    pub fn revert_message(&self, revert_data: &[Fr]) -> Result<Option<String>, DecodeError> {
        match revert_data.split_first().map(|(selector, payload)| (selector.to_u64(), payload)) {
            Some((Some(selector), payload)) => self.assertion_message(ErrorSelector(selector), payload),
            _ => Ok(None),
        }
    }
}

/// The message of an assertion payload; none when the selector is unknown. Fixed messages come as they are, templates with
/// their items filled in, values as Noir prints them: `Point { x: 0x01, y: 0x02 }`.
pub fn assertion_message(
    error_types: &BTreeMap<ErrorSelector, ErrorType>,
    selector: ErrorSelector,
    payload: &[Fr],
) -> Result<Option<String>, DecodeError> {
    let mut reader = FieldReader::new(payload);
    match error_types.get(&selector) {
        None => Ok(None),
        Some(ErrorType::String(text)) => Ok(Some(text.clone())),
        Some(ErrorType::FmtString { length, item_types }) => {
            let template = read_text(&mut reader, *length as usize)?;
            // The number of items, which the types tell as well.
            reader.field()?;
            let mut items = Vec::with_capacity(item_types.len());
            for (index, ty) in item_types.iter().enumerate() {
                items.push(print(ty, &mut reader).map_err(|error| error.at_index(index))?);
            }
            Ok(Some(fill(&template, &items)))
        }
        Some(ErrorType::Custom(ty)) => print(ty, &mut reader).map(Some),
    }
}

/// Puts the items where the template has names in braces. Braces written twice stand for themselves; a name without an
/// item stays as it is.
fn fill(template: &str, items: &[String]) -> String {
    let mut items = items.iter();
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(brace) = rest.find(['{', '}']) {
        let (before, from_brace) = rest.split_at(brace);
        out.push_str(before);
        let (literal, length) = match from_brace.find('}') {
            _ if from_brace.starts_with("{{") => ("{", 2),
            _ if from_brace.starts_with("}}") => ("}", 2),
            Some(end) if end > 0 => (items.next().map_or(&from_brace[..=end], String::as_str), end + 1),
            _ => (&from_brace[..1], 1),
        };
        out.push_str(literal);
        rest = &from_brace[length..];
    }
    out.push_str(rest);
    out
}

/// Noir's texts are UTF-8 bytes, one per field.
fn read_text(reader: &mut FieldReader<'_>, length: usize) -> Result<String, DecodeError> {
    let bytes: Vec<u8> = reader.take(length)?.iter().map(|field| field.to_be_bytes()[31]).collect();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn print(ty: &AbiType, reader: &mut FieldReader<'_>) -> Result<String, DecodeError> {
    ty.field_count().map_err(|error| type_error(reader, &error))?;
    let mut out = String::new();
    print_next(ty, reader, &mut out)?;
    Ok(out)
}

fn print_next(ty: &AbiType, reader: &mut FieldReader<'_>, out: &mut String) -> Result<(), DecodeError> {
    match ty {
        AbiType::Field => {
            let field = const_hex::encode(reader.field()?.to_be_bytes());
            let digits = field.trim_start_matches("00");
            write!(out, "0x{}", if digits.is_empty() { "00" } else { digits })
        }
        AbiType::Boolean => write!(out, "{}", reader.field()? == Fr::ONE),
        AbiType::Integer { sign, width } => {
            let [low, high, _, _] = reader.field()?.to_limbs();
            let value = (u128::from(low) | u128::from(high) << 64) << (128 - width);
            match sign {
                Sign::Unsigned => write!(out, "{}", value >> (128 - width)),
                Sign::Signed => write!(out, "{}", value.cast_signed() >> (128 - width)),
            }
        }
        AbiType::String { length } => out.write_str(&read_text(reader, *length as usize)?),
        AbiType::Array { length, item } => {
            out.push('[');
            for index in 0..*length {
                out.push_str(if index > 0 { ", " } else { "" });
                print_next(item, reader, out)?;
            }
            out.write_str("]")
        }
        AbiType::Tuple(types) => {
            out.push('(');
            for (index, ty) in types.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                print_next(ty, reader, out)?;
            }
            out.write_str(")")
        }
        AbiType::Struct(ty) => {
            out.push_str(ty.name());
            out.push_str(" { ");
            for (index, field) in ty.fields.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(&field.name);
                out.push_str(": ");
                print_next(&field.ty, reader, out)?;
            }
            out.write_str(" }")
        }
    }
    .expect("writing to a string cannot fail");
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use super::*;

    fn message(template: &str, items: &[(AbiType, Fr)]) -> Option<String> {
        let mut payload: Vec<Fr> = template.bytes().map(Fr::from).collect();
        payload.push(Fr::from(items.len() as u64));
        payload.extend(items.iter().map(|(_, value)| *value));
        let item_types = items.iter().map(|(ty, _)| ty.clone()).collect();
        let length = u32::try_from(template.len()).unwrap();
        let errors = BTreeMap::from([(ErrorSelector(5), ErrorType::FmtString { length, item_types })]);
        assertion_message(&errors, ErrorSelector(5), &payload).unwrap()
    }

    /// The expected texts are what `abiDecodeError` of `@aztec/noir-noirc_abi` answers.
    #[test]
    fn templates_are_filled_as_noir_does() {
        let number = |value: u64| Fr::from(value);
        for (template, ty, value, expected) in [
            ("a {x}", AbiType::Field, number(0x7b), "a 0x7b"),
            ("a {x}", AbiType::Field, number(0), "a 0x00"),
            ("a {x}", AbiType::Field, number(0x100), "a 0x0100"),
            ("a {x}", AbiType::signed(8), number(0x80), "a -128"),
            ("a {x}", AbiType::signed(64), number(u64::MAX), "a -1"),
            ("a {x}", AbiType::unsigned(8), number(0x1ff), "a 255"),
            ("a {x}", AbiType::unsigned(128), Fr::from(u128::MAX), "a 340282366920938463463374607431768211455"),
            ("a {x}", AbiType::Boolean, number(2), "a false"),
            ("a {{x}} {y} {{", AbiType::Field, number(1), "a {x} 0x01 {"),
            ("a }} {y}", AbiType::Field, number(1), "a } 0x01"),
            ("é {y}", AbiType::String { length: 1 }, number(0x78), "é x"),
            ("{y}", AbiType::array(1, AbiType::array(1, AbiType::unsigned(8))), number(2), "[[2]]"),
            ("{y}", AbiType::structure("a::S", [("q", AbiType::Field)]), number(1), "S { q: 0x01 }"),
            ("{y}", AbiType::Tuple(vec![AbiType::Boolean]), number(1), "(true)"),
        ] {
            assert_eq!(message(template, &[(ty, value)]).as_deref(), Some(expected));
        }
        let two = [(AbiType::Field, Fr::ONE), (AbiType::unsigned(8), Fr::from(2u8))];
        assert_eq!(message("{} {x.y}", &two).unwrap(), "0x01 2");
    }

    #[test]
    fn broken_templates_and_payloads_do_not_panic() {
        assert_eq!(message("{x} {y", &[]).unwrap(), "{x} {y");
        assert_eq!(message("}{x}}", &[]).unwrap(), "}{x}}");
        let item_types = vec![AbiType::array(u32::MAX, AbiType::Tuple(vec![]))];
        let errors = BTreeMap::from([
            (ErrorSelector(1), ErrorType::FmtString { length: 0, item_types }),
            (ErrorSelector(2), ErrorType::FmtString { length: u32::MAX, item_types: vec![] }),
            (ErrorSelector(3), ErrorType::String("no".to_string())),
        ]);
        assert!(assertion_message(&errors, ErrorSelector(1), &[Fr::ONE]).is_err());
        assert!(assertion_message(&errors, ErrorSelector(2), &[Fr::ONE]).is_err());
        assert_eq!(assertion_message(&errors, ErrorSelector(3), &[]), Ok(Some("no".to_string())));
        assert_eq!(assertion_message(&errors, ErrorSelector(4), &[]), Ok(None));
    }
}
