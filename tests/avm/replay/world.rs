//! Recorded files, and the small world the recorded programs ran in.

use std::path::Path;

use node_lite::avm::MemoryState;
use protocol::address::AztecAddress;
use protocol::contract::{
    ClassIdPreimage, ContractClassId, ContractClassPublic, ContractInstance, ContractInstanceWithAddress,
    InitializationHash, Version1, bytecode_commitment,
};
use protocol::field::Fr;
use protocol::hash::silo::silo_nullifier;
use protocol::keys::PublicKeys;
use serde_json::Value;

/// The lines of a recorded file.
pub(crate) fn lines(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("avm/data").join(name).with_extension("jsonl.z");
    let packed = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = miniz_oxide::inflate::decompress_to_vec_zlib(&packed).expect("a zlib stream");
    let text = String::from_utf8(text).expect("text");
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// A field element as hex without leading zeros, as decimal text or as a number.
pub(crate) fn field(value: &Value) -> Fr {
    match value {
        Value::String(text) => text.parse().unwrap_or_else(|error| panic!("{text}: {error}")),
        other => Fr::from(other.as_u64().unwrap_or_else(|| panic!("not a number: {other}"))),
    }
}

pub(crate) fn fields(value: &Value) -> Vec<Fr> {
    value.as_array().map(|items| items.iter().map(field).collect()).unwrap_or_default()
}

pub(crate) fn hex(value: Fr) -> String {
    let text = value.to_string();
    let digits = text[2..].trim_start_matches('0');
    format!("0x{}", if digits.is_empty() { "0" } else { digits })
}

pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("not a number: {value}"))
}

pub(crate) fn class_of(bytecode: &[u8]) -> ContractClassPublic {
    let [artifact_hash, private_functions_root] = [Fr::from(1u8), Fr::from(2u8)];
    let public_bytecode_commitment = bytecode_commitment(bytecode).expect("small enough");
    let id = ClassIdPreimage { artifact_hash, private_functions_root, public_bytecode_commitment }.class_id();
    ContractClassPublic {
        version: Version1,
        artifact_hash,
        private_functions: vec![],
        utility_functions: vec![],
        packed_bytecode: bytecode.to_vec(),
        private_functions_root,
        id,
    }
}

pub(crate) fn instance_of(address: AztecAddress, class: ContractClassId) -> ContractInstanceWithAddress {
    let instance = ContractInstance {
        version: Version1,
        salt: Fr::from(3u8),
        deployer: AztecAddress::from_u64(4),
        current_contract_class_id: class,
        original_contract_class_id: class,
        initialization_hash: InitializationHash::from_field(Fr::from(5u8)),
        public_keys: PublicKeys::DEFAULT,
    };
    ContractInstanceWithAddress { instance, address }
}

/// Address of the contract at an index of a recorded list.
pub(crate) fn address_of(index: usize) -> AztecAddress {
    AztecAddress::from_u64(0x1000 + index as u64)
}

/// The trees the recorded programs ran on, and contracts with these bytecodes.
pub(crate) fn state(bytecodes: &[&[u8]]) -> MemoryState {
    let leaves = |from: u64, used: usize, count: usize| {
        (0..count).map(|index| if index < used { Fr::from(from + index as u64) } else { Fr::ZERO }).collect()
    };
    let mut state = MemoryState {
        note_hashes: leaves(9000, 40, 64),
        l1_to_l2_messages: leaves(7000, 10, 16),
        nullifiers: [11u8, 12].into_iter().map(Fr::from).collect(),
        ..MemoryState::default()
    };
    for (index, bytecode) in bytecodes.iter().enumerate() {
        let class = class_of(bytecode);
        let address = address_of(index);
        state.nullifiers.insert(silo_nullifier(AztecAddress::from_u64(2), address.to_field()));
        state.instances.insert(address, instance_of(address, class.id));
        state.classes.insert(class.id, class);
    }
    state
}
