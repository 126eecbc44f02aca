//! Arguments as dapps write them in JSON.
//!
//! Protocol source: `@aztec/stdlib/src/abi/encoder.ts`, `@aztec/aztec.js/src/utils/abi_types.ts`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde_json::Value as Json;

use super::encode::is_option;
use super::error::{AbiError, AbiErrorKind};
use super::function::FunctionAbi;
use super::types::{AbiParameter, AbiType, Role, StructType, TypeError};
use super::value::{Value, excerpt};
use crate::field::Fr;

impl FunctionAbi {
    /// The fields of a call's arguments written in JSON. An error's path starts with the function's name.
    pub fn encode_json(&self, arguments: &[Json]) -> Result<Vec<Fr>, AbiError> {
        let values = arguments_from_json(&self.parameters, arguments).map_err(|error| error.within(&self.name))?;
        self.encode_arguments(&values)
    }
}

/// The arguments of a function from JSON, see [`Value::from_json`]. `Option`s at the end may be left out.
pub fn arguments_from_json(parameters: &[AbiParameter], arguments: &[Json]) -> Result<Vec<Value>, AbiError> {
    if arguments.len() > parameters.len() {
        let (found, expected) = (arguments.len(), parameters.len());
        return Err(AbiError::new(AbiErrorKind::WrongLength { found, expected }));
    }
    let read = |(index, parameter): (usize, &AbiParameter)| {
        or_missing(&parameter.ty, arguments.get(index)).map_err(|error| error.within(&parameter.name))
    };
    parameters.iter().enumerate().map(read).collect()
}

fn or_missing(ty: &AbiType, json: Option<&Json>) -> Result<Value, AbiError> {
    match json {
        Some(json) => Value::from_json(ty, json),
        None if is_option(ty) => Ok(Value::NONE),
        None => Err(AbiError::new(AbiErrorKind::Missing)),
    }
}

impl Value {
    /// A value of a type from JSON, in any spelling the official encoder takes:
    ///
    /// | Type | JSON |
    /// |---|---|
    /// | `Field` | number, boolean, decimal or `0x` text, object with hex `value` |
    /// | `bool` | boolean, 0, 1 |
    /// | integer | number, decimal or `0x` text, `-` in front of decimal text |
    /// | address | as `Field`, or an object with `address` or `inner` |
    /// | struct of one field `inner` | as `Field`, or an object with `inner` |
    /// | function selector | as integer, or an object with `value` or `inner` |
    /// | `Option<T>` | `null`, `{"_is_some", "_value"}`, or as T |
    /// | `BoundedVec<T, N>` | array of at most N |
    /// | struct | object; unknown members are ignored |
    ///
    /// Numbers must be integers below 2^64; JSON readers round larger ones, so write them as text.
    pub fn from_json(ty: &AbiType, json: &Json) -> Result<Self, AbiError> {
        read(ty, json, 0)
    }
}

fn read(ty: &AbiType, json: &Json, depth: usize) -> Result<Value, AbiError> {
    if depth >= super::MAX_TYPE_DEPTH {
        return Err(AbiError::new(TypeError::TooDeep));
    }
    let mismatch = || AbiError::mismatch(ty, describe(json));
    match (ty, json) {
        (AbiType::Field, json) => read_field(json).map(Value::Field).ok_or_else(mismatch),
        (AbiType::Boolean, Json::Bool(value)) => Ok(Value::Boolean(*value)),
        (AbiType::Boolean, Json::Number(number)) => match number.as_u64() {
            Some(bit @ 0..=1) => Ok(Value::Boolean(bit == 1)),
            _ => Err(mismatch()),
        },
        (AbiType::Integer { .. }, json) => read_integer(json).ok_or_else(mismatch),
        (AbiType::String { .. }, Json::String(text)) => Ok(Value::String(text.clone())),
        (AbiType::Array { item, .. }, Json::Array(items)) => read_items(item, items, depth),
        (AbiType::Struct(ty), json) => read_struct(ty, json, depth),
        (AbiType::Tuple(_), _) => Err(AbiError::new(AbiErrorKind::Tuple)),
        _ => Err(mismatch()),
    }
}

fn read_items(item: &AbiType, items: &[Json], depth: usize) -> Result<Value, AbiError> {
    let read = |(index, json)| read(item, json, depth + 1).map_err(|error| error.at_index(index));
    items.iter().enumerate().map(read).collect::<Result<_, _>>().map(Value::Array)
}

fn read_struct(ty: &StructType, json: &Json, depth: usize) -> Result<Value, AbiError> {
    let mismatch = || AbiError::mismatch(AbiType::Struct(ty.clone()), describe(json));
    // Presence, as JavaScript sees it: `null` is present but stands for nothing.
    let member = |name: &str| json.get(name).filter(|value| !value.is_null());
    match ty.role() {
        Role::Option(some) => match (json, json.get("_is_some")) {
            (Json::Null, _) => Ok(Value::NONE),
            (_, None) => Ok(Value::Option(Some(Box::new(read(some, json, depth + 1)?)))),
            (_, Some(flag)) => {
                let is_some = read(&AbiType::Boolean, flag, depth + 1).map_err(|error| error.within("_is_some"))?;
                if is_some == Value::Boolean(false) {
                    return Ok(Value::NONE);
                }
                let value = json.get("_value").unwrap_or(&Json::Null);
                let value = read(some, value, depth + 1).map_err(|error| error.within("_value"))?;
                Ok(Value::Option(Some(Box::new(value))))
            }
        },
        Role::AztecAddress | Role::Wrapped => {
            let inner = match member("address") {
                Some(address) if ty.is_address() => address,
                _ => member("inner").unwrap_or(json),
            };
            read_field(inner).map(Value::Field).ok_or_else(mismatch)
        }
        Role::FunctionSelector => {
            let inner = member("value").or_else(|| member("inner")).unwrap_or(json);
            read_integer(inner).ok_or_else(mismatch)
        }
        Role::BoundedVec(_, item) if json.is_array() => {
            read_items(item, json.as_array().map_or(&[], Vec::as_slice), depth)
        }
        _ => {
            let members = json.as_object().ok_or_else(mismatch)?;
            let read = |field: &super::AbiVariable| {
                let value = match members.get(&field.name) {
                    Some(json) => read(&field.ty, json, depth + 1),
                    None => or_missing(&field.ty, None),
                };
                value.map(|value| (field.name.clone(), value)).map_err(|error| error.within(&field.name))
            };
            ty.fields.iter().map(read).collect::<Result<_, _>>().map(Value::Struct)
        }
    }
}

fn read_field(json: &Json) -> Option<Fr> {
    match json {
        Json::Bool(value) => Some(Fr::from(*value)),
        Json::Number(number) => number.as_u64().map(Fr::from),
        Json::String(text) => text.parse().ok(),
        Json::Object(object) => {
            let hex = object.get("value")?.as_str()?;
            let digits = hex.strip_prefix("0x").or_else(|| hex.strip_prefix("0X")).unwrap_or(hex);
            format!("0x{digits}").parse().ok()
        }
        _ => None,
    }
}

fn read_integer(json: &Json) -> Option<Value> {
    match json {
        Json::Number(number) => {
            let unsigned = number.as_u64().map(|value| Value::Unsigned(value.into()));
            unsigned.or_else(|| number.as_i64().map(|value| Value::Signed(value.into())))
        }
        Json::String(text) => match (text.strip_prefix('-'), text.strip_prefix("0x").or(text.strip_prefix("0X"))) {
            (Some(digits), _) if is_number(digits, 10) => text.parse().ok().map(Value::Signed),
            (None, Some(digits)) if is_number(digits, 16) => text.parse().ok().map(unsigned),
            (None, None) if is_number(text, 10) => text.parse().ok().map(unsigned),
            _ => None,
        },
        _ => None,
    }
}

/// The integer, when it is one of ours; else a field, for the range check to refuse.
fn unsigned(field: Fr) -> Value {
    field.to_u128().map_or(Value::Field(field), Value::Unsigned)
}

fn is_number(digits: &str, radix: u32) -> bool {
    !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
}

/// What a JSON value is, in a few words.
fn describe(json: &Json) -> Cow<'static, str> {
    let text: String = match json {
        Json::Null => return "nothing".into(),
        Json::Bool(value) => value.to_string(),
        Json::Number(number) if number.is_f64() => format!("{number}, which is not an integer below 2^64"),
        Json::Number(number) => number.to_string(),
        Json::String(text) => format!("text {}", excerpt(text)),
        Json::Array(items) => format!("a list of {} items", items.len()),
        Json::Object(_) => return "an object".into(),
    };
    text.into()
}
