//! What a node is told when it starts.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use protocol::address::{AztecAddress, EthAddress};
use protocol::rpc::info::{AllowedElement, L1ChainId, L1ContractAddresses, RollupVersion};

use crate::node::TimeSource;
use crate::parameters::Parameters;
use crate::validate::{AcceptAll, ProofVerifier};

/// Everything a node is told when it starts.
#[derive(Debug, Clone)]
pub struct Config {
    /// The network it makes or continues.
    pub network: Network,
    /// Where its data is.
    pub data: Data,
    /// Whether data of any size is checked for damage when the node starts; up to 64 megabytes it always is.
    pub check_data: bool,
    /// When it makes blocks.
    pub mining: Mining,
    /// Who verifies the proofs of transactions; by default nobody does, as on the official local network.
    pub verifier: Arc<dyn ProofVerifier>,
    /// Pending transactions it holds at most; beyond them those that pay least go.
    pub max_pending: usize,
    /// Blocks whose states it keeps for questions about the past.
    pub kept_states: u32,
    /// Where it has the time from.
    pub time: TimeSource,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            network: Network::default(),
            data: Data::Memory,
            check_data: false,
            mining: Mining::Auto,
            verifier: Arc::new(AcceptAll),
            max_pending: 1000,
            kept_states: 512,
            time: TimeSource::system(),
        }
    }
}

/// What all nodes of a network agree on.
#[derive(Debug, Clone)]
pub struct Network {
    /// The L1 chain.
    pub l1_chain_id: L1ChainId,
    /// The rollup.
    pub rollup_version: RollupVersion,
    /// The keys of the circuits, and what follows from them.
    pub parameters: Arc<Parameters>,
    /// Contracts on L1.
    pub l1_contracts: L1ContractAddresses,
    /// Seconds of a slot.
    pub slot_duration: NonZeroU32,
    /// Slots of an epoch.
    pub epoch_duration: NonZeroU32,
    /// Seconds of an L1 slot.
    pub l1_slot_duration: NonZeroU32,
    /// Who is paid for blocks.
    pub coinbase: EthAddress,
    /// Accounts that have fee juice from the start.
    pub funded: Vec<AztecAddress>,
    /// Whether the accounts and contracts of the official local network are there from the start.
    pub test_accounts: bool,
    /// Public functions that transactions may call before their fee is sure.
    pub allowed_setup: Vec<AllowedElement>,
}

/// Where a node's data is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In memory: gone when the node stops.
    Memory,
    /// In a folder, which is made if it is not there.
    Folder(PathBuf),
}

/// When a node makes blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mining {
    /// As soon as a transaction is pending.
    Auto,
    /// Every so often, if a transaction is pending.
    Interval(Duration),
    /// When told to.
    Manual,
}
