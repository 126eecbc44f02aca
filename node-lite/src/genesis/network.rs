//! The network that a node is on unless it is told otherwise: one like the official local network.

use std::num::NonZeroU32;

use circuits::set::official_vk_tree_root;
use protocol::address::{AztecAddress, EthAddress};
use protocol::contract::protocol::ProtocolContracts;
use protocol::field::Fr;
use protocol::rpc::info::{AllowedElement, NodeInfo};
use serde::Deserialize;

use crate::config::Network;

/// Made by `genesis/record.mjs`.
const RECORDED: &str = include_str!("../../genesis/recorded.json");
/// The first account of Anvil.
const COINBASE: EthAddress = EthAddress::from_bytes([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf, 0xff, 0xb9, 0x22,
    0x66,
]);

/// An account of the local network. Its secret is known to everyone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestAccount {
    /// Its kind, by the scheme of its signatures.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its address.
    pub address: AztecAddress,
    /// What its keys are derived from.
    pub secret: Fr,
    /// Salt of its address.
    pub salt: Fr,
}

/// A contract of the local network.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestContract {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: AztecAddress,
}

#[derive(Deserialize)]
struct Funded {
    addresses: Vec<AztecAddress>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    accounts: Vec<TestAccount>,
    contracts: Vec<TestContract>,
    funded: Funded,
    node_info: NodeInfo,
    allowed_public_setup: Vec<AllowedElement>,
}

fn recorded() -> Recorded {
    serde_json::from_str(RECORDED).expect("the file is part of the program")
}

/// The accounts that are there from the start, and funded.
#[must_use]
pub fn test_accounts() -> Vec<TestAccount> {
    recorded().accounts
}

/// The contracts that are there from the start: a token, a contract that pays fees for it, one that pays fees for all.
#[must_use]
pub fn test_contracts() -> Vec<TestContract> {
    recorded().contracts
}

/// A network like the official local one: the same ids, addresses, slots and funded accounts.
impl Default for Network {
    fn default() -> Self {
        let Recorded { funded, node_info, allowed_public_setup, .. } = recorded();
        let number = |number| NonZeroU32::new(number).expect("none is zero");
        Self {
            l1_chain_id: node_info.l1_chain_id,
            rollup_version: node_info.rollup_version,
            vk_tree_root: official_vk_tree_root(),
            protocol_contracts_hash: ProtocolContracts::official().hash(),
            l1_contracts: node_info.l1_contract_addresses,
            slot_duration: number(72),
            epoch_duration: number(2),
            l1_slot_duration: number(12),
            coinbase: COINBASE,
            funded: funded.addresses,
            test_accounts: true,
            allowed_setup: allowed_public_setup,
        }
    }
}

#[cfg(test)]
mod tests {
    use protocol::merkle::LeafIndex;
    use protocol::rpc::lookup::MerkleTreeId;

    use super::*;
    use crate::state::Genesis;
    use crate::store::ChainStore;

    /// What the official local network starts with.
    #[test]
    fn genesis_is_that_of_the_official_local_network() {
        let genesis = Genesis::funding(&Network::default().funded, Genesis::DEFAULT_FUNDS);
        let state = ChainStore::in_memory(&genesis).unwrap().snapshot().unwrap().latest_state().unwrap();
        let root = state.tree(MerkleTreeId::Archive).root.to_string();
        assert_eq!(root, "0x2dbb06108e9a86dfd66387eac78e843c558a4c742514c4d1423e306717362435");
        let header = state.leaf(MerkleTreeId::Archive, LeafIndex(0)).unwrap().unwrap().to_string();
        assert_eq!(header, "0x117e6b939d3c7895a9f9ca201a7693444d24e96bc81f37cb2af1a5cc51e21cab");
    }
}
