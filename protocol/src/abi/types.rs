//! Types of arguments, return values, notes and events.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`, type tests in `@aztec/stdlib/src/abi/utils.ts`.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Deepest nesting of a type that is read or walked.
pub const MAX_TYPE_DEPTH: usize = 128;
/// Most fields, and most single values, one type may take up. Bounds what a hostile artifact can make us allocate.
pub const MAX_FIELD_COUNT: usize = 1 << 20;
/// Widest integer.
const MAX_WIDTH: u32 = 128;

/// Why a type cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TypeError {
    /// Nested beyond [`MAX_TYPE_DEPTH`].
    #[error("type is nested more than {MAX_TYPE_DEPTH} levels deep")]
    TooDeep,
    /// Larger than [`MAX_FIELD_COUNT`].
    #[error("type takes up more than {MAX_FIELD_COUNT} fields")]
    TooLarge,
    /// No such integer.
    #[error("integers are 1 to {MAX_WIDTH} bits wide, found {0}")]
    Width(u32),
    /// Signatures have no notation for tuples.
    #[error("a tuple has no place in a signature")]
    TupleInSignature,
    /// A list of tokens does not make a type.
    #[error("type ends early or goes on after its end")]
    Malformed,
}

/// Whether an integer can be negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    /// `u8` and the like.
    Unsigned,
    /// `i8` and the like.
    Signed,
}

/// The type of a value that contracts take, return or emit.
///
/// JSON: an object with `kind`. Binary formats: a list of tokens in prefix order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AbiType {
    /// A field element.
    Field,
    /// True or false, one field.
    Boolean,
    /// An integer, one field.
    Integer {
        /// Whether it can be negative.
        sign: Sign,
        /// Bits.
        width: u32,
    },
    /// Text of fixed length, one field per UTF-16 code unit.
    String {
        /// Code units.
        length: u32,
    },
    /// A fixed number of items of one type.
    Array {
        /// Items.
        length: u32,
        /// Type of each.
        item: Box<AbiType>,
    },
    /// A struct.
    Struct(StructType),
    /// Unnamed members.
    Tuple(Vec<AbiType>),
}

/// A struct: where it is declared and its members in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StructType {
    /// Fully qualified name.
    pub path: String,
    /// Members.
    pub fields: Vec<AbiVariable>,
}

/// A name with a type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AbiVariable {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub ty: AbiType,
}

/// Who sees a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Verifier and prover.
    Public,
    /// Prover only.
    Private,
    /// Passed between circuits of one proof.
    DataBus,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AbiParameter {
    /// Name.
    pub name: String,
    /// Type.
    #[serde(rename = "type")]
    pub ty: AbiType,
    /// Who sees it.
    pub visibility: Visibility,
}

/// Structs that stand for something else than the sum of their members.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role<'a> {
    /// `Option` of this type.
    Option(&'a AbiType),
    /// `BoundedVec` of at most this many items of this type.
    BoundedVec(usize, &'a AbiType),
    /// An Aztec address.
    AztecAddress,
    /// A function selector.
    FunctionSelector,
    /// Some other single field `inner`: an Ethereum address, a wrapped field.
    Wrapped,
    /// Nothing special.
    Plain,
}

impl StructType {
    /// The last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or(&self.path)
    }

    /// Whether this is an Aztec or an Ethereum address.
    pub(crate) fn is_address(&self) -> bool {
        ["address::AztecAddress", "address::EthAddress"].iter().any(|end| self.path.ends_with(end))
    }

    pub(crate) fn role(&self) -> Role<'_> {
        match self.fields.as_slice() {
            [inner] if inner.name == "inner" => match inner.ty {
                AbiType::Field if self.path.ends_with("address::AztecAddress") => Role::AztecAddress,
                AbiType::Field => Role::Wrapped,
                AbiType::Integer { .. } if self.path.ends_with("types::abis::function_selector::FunctionSelector") => {
                    Role::FunctionSelector
                }
                _ => Role::Plain,
            },
            [flag, value]
                if self.path == "std::option::Option"
                    && (flag.name.as_str(), &flag.ty) == ("_is_some", &AbiType::Boolean)
                    && value.name == "_value" =>
            {
                Role::Option(&value.ty)
            }
            [storage, len]
                if self.path == "std::collections::bounded_vec::BoundedVec"
                    && storage.name == "storage"
                    && len.name == "len"
                    && matches!(len.ty, AbiType::Integer { .. }) =>
            {
                match &storage.ty {
                    AbiType::Array { length, item } => Role::BoundedVec(*length as usize, item),
                    _ => Role::Plain,
                }
            }
            _ => Role::Plain,
        }
    }
}

/// What a type takes up.
#[derive(Clone, Copy)]
struct Size {
    fields: usize,
    /// Single values, counting each list and struct as one: bounds lists of items that take no fields.
    values: usize,
}

impl Size {
    fn checked(fields: Option<usize>, values: Option<usize>) -> Result<Self, TypeError> {
        match (fields, values) {
            (Some(fields), Some(values)) if fields <= MAX_FIELD_COUNT && values <= MAX_FIELD_COUNT => {
                Ok(Self { fields, values })
            }
            _ => Err(TypeError::TooLarge),
        }
    }
}

impl AbiType {
    /// An unsigned integer.
    #[must_use]
    pub const fn unsigned(width: u32) -> Self {
        Self::Integer { sign: Sign::Unsigned, width }
    }

    /// A signed integer.
    #[must_use]
    pub const fn signed(width: u32) -> Self {
        Self::Integer { sign: Sign::Signed, width }
    }

    /// An array.
    #[must_use]
    pub fn array(length: u32, item: AbiType) -> Self {
        Self::Array { length, item: Box::new(item) }
    }

    /// A struct.
    #[must_use]
    pub fn structure<'a>(path: &str, fields: impl IntoIterator<Item = (&'a str, AbiType)>) -> Self {
        let fields = fields.into_iter().map(|(name, ty)| AbiVariable { name: name.into(), ty }).collect();
        Self::Struct(StructType { path: path.into(), fields })
    }

    /// `std::option::Option` of a type.
    #[must_use]
    pub fn option(value: AbiType) -> Self {
        Self::structure("std::option::Option", [("_is_some", Self::Boolean), ("_value", value)])
    }

    /// `std::collections::bounded_vec::BoundedVec` of at most `max` items.
    #[must_use]
    pub fn bounded_vec(max: u32, item: AbiType) -> Self {
        let fields = [("storage", Self::array(max, item)), ("len", Self::unsigned(32))];
        Self::structure("std::collections::bounded_vec::BoundedVec", fields)
    }

    /// An Aztec address.
    #[must_use]
    pub fn aztec_address() -> Self {
        Self::structure("aztec::protocol_types::address::aztec_address::AztecAddress", [("inner", Self::Field)])
    }

    /// A function selector.
    #[must_use]
    pub fn function_selector() -> Self {
        let path = "aztec::protocol_types::abis::function_selector::FunctionSelector";
        Self::structure(path, [("inner", Self::unsigned(32))])
    }

    /// How many fields a value takes.
    pub fn field_count(&self) -> Result<usize, TypeError> {
        self.size(0).map(|size| size.fields)
    }

    fn size(&self, depth: usize) -> Result<Size, TypeError> {
        if depth >= MAX_TYPE_DEPTH {
            return Err(TypeError::TooDeep);
        }
        match self {
            Self::Field | Self::Boolean => Ok(Size { fields: 1, values: 1 }),
            Self::Integer { width, .. } if (1..=MAX_WIDTH).contains(width) => Ok(Size { fields: 1, values: 1 }),
            Self::Integer { width, .. } => Err(TypeError::Width(*width)),
            Self::String { length } => Size::checked(Some(*length as usize), Some(1)),
            Self::Array { length, item } => {
                let item = item.size(depth + 1)?;
                let times = |count: usize| count.checked_mul(*length as usize);
                Size::checked(times(item.fields), times(item.values).and_then(|values| values.checked_add(1)))
            }
            Self::Struct(ty) => Self::size_of_all(ty.fields.iter().map(|field| &field.ty), depth),
            Self::Tuple(types) => Self::size_of_all(types.iter(), depth),
        }
    }

    fn size_of_all<'a>(types: impl Iterator<Item = &'a Self>, depth: usize) -> Result<Size, TypeError> {
        let mut total = Size { fields: 0, values: 1 };
        for ty in types {
            let size = ty.size(depth + 1)?;
            total = Size::checked(total.fields.checked_add(size.fields), total.values.checked_add(size.values))?;
        }
        Ok(total)
    }

    /// Appends the type as signatures write it: structs by the types of their members.
    fn write_signature(&self, out: &mut String, depth: usize) -> Result<(), TypeError> {
        if depth >= MAX_TYPE_DEPTH {
            return Err(TypeError::TooDeep);
        }
        match self {
            Self::Array { length, item } => {
                out.push('[');
                item.write_signature(out, depth + 1)?;
                push(out, format_args!(";{length}]"));
            }
            Self::Struct(ty) => write_list(out, ty.fields.iter().map(|field| &field.ty), depth)?,
            Self::Tuple(_) => return Err(TypeError::TupleInSignature),
            simple => push(out, format_args!("{simple}")),
        }
        Ok(())
    }
}

fn push(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}

fn write_list<'a>(out: &mut String, types: impl Iterator<Item = &'a AbiType>, depth: usize) -> Result<(), TypeError> {
    out.push('(');
    for (index, ty) in types.enumerate() {
        if index > 0 {
            out.push(',');
        }
        ty.write_signature(out, depth + 1)?;
    }
    out.push(')');
    Ok(())
}

/// The signature of a function or event: `transfer((Field),u128)`.
pub fn signature<'a>(name: &str, types: impl IntoIterator<Item = &'a AbiType>) -> Result<String, TypeError> {
    let mut text = String::from(name);
    write_list(&mut text, types.into_iter(), 0)?;
    Ok(text)
}

/// How many fields the arguments of a function take.
pub fn argument_count(parameters: &[AbiParameter]) -> Result<usize, TypeError> {
    AbiType::size_of_all(parameters.iter().map(|parameter| &parameter.ty), 0).map(|size| size.fields)
}

/// The type as Noir writes it: `u8`, `[Field; 3]`, `AztecAddress`.
impl fmt::Display for AbiType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field => f.write_str("Field"),
            Self::Boolean => f.write_str("bool"),
            Self::Integer { sign: Sign::Unsigned, width } => write!(f, "u{width}"),
            Self::Integer { sign: Sign::Signed, width } => write!(f, "i{width}"),
            Self::String { length } => write!(f, "str<{length}>"),
            Self::Array { length, item } => write!(f, "[{item}; {length}]"),
            Self::Struct(ty) => match ty.role() {
                Role::Option(value) => write!(f, "Option<{value}>"),
                Role::BoundedVec(max, item) => write!(f, "BoundedVec<{item}, {max}>"),
                _ => f.write_str(ty.name()),
            },
            Self::Tuple(types) => {
                f.write_str("(")?;
                for (index, ty) in types.iter().enumerate() {
                    write!(f, "{}{ty}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
        }
    }
}
