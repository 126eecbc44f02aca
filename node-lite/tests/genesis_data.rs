//! The recorded start of a local network: it decodes, fits our state, and holds what its description says.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

use std::io::Read;

use flate2::read::ZlibDecoder;
use node_lite::state::Genesis;
use node_lite::store::ChainStore;
use protocol::address::AztecAddress;
use protocol::codec::{Decode, Encode};
use protocol::contract::ContractClassId;
use protocol::field::Fr;
use protocol::hash::silo::silo_nullifier;
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::TxEffect;
use serde::de::DeserializeOwned;
use serde_json::Value;

fn parsed<T: DeserializeOwned>(value: &Value) -> T {
    T::deserialize(value).unwrap()
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, left) = self.0.split_at(count);
        self.0 = left;
        taken
    }

    fn number(&mut self) -> usize {
        u32::from_be_bytes(self.take(4).try_into().unwrap()) as usize
    }
}

/// The effects, block by block.
fn recorded_blocks(packed: &[u8]) -> Vec<Vec<TxEffect>> {
    let mut data = Vec::new();
    ZlibDecoder::new(packed).read_to_end(&mut data).unwrap();
    let mut bytes = Bytes(&data);
    let effect = |bytes: &mut Bytes<'_>| {
        let length = bytes.number();
        let buffer = bytes.take(length);
        let effect = TxEffect::from_buffer(buffer).unwrap();
        assert_eq!(effect.to_buffer(), buffer);
        effect
    };
    let blocks = (0..bytes.number())
        .map(|_| {
            let count = bytes.number();
            (0..count).map(|_| effect(&mut bytes)).collect()
        })
        .collect();
    assert!(bytes.0.is_empty());
    blocks
}

#[test]
fn the_recorded_start_of_the_official_local_network_fits_our_state() {
    fits(include_str!("../genesis/official.json"), include_bytes!("../genesis/official.bin.z"));
}

#[test]
fn the_same_start_with_development_parameters_fits_our_state() {
    fits(include_str!("../genesis/development.json"), include_bytes!("../genesis/development.bin.z"));
}

fn fits(facts: &str, deployments: &[u8]) {
    let facts: Value = serde_json::from_str(facts).unwrap();
    let funds = facts["funded"]["amount"].as_str().unwrap().parse().unwrap();
    let funded: Vec<AztecAddress> = parsed(&facts["funded"]["addresses"]);
    let store = ChainStore::in_memory(&Genesis::funding(&funded, funds)).unwrap();
    let archive = store.snapshot().unwrap().latest_state().unwrap().tree(MerkleTreeId::Archive);
    assert_eq!(archive.root, parsed::<Fr>(&facts["genesisArchiveRoot"]));

    let blocks = recorded_blocks(deployments);
    let described = facts["blocks"].as_array().unwrap();
    assert_eq!(blocks.len(), described.len());
    let mut fork = store.snapshot().unwrap().fork().unwrap();
    for (effects, described) in blocks.iter().zip(described) {
        let hashes: Vec<Fr> = effects.iter().map(|effect| effect.tx_hash.into()).collect();
        let txs = described["txs"].as_array().unwrap();
        assert_eq!(hashes, txs.iter().map(|tx| parsed(&tx["txHash"])).collect::<Vec<Fr>>());
        effects.iter().for_each(|effect| fork.add_effect(effect).unwrap());
    }
    for account in facts["accounts"].as_array().unwrap() {
        let address: AztecAddress = parsed(&account["address"]);
        let initialized = silo_nullifier(address, address.to_field());
        assert!(fork.low_nullifier(initialized).unwrap().already_present, "{account}");
    }
    for contract in facts["contracts"].as_array().unwrap() {
        let instance = fork.contract_instance(parsed(&contract["address"])).unwrap();
        assert_eq!(instance.is_some(), contract["published"] == true, "{contract}");
        let Some(instance) = instance else { continue };
        let class: ContractClassId = parsed(&contract["classId"]);
        assert_eq!(instance.instance.current_contract_class_id, class);
        assert!(fork.contract_class(class).unwrap().is_some(), "{contract}");
    }
}
