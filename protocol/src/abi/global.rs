//! Values an artifact exports: storage layouts, constants, notes.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value in the `outputs.globals` of an artifact.
///
/// JSON: an object with `kind`. Binary formats: that JSON as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AbiValue {
    /// True or false.
    Boolean(bool),
    /// Text.
    String(String),
    /// Items of an array.
    Array(Vec<AbiValue>),
    /// Items of a tuple.
    Tuple(Vec<AbiValue>),
    /// An integer or field.
    Integer {
        /// Hex digits of the magnitude, as the compiler writes them.
        value: String,
        /// Whether it is negative.
        sign: bool,
    },
    /// Members of a struct.
    Struct(Vec<AbiMember>),
}

/// A member of a struct value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AbiMember {
    /// Name.
    pub name: String,
    /// Value.
    pub value: AbiValue,
}

impl AbiValue {
    /// The value of a struct's member.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&AbiValue> {
        match self {
            Self::Struct(members) => members.iter().find(|member| member.name == name).map(|member| &member.value),
            _ => None,
        }
    }
}

/// The JSON form, in any format.
struct Json<'a>(&'a AbiValue);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let (kind, key) = match self.0 {
            AbiValue::Boolean(_) => ("boolean", "value"),
            AbiValue::String(_) => ("string", "value"),
            AbiValue::Array(_) => ("array", "value"),
            AbiValue::Tuple(_) => ("tuple", "fields"),
            AbiValue::Integer { .. } => ("integer", "value"),
            AbiValue::Struct(_) => ("struct", "fields"),
        };
        map.serialize_entry("kind", kind)?;
        match self.0 {
            AbiValue::Boolean(value) => map.serialize_entry(key, value)?,
            AbiValue::String(value) => map.serialize_entry(key, value)?,
            AbiValue::Array(items) | AbiValue::Tuple(items) => map.serialize_entry(key, items)?,
            AbiValue::Integer { value, sign } => {
                map.serialize_entry(key, value)?;
                map.serialize_entry("sign", sign)?;
            }
            AbiValue::Struct(members) => map.serialize_entry(key, members)?,
        }
        map.end()
    }
}

impl Serialize for AbiValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return Json(self).serialize(serializer);
        }
        let text = serde_json::to_string(self).map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&text)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Boolean,
    String,
    Array,
    Tuple,
    Integer,
    Struct,
}

/// What `value` can hold.
enum Content {
    Boolean(bool),
    Text(String),
    Items(Vec<AbiValue>),
    Nested(AbiValue),
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ContentVisitor;
        impl<'de> Visitor<'de> for ContentVisitor {
            type Value = Content;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a boolean, text, list or value of an artifact")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Content, E> {
                Ok(Content::Boolean(value))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Content, E> {
                Ok(Content::Text(text.into()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Content, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(seq)).map(Content::Items)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Content, A::Error> {
                AbiValue::deserialize(MapAccessDeserializer::new(map)).map(Content::Nested)
            }
        }
        deserializer.deserialize_any(ContentVisitor)
    }
}

/// A value, or a named member of one.
#[derive(Deserialize)]
struct Node {
    kind: Option<Kind>,
    name: Option<String>,
    value: Option<Content>,
    sign: Option<bool>,
    fields: Option<Vec<Node>>,
}

impl Node {
    fn into_value<E: Error>(self) -> Result<AbiValue, E> {
        let missing_value = || E::custom("`value` is missing or of another kind");
        let fields = || E::missing_field("fields");
        Ok(match (self.kind.ok_or_else(|| E::missing_field("kind"))?, self.value) {
            (Kind::Boolean, Some(Content::Boolean(value))) => AbiValue::Boolean(value),
            (Kind::String, Some(Content::Text(value))) => AbiValue::String(value),
            (Kind::Array, Some(Content::Items(items))) => AbiValue::Array(items),
            (Kind::Integer, Some(Content::Text(value))) => {
                AbiValue::Integer { value, sign: self.sign.ok_or_else(|| E::missing_field("sign"))? }
            }
            (Kind::Tuple, None) => {
                let items = self.fields.ok_or_else(fields)?.into_iter().map(Self::into_value);
                AbiValue::Tuple(items.collect::<Result<_, _>>()?)
            }
            (Kind::Struct, None) => {
                let members = self.fields.ok_or_else(fields)?.into_iter().map(Self::into_member);
                AbiValue::Struct(members.collect::<Result<_, _>>()?)
            }
            _ => return Err(missing_value()),
        })
    }

    fn into_member<E: Error>(self) -> Result<AbiMember, E> {
        match (self.name, self.value) {
            (Some(name), Some(Content::Nested(value))) => Ok(AbiMember { name, value }),
            (None, _) => Err(E::missing_field("name")),
            _ => Err(E::custom("`value` is missing or not a value of an artifact")),
        }
    }
}

impl<'de> Deserialize<'de> for AbiValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Node::deserialize(deserializer)?.into_value();
        }
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map_err(D::Error::custom)
    }
}
