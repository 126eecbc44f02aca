//! The networks that a node can be on: like the official local one, with the official parameters or with those under the
//! development SRS.

use std::num::NonZeroU32;

use protocol::address::{AztecAddress, EthAddress};
use protocol::field::Fr;
use protocol::rpc::info::{AllowedElement, NodeInfo};
use serde::Deserialize;

use crate::config::Network;
use crate::parameters::{ParameterSet, Parameters};

/// Made by `genesis/record.mjs`.
const OFFICIAL: &str = include_str!("../../genesis/official.json");
/// Made by `genesis/record.mjs` too.
const DEVELOPMENT: &str = include_str!("../../genesis/development.json");
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

fn recorded(parameters: ParameterSet) -> Recorded {
    let text = match parameters {
        ParameterSet::Official => OFFICIAL,
        ParameterSet::InsecureDevelopment => DEVELOPMENT,
    };
    serde_json::from_str(text).expect("the file is part of the program")
}

/// The accounts that are there from the start, and funded. Their addresses depend on the parameters, as the keys of their
/// contracts do.
#[must_use]
pub fn test_accounts(parameters: ParameterSet) -> Vec<TestAccount> {
    recorded(parameters).accounts
}

/// The contracts that are there from the start: a token, a contract that pays fees for it, one that pays fees for all.
#[must_use]
pub fn test_contracts(parameters: ParameterSet) -> Vec<TestContract> {
    recorded(parameters).contracts
}

impl Network {
    /// A network like the official local one, with the same ids, slots and accounts. With the official parameters also the
    /// addresses are the same.
    #[must_use]
    pub fn local(parameters: ParameterSet) -> Self {
        let Recorded { funded, node_info, allowed_public_setup, .. } = recorded(parameters);
        let number = |number| NonZeroU32::new(number).expect("none is zero");
        Self {
            l1_chain_id: node_info.l1_chain_id,
            rollup_version: node_info.rollup_version,
            parameters: Parameters::of(parameters),
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

/// The network like the official local one, with the official parameters.
impl Default for Network {
    fn default() -> Self {
        Self::local(ParameterSet::Official)
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

    #[test]
    fn accounts_have_other_addresses_with_other_keys() {
        let [official, development] = [ParameterSet::Official, ParameterSet::InsecureDevelopment].map(test_accounts);
        assert_eq!(official.len(), development.len());
        for (official, development) in official.iter().zip(&development) {
            assert_eq!(official.secret, development.secret);
            assert_ne!(official.address, development.address);
        }
    }
}
