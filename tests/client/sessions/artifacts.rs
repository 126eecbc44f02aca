//! The official contracts and circuits, read once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use pollster::block_on;
use protocol::artifact::ContractArtifact;
use protocol::contract::ContractClassId;
use protocol::rpc::info::ParameterSet;
use serde_json::Value;
use tests::client::{Parts, open_pack};

/// What clients are made of.
pub(crate) fn parts() -> &'static Parts {
    static PARTS: OnceLock<Parts> = OnceLock::new();
    PARTS.get_or_init(|| block_on(Parts::of(ParameterSet::Official)).unwrap_or_else(|error| panic!("{error}")))
}

type Known = Mutex<HashMap<(String, ContractClassId), Arc<ContractArtifact>>>;

/// The artifact that a recording names.
pub(crate) fn artifact(named: &Value) -> Arc<ContractArtifact> {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let name = named["name"].as_str().unwrap();
    let class: ContractClassId = named["class"].as_str().unwrap().parse().unwrap();
    let mut known = KNOWN.get_or_init(Known::default).lock().unwrap();
    let artifact = known.entry((name.into(), class)).or_insert_with(|| Arc::new(read(name, class)));
    Arc::clone(artifact)
}

fn read(name: &str, class: ContractClassId) -> ContractArtifact {
    let packs = ["accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack", "protocol-contracts.pack"];
    for pack in packs.map(|name| open_pack(name).unwrap()) {
        if let Ok(contract) = pack.contract(name)
            && contract.entry().class_id == class
        {
            return contract.artifact().unwrap();
        }
    }
    panic!("no pack has {name} of class {class}")
}
