//! What calls are answered from.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use protocol::rpc::ErrorObject;
use protocol::rpc::dev::Milliseconds;

use super::metrics::Metrics;
use crate::node::Node;
use crate::store::Snapshot;

/// What the ports of a node share.
#[derive(Debug)]
pub(crate) struct Context {
    pub(super) node: Arc<Node>,
    pub(super) metrics: Metrics,
    /// Whether the `dev` namespace is there.
    pub(super) dev: bool,
    latency: AtomicU32,
    mining_stopped: AtomicBool,
}

impl Context {
    pub(crate) fn new(node: Arc<Node>, dev: bool, latency: Milliseconds) -> Self {
        Self {
            node,
            metrics: Metrics::new(),
            dev,
            latency: AtomicU32::new(latency.0),
            mining_stopped: AtomicBool::new(false),
        }
    }

    /// Whether the node checks proofs.
    pub(super) fn verifies_proofs(&self) -> bool {
        self.node.config().verifier.needs_proofs()
    }

    /// What every request waits.
    pub(super) fn latency(&self) -> Milliseconds {
        Milliseconds(self.latency.load(Ordering::Relaxed))
    }

    pub(super) fn set_latency(&self, latency: Milliseconds) {
        self.latency.store(latency.0, Ordering::Relaxed);
    }

    /// Waits as long as every request does.
    pub(super) async fn wait_latency(&self) {
        match self.latency() {
            Milliseconds(0) => {}
            Milliseconds(latency) => tokio::time::sleep(Duration::from_millis(latency.into())).await,
        }
    }

    /// Nobody makes blocks any more.
    pub(crate) fn mining_has_stopped(&self) {
        self.mining_stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_mining_stopped(&self) -> bool {
        self.mining_stopped.load(Ordering::Relaxed)
    }
}

/// What the calls of one body are answered from: calls that only read see the chain at one moment.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    pub(super) context: &'a Context,
    snapshot: OnceLock<Snapshot>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, snapshot: OnceLock::new() }
    }

    pub(super) fn node(&self) -> &Node {
        &self.context.node
    }

    /// The chain, as it was when the first of the calls looked at it.
    pub(super) fn snapshot(&self) -> Result<&Snapshot, ErrorObject> {
        match self.snapshot.get() {
            Some(snapshot) => Ok(snapshot),
            None => {
                let snapshot = self.node().snapshot()?;
                Ok(self.snapshot.get_or_init(|| snapshot))
            }
        }
    }
}
