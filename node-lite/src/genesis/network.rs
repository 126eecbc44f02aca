//! The network that a node is on unless it is told otherwise.

use std::num::NonZeroU32;

use protocol::address::{AztecAddress, EthAddress};
use protocol::contract::protocol::ProtocolContracts;
use protocol::field::Fr;
use protocol::rpc::info::{AllowedElement, L1ChainId, L1ContractAddresses, RollupVersion};
use serde::Deserialize;

use crate::config::Network;

/// What the official local network 4.1.2 says of itself.
const LOCAL_NETWORK: &str = include_str!("../../genesis/local-network.json");
/// The first account of Anvil.
const COINBASE: [u8; 20] = [
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf, 0xff, 0xb9, 0x22,
    0x66,
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocalNetwork {
    l1_chain_id: L1ChainId,
    rollup_version: RollupVersion,
    vk_tree_root: Fr,
    l1_contracts: L1ContractAddresses,
    allowed_setup: Vec<AllowedElement>,
    funded: Vec<AztecAddress>,
}

/// A network like the official local one: the same ids, addresses, prices, slots and funded accounts.
impl Default for Network {
    fn default() -> Self {
        let LocalNetwork { l1_chain_id, rollup_version, vk_tree_root, l1_contracts, allowed_setup, funded } =
            serde_json::from_str(LOCAL_NETWORK).expect("the file is part of the program");
        let number = |number| NonZeroU32::new(number).expect("none is zero");
        Self {
            l1_chain_id,
            rollup_version,
            vk_tree_root,
            protocol_contracts_hash: ProtocolContracts::official().hash(),
            l1_contracts,
            slot_duration: number(72),
            epoch_duration: number(2),
            l1_slot_duration: number(12),
            coinbase: EthAddress::from_bytes(COINBASE),
            funded,
            test_accounts: true,
            allowed_setup,
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

    /// The archive root that the official local network starts with.
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
