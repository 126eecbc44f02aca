//! Packs of artifacts: everything a hostile one can be asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use protocol::artifact::pack::{DebugPack, Pack};

fuzz_target!(|data: &[u8]| {
    if let Ok(pack) = Pack::open(data) {
        for entry in &pack.index().contracts {
            if let Ok(contract) = pack.contract(&entry.name) {
                let _ = contract.artifact();
                let _ = contract.verify();
            }
        }
        for entry in &pack.index().circuits {
            let _ = pack.circuit(&entry.name);
        }
    }
    if let Ok(pack) = DebugPack::open(data) {
        for entry in &pack.index().contracts {
            if let Ok(contract) = pack.contract(&entry.name) {
                for function in &contract.manifest().functions {
                    let _ = contract.function(&function.name);
                }
            }
        }
    }
});
