//! The client as a whole: every operation on keys, contracts, notes and transactions.
//!
//! | File | Subject |
//! |---|---|
//! | `config` | what a client is made of |
//! | `work` | one piece of work at a time that writes, seen from the newest block |
//! | `register` | accounts, senders, contracts |
//! | `run` | simulating, profiling, proving, utility functions |
//! | `send` | handing transactions in, and following them |
//! | `read` | notes and events |
//! | `hints` | what kernels ask |
//! | `progress` | how far an operation is |
//! | `error` | why an operation failed |
//!
//! Any operation may be called at any time. Those that write wait for each other; each sees the chain at one block and
//! commits what it found in one step, or, if it fails or its future is dropped, leaves nothing behind.
//!
//! Protocol source: `@aztec/pxe/src/pxe.ts`.

mod config;
mod error;
mod hints;
mod progress;
mod read;
mod register;
mod run;
mod send;
mod work;

use alloc::sync::Arc;

use async_lock::{Mutex, RwLock};
use circuits::program::ProgramCache;
use protocol::artifact::pack::{Pack, ReadAt};
use protocol::authwit::ChainInfo;
use protocol::rpc::info::NodeInfo;
use protocol::rpc::node::GetNodeInfo;

pub use config::PxeConfig;
pub use error::PxeError;
pub use progress::{OnProgress, Progress, silent};
pub use read::EventQuery;
pub use run::{Profile, ProvenTx, SimulateOptions, Simulation};
pub use send::{Lookup, TxLookup};

use crate::contract::{Contracts, FunctionKeys};
use crate::kernel::KernelCircuits;
use crate::keystore::KeyStore;
use crate::node::{AnchoredNode, NodeClient, NodeStats};
use crate::prove::Prover;
use crate::store::Job;

/// The client. Cheap to clone; clones are the same client.
#[derive(Debug, Clone)]
pub struct Pxe {
    inner: Arc<Inner>,
    /// When the chain was looked at for the next work, in milliseconds of the clock.
    looked: Option<f64>,
}

#[derive(Debug)]
struct Inner {
    config: PxeConfig,
    node: NodeClient,
    network: NodeInfo,
    keys: RwLock<Option<Arc<KeyStore>>>,
    contracts: Contracts,
    circuits: Arc<KernelCircuits>,
    programs: ProgramCache,
    prover: Option<Prover>,
    /// Held by whoever writes.
    writing: Mutex<()>,
    /// The chain at the anchor, with what was asked about it.
    anchored: RwLock<Option<Arc<AnchoredNode>>>,
}

impl Pxe {
    /// Opens a client: asks the node which network it is on, checks that the parameters are that network's, and registers
    /// the protocol contracts, from the pack of `@aztec/protocol-contracts`.
    ///
    /// # Errors
    /// If the node does not answer or is of another version, the store is of another network or cannot be read.
    pub async fn open<R: ReadAt>(config: PxeConfig, protocol_contracts: &Pack<R>) -> Result<Self, PxeError> {
        let node = NodeClient::new(Arc::clone(&config.transport));
        let network = node.call(GetNodeInfo {}).await?;
        work::check_network(&config.parameters, &network)?;
        work::open_store(&*config.store, &network).await?;
        let keys = config.function_keys.clone().unwrap_or(FunctionKeys::Shipped);
        let contracts = Contracts::new(&*config.parameters, keys);
        let contracts = match &config.code {
            Some(source) => contracts.with_code(Arc::clone(source)),
            None => contracts,
        };
        let mut job = Job::begin(&*config.store).await?;
        contracts.register_protocol_contracts(&mut job, protocol_contracts).await?;
        let keys = match KeyStore::exists(&job).await? {
            true => Some(Arc::new(KeyStore::open(&job, Arc::clone(&config.rng)).await?)),
            false => None,
        };
        job.commit(&*config.store).await?;
        let programs = ProgramCache::new(config.program_memory);
        let circuits = Arc::clone(&config.circuits);
        let circuits = KernelCircuits::new(circuits, Arc::clone(&config.parameters), programs.clone());
        let prover = config.barretenberg.clone().map(Prover::new);
        let inner = Arc::new(Inner {
            node,
            network,
            keys: RwLock::new(keys),
            contracts,
            circuits: Arc::new(circuits),
            programs,
            prover,
            writing: Mutex::new(()),
            anchored: RwLock::new(None),
            config,
        });
        Ok(Self { inner, looked: None })
    }

    /// What the node said of its network when the client was opened.
    #[must_use]
    pub fn network(&self) -> &NodeInfo {
        &self.inner.network
    }

    /// Which chain and rollup authorizations are for.
    #[must_use]
    pub fn chain(&self) -> ChainInfo {
        let NodeInfo { l1_chain_id, rollup_version, .. } = &self.inner.network;
        ChainInfo { chain_id: l1_chain_id.0.into(), version: rollup_version.0.into() }
    }

    /// The node, for questions of one's own.
    #[must_use]
    pub fn node(&self) -> &NodeClient {
        &self.inner.node
    }

    /// How much the node was asked so far.
    #[must_use]
    pub fn stats(&self) -> NodeStats {
        self.inner.node.stats()
    }

    /// What proofs are made with, if there is something.
    #[must_use]
    pub fn prover(&self) -> Option<&Prover> {
        self.inner.prover.as_ref()
    }

    /// The contracts the client knows.
    #[must_use]
    pub fn contracts(&self) -> &Contracts {
        &self.inner.contracts
    }

    /// What the client was made of.
    #[must_use]
    pub fn config(&self) -> &PxeConfig {
        &self.inner.config
    }
}
