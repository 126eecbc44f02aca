//! Made-up artifacts: the forms, rules and refusals no shipped artifact shows. Shipped ones are checked by
//! `cargo xtask artifacts`.

use alloc::format;
use alloc::string::ToString;
use alloc::vec;

use super::*;
use crate::abi::{AbiType, FunctionType};
use crate::field::Fr;

pub(super) const CONTRACT: &str = r#"{"transpiled": true, "noir_version": "1", "name": "C", "functions": [
    {"name": "send", "is_unconstrained": false, "custom_attributes": ["abi_private", "abi_only_self"], "abi": {
        "parameters": [
            {"name": "inputs", "type": {"kind": "struct", "path": "a::PrivateContextInputs", "fields": []},
                "visibility": "private"},
            {"name": "to", "type": {"kind": "field"}, "visibility": "private"}],
        "return_type": {"abi_type": {"kind": "boolean"}, "visibility": "public"},
        "error_types": {"17": {"error_kind": "string", "string": "no"}}},
        "bytecode": "H4sIAA==", "debug_symbols": "", "verification_key": "AAAA"},
    {"name": "set", "is_unconstrained": true, "custom_attributes": ["abi_public", "abi_initializer"], "abi": {
        "parameters": [], "return_type": null, "error_types": {}}, "bytecode": "AQ==", "debug_symbols": ""},
    {"name": "public_dispatch", "is_unconstrained": true, "custom_attributes": ["abi_public"], "abi": {
        "parameters": [], "return_type": null, "error_types": {}}, "bytecode": "AQID", "debug_symbols": ""},
    {"name": "get", "is_unconstrained": true, "custom_attributes": ["abi_utility", "abi_view"], "abi": {
        "parameters": [], "return_type": {"abi_type": {"kind": "field"}, "visibility": "public"},
        "error_types": {}}, "bytecode": "H4sI", "debug_symbols": ""}],
    "outputs": {"structs": {
        "events": [{"kind": "struct", "path": "C::A", "fields": []}, {"kind": "struct", "path": "C::B", "fields": []}],
        "functions": [{"kind": "struct", "path": "C::send_abi", "fields": [
            {"name": "return_type", "type": {"kind": "integer", "sign": "unsigned", "width": 8}}]}]},
        "globals": {"storage": [
            {"kind": "struct", "fields": [{"name": "contract_name", "value": {"kind": "string", "value": "Other"}}]},
            {"kind": "struct", "fields": [{"name": "contract_name", "value": {"kind": "string", "value": "C"}},
                {"name": "fields", "value": {"kind": "struct", "fields": [{"name": "admin", "value":
                    {"kind": "struct", "fields": [{"name": "slot", "value":
                        {"kind": "integer", "sign": false, "value": "0a"}}]}}]}}]}]}},
    "file_map": {"3": {"path": "a.nr", "source": "fn f() {\n  é(1)\n}"}}}"#;

fn contract() -> ContractArtifact {
    ContractArtifact::from_json(CONTRACT.as_bytes()).unwrap()
}

#[test]
fn the_compilers_form_follows_the_loading_rules() {
    let contract = contract();
    let names: vec::Vec<_> = contract.functions.iter().map(|function| function.abi.name.as_str()).collect();
    assert_eq!(names, ["send", "public_dispatch", "get"]);
    assert_eq!(contract.public_functions[0].name, "set");
    let send = contract.function("send").unwrap();
    assert_eq!(send.abi.parameters.len(), 1, "context inputs are dropped");
    assert_eq!(send.abi.return_types, [AbiType::unsigned(8)], "taken from the exports");
    assert!(send.abi.is_only_self && !send.abi.is_static && send.abi.function_type == FunctionType::Private);
    assert_eq!(contract.function("get").unwrap().abi.return_types, [AbiType::Field], "taken from the program");
    assert_eq!(contract.storage_layout["admin"], Fr::from(10u8));
    assert_eq!(contract.default_initializer().unwrap().name, "set");
    assert!(contract.initializer("set").is_ok() && contract.initializer("send").is_err());
    let selector = send.abi.selector().unwrap();
    assert_eq!(contract.function_by_selector(selector).unwrap(), Some(send));
    let AbiType::Struct(first) = &contract.outputs.structs["events"][0] else { panic!("a struct") };
    assert_eq!(first.path, "C::B", "sorted by path, descending");
}

#[test]
fn the_form_wallets_pass_on_is_the_same_artifact() {
    let contract = contract();
    let json = serde_json::to_vec(&contract).unwrap();
    assert_eq!(ContractArtifact::from_json(&json).unwrap(), contract);
    let broken = core::str::from_utf8(&json).unwrap().replacen("\"isStatic\"", "\"x\"", 1);
    let error = ContractArtifact::from_json(broken.as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "contract C, function send: missing `isStatic`");
}

#[test]
fn refusals_name_the_place() {
    let error = |from: &str, to: &str| {
        assert!(CONTRACT.contains(from), "{from}");
        ContractArtifact::from_json(CONTRACT.replacen(from, to, 1).as_bytes()).unwrap_err().to_string()
    };
    assert!(error("\"transpiled\": true", "\"transpiled\": false").starts_with("contract C is not transpiled"));
    assert!(error("abi_private", "abi_other").contains("function send: not marked"));
    assert!(error("H4sIAA==", "H4sIAA").contains("functions[0].bytecode: is not base64"));
    assert!(error("\"visibility\": \"private\"}],", "\"visibility\": \"databus\"}],").contains("parameter to"));
    assert!(error("\"width\": 8", "\"width\": -8").contains("outputs.structs.functions[0].fields[0].type.width"));
    let missing = error("\"path\": \"C::A\"", "\"p\": 1");
    assert!(missing.contains("outputs.structs") && missing.contains("missing field `path`"), "{missing}");
    assert!(error("\"value\": \"0a\"", "\"value\": \"zz\"").contains("slot of `admin`"));
    assert!(
        error("{\"kind\": \"struct\", \"path\": \"C::A\", \"fields\": []}", "{\"kind\": \"field\"}")
            .ends_with("outputs.structs.events[0]: not a struct")
    );
    assert!(
        error("\"custom_attributes\": [\"abi_utility\", \"abi_view\"], ", "").contains("get: missing `custom_attr")
    );
    let keyless = CONTRACT.replacen(", \"verification_key\": \"AAAA\"", "", 1);
    let keyless = ContractArtifact::from_json(keyless.as_bytes()).unwrap();
    assert!(keyless.class_id().unwrap_err().to_string().contains("send: missing `verificationKey`"));
    let wrong = contract().class_id().unwrap_err().to_string();
    assert_eq!(wrong, "function send: a verification key has 4064 bytes, found 3");
}

#[test]
fn hostile_json_is_refused() {
    let deep = format!("{}{}", "{\"kind\":\"array\",\"length\":1,\"type\":".repeat(10_000), "}".repeat(10_000));
    let json = CONTRACT.replacen("{\"kind\": \"boolean\"}", &deep, 1);
    assert!(ContractArtifact::from_json(json.as_bytes()).unwrap_err().to_string().contains("recursion limit"));
    for end in 0..CONTRACT.len() {
        assert!(ContractArtifact::from_json(&CONTRACT.as_bytes()[..end]).is_err());
    }
    assert!(matches!(
        ContractArtifact::from_json(&vec![b' '; json::MAX_JSON + 1]),
        Err(ArtifactError::TooLarge { .. })
    ));
}

#[test]
fn circuits_state_their_key_twice() {
    let circuit = r#"{"noir_version": "1", "hash": "7", "abi": {"parameters": [], "return_type": null},
        "bytecode": "AQI=", "debug_symbols": "", "file_map": {}, "verificationKey": {
        "bytes": "0000000000000000000000000000000000000000000000000000000000000005", "fields": ["0x05"], "hash": "09"}}"#;
    let loaded = CircuitArtifact::from_json("c", circuit.as_bytes()).unwrap();
    assert_eq!(loaded.verification_key.unwrap().key.fields(), Ok(vec![Fr::from(5u8)]));
    let error = CircuitArtifact::from_json("c", circuit.replace("0x05", "0x06").as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "circuit c: verification key fields differs from its bytes");
    let odd = circuit.replace("\"00000000", "\"000000");
    assert!(CircuitArtifact::from_json("c", odd.as_bytes()).unwrap_err().to_string().contains("32 bytes, found 31"));
}

#[test]
fn opcodes_lead_to_source_lines() {
    let debug = DebugJson::from_json(CONTRACT.as_bytes()).unwrap();
    let files = debug.files().unwrap();
    let position = files[&3].position(SourceSpan { file: 3, start: 11, end: 13 }).unwrap();
    assert_eq!((position.to_string().as_str(), position.text), ("a.nr:2:3", "é"));
    assert_eq!(files[&3].position(SourceSpan { file: 3, start: 12, end: 13 }), None, "inside a character");
    assert_eq!(files[&3].position(SourceSpan { file: 3, start: 0, end: 99 }), None);
    assert_eq!(debug.function("send").unwrap().unwrap().call_stack(OpcodeLocation::Acir(0)), []);
    assert!(debug.function("absent").unwrap().is_none());

    // Node 3 and 4 are each other's parent.
    let symbols = r#"{"debug_infos": [{"location_tree": {"locations": [
        {"parent": null, "value": {"span": {"start": 0, "end": 0}, "file": 0}},
        {"parent": 0, "value": {"span": {"start": 1, "end": 2}, "file": 3}},
        {"parent": 1, "value": {"span": {"start": 3, "end": 4}, "file": 3}},
        {"parent": 4, "value": {"span": {"start": 5, "end": 6}, "file": 3}},
        {"parent": 3, "value": {"span": {"start": 7, "end": 8}, "file": 3}}]},
        "acir_locations": {"0": 2, "1": 3, "2": 99, "7": 1}, "brillig_locations": {"5": {"6": 2}}}]}"#;
    let info = DebugInfo::from_deflated(&miniz_oxide::deflate::compress_to_vec(symbols.as_bytes(), 6)).unwrap();
    let starts = |opcode| info.call_stack(opcode).iter().map(|span| span.start).collect::<vec::Vec<_>>();
    assert_eq!(starts(OpcodeLocation::Acir(0)), [1, 3]);
    assert_eq!(starts(OpcodeLocation::Acir(1)), [7, 5]);
    assert!(starts(OpcodeLocation::Acir(2)).is_empty());
    assert_eq!(starts(OpcodeLocation::Brillig { acir: 7, function: 5, index: 6 }), [1, 1, 3]);
    assert!(starts(OpcodeLocation::Brillig { acir: 7, function: 5, index: 0 }).is_empty());
    assert_eq!(DebugInfo::from_deflated(&[1, 2]).unwrap_err(), DebugError::Inflate);
}
