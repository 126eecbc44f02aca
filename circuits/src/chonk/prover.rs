//! A proof in the making, fed with circuits as they are solved.

use std::sync::Arc;

use barretenberg_rs::generated_types as wire;
use futures_channel::mpsc;
use futures_util::StreamExt;
use protocol::artifact::VerificationKey;
use thiserror::Error;

use super::PrivateProof;
use crate::bb::{Barretenberg, BbError};

/// A solved circuit.
#[derive(Clone)]
pub struct ChonkCircuit {
    /// Its name, for progress and errors.
    pub name: String,
    /// Its program as plain (inflated) ACIR, exactly as the compiler wrote it.
    pub acir: Arc<[u8]>,
    /// Its verification key.
    pub key: VerificationKey,
    /// Its witness values, as barretenberg takes them (MessagePack of a witness stack).
    pub witness: Vec<u8>,
}

/// Witnesses are secret.
impl core::fmt::Debug for ChonkCircuit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ChonkCircuit({}, {} bytes of ACIR)", self.name, self.acir.len())
    }
}

/// How far a proof is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// A circuit goes into the proof.
    Accumulating {
        /// Its place, from 0.
        index: usize,
        /// How many there are.
        total: usize,
        /// Its name.
        name: String,
    },
    /// All circuits are in; the proof is made.
    Proving,
    /// Barretenberg crashed or hung and begins anew.
    Restarted,
}

/// Told about progress.
#[cfg(not(target_arch = "wasm32"))]
pub type OnProgress<'a> = Box<dyn FnMut(Progress) + Send + 'a>;
/// Told about progress.
#[cfg(target_arch = "wasm32")]
pub type OnProgress<'a> = Box<dyn FnMut(Progress) + 'a>;

/// Why there is no proof.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ChonkError {
    /// Another number of circuits than announced.
    #[error("a proof of {announced} circuits was begun, {given} were given")]
    Count {
        /// Circuits announced.
        announced: usize,
        /// Circuits given.
        given: usize,
    },
    /// A circuit cannot be accumulated.
    #[error("cannot accumulate circuit {index}, {name}")]
    Circuit {
        /// Its place, from 0.
        index: usize,
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: BbError,
    },
    /// The proof cannot be begun or finished.
    #[error("cannot make the proof")]
    Proof(#[from] BbError),
}

impl ChonkError {
    const fn is_transient(&self) -> bool {
        match self {
            Self::Circuit { source, .. } | Self::Proof(source) => source.is_transient(),
            Self::Count { .. } => false,
        }
    }
}

/// A queue from who solves circuits to [`ChonkProver::run`]. It holds one circuit: the next is solved while barretenberg
/// accumulates, and no more than that is kept waiting.
#[must_use]
pub fn queue() -> (mpsc::Sender<ChonkCircuit>, mpsc::Receiver<ChonkCircuit>) {
    mpsc::channel(0)
}

/// A proof in the making. It keeps its circuits (some four megabytes for a transaction) to begin anew, once, if
/// barretenberg crashes or hangs. A future of it that is dropped leaves it as before the call.
pub struct ChonkProver<'a> {
    bb: &'a mut Barretenberg,
    circuits: Vec<ChonkCircuit>,
    total: usize,
    /// How many barretenberg has.
    sent: Option<usize>,
    restarted: bool,
    on_progress: OnProgress<'a>,
}

impl<'a> ChonkProver<'a> {
    /// Begins a proof of `total` circuits.
    #[must_use]
    pub fn new(bb: &'a mut Barretenberg, total: usize, on_progress: OnProgress<'a>) -> Self {
        Self { bb, circuits: Vec::new(), total, sent: None, restarted: false, on_progress }
    }

    /// Adds the next circuit.
    ///
    /// # Errors
    /// If there are too many, or barretenberg refuses it.
    pub async fn accumulate(&mut self, circuit: ChonkCircuit) -> Result<(), ChonkError> {
        self.circuits.push(circuit);
        if self.circuits.len() > self.total {
            return Err(self.miscounted());
        }
        match self.send_missing().await {
            Err(error) if self.may_restart(&error) => self.send_missing().await,
            other => other,
        }
    }

    /// Makes the proof.
    ///
    /// # Errors
    /// If circuits are missing, or barretenberg fails.
    pub async fn prove(mut self) -> Result<PrivateProof, ChonkError> {
        if self.circuits.len() != self.total {
            return Err(self.miscounted());
        }
        match self.finish().await {
            Err(error) if self.may_restart(&error) => self.finish().await,
            other => other,
        }
    }

    async fn finish(&mut self) -> Result<PrivateProof, ChonkError> {
        self.send_missing().await?;
        (self.on_progress)(Progress::Proving);
        // Barretenberg has forgotten the circuits after this, whatever it replies.
        self.sent = None;
        Ok(self.bb.chonk_prove().await?)
    }

    /// Takes all circuits from a [`queue`] and makes the proof. Run it beside the solver: joined with it, or natively on
    /// a thread of its own, which leaves barretenberg no gaps.
    ///
    /// # Errors
    /// As [`Self::accumulate`] and [`Self::prove`].
    pub async fn run(mut self, mut circuits: mpsc::Receiver<ChonkCircuit>) -> Result<PrivateProof, ChonkError> {
        while let Some(circuit) = circuits.next().await {
            self.accumulate(circuit).await?;
        }
        self.prove().await
    }

    fn miscounted(&self) -> ChonkError {
        ChonkError::Count { announced: self.total, given: self.circuits.len() }
    }

    fn may_restart(&mut self, error: &ChonkError) -> bool {
        let restart = error.is_transient() && !self.restarted;
        if restart {
            self.restarted = true;
            (self.on_progress)(Progress::Restarted);
        }
        restart
    }

    /// Sends what barretenberg does not have yet: all if it was restarted.
    async fn send_missing(&mut self) -> Result<(), ChonkError> {
        let mut next = match self.sent {
            Some(sent) if !self.bb.is_stale() => sent,
            _ => {
                self.sent = None;
                self.bb.chonk_start(self.total as u64).await?;
                0
            }
        };
        while let Some(circuit) = self.circuits.get(next) {
            let progress = Progress::Accumulating { index: next, total: self.total, name: circuit.name.clone() };
            (self.on_progress)(progress);
            // Unknown until both replies are there.
            self.sent = None;
            let failed = |source| ChonkError::Circuit { index: next, name: circuit.name.clone(), source };
            self.bb.chonk_load(circuit.to_wire()).await.map_err(failed)?;
            self.bb.chonk_accumulate(circuit.witness.clone()).await.map_err(failed)?;
            next += 1;
            self.sent = Some(next);
        }
        self.sent = Some(next);
        Ok(())
    }
}

impl ChonkCircuit {
    fn to_wire(&self) -> wire::CircuitInput {
        wire::CircuitInput {
            name: self.name.clone(),
            bytecode: self.acir.to_vec(),
            verification_key: self.key.as_bytes().to_vec(),
        }
    }
}

impl core::fmt::Debug for ChonkProver<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "ChonkProver({} of {} circuits)", self.circuits.len(), self.total)
    }
}
