//! Contract and circuit artifacts in the official JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::artifact::{CircuitArtifact, ContractArtifact, DebugJson};

fuzz_target!(|data: &[u8]| {
    match ContractArtifact::from_json(data) {
        Ok(artifact) => {
            let _ = artifact.class_id();
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    let _ = CircuitArtifact::from_json("fuzzed", data);
    if let Ok(debug) = DebugJson::from_json(data) {
        for function in debug.function_names() {
            let _ = debug.function(function);
        }
        let _ = debug.files();
    }
});
