//! Proofs of transactions, made by barretenberg while the kernels are still being solved.

use std::boxed::Box;
use std::sync::Arc;

use async_lock::Mutex;
use async_trait::async_trait;
use circuits::bb::{Barretenberg, BbError, CircuitSize};
use circuits::chonk::{ChonkCircuit, ChonkError, ChonkProver, OnProgress, PrivateProof};
use futures_channel::mpsc::Receiver;
use thiserror::Error;

use crate::port::{MaybeSend, MaybeSync};

/// Why there is no proof.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProveError {
    /// Barretenberg cannot be started.
    #[error("cannot start barretenberg")]
    Start(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// Barretenberg cannot prove.
    #[error(transparent)]
    Chonk(#[from] ChonkError),
    /// Barretenberg does not tell what it is asked.
    #[error(transparent)]
    Barretenberg(#[from] BbError),
    /// The client was opened without barretenberg.
    #[error("the network wants proofs, and this client was opened without a prover")]
    NoProver,
}

/// Starts barretenberg, with the SRS of the network.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait StartBarretenberg: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Starts it; takes seconds where the SRS is made or fetched.
    async fn start(&self) -> Result<Barretenberg, ProveError>;
}

/// Barretenberg, started when it is first needed; one proof at a time.
#[derive(Debug)]
pub struct Prover {
    start: Arc<dyn StartBarretenberg>,
    running: Mutex<Option<Barretenberg>>,
}

impl Prover {
    /// A prover that is started later.
    #[must_use]
    pub fn new(start: Arc<dyn StartBarretenberg>) -> Self {
        Self { start, running: Mutex::new(None) }
    }

    /// Proves `total` circuits as they come. Dropping the future cancels the proof.
    ///
    /// # Errors
    /// If barretenberg cannot be started, or refuses a circuit.
    pub async fn prove(
        &self,
        total: usize,
        circuits: Receiver<ChonkCircuit>,
        on_progress: OnProgress<'_>,
    ) -> Result<PrivateProof, ProveError> {
        let mut running = self.running.lock().await;
        let bb = self.started(&mut running).await?;
        Ok(ChonkProver::new(bb, total, on_progress).run(circuits).await?)
    }

    /// How large a circuit is, given as plain ACIR.
    ///
    /// # Errors
    /// If barretenberg cannot be started, or refuses the circuit.
    pub async fn size(&self, acir: &[u8]) -> Result<CircuitSize, ProveError> {
        let mut running = self.running.lock().await;
        Ok(self.started(&mut running).await?.chonk_size(acir).await?)
    }

    /// Lets go of barretenberg and its memory, which only grows, until the next proof.
    pub async fn rest(&self) {
        *self.running.lock().await = None;
    }

    async fn started<'a>(&self, running: &'a mut Option<Barretenberg>) -> Result<&'a mut Barretenberg, ProveError> {
        if running.is_none() {
            *running = Some(self.start.start().await?);
        }
        running.as_mut().ok_or(ProveError::NoProver)
    }
}
