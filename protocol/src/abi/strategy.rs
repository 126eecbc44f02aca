//! proptest strategies of types and of the values they decode to.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use proptest::collection::vec as vec_of;
use proptest::prelude::*;

use super::encode::range;
use super::types::{AbiType, AbiVariable, Role, Sign, StructType};
use super::value::Value;
use crate::address::AztecAddress;
use crate::field::Fr;

fn leaves() -> impl Strategy<Value = AbiType> {
    prop_oneof![
        Just(AbiType::Field),
        Just(AbiType::Boolean),
        (1..=128u32).prop_map(AbiType::unsigned),
        (1..=128u32).prop_map(AbiType::signed),
        (0..9u32).prop_map(|length| AbiType::String { length }),
        Just(AbiType::aztec_address()),
        Just(AbiType::structure("aztec::protocol_types::address::EthAddress", [("inner", AbiType::Field)])),
        Just(AbiType::function_selector()),
    ]
}

fn nested(leaves: impl Strategy<Value = AbiType> + 'static) -> BoxedStrategy<AbiType> {
    leaves
        .prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                (0..4u32, inner.clone()).prop_map(|(length, item)| AbiType::array(length, item)),
                (0..4u32, inner.clone()).prop_map(|(max, item)| AbiType::bounded_vec(max, item)),
                inner.clone().prop_map(AbiType::option),
                vec_of(inner, 0..4).prop_map(|types| {
                    let named = types.into_iter().enumerate();
                    let fields =
                        named.map(|(index, ty)| AbiVariable { name: alloc::format!("f{index}"), ty }).collect();
                    AbiType::Struct(StructType { path: "app::Record".into(), fields })
                }),
            ]
        })
        .boxed()
}

/// Types that can be arguments: without tuples.
pub fn argument_types() -> BoxedStrategy<AbiType> {
    nested(leaves())
}

crate::any_value!(AbiType, nested(prop_oneof![leaves(), vec_of(leaves(), 0..3).prop_map(AbiType::Tuple)]));

/// Values of a type, in the spelling that decoding gives.
pub fn values(ty: &AbiType) -> BoxedStrategy<Value> {
    match ty {
        AbiType::Field => any::<Fr>().prop_map(Value::Field).boxed(),
        AbiType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        AbiType::Integer { sign, width } => {
            let (min, max) = range(*sign, *width);
            match sign {
                Sign::Unsigned => (0..=max).prop_map(Value::Unsigned).boxed(),
                Sign::Signed => (min..=max.cast_signed()).prop_map(Value::Signed).boxed(),
            }
        }
        AbiType::String { length } => vec_of(prop::char::range('\0', '\u{7ff}'), *length as usize)
            .prop_map(|characters| Value::String(String::from_iter(characters)))
            .boxed(),
        AbiType::Array { length, item } => vec_of(values(item), *length as usize).prop_map(Value::Array).boxed(),
        AbiType::Tuple(types) => each(types.iter()).prop_map(Value::Array).boxed(),
        AbiType::Struct(ty) => match ty.role() {
            Role::AztecAddress => any::<Fr>().prop_map(|field| Value::Address(AztecAddress::from_field(field))).boxed(),
            Role::Option(some) => {
                proptest::option::of(values(some)).prop_map(|value| Value::Option(value.map(Box::new))).boxed()
            }
            _ => {
                let names: Vec<String> = ty.fields.iter().map(|field| field.name.clone()).collect();
                each(ty.fields.iter().map(|field| &field.ty))
                    .prop_map(move |values| Value::Struct(names.iter().cloned().zip(values).collect()))
                    .boxed()
            }
        },
    }
}

fn each<'a>(types: impl Iterator<Item = &'a AbiType>) -> BoxedStrategy<Vec<Value>> {
    types.fold(Just(vec![]).boxed(), |list, ty| {
        (list, values(ty))
            .prop_map(|(mut list, value)| {
                list.push(value);
                list
            })
            .boxed()
    })
}
