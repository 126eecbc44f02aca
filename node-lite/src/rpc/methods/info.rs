//! What the node is. Some answers are the same on every node of this kind, as on the official local network.

use protocol::rpc::info::{NodeInfo, ProtocolContractAddresses};
use protocol::rpc::validators::{SingleValidatorStats, ValidatorsStats};

use crate::rpc::context::Reader;

pub(super) fn node_info(reader: &Reader<'_>) -> NodeInfo {
    let network = reader.node().network();
    NodeInfo {
        node_version: protocol::VERSION.into(),
        l1_chain_id: network.l1_chain_id,
        rollup_version: network.rollup_version,
        enr: enr(),
        l1_contract_addresses: network.l1_contracts.clone(),
        protocol_contract_addresses: protocol_contracts(),
        real_proofs: reader.context.verifies_proofs(),
        parameters: Some(network.parameters.set()),
    }
}

pub(super) fn protocol_contracts() -> ProtocolContractAddresses {
    ProtocolContractAddresses::default()
}

/// The node is in no peer-to-peer network.
pub(super) const fn enr() -> Option<String> {
    None
}

/// The node makes all blocks itself: there are no validators to watch.
pub(super) fn validators() -> ValidatorsStats {
    ValidatorsStats::default()
}

/// As for [`validators`].
pub(super) const fn validator() -> Option<SingleValidatorStats> {
    None
}
