//! Values of ABI types.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::selector::{EventSelector, FunctionSelector};
use crate::address::{AztecAddress, EthAddress};
use crate::field::Fr;

/// A value that contracts take, return or emit.
///
/// Types with several spellings accept each of them when encoded and come out of decoding in one:
///
/// | Type | Encodes from | Decodes to |
/// |---|---|---|
/// | `Field` | field, unsigned integer, boolean, address | field |
/// | integer | integer or field in range | unsigned or signed integer |
/// | `AztecAddress` | address, field, struct | address |
/// | `EthAddress`, struct of one field `inner` | field, struct | struct |
/// | `FunctionSelector` | integer, struct | struct |
/// | `Option<T>` | option, bare value | option |
/// | `BoundedVec<T, N>` | array of up to N items, struct | struct |
/// | tuple | nothing | array |
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A field element.
    Field(Fr),
    /// True or false.
    Boolean(bool),
    /// An integer that is not negative.
    Unsigned(u128),
    /// An integer of a signed type.
    Signed(i128),
    /// Text.
    String(String),
    /// An address.
    Address(AztecAddress),
    /// Items of an array, tuple or bounded list.
    Array(Vec<Value>),
    /// Members of a struct.
    Struct(Vec<(String, Value)>),
    /// An `Option`.
    Option(Option<Box<Value>>),
}

impl Value {
    /// An `Option` without a value.
    pub const NONE: Self = Self::Option(None);

    /// A struct.
    #[must_use]
    pub fn structure<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self::Struct(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }

    /// A struct's member.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Struct(members) => members.iter().find(|(member, _)| member == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value as the official decoder's result is written in JSON: numbers as decimal text, addresses as hex, `null`
    /// for an empty `Option`.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match self {
            Self::Field(value) => Json::String(value.to_ark().to_string()),
            Self::Boolean(value) => Json::Bool(*value),
            Self::Unsigned(value) => Json::String(value.to_string()),
            Self::Signed(value) => Json::String(value.to_string()),
            Self::String(value) => Json::String(value.clone()),
            Self::Address(value) => Json::String(value.to_string()),
            Self::Array(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Struct(members) => {
                Json::Object(members.iter().map(|(name, value)| (name.clone(), value.to_json())).collect())
            }
            Self::Option(value) => value.as_ref().map_or(Json::Null, |value| value.to_json()),
        }
    }
}

/// The beginning of a text in quotes.
pub(crate) fn excerpt(text: &str) -> String {
    let beginning: String = text.chars().take(40).collect();
    let dots = if beginning.len() < text.len() { "…" } else { "" };
    alloc::format!("{beginning:?}{dots}")
}

/// What the value is, in a few words, for error messages.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(value) => write!(f, "field {value}"),
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Unsigned(value) => write!(f, "{value}"),
            Self::Signed(value) => write!(f, "{value}"),
            Self::String(value) => write!(f, "text {}", excerpt(value)),
            Self::Address(value) => write!(f, "address {value}"),
            Self::Array(items) => write!(f, "a list of {} items", items.len()),
            Self::Struct(_) => f.write_str("a struct"),
            Self::Option(None) => f.write_str("no value"),
            Self::Option(Some(value)) => write!(f, "an optional value: {value}"),
        }
    }
}

macro_rules! from {
    ($($ty:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$ty> for Value {
            fn from($value: $ty) -> Self {
                $into
            }
        }
    )*};
}
from! {
    Fr => |value| Self::Field(value);
    bool => |value| Self::Boolean(value);
    u8 => |value| Self::Unsigned(value.into());
    u16 => |value| Self::Unsigned(value.into());
    u32 => |value| Self::Unsigned(value.into());
    u64 => |value| Self::Unsigned(value.into());
    u128 => |value| Self::Unsigned(value);
    i8 => |value| Self::Signed(value.into());
    i16 => |value| Self::Signed(value.into());
    i32 => |value| Self::Signed(value.into());
    i64 => |value| Self::Signed(value.into());
    i128 => |value| Self::Signed(value);
    &str => |value| Self::String(value.into());
    String => |value| Self::String(value);
    AztecAddress => |value| Self::Address(value);
    EthAddress => |value| Self::Field(value.to_field());
    FunctionSelector => |value| Self::Unsigned(value.0.into());
    EventSelector => |value| Self::Unsigned(value.0.into());
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(items: [T; N]) -> Self {
        Self::Array(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        Self::Option(value.map(|value| Box::new(value.into())))
    }
}
