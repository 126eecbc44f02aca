//! One piece of work at a time that writes, seen from the newest block.

use alloc::sync::Arc;

use async_lock::MutexGuard;
use circuits::set::Parameters;
use circuits::srs::SrsKind;
use protocol::rpc::info::{NodeInfo, ParameterSet};

use super::hints::ClientHints;
use super::{OnProgress, Progress, Pxe, PxeError};
use crate::contract::Contracts;
use crate::execution::Env;
use crate::kernel::Kernels;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::node::AnchoredNode;
use crate::store::network::{self, NetworkId};
use crate::store::{Job, Store};
use crate::sync::anchor::{self, Advance, Move};

/// A piece of work. Nothing of it is stored before [`Work::commit`].
pub(super) struct Work<'a> {
    pxe: &'a Pxe,
    pub(super) env: Env,
    pub(super) job: Job,
    _writing: MutexGuard<'a, ()>,
}

impl Work<'_> {
    /// Stores what the work found and did.
    pub(super) async fn commit(self) -> Result<(), PxeError> {
        Ok(self.job.commit(&*self.pxe.0.config.store).await?)
    }

    /// Answers to what kernels ask about contracts, as they are for this work.
    pub(super) async fn hints(&self) -> Result<ClientHints, PxeError> {
        let Env { node, contracts, keys, .. } = self.env.clone();
        Ok(ClientHints { node, contracts, keys, job: Job::begin(&*self.pxe.0.config.store).await? })
    }

    /// Kernels that ask for them.
    pub(super) async fn kernels(&self) -> Result<Kernels, PxeError> {
        let (inner, hints) = (&*self.pxe.0, self.hints().await?);
        Ok(Kernels::new(Arc::clone(&inner.circuits), Arc::new(hints), Arc::clone(&inner.config.clock)))
    }
}

impl Pxe {
    /// The keys, locked or not.
    pub(super) async fn keys(&self) -> Result<Arc<KeyStore>, PxeError> {
        self.0.keys.read().await.clone().ok_or_else(|| KeyStoreError::NotCreated.into())
    }

    /// Waits for whoever writes, moves the anchor to the newest block and begins.
    pub(super) async fn begin(&self, on_progress: &OnProgress) -> Result<Work<'_>, PxeError> {
        self.begin_with(self.0.contracts.clone(), on_progress).await
    }

    /// The same, with some contracts replaced.
    pub(super) async fn begin_with(
        &self,
        contracts: Contracts,
        on_progress: &OnProgress,
    ) -> Result<Work<'_>, PxeError> {
        let writing = self.0.writing.lock().await;
        let keys = self.keys().await?;
        let node = self.advance().await?;
        on_progress(Progress::Synced { block: node.number() });
        let config = &self.0.config;
        let env = Env {
            node,
            contracts,
            keys,
            rng: Arc::clone(&config.rng),
            programs: self.0.programs.clone(),
            log: config.log.clone(),
        };
        Ok(Work { pxe: self, env, job: Job::begin(&*config.store).await?, _writing: writing })
    }

    /// Waits for whoever writes and begins without a look at the chain.
    pub(super) async fn begin_offline(&self) -> Result<(MutexGuard<'_, ()>, Job), PxeError> {
        let writing = self.0.writing.lock().await;
        Ok((writing, Job::begin(&*self.0.config.store).await?))
    }

    /// Reads what is stored now.
    pub(super) async fn reading(&self) -> Result<Job, PxeError> {
        Ok(Job::begin(&*self.0.config.store).await?)
    }

    /// Moves the anchor. What was undone is stored at once: it is so, whatever becomes of the work.
    async fn advance(&self) -> Result<Arc<AnchoredNode>, PxeError> {
        let inner = &*self.0;
        let mut job = Job::begin(&*inner.config.store).await?;
        let Advance { anchor, moved, .. } = anchor::advance(&mut job, &inner.node, inner.config.tip).await?;
        job.commit(&*inner.config.store).await?;
        let mut anchored = inner.anchored.write().await;
        match &*anchored {
            Some(known) if moved == Move::None && known.hash() == anchor.hash => Ok(Arc::clone(known)),
            _ => {
                let node = Arc::new(AnchoredNode::new(inner.node.clone(), anchor));
                *anchored = Some(Arc::clone(&node));
                Ok(node)
            }
        }
    }
}

/// Whether a network is the one these parameters are for. Official nodes do not say which parameters they have.
pub(super) fn check_network(parameters: &Parameters, network: &NodeInfo) -> Result<(), PxeError> {
    if network.node_version != protocol::VERSION {
        return Err(PxeError::OtherVersion { expected: protocol::VERSION, found: network.node_version.clone() });
    }
    let found = network.parameters.unwrap_or_default();
    let expected = match parameters.srs() {
        SrsKind::Ignition => ParameterSet::Official,
        SrsKind::InsecureDevelopment => ParameterSet::InsecureDevelopment,
    };
    if found == expected { Ok(()) } else { Err(PxeError::OtherParameters { expected, found }) }
}

/// Makes the store ready for the network; refused is a store of another one.
pub(super) async fn open_store(store: &dyn Store, info: &NodeInfo) -> Result<(), PxeError> {
    let id = NetworkId {
        l1_chain_id: info.l1_chain_id,
        rollup_version: info.rollup_version,
        rollup_address: info.l1_contract_addresses.rollup_address,
    };
    Ok(network::open(store, &id).await?)
}
