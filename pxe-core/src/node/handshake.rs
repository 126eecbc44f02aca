//! Whether a node is of the network, and of the protocol, that is wanted.

use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use protocol::address::EthAddress;
use protocol::field::Fr;
use protocol::rpc::info::{L1ChainId, NodeInfo, ProtocolContractAddresses, RollupVersion};
use protocol::rpc::{headers, node};
use thiserror::Error;

use super::{NodeClient, NodeError};

/// What a node says of itself in the headers of its answers. What it does not say is left out; pages see only headers that
/// the node lets them see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NodeHeaders {
    /// Id of the L1 chain.
    pub l1_chain_id: Option<L1ChainId>,
    /// Address of the rollup on L1.
    pub l1_rollup_address: Option<EthAddress>,
    /// Version of the rollup.
    pub rollup_version: Option<RollupVersion>,
    /// Root of the tree of verification keys.
    pub vk_tree_root: Option<Fr>,
    /// Hash of the protocol contracts.
    pub protocol_contracts_hash: Option<Fr>,
}

impl NodeHeaders {
    /// Reads the headers, given how to look one up. One that cannot be read counts as missing.
    #[must_use]
    pub fn read<'a>(header: impl Fn(&'static str) -> Option<&'a str>) -> Self {
        fn number<T>(text: &str, of: fn(u64) -> Option<T>) -> Option<T> {
            text.trim().parse().ok().and_then(of)
        }
        fn parsed<T: FromStr>(text: &str) -> Option<T> {
            text.trim().parse().ok()
        }
        Self {
            l1_chain_id: header(headers::L1_CHAIN_ID).and_then(|text| number(text, |id| Some(L1ChainId(id)))),
            l1_rollup_address: header(headers::L1_ROLLUP_ADDRESS).and_then(parsed),
            rollup_version: header(headers::ROLLUP_VERSION)
                .and_then(|text| number(text, |version| u32::try_from(version).ok().map(RollupVersion))),
            vk_tree_root: header(headers::VK_TREE_ROOT).and_then(parsed),
            protocol_contracts_hash: header(headers::PROTOCOL_CONTRACTS_HASH).and_then(parsed),
        }
    }
}

/// What a node must be. What is left out may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expectation {
    /// Id of the L1 chain.
    pub l1_chain_id: Option<L1ChainId>,
    /// Address of the rollup on L1.
    pub l1_rollup_address: Option<EthAddress>,
    /// Version of the rollup.
    pub rollup_version: Option<RollupVersion>,
    /// Root of the tree of verification keys: that of the circuits used here.
    pub vk_tree_root: Option<Fr>,
    /// Hash of the protocol contracts used here.
    pub protocol_contracts_hash: Option<Fr>,
}

/// What node and client differ in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trait {
    /// Version of the protocol.
    ProtocolVersion,
    /// Id of the L1 chain.
    L1ChainId,
    /// Address of the rollup on L1.
    L1RollupAddress,
    /// Version of the rollup.
    RollupVersion,
    /// Root of the tree of verification keys.
    VkTreeRoot,
    /// Hash of the protocol contracts.
    ProtocolContractsHash,
    /// Addresses of the protocol contracts.
    ProtocolContractAddresses,
}

impl fmt::Display for Trait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProtocolVersion => "protocol version",
            Self::L1ChainId => "L1 chain",
            Self::L1RollupAddress => "rollup address",
            Self::RollupVersion => "rollup version",
            Self::VkTreeRoot => "verification keys",
            Self::ProtocolContractsHash => "protocol contracts",
            Self::ProtocolContractAddresses => "protocol contract addresses",
        })
    }
}

/// Why a node cannot be used.
#[derive(Debug, Error)]
pub enum HandshakeError {
    /// It does not answer.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// It is of another network, or of another protocol.
    #[error("the {of} of the node: {found}; expected: {expected}")]
    Mismatch {
        /// What differs.
        of: Trait,
        /// What is expected.
        expected: String,
        /// What the node has.
        found: String,
    },
}

impl HandshakeError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Node(_) => None,
            Self::Mismatch { of: Trait::ProtocolVersion, .. } => {
                Some("this client speaks Aztec 4.1: use a node of that version, or a client of the node's")
            }
            Self::Mismatch { of: Trait::VkTreeRoot | Trait::ProtocolContractsHash, .. } => {
                Some("node and client prove with other circuits: give both the same parameters")
            }
            Self::Mismatch { .. } => Some("this is a node of another network"),
        }
    }
}

fn check<T: PartialEq + ToString>(of: Trait, expected: Option<&T>, found: Option<&T>) -> Result<(), HandshakeError> {
    match (expected, found) {
        (Some(expected), Some(found)) if expected != found => {
            Err(HandshakeError::Mismatch { of, expected: expected.to_string(), found: found.to_string() })
        }
        _ => Ok(()),
    }
}

/// Asks a node what it is and checks that it is what it must be. One round trip.
///
/// # Errors
/// If it does not answer, or is something else.
pub async fn shake_hands(client: &NodeClient, expected: &Expectation) -> Result<NodeInfo, HandshakeError> {
    let info = client.call(node::GetNodeInfo {}).await?;
    let headers = client.headers();
    check_version(&info.node_version)?;
    let Expectation { l1_chain_id, l1_rollup_address, rollup_version, vk_tree_root, protocol_contracts_hash } =
        expected;
    let rollup = info.l1_contract_addresses.rollup_address;
    check(Trait::L1ChainId, l1_chain_id.as_ref(), Some(&info.l1_chain_id))?;
    check(Trait::L1RollupAddress, l1_rollup_address.as_ref(), Some(&rollup))?;
    check(Trait::RollupVersion, rollup_version.as_ref(), Some(&info.rollup_version))?;
    // The headers must not contradict what was said.
    check(Trait::L1ChainId, headers.l1_chain_id.as_ref(), Some(&info.l1_chain_id))?;
    check(Trait::L1RollupAddress, headers.l1_rollup_address.as_ref(), Some(&rollup))?;
    check(Trait::RollupVersion, headers.rollup_version.as_ref(), Some(&info.rollup_version))?;
    check(Trait::VkTreeRoot, vk_tree_root.as_ref(), headers.vk_tree_root.as_ref())?;
    check(Trait::ProtocolContractsHash, protocol_contracts_hash.as_ref(), headers.protocol_contracts_hash.as_ref())?;
    let (found, usual) = (info.protocol_contract_addresses, ProtocolContractAddresses::default());
    if found != usual {
        let text = |addresses| alloc::format!("{addresses:?}");
        let of = Trait::ProtocolContractAddresses;
        return Err(HandshakeError::Mismatch { of, expected: text(usual), found: text(found) });
    }
    Ok(info)
}

/// Nodes of the same major and minor version speak the same protocol.
fn check_version(found: &str) -> Result<(), HandshakeError> {
    let line = |version: &str| {
        let mut parts = version.trim_start_matches('v').split('.');
        Some((parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?))
    };
    if line(found).is_some() && line(found) == line(protocol::VERSION) {
        return Ok(());
    }
    // Whatever the node says may be long.
    let found = found.chars().take(60).collect();
    Err(HandshakeError::Mismatch { of: Trait::ProtocolVersion, expected: protocol::VERSION.into(), found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_one_line_agree() {
        for good in ["4.1.2", "4.1.0", "v4.1.9", "4.1.0-rc.2"] {
            assert!(check_version(good).is_ok(), "{good}");
        }
        for bad in ["4.2.0", "3.1.2", "41.2", "4", "", "4.1x.2", "nightly"] {
            assert!(check_version(bad).is_err(), "{bad}");
        }
        let error = check_version(&"9".repeat(1000)).unwrap_err();
        assert!(error.to_string().len() < 200 && error.hint().is_some(), "{error}");
    }

    #[test]
    fn headers_are_read_as_far_as_they_can_be() {
        let read = NodeHeaders::read(|name| match name {
            headers::L1_CHAIN_ID => Some("31337"),
            headers::ROLLUP_VERSION => Some("4294967296"),
            headers::L1_ROLLUP_ADDRESS => Some("0x0000000000000000000000000000000000000001"),
            headers::VK_TREE_ROOT => Some("0x05"),
            _ => None,
        });
        assert_eq!((read.l1_chain_id, read.rollup_version), (Some(L1ChainId(31337)), None));
        assert!(read.l1_rollup_address.is_some());
        assert_eq!((read.vk_tree_root, read.protocol_contracts_hash), (Some(Fr::from(5u8)), None));
    }
}
