//! What a client is made of.

use alloc::sync::Arc;

use circuits::set::Parameters;

use crate::contract::{CodeSource, FunctionKeys};
use crate::execution::ContractLog;
use crate::kernel::CircuitSource;
use crate::node::Transport;
use crate::port::{Clock, Rng};
use crate::prove::StartBarretenberg;
use crate::store::Store;
use crate::sync::anchor::SyncTip;

/// What a client is made of: its ports, and the parameters of its network.
#[derive(Clone)]
pub struct PxeConfig {
    /// Where everything is kept. One store is of one network.
    pub store: Arc<dyn Store>,
    /// The way to a node.
    pub transport: Arc<dyn Transport>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where kernel circuits come from.
    pub circuits: Arc<dyn CircuitSource>,
    /// Keys and protocol contracts of the network.
    pub parameters: Arc<Parameters>,
    /// Where code comes from that artifacts lack; none if they are whole.
    pub code: Option<Arc<dyn CodeSource>>,
    /// Verification keys of private functions, if they are not those that artifacts ship.
    pub function_keys: Option<FunctionKeys>,
    /// What starts barretenberg; without it nothing can be proven.
    pub barretenberg: Option<Arc<dyn StartBarretenberg>>,
    /// Who reads what contracts print.
    pub log: Option<Arc<dyn ContractLog>>,
    /// Which block the anchor follows.
    pub tip: SyncTip,
    /// Bytes of decoded programs that are kept.
    pub program_memory: usize,
}

impl core::fmt::Debug for PxeConfig {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { store, transport, tip, .. } = self;
        f.debug_struct("PxeConfig").field("store", store).field("transport", transport).field("tip", tip).finish()
    }
}
