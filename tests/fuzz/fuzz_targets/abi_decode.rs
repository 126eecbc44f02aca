//! ABI types and values. Input: a type in JSON, a line break, field elements as 32 bytes each.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::abi::{AbiType, Checks, Value, decode, encode_value};
use protocol::field::Fr;

fuzz_target!(|data: &[u8]| {
    if let Ok(ty) = postcard::from_bytes::<AbiType>(data) {
        let _ = (ty.field_count(), decode(&ty, &[], Checks::Strict));
    }
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (json, rest) = data.split_at(split);
    let fields: Vec<Fr> = rest.get(1..).unwrap_or_default().chunks(32).map(Fr::from_be_bytes_reduced).collect();
    let ty = match protocol::json::from_slice::<AbiType>(json) {
        Ok(ty) => ty,
        Err(error) => return assert!(!error.path.is_empty(), "{error}"),
    };
    for checks in [Checks::Official, Checks::Strict] {
        match decode(&ty, &fields, checks) {
            Ok(value) if checks == Checks::Strict => {
                // Tuples decode but, as in the official packages, do not encode.
                if let Ok(again) = encode_value(&ty, &value) {
                    assert_eq!(decode(&ty, &again, checks).as_ref(), Ok(&value));
                }
            }
            Ok(_) => {}
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    if let Ok(json) = serde_json::from_slice(rest) {
        if let Ok(value) = Value::from_json(&ty, &json) {
            let _ = encode_value(&ty, &value);
        }
    }
});
