//! A node: the chain, what is pending, and the clock that drives them.

use std::sync::Arc;

use protocol::address::{AztecAddress, EthAddress};
use protocol::block::{BlockNumber, Timestamp};
use protocol::field::Fr;
use protocol::gas::GasFees;
use protocol::message::{InboxLeaf, L1ToL2Message};
use protocol::rpc::lookup::TxValidationOptions;
use protocol::tx::{PublicSimulationOutput, Tx, TxHash, TxReceipt, TxValidationResult};

use crate::config::{Config, Mining, Network};
use crate::public::FeeEnforcement;
use crate::store::Snapshot;

pub type Result<T, E = NodeError> = std::result::Result<T, E>;

pub struct Node {}

/// A state of the chain to come back to.
pub struct SnapshotId(pub u32);

impl Node {
    /// Opens or makes the data, and continues the chain from there. Background work (mining) starts with [`Node::run`].
    pub fn open(config: Config) -> Result<Arc<Self>>;
    /// Makes blocks as the mining mode says until `stop` resolves. Tokio task.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>);

    pub fn network(&self) -> &Network;
    /// Accepts (Proofs::Ignored) or verifies.
    pub fn verifies_proofs(&self) -> bool;
    /// The chain at this moment: all lookups of blocks, state, logs, contracts, messages go through it.
    pub fn snapshot(&self) -> Result<Snapshot>;

    // --- transactions ---
    /// Validates and adds to the pool. The error's text is what clients see: "Invalid tx: …".
    pub fn send_tx(&self, tx: Tx) -> Result<()>;
    pub fn check_tx(&self, tx: &Tx, options: TxValidationOptions) -> Result<TxValidationResult>;
    pub fn simulate(&self, tx: &Tx, enforcement: FeeEnforcement) -> Result<PublicSimulationOutput>;
    pub fn receipt(&self, tx: TxHash) -> Result<TxReceipt>;
    /// Pending transactions, the most preferred first.
    pub fn pending(&self, limit: usize, after: Option<TxHash>) -> Vec<Arc<Tx>>;
    pub fn pending_count(&self) -> usize;
    pub fn pending_tx(&self, tx: TxHash) -> Option<Arc<Tx>>;
    pub fn drop_tx(&self, tx: TxHash) -> Result<bool>;
    pub fn min_fees(&self) -> Result<GasFees>;
    pub fn max_priority_fees(&self) -> GasFees;
    pub fn register_signatures(&self, signatures: &[String]);

    // --- development ---
    /// Makes blocks, empty ones if nothing is pending.
    pub fn mine(&self, blocks: u32) -> Result<BlockNumber>;
    pub fn mining(&self) -> Mining;
    pub fn set_mining(&self, mining: Mining);
    /// What time it is on the chain.
    pub fn time(&self) -> Timestamp;
    /// The next block is not before this time. Refuses the past.
    pub fn set_time(&self, time: Timestamp) -> Result<()>;
    pub fn increase_time(&self, seconds: u64) -> Result<Timestamp>;
    pub fn take_snapshot(&self) -> Result<SnapshotId>;
    /// False when there is no such snapshot.
    pub fn revert_to_snapshot(&self, id: SnapshotId) -> Result<bool>;
    /// Takes the last `depth` blocks back; their transactions are pending again.
    pub fn reorg(&self, depth: u32) -> Result<BlockNumber>;
    pub fn fund(&self, account: AztecAddress, amount: u128) -> Result<BlockNumber>;
    pub fn set_public_storage(&self, contract: AztecAddress, slot: Fr, value: Fr) -> Result<BlockNumber>;
    pub fn send_message(&self, sender: EthAddress, recipient: AztecAddress, content: Fr, secret_hash: Fr) -> Result<(L1ToL2Message, InboxLeaf)>;
    /// A deposit of fee juice, to be claimed.
    pub fn deposit_fee_juice(&self, to: AztecAddress, amount: u128, secret_hash: Fr) -> Result<(L1ToL2Message, InboxLeaf)>;
    /// Writes the whole chain so that `load` on a fresh node of the same network makes the same one.
    pub fn dump(&self, to: &mut dyn std::io::Write) -> Result<()>;
    pub fn load(&self, from: &mut dyn std::io::Read) -> Result<BlockNumber>;
}
