//! What executions use.

use alloc::sync::Arc;

use circuits::program::ProgramCache;

use super::ContractLog;
use crate::contract::Contracts;
use crate::keystore::KeyStore;
use crate::node::AnchoredNode;
use crate::port::Rng;

/// What executions at one anchor use. Cheap to clone; what is replaced for a simulation is replaced in `contracts`.
#[derive(Debug, Clone)]
pub struct Env {
    /// The chain at the anchor.
    pub node: Arc<AnchoredNode>,
    /// The contracts the client knows.
    pub contracts: Contracts,
    /// The keys of the own accounts.
    pub keys: Arc<KeyStore>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Programs that were decoded before.
    pub programs: ProgramCache,
    /// Who reads what contracts print.
    pub log: Option<Arc<dyn ContractLog>>,
}
