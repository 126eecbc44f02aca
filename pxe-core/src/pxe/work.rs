//! One piece of work at a time that writes, seen from the newest block.

use alloc::sync::Arc;

use async_lock::MutexGuard;
use circuits::set::Parameters;
use circuits::srs::SrsKind;
use protocol::gas::GasFees;
use protocol::rpc::info::{NodeInfo, ParameterSet};
use protocol::rpc::node::GetCurrentMinFees;

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

/// How long a look at the chain will do for work that was about to begin, in milliseconds.
const LOOK_LASTS: f64 = 1000.0;

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
        Ok(self.job.commit(&*self.pxe.inner.config.store).await?)
    }

    /// Answers to what kernels ask about contracts, as they are for this work.
    pub(super) async fn hints(&self) -> Result<ClientHints, PxeError> {
        let Env { node, contracts, keys, .. } = self.env.clone();
        Ok(ClientHints { node, contracts, keys, job: Job::begin(&*self.pxe.inner.config.store).await? })
    }

    /// Kernels that ask for them.
    pub(super) async fn kernels(&self) -> Result<Kernels, PxeError> {
        let (inner, hints) = (&*self.pxe.inner, self.hints().await?);
        Ok(Kernels::new(Arc::clone(&inner.circuits), Arc::new(hints), Arc::clone(&inner.config.clock)))
    }
}

impl Pxe {
    /// The keys, locked or not.
    pub(super) async fn keys(&self) -> Result<Arc<KeyStore>, PxeError> {
        self.inner.keys.read().await.clone().ok_or_else(|| KeyStoreError::NotCreated.into())
    }

    /// Waits for whoever writes, moves the anchor to the newest block and begins.
    pub(super) async fn begin(&self, on_progress: &OnProgress) -> Result<Work<'_>, PxeError> {
        self.begin_with(self.inner.contracts.clone(), on_progress).await
    }

    /// The same, with some contracts replaced.
    pub(super) async fn begin_with(
        &self,
        contracts: Contracts,
        on_progress: &OnProgress,
    ) -> Result<Work<'_>, PxeError> {
        let writing = self.inner.writing.lock().await;
        let keys = self.keys().await?;
        let node = match self.looked_at().await {
            Some(node) => node,
            None => self.advance(false).await?.0,
        };
        node.begin().await;
        on_progress(Progress::Synced { block: node.number() });
        let config = &self.inner.config;
        let env = Env {
            node,
            contracts,
            keys,
            rng: Arc::clone(&config.rng),
            programs: self.inner.programs.clone(),
            log: config.log.clone(),
        };
        Ok(Work { pxe: self, env, job: Job::begin(&*config.store).await?, _writing: writing })
    }

    /// Waits for whoever writes and begins without a look at the chain.
    pub(super) async fn begin_offline(&self) -> Result<(MutexGuard<'_, ()>, Job), PxeError> {
        let writing = self.inner.writing.lock().await;
        Ok((writing, Job::begin(&*self.inner.config.store).await?))
    }

    /// Reads what is stored now.
    pub(super) async fn reading(&self) -> Result<Job, PxeError> {
        Ok(Job::begin(&*self.inner.config.store).await?)
    }

    /// The lowest fees that are taken now, and the client for the work they are needed for: the node is asked in one go for
    /// them and for the newest block, which that work sees.
    ///
    /// # Errors
    /// If the node does not answer or contradicts itself, or the store fails.
    pub async fn min_fees(&self) -> Result<(GasFees, Self), PxeError> {
        let looked = match self.inner.writing.try_lock() {
            Some(_writing) => Some(self.advance(true).await?.1).flatten(),
            None => None,
        };
        match looked {
            Some(fees) => Ok((fees, Self { looked: Some(self.inner.config.clock.milliseconds()), ..self.clone() })),
            // Whoever writes sees to the anchor.
            None => Ok((self.inner.node.call(GetCurrentMinFees {}).await?, self.clone())),
        }
    }

    /// The chain as it was looked at for this work, unless it had to wait.
    async fn looked_at(&self) -> Option<Arc<AnchoredNode>> {
        let age = self.inner.config.clock.milliseconds() - self.looked?;
        if age > LOOK_LASTS {
            return None;
        }
        self.inner.anchored.read().await.clone()
    }

    /// Moves the anchor. What was undone is stored at once: it is so, whatever becomes of the work. Gives the lowest fees if
    /// they are asked for.
    async fn advance(&self, asks_fees: bool) -> Result<(Arc<AnchoredNode>, Option<GasFees>), PxeError> {
        let inner = &*self.inner;
        let mut job = Job::begin(&*inner.config.store).await?;
        let mut fees = None;
        let asked = asks_fees.then_some(&mut fees);
        let advance = anchor::advance_asking(&mut job, &inner.node, inner.config.tip, asked).await?;
        let Advance { anchor, moved, .. } = advance;
        job.commit(&*inner.config.store).await?;
        let mut anchored = inner.anchored.write().await;
        let node = match &*anchored {
            Some(known) if moved == Move::None && known.hash() == anchor.hash => Arc::clone(known),
            _ => {
                let node = Arc::new(AnchoredNode::new(inner.node.clone(), anchor));
                *anchored = Some(Arc::clone(&node));
                node
            }
        };
        Ok((node, fees))
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
