//! The `p2p` namespace: what a node knows of its network. The local network does not serve it.
//!
//! Protocol source: `@aztec/stdlib/src/interfaces/p2p.ts`, `@aztec/stdlib/src/p2p/{checkpoint_attestation,
//! consensus_payload}.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::method::rpc_methods;
use super::node::page_size;
use crate::block::{CheckpointHeader, EthSignature, FeeAssetPriceModifier, SlotNumber};
use crate::field::Fr;
use crate::tx::{Tx, TxHash};

/// Another node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase", rename_all_fields = "camelCase")]
pub enum PeerInfo {
    /// There is a connection to it.
    Connected {
        /// How well it behaves.
        score: f64,
        /// Its id.
        id: String,
    },
    /// A connection to it is being made.
    Dialing {
        /// How far that is.
        dial_status: String,
        /// Its id.
        id: String,
        /// Where it may be.
        addresses: Vec<String>,
    },
    /// It is known.
    Cached {
        /// Its id.
        id: String,
        /// Where it may be.
        addresses: Vec<String>,
        /// Its address record.
        enr: String,
        /// Connections tried.
        dial_attempts: u32,
    },
}

/// What a committee member signs of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsensusPayload {
    /// The checkpoint's header.
    pub header: CheckpointHeader,
    /// Root of the archive after it.
    pub archive: Fr,
    /// The proposer's vote on the price of the fee asset.
    pub fee_asset_price_modifier: FeeAssetPriceModifier,
}

wire_bytes!(ConsensusPayload {
    header: CheckpointHeader,
    archive: Fr,
    fee_asset_price_modifier: FeeAssetPriceModifier,
});

/// A committee member's signature under a checkpoint, as it travels between nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckpointAttestation {
    /// What is signed.
    pub payload: ConsensusPayload,
    /// The member's signature.
    pub signature: EthSignature,
    /// The proposer's signature under its proposal.
    pub proposer_signature: EthSignature,
}

wire_bytes!(CheckpointAttestation {
    payload: ConsensusPayload,
    signature: EthSignature,
    proposer_signature: EthSignature,
});

rpc_methods! {
    /// A call in the `p2p` namespace.
    pub enum P2pCall in "p2p" {
        /// Signatures under the checkpoint of a slot, or under one proposal for it.
        getCheckpointAttestationsForSlot: GetCheckpointAttestationsForSlot(
            slot: SlotNumber,
            proposal_id: Option<String>,
        ) -> Vec<CheckpointAttestation>;
        /// Pending transactions, the most preferred first.
        getPendingTxs: GetPendingTxs(limit: Option<u32> [page_size, "1 to 50"], after: Option<TxHash>) -> Vec<Tx>;
        /// How many transactions are pending.
        getPendingTxCount: GetPendingTxCount() -> u32;
        /// The node's address record in the peer-to-peer network.
        getEncodedEnr: GetEncodedEnr() -> Option<String>;
        /// The nodes it is connected to, and those it knows of when asked to include them.
        getPeers: GetPeers(include_pending: Option<bool>) -> Vec<PeerInfo>;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Decode, Encode};

    #[test]
    fn peers_and_attestations() {
        for json in [
            r#"{"status":"connected","score":1.5,"id":"a"}"#,
            r#"{"status":"dialing","dialStatus":"queued","id":"b","addresses":["/ip4/1.2.3.4"]}"#,
            r#"{"status":"cached","id":"c","addresses":[],"enr":"enr:-","dialAttempts":2}"#,
        ] {
            let peer: PeerInfo = crate::json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&peer).unwrap(), json);
        }
        let payload = ConsensusPayload {
            header: CheckpointHeader::default(),
            archive: Fr::ONE,
            fee_asset_price_modifier: FeeAssetPriceModifier::from(-3),
        };
        let [signature, proposer_signature] = [EthSignature::default(); 2];
        let attestation = CheckpointAttestation { payload, signature, proposer_signature };
        assert_eq!(attestation.to_buffer().len(), 316 + 32 + 32 + 2 * 68);
        assert_eq!(CheckpointAttestation::from_buffer(&attestation.to_buffer()).unwrap(), attestation);
        let json = serde_json::to_string(&attestation).unwrap();
        assert!(json.contains(r#""feeAssetPriceModifier":"-3"},"signature":"0x000"#), "{json}");
        assert_eq!(crate::json::from_str(&json), Ok(attestation));
        assert_eq!(P2pCall::METHODS.len(), 5);
    }
}
