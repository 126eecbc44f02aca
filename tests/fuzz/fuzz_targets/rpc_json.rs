//! JSON-RPC as a server and as a client reads it. Input: a method's name, a line break, JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::rpc::admin::AdminCall;
use protocol::rpc::node::NodeCall;
use protocol::rpc::{Body, read_replies};
use serde_json::value::RawValue;

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (method, json) = data.split_at(split);
    let json = json.get(1..).unwrap_or_default();
    let _ = Body::parse(json, 100);
    let _ = read_replies(json, &[0, 1, 2]);
    let Ok(method) = core::str::from_utf8(method) else { return };
    let Ok(raw) = serde_json::from_slice::<&RawValue>(json) else { return };
    if let Some(Err(error)) = NodeCall::from_call(method, Some(raw)) {
        // The error says which parameter, or that the list itself is wrong.
        assert!(!error.to_string().is_empty());
    }
    let _ = AdminCall::from_call(method, Some(raw));
    match NodeCall::rewrite_result(method, Some(raw)) {
        Some(Ok(Some(written))) => {
            let again = serde_json::from_str::<&RawValue>(&written).expect("we write JSON");
            let again = NodeCall::rewrite_result(method, Some(again)).expect("a known method");
            assert_eq!(again.expect("we read what we write").as_deref(), Some(written.as_str()));
        }
        Some(Err(error)) => assert!(!error.path.is_empty(), "{error}"),
        _ => {}
    }
});
