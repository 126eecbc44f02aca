//! Round trips, spellings and refusals.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use proptest::prelude::*;
use serde_json::json;

use super::strategy::{argument_types, values};
use super::*;
use crate::address::AztecAddress;
use crate::field::Fr;

fn transfer() -> FunctionAbi {
    serde_json::from_value(json!({
        "name": "transfer", "functionType": "private", "isOnlySelf": false, "isStatic": false, "isInitializer": false,
        "parameters": [
            {"name": "to", "type": AbiType::aztec_address(), "visibility": "private"},
            {"name": "amount", "type": AbiType::unsigned(8), "visibility": "private"},
            {"name": "calls", "type": AbiType::array(2, AbiType::structure("a::Call", [
                ("hash", AbiType::Field), ("note", AbiType::option(AbiType::String { length: 2 })),
            ])), "visibility": "private"},
        ],
        "returnTypes": [], "errorTypes": {},
    }))
    .unwrap()
}

fn error_of(arguments: serde_json::Value) -> String {
    transfer().encode_json(arguments.as_array().unwrap()).unwrap_err().to_string()
}

#[test]
fn arguments_are_checked_and_errors_name_the_value() {
    let call = json!({"hash": 1});
    let fields =
        transfer().encode_json(&[json!("0x2"), json!("255"), json!([call, {"hash": "3", "note": "ab"}])]).unwrap();
    let expected = [2u8, 255, 1, 0, 0, 0, 3, 1, b'a', b'b'].map(Fr::from);
    assert_eq!(fields, expected);

    assert_eq!(error_of(json!([1, 256, [call, call]])), "transfer.amount: 256 is out of range: u8 holds 0 to 255");
    assert_eq!(error_of(json!([1, -1, [call, call]])), "transfer.amount: -1 is out of range: u8 holds 0 to 255");
    assert_eq!(
        error_of(json!([1, 1.5, []])),
        "transfer.amount: expected u8, found 1.5, which is not an integer below 2^64"
    );
    assert_eq!(error_of(json!([1, 1, [call]])), "transfer.calls: has 1 items, 2 expected");
    assert_eq!(error_of(json!([1, 1, [call, {}]])), "transfer.calls[1].hash: is missing");
    assert_eq!(
        error_of(json!([1, 1, [call, {"hash": [1]}]])),
        "transfer.calls[1].hash: expected Field, found a list of 1 items"
    );
    let long = json!([1, 1, [call, {"hash": 1, "note": "abc"}]]);
    assert_eq!(error_of(long), "transfer.calls[1].note: has length 3, at most 2 fit");
    assert_eq!(error_of(json!([null, 1, [call, call]])), "transfer.to: expected AztecAddress, found nothing");
    assert_eq!(error_of(json!([1, 1])), "transfer.calls: is missing");
    assert_eq!(error_of(json!([1, 1, 1, 1])), "transfer: has 4 items, 3 expected");
    let unknown = Value::structure([("hash", 1u8.into()), ("nota", "ab".into())]);
    let arguments = [Value::from(Fr::ONE), 1u8.into(), vec![unknown.clone(), unknown].into()];
    let error = transfer().encode_arguments(&arguments).unwrap_err().to_string();
    assert_eq!(error, "transfer.calls[0].nota: is no member of Call");
}

#[test]
fn signed_integers_are_twos_complement() {
    for (width, value, field) in [
        (8, -1i128, 255u128),
        (8, -128, 128),
        (16, -2, 65534),
        (128, -1, u128::MAX),
        (1, -1, 1),
        (1, 0, 0),
        (8, 127, 127),
    ] {
        let encoded = encode_value(&AbiType::signed(width), &value.into()).unwrap();
        assert_eq!(encoded, [Fr::from(field)]);
        assert_eq!(decode(&AbiType::signed(width), &encoded, Checks::Strict), Ok(Value::Signed(value)));
    }
    for (width, value) in [(8, -129i128), (1, 1), (8, 128), (64, i128::MIN)] {
        assert!(encode_value(&AbiType::signed(width), &value.into()).is_err());
    }
    assert!(encode_value(&AbiType::signed(8), &Value::Unsigned(128)).is_err());
}

#[test]
fn every_spelling_encodes_the_same() {
    let address = AbiType::aztec_address();
    let one = AztecAddress::from_u64(1);
    let wrapped = Value::structure([("inner", Fr::ONE.into())]);
    for value in [Value::from(one), Fr::ONE.into(), 1u8.into(), wrapped] {
        assert_eq!(encode_value(&address, &value), Ok(vec![Fr::ONE]));
    }
    for json in
        [json!(1), json!("1"), json!("0x1"), json!({"inner": 1}), json!({"address": "0x01"}), json!({"value": "1"})]
    {
        assert_eq!(Value::from_json(&address, &json), Ok(Value::Field(Fr::ONE)), "{json}");
    }
    let option = AbiType::option(AbiType::unsigned(8));
    for (json, expected) in [
        (json!(null), [0u8, 0]),
        (json!({"_is_some": false}), [0, 0]),
        (json!({"_is_some": false, "_value": 7}), [0, 0]),
        (json!({"_is_some": true, "_value": 7}), [1, 7]),
        (json!(7), [1, 7]),
    ] {
        let value = Value::from_json(&option, &json).unwrap();
        assert_eq!(encode_value(&option, &value).unwrap(), expected.map(Fr::from), "{json}");
    }
}

#[test]
fn hostile_types_do_not_allocate() {
    for ty in [
        AbiType::String { length: u32::MAX },
        AbiType::array(u32::MAX, AbiType::Tuple(vec![])),
        AbiType::option(AbiType::array(u32::MAX, AbiType::Field)),
        (0..1000).fold(AbiType::Field, |item, _| AbiType::array(1, item)),
        AbiType::unsigned(0),
        AbiType::signed(129),
    ] {
        assert!(decode(&ty, &[Fr::ZERO; 4], Checks::Official).is_err());
        assert!(encode_value(&ty, &Value::NONE).is_err());
    }
}

#[test]
fn events_are_decoded() {
    let ty = serde_json::from_value(json!({"kind": "struct", "path": "Token::Transfer", "fields": [
        {"name": "from", "type": AbiType::aztec_address()},
        {"name": "to", "type": AbiType::aztec_address()},
        {"name": "amount", "type": AbiType::unsigned(128)},
    ]}));
    let Ok(AbiType::Struct(ty)) = ty else { panic!("a struct") };
    let event = EventDefinition::new(ty).unwrap();
    assert_eq!(event.event_selector, EventSelector(0x70a1_894e));
    let mut log = vec![Fr::ONE, Fr::from(2u8), Fr::from(3u8)];
    let value = event.decode_private(&log, Checks::Strict).unwrap();
    assert_eq!(value.member("amount"), Some(&Value::Unsigned(3)));
    log.push(Fr::from(event.event_selector.0));
    assert_eq!(event.decode_public(&log, Checks::Strict), Ok(Some(value)));
    log[3] = Fr::ONE;
    assert_eq!(event.decode_public(&log, Checks::Strict), Ok(None));
    log.remove(0);
    log[2] = Fr::from(event.event_selector.0);
    assert_eq!(event.decode_public(&log, Checks::Official).unwrap_err().path, "amount");
}

fn typed_value() -> impl Strategy<Value = (AbiType, Value)> {
    argument_types().prop_flat_map(|ty| {
        let values = values(&ty);
        (Just(ty), values)
    })
}

fn has_nested_option(ty: &AbiType) -> bool {
    use super::types::Role;
    match ty {
        AbiType::Struct(ty) => {
            let role = ty.role();
            matches!(role, Role::Option(AbiType::Struct(inner)) if matches!(inner.role(), Role::Option(_)))
                || ty.fields.iter().any(|field| has_nested_option(&field.ty))
        }
        AbiType::Array { item, .. } => has_nested_option(item),
        _ => false,
    }
}

proptest! {
    #[test]
    fn values_survive_encoding((ty, value) in typed_value()) {
        let fields = encode_value(&ty, &value).unwrap();
        prop_assert_eq!(fields.len(), ty.field_count().unwrap());
        prop_assert_eq!(decode(&ty, &fields, Checks::Strict), Ok(value.clone()));
        prop_assert_eq!(decode(&ty, &fields, Checks::Official), Ok(value.clone()));
        // `null` cannot tell an empty option from an option of an empty one.
        if !has_nested_option(&ty) {
            let again = Value::from_json(&ty, &value.to_json()).unwrap();
            prop_assert_eq!(encode_value(&ty, &again), Ok(fields.clone()));
        }
        if !fields.is_empty() {
            prop_assert!(decode(&ty, &fields[1..], Checks::Official).is_err());
        }
    }

    #[test]
    fn types_survive_both_forms(ty in any::<AbiType>()) {
        prop_assert_eq!(&serde_json::from_str::<AbiType>(&serde_json::to_string(&ty).unwrap()).unwrap(), &ty);
        prop_assert_eq!(&postcard::from_bytes::<AbiType>(&postcard::to_allocvec(&ty).unwrap()).unwrap(), &ty);
    }

    #[test]
    fn calls_survive_both_forms(call in any::<FunctionCall>(), note in any::<NoteSelector>()) {
        prop_assert_eq!(&serde_json::from_str::<FunctionCall>(&serde_json::to_string(&call).unwrap()).unwrap(), &call);
        prop_assert_eq!(&postcard::from_bytes::<FunctionCall>(&postcard::to_allocvec(&call).unwrap()).unwrap(), &call);
        prop_assert_eq!(serde_json::from_str::<NoteSelector>(&serde_json::to_string(&note).unwrap()).unwrap(), note);
    }

    #[test]
    fn decoding_anything_does_not_panic(ty in any::<AbiType>(), fields in prop::collection::vec(any::<Fr>(), 0..20)) {
        if let Ok(strict) = decode(&ty, &fields, Checks::Strict) {
            prop_assert_eq!(decode(&ty, &fields, Checks::Official), Ok(strict));
        }
        let _ = decode_return_values(&[ty.clone(), ty.clone()], &fields, Checks::Official);
        let errors = [(ErrorSelector(1), ErrorType::Custom(ty))].into();
        let _ = assertion_message(&errors, ErrorSelector(1), &fields);
    }

    #[test]
    fn binary_types_from_anything_do_not_panic(bytes in any::<Vec<u8>>()) {
        let _ = postcard::from_bytes::<FunctionAbi>(&bytes);
        if let Ok(ty) = postcard::from_bytes::<AbiType>(&bytes) {
            let _ = decode(&ty, &[Fr::ONE; 8], Checks::Official);
        }
    }

    #[test]
    fn bytes_survive_packing(bytes in prop::collection::vec(any::<u8>(), 0..200), more in 0..3usize) {
        let length = 1 + bytes.len().div_ceil(31) + more;
        let fields = bytes_to_fields(&bytes, length).unwrap();
        prop_assert_eq!(fields.len(), length);
        prop_assert_eq!(bytes_from_fields(&fields), Ok(bytes));
    }

    #[test]
    fn texts_survive_compression(text in "[ -~]{0,31}") {
        prop_assert_eq!(decompress_text(compress_text(&text).unwrap()), text);
    }
}
