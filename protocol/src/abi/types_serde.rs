//! How types are written: the official JSON, and a compact list of tokens in binary formats.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::function::ErrorType;
use super::types::{AbiType, AbiVariable, MAX_TYPE_DEPTH, Sign, StructType, TypeError};

/// One step of a type in prefix order: the types of members follow the token of their owner. Unlike a recursive form it
/// can be read without recursion deeper than [`MAX_TYPE_DEPTH`], whatever the input.
#[derive(Serialize, Deserialize)]
enum Token {
    Field,
    Boolean,
    Unsigned(u32),
    Signed(u32),
    String(u32),
    Array(u32),
    Struct(String, Vec<String>),
    Tuple(u32),
}

fn write_tokens(ty: &AbiType, out: &mut Vec<Token>) {
    match ty {
        AbiType::Field => out.push(Token::Field),
        AbiType::Boolean => out.push(Token::Boolean),
        AbiType::Integer { sign: Sign::Unsigned, width } => out.push(Token::Unsigned(*width)),
        AbiType::Integer { sign: Sign::Signed, width } => out.push(Token::Signed(*width)),
        AbiType::String { length } => out.push(Token::String(*length)),
        AbiType::Array { length, item } => {
            out.push(Token::Array(*length));
            write_tokens(item, out);
        }
        AbiType::Struct(ty) => {
            let names = ty.fields.iter().map(|field| field.name.clone()).collect();
            out.push(Token::Struct(ty.path.clone(), names));
            ty.fields.iter().for_each(|field| write_tokens(&field.ty, out));
        }
        AbiType::Tuple(types) => {
            out.push(Token::Tuple(u32::try_from(types.len()).expect("types fit in memory")));
            types.iter().for_each(|ty| write_tokens(ty, out));
        }
    }
}

fn read_tokens(tokens: &mut alloc::vec::IntoIter<Token>, depth: usize) -> Result<AbiType, TypeError> {
    if depth >= MAX_TYPE_DEPTH {
        return Err(TypeError::TooDeep);
    }
    Ok(match tokens.next().ok_or(TypeError::Malformed)? {
        Token::Field => AbiType::Field,
        Token::Boolean => AbiType::Boolean,
        Token::Unsigned(width) => AbiType::unsigned(width),
        Token::Signed(width) => AbiType::signed(width),
        Token::String(length) => AbiType::String { length },
        Token::Array(length) => AbiType::array(length, read_tokens(tokens, depth + 1)?),
        Token::Struct(path, names) => {
            let read = |name| Ok(AbiVariable { name, ty: read_tokens(tokens, depth + 1)? });
            AbiType::Struct(StructType { path, fields: names.into_iter().map(read).collect::<Result<_, _>>()? })
        }
        // Every member takes a token, so the count is bounded by the input as soon as one is missing.
        Token::Tuple(count) => {
            AbiType::Tuple((0..count).map(|_| read_tokens(tokens, depth + 1)).collect::<Result<_, _>>()?)
        }
    })
}

impl Serialize for AbiType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let mut tokens = Vec::new();
            write_tokens(self, &mut tokens);
            return tokens.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        write_members(self, &mut map)?;
        map.end()
    }
}

fn write_members<M: SerializeMap>(ty: &AbiType, map: &mut M) -> Result<(), M::Error> {
    match ty {
        AbiType::Field => map.serialize_entry("kind", "field"),
        AbiType::Boolean => map.serialize_entry("kind", "boolean"),
        AbiType::Integer { sign, width } => {
            map.serialize_entry("kind", "integer")?;
            map.serialize_entry("sign", sign)?;
            map.serialize_entry("width", width)
        }
        AbiType::String { length } => {
            map.serialize_entry("kind", "string")?;
            map.serialize_entry("length", length)
        }
        AbiType::Array { length, item } => {
            map.serialize_entry("kind", "array")?;
            map.serialize_entry("length", length)?;
            map.serialize_entry("type", item)
        }
        AbiType::Struct(ty) => {
            map.serialize_entry("kind", "struct")?;
            map.serialize_entry("path", &ty.path)?;
            map.serialize_entry("fields", &ty.fields)
        }
        AbiType::Tuple(types) => {
            map.serialize_entry("kind", "tuple")?;
            map.serialize_entry("fields", types)
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Field,
    Boolean,
    Integer,
    String,
    Array,
    Struct,
    Tuple,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum ErrorKind {
    String,
    FmtString,
    Custom,
}

/// Any object in the JSON form of a type: the type itself, a named member, or an error type. Taking every key an object
/// may have lets `kind` come last without buffering the document.
#[derive(Deserialize)]
struct Node {
    kind: Option<Kind>,
    name: Option<String>,
    path: Option<String>,
    sign: Option<Sign>,
    width: Option<u32>,
    length: Option<u32>,
    #[serde(rename = "type")]
    ty: Option<Box<AbiType>>,
    fields: Option<Vec<Node>>,
    error_kind: Option<ErrorKind>,
    string: Option<String>,
    item_types: Option<Vec<AbiType>>,
}

fn member<T, E: serde::de::Error>(value: Option<T>, name: &'static str) -> Result<T, E> {
    value.ok_or_else(|| E::missing_field(name))
}

impl Node {
    fn into_type<E: serde::de::Error>(self) -> Result<AbiType, E> {
        Ok(match member(self.kind, "kind")? {
            Kind::Field => AbiType::Field,
            Kind::Boolean => AbiType::Boolean,
            Kind::Integer => AbiType::Integer { sign: member(self.sign, "sign")?, width: member(self.width, "width")? },
            Kind::String => AbiType::String { length: member(self.length, "length")? },
            Kind::Array => AbiType::Array { length: member(self.length, "length")?, item: member(self.ty, "type")? },
            Kind::Struct => AbiType::Struct(StructType {
                path: member(self.path, "path")?,
                fields: Self::each(self.fields, Self::into_variable)?,
            }),
            Kind::Tuple => AbiType::Tuple(Self::each(self.fields, Self::into_type)?),
        })
    }

    fn into_variable<E: serde::de::Error>(self) -> Result<AbiVariable, E> {
        Ok(AbiVariable { name: member(self.name, "name")?, ty: *member(self.ty, "type")? })
    }

    fn each<T, E: serde::de::Error>(nodes: Option<Vec<Self>>, into: fn(Self) -> Result<T, E>) -> Result<Vec<T>, E> {
        member(nodes, "fields")?.into_iter().map(into).collect()
    }
}

impl<'de> Deserialize<'de> for AbiType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Node::deserialize(deserializer)?.into_type();
        }
        let mut tokens = Vec::deserialize(deserializer)?.into_iter();
        let ty = read_tokens(&mut tokens, 0).map_err(D::Error::custom)?;
        if tokens.next().is_some() {
            return Err(D::Error::custom(TypeError::Malformed));
        }
        Ok(ty)
    }
}

/// Binary form of an error type.
#[derive(Serialize, Deserialize)]
enum ErrorShadow {
    String(String),
    FmtString(u32, Vec<AbiType>),
    Custom(AbiType),
}

impl Serialize for ErrorType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            let shadow = match self.clone() {
                Self::String(text) => ErrorShadow::String(text),
                Self::FmtString { length, item_types } => ErrorShadow::FmtString(length, item_types),
                Self::Custom(ty) => ErrorShadow::Custom(ty),
            };
            return shadow.serialize(serializer);
        }
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::String(text) => {
                map.serialize_entry("error_kind", "string")?;
                map.serialize_entry("string", text)?;
            }
            Self::FmtString { length, item_types } => {
                map.serialize_entry("error_kind", "fmtstring")?;
                map.serialize_entry("length", length)?;
                map.serialize_entry("item_types", item_types)?;
            }
            Self::Custom(ty) => {
                map.serialize_entry("error_kind", "custom")?;
                write_members(ty, &mut map)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for ErrorType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return Ok(match ErrorShadow::deserialize(deserializer)? {
                ErrorShadow::String(text) => Self::String(text),
                ErrorShadow::FmtString(length, item_types) => Self::FmtString { length, item_types },
                ErrorShadow::Custom(ty) => Self::Custom(ty),
            });
        }
        let node = Node::deserialize(deserializer)?;
        Ok(match node.error_kind {
            None => return Err(D::Error::missing_field("error_kind")),
            Some(ErrorKind::String) => Self::String(member(node.string, "string")?),
            Some(ErrorKind::FmtString) => Self::FmtString {
                length: member(node.length, "length")?,
                item_types: member(node.item_types, "item_types")?,
            },
            Some(ErrorKind::Custom) => Self::Custom(node.into_type()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::ToString;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::super::*;
    use super::Token;

    const TRANSFER: &str = r#"[
        {"name": "to", "visibility": "private", "type": {"fields": [{"type": {"kind": "field"}, "name": "inner"}],
            "path": "aztec::address::AztecAddress", "kind": "struct"}},
        {"name": "amount", "visibility": "private", "type": {"width": 128, "sign": "unsigned", "kind": "integer"}}
    ]"#;

    #[test]
    fn types_survive_both_forms_with_kind_in_any_place() {
        let parameters: Vec<AbiParameter> = serde_json::from_str(TRANSFER).unwrap();
        assert_eq!(function_signature("transfer", &parameters).unwrap(), "transfer((Field),u128)");
        let selector = FunctionSelector::from_name_and_parameters("transfer", &parameters).unwrap();
        assert_eq!(selector, FunctionSelector(0x754f_b767));
        let json = serde_json::to_string(&parameters).unwrap();
        assert_eq!(serde_json::from_str::<Vec<AbiParameter>>(&json).unwrap(), parameters);
        let bytes = postcard::to_allocvec(&parameters).unwrap();
        assert_eq!(postcard::from_bytes::<Vec<AbiParameter>>(&bytes).unwrap(), parameters);
    }

    #[test]
    fn errors_and_globals_survive_both_forms() {
        let json = r#"{"1": {"error_kind": "string", "string": "no"},
            "18446744073709551615": {"error_kind": "fmtstring", "length": 3, "item_types": [{"kind": "field"}]},
            "3": {"error_kind": "custom", "kind": "tuple", "fields": [{"kind": "boolean"}]}}"#;
        let errors: alloc::collections::BTreeMap<ErrorSelector, ErrorType> = serde_json::from_str(json).unwrap();
        assert_eq!(errors[&ErrorSelector(3)], ErrorType::Custom(AbiType::Tuple(vec![AbiType::Boolean])));
        assert!(errors.contains_key(&ErrorSelector(u64::MAX)));
        let again = serde_json::from_str(&serde_json::to_string(&errors).unwrap()).unwrap();
        assert_eq!(errors, again);
        let bytes = postcard::to_allocvec(&errors).unwrap();
        assert_eq!(errors, postcard::from_bytes(&bytes).unwrap());

        let json = r#"{"fields": [{"name": "slot", "value": {"kind": "integer", "value": "0a", "sign": false}},
            {"name": "more", "value": {"kind": "array", "value": [{"kind": "string", "value": "x"}]}},
            {"name": "pair", "value": {"kind": "tuple", "fields": [{"kind": "boolean", "value": true}]}}
        ], "kind": "struct"}"#;
        let value: AbiValue = serde_json::from_str(json).unwrap();
        assert_eq!(value.member("pair"), Some(&AbiValue::Tuple(vec![AbiValue::Boolean(true)])));
        assert_eq!(serde_json::to_value(&value).unwrap(), serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(postcard::from_bytes::<AbiValue>(&postcard::to_allocvec(&value).unwrap()).unwrap(), value);
    }

    #[test]
    fn hostile_types_are_refused() {
        let deep = postcard::to_allocvec(&(0..100_000).map(|_| Token::Array(1)).collect::<Vec<_>>()).unwrap();
        assert!(postcard::from_bytes::<AbiType>(&deep).is_err());
        let claimed = postcard::to_allocvec(&vec![Token::Tuple(u32::MAX)]).unwrap();
        assert!(postcard::from_bytes::<AbiType>(&claimed).is_err());
        let trailing = postcard::to_allocvec(&vec![Token::Field, Token::Field]).unwrap();
        assert!(postcard::from_bytes::<AbiType>(&trailing).is_err());
        let deep_json = format!("{}{}", r#"{"kind":"array","length":1,"type":"#.repeat(200), "1");
        assert!(serde_json::from_str::<AbiType>(&deep_json).is_err());
        for missing in [r#"{"kind":"array","length":1}"#, r#"{"kind":"struct","path":"a"}"#, r#"{"kind":"u8"}"#, "{}"] {
            assert!(serde_json::from_str::<AbiType>(missing).is_err(), "{missing}");
        }
        let huge = AbiType::array(u32::MAX, AbiType::array(u32::MAX, AbiType::Field));
        assert_eq!(huge.field_count(), Err(TypeError::TooLarge));
        let many_nothings = AbiType::array(u32::MAX, AbiType::Tuple(vec![]));
        assert_eq!(many_nothings.field_count(), Err(TypeError::TooLarge));
        let deep = (0..200).fold(AbiType::Field, |item, _| AbiType::array(1, item));
        assert_eq!(deep.field_count(), Err(TypeError::TooDeep));
        assert_eq!(AbiType::unsigned(129).field_count(), Err(TypeError::Width(129)));
        assert_eq!(
            AbiType::option(AbiType::bounded_vec(2, AbiType::Field)).to_string(),
            "Option<BoundedVec<Field, 2>>"
        );
    }
}
