//! What a node says about itself and its network.
//!
//! Protocol source: `@aztec/stdlib/src/contract/interfaces/{node-info,protocol_contract_addresses}.ts`,
//! `@aztec/ethereum/src/l1_contract_addresses.ts`, `@aztec/stdlib/src/interfaces/{world_state,allowed_element}.ts`.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::abi::FunctionSelector;
use crate::address::{AztecAddress, EthAddress};
use crate::block::{BlockHash, BlockNumber};
use crate::contract::ContractClassId;

crate::integer_newtype! {
    /// Id of an L1 chain.
    pub struct L1ChainId(u64) as number;
}
crate::integer_newtype! {
    /// Version of a rollup: its contract derives it from what the network starts with.
    pub struct RollupVersion(u32) as number;
}

/// What a client needs to know before it makes transactions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeInfo {
    /// Version of the node's software, which names the protocol version.
    pub node_version: String,
    /// The L1 chain.
    pub l1_chain_id: L1ChainId,
    /// The rollup.
    pub rollup_version: RollupVersion,
    /// Address record in the peer-to-peer network, when the node takes part in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enr: Option<String>,
    /// Contracts on L1.
    pub l1_contract_addresses: L1ContractAddresses,
    /// Protocol contracts on L2.
    pub protocol_contract_addresses: ProtocolContractAddresses,
    /// Whether transactions need real proofs.
    pub real_proofs: bool,
    /// The parameters of the network, where the node tells them; official nodes do not, and have the official ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<ParameterSet>,
}

/// Under which SRS a network's proofs are made, and so which keys and contract classes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterSet {
    /// Those of every official network of this version, under the Aztec Ignition SRS.
    #[default]
    Official,
    /// Those under the development SRS, whose secret is public: **anyone can forge proofs**.
    InsecureDevelopment,
}

impl fmt::Display for ParameterSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Official => "official parameters",
            Self::InsecureDevelopment => "INSECURE development parameters",
        })
    }
}

/// The contracts of a network on L1.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct L1ContractAddresses {
    /// Registry of rollup versions.
    pub registry_address: EthAddress,
    /// Maker of slashing payloads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slash_factory_address: Option<EthAddress>,
    /// Mints the fee asset on test networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_asset_handler_address: Option<EthAddress>,
    /// The rollup.
    pub rollup_address: EthAddress,
    /// Takes messages to L2.
    pub inbox_address: EthAddress,
    /// Gives out messages from L2.
    pub outbox_address: EthAddress,
    /// The fee asset.
    pub fee_juice_address: EthAddress,
    /// The asset validators stake.
    pub staking_asset_address: EthAddress,
    /// Bridge of the fee asset.
    pub fee_juice_portal_address: EthAddress,
    /// Issuer of the fee asset.
    pub coin_issuer_address: EthAddress,
    /// Pays rewards.
    pub reward_distributor_address: EthAddress,
    /// Takes proposals to governance.
    pub governance_proposer_address: EthAddress,
    /// Governance.
    pub governance_address: EthAddress,
    /// Mints the staking asset on test networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staking_asset_handler_address: Option<EthAddress>,
    /// Verifier of identity proofs on test networks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zk_passport_verifier_address: Option<EthAddress>,
    /// Staking across rollup versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gse_address: Option<EthAddress>,
    /// Relays calls of governance after a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_gated_relayer_address: Option<EthAddress>,
}

/// The protocol contracts that nodes name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProtocolContractAddresses {
    /// Registry of contract classes.
    pub class_registry: AztecAddress,
    /// Fee juice.
    pub fee_juice: AztecAddress,
    /// Registry of contract instances.
    pub instance_registry: AztecAddress,
    /// The entrypoint of calls without an account.
    pub multi_call_entrypoint: AztecAddress,
}

impl Default for ProtocolContractAddresses {
    /// The addresses they have on every network.
    fn default() -> Self {
        let [instance_registry, class_registry, multi_call_entrypoint, fee_juice] =
            [2, 3, 4, 5].map(AztecAddress::from_u64);
        Self { class_registry, fee_juice, instance_registry, multi_call_entrypoint }
    }
}

/// How far the node's state is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldStateSyncStatus {
    /// Last block in the state.
    pub latest_block_number: BlockNumber,
    /// Its hash.
    pub latest_block_hash: BlockHash,
    /// Last block that cannot be undone.
    pub finalized_block_number: BlockNumber,
    /// First block whose state can still be read.
    pub oldest_historic_block_number: BlockNumber,
    /// Whether all trees are at the same block.
    pub trees_are_synched: bool,
}

/// A public function that may be called in the setup phase of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AllowedElement {
    /// Of which contracts.
    #[serde(flatten)]
    pub target: AllowedTarget,
    /// The function.
    pub selector: FunctionSelector,
    /// Fields the calldata must have, the selector included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calldata_length: Option<u32>,
    /// Whether only the contract itself may call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_self: Option<bool>,
    /// Whether it must have a sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reject_null_msg_sender: Option<bool>,
}

/// The contracts of an [`AllowedElement`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AllowedTarget {
    /// The one at this address.
    Address(AztecAddress),
    /// All of this class.
    ClassId(ContractClassId),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_members_are_left_out() {
        let zero = EthAddress::ZERO;
        let info = NodeInfo {
            node_version: "4.1.2".into(),
            l1_chain_id: L1ChainId(31337),
            rollup_version: RollupVersion(344_372_055),
            enr: None,
            l1_contract_addresses: L1ContractAddresses { gse_address: Some(zero), ..Default::default() },
            protocol_contract_addresses: ProtocolContractAddresses::default(),
            real_proofs: false,
            parameters: None,
        };
        let json = serde_json::to_string(&info).unwrap();
        assert!(json.starts_with(r#"{"nodeVersion":"4.1.2","l1ChainId":31337,"rollupVersion":344372055,"l1Contract"#));
        assert!(json.contains("gseAddress") && !json.contains("slashFactoryAddress") && !json.contains("null"));
        assert_eq!(crate::json::from_str(&json), Ok(info));
    }

    #[test]
    fn allowed_elements() {
        let class = alloc::format!("0x{}", "01".repeat(32));
        for json in [
            alloc::format!(r#"{{"address":"{class}","selector":"0x61966b7c","calldataLength":4,"onlySelf":true}}"#),
            alloc::format!(r#"{{"classId":"{class}","selector":"0x61966b7c","rejectNullMsgSender":true}}"#),
        ] {
            let element: AllowedElement = crate::json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&element).unwrap(), json);
        }
        assert!(crate::json::from_str::<AllowedElement>(r#"{"selector":"0x61966b7c"}"#).is_err());
    }
}
