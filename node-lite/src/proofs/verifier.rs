//! A thread that verifies proofs.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use circuits::bb::wasmtime::{CompiledModule, Wasmtime};
use circuits::bb::{BackendError, Barretenberg, BbError, BbModule, Limits};
use circuits::chonk::PrivateProof;
use circuits::srs::translator::PatchError;
use circuits::srs::{Srs, SrsCache, SrsError, SrsKind, SrsSize, grumpkin_points};
use protocol::codec::ToFields;
use protocol::tx::Tx;
use thiserror::Error;

use super::{BarretenbergSource, ModuleError};
use crate::parameters::{Parameters, srs};
use crate::validate::{ProofVerifier, VerifierError, VerifierHealth};

/// Proofs that wait in the queue; whoever comes with another one waits before it.
const QUEUE: usize = 16;
/// Verifying takes less than a second; an instance that takes much longer hangs.
const LIMITS: Limits = Limits { quick: Duration::from_secs(60), slow: Duration::from_secs(60) };

/// Why proofs cannot be verified.
#[derive(Debug, Error)]
pub enum StartError {
    /// No barretenberg.
    #[error(transparent)]
    Module(#[from] ModuleError),
    /// The development SRS cannot be made or kept.
    #[error("no development SRS: {0}")]
    Srs(#[from] SrsError),
    /// The module cannot be made to use the development SRS.
    #[error("cannot adapt barretenberg to the development SRS: {0}")]
    Patch(#[from] PatchError),
    /// The module does not run.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// It does not take the SRS.
    #[error("barretenberg cannot be prepared: {0}")]
    Barretenberg(#[from] BbError),
    /// No thread.
    #[error("cannot start a thread for the verifier: {0}")]
    Thread(#[from] io::Error),
}

impl StartError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Module(ModuleError::NotFound { .. }) => Some(
                "`./dev barretenberg` fetches the module; or `npm install @aztec/bb.js@4.1.2` and name that package's \
                 folder with --barretenberg"
                    .into(),
            ),
            Self::Module(ModuleError::NoModule { .. } | ModuleError::Wrong { .. }) => {
                Some("the module for one thread in @aztec/bb.js 4.1.2 is needed, see --barretenberg".into())
            }
            Self::Srs(_) => Some("name a folder that can be written to with --cache-dir".into()),
            _ => None,
        }
    }
}

/// Why a proof was not verified.
#[derive(Debug, Error)]
enum Failure {
    /// Barretenberg did not start.
    #[error("barretenberg did not start: {0}")]
    Start(Arc<StartError>),
    /// Barretenberg failed, and failed again after a restart.
    #[error(transparent)]
    Barretenberg(#[from] BbError),
    /// A bug.
    #[error("the verifier's thread ended: this is a bug in node-lite")]
    Ended,
}

struct Job {
    proof: PrivateProof,
    for_public: bool,
    reply: SyncSender<Result<bool, Failure>>,
}

/// How a verifier does.
#[derive(Debug, Default)]
struct Record {
    /// Why it could not start.
    failed: Mutex<Option<Arc<StartError>>>,
    /// What verifies, once it does.
    ready: Mutex<Option<String>>,
    waiting: AtomicUsize,
    accepted: AtomicU64,
    refused: AtomicU64,
    failures: AtomicU64,
}

/// Verifies the proofs of transactions with barretenberg, one after the other, on a thread of its own. So they share one
/// instance's memory; a barretenberg that crashes or hangs is started again.
pub struct BarretenbergVerifier {
    jobs: SyncSender<Job>,
    record: Arc<Record>,
}

impl BarretenbergVerifier {
    /// Starts a verifier for proofs under some parameters. The module must be there; it is prepared beside the caller,
    /// which takes a moment, or some 20 seconds when its code is not in the folder `cache` yet. Whoever can write to that
    /// folder can run code in this program: it must belong to the user.
    ///
    /// # Errors
    /// If there is no module, or no thread.
    pub fn start(source: &BarretenbergSource, cache: &Path, parameters: Arc<Parameters>) -> Result<Self, StartError> {
        let module = source.read()?;
        let (kind, cache) = (srs(parameters.set()), cache.to_owned());
        Self::with(parameters, move || prepare(module, kind, &cache))
    }

    /// Starts a verifier with any barretenberg. `prepare` runs on the verifier's thread.
    ///
    /// # Errors
    /// If there is no thread.
    pub fn with(
        parameters: Arc<Parameters>,
        prepare: impl FnOnce() -> Result<Barretenberg, StartError> + Send + 'static,
    ) -> Result<Self, StartError> {
        let (jobs, queue) = sync_channel(QUEUE);
        let record = Arc::new(Record::default());
        let shared = Arc::clone(&record);
        let work = move || match prepare() {
            Ok(barretenberg) => serve(barretenberg, &parameters, &queue, &shared),
            Err(error) => {
                tracing::error!(%error, "proofs cannot be verified: no transaction is taken");
                let error = Arc::new(error);
                *lock(&shared.failed) = Some(Arc::clone(&error));
                for Job { reply, .. } in queue {
                    // Whoever asked may have gone.
                    let _ = reply.send(Err(Failure::Start(Arc::clone(&error))));
                }
            }
        };
        thread::Builder::new().name("verifier".to_owned()).spawn(work)?;
        Ok(Self { jobs, record })
    }

    fn ask(&self, tx: &Tx) -> Result<bool, Failure> {
        if tx.chonk_proof().is_empty() {
            return Ok(false);
        }
        let proof = PrivateProof { public_inputs: tx.data().to_fields(), proof: tx.chonk_proof().clone() };
        let (reply, answer) = sync_channel(1);
        let job = Job { proof, for_public: tx.data().for_public().is_some(), reply };
        self.jobs.send(job).map_err(|_| Failure::Ended)?;
        answer.recv().map_err(|_| Failure::Ended)?
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Barretenberg with what verifying needs: no point of the SRS but its first.
fn prepare(module: BbModule, kind: SrsKind, cache: &Path) -> Result<Barretenberg, StartError> {
    let start = Instant::now();
    let (module, srs) = match kind {
        SrsKind::Ignition => (module, for_verifying(kind, grumpkin_points(Srs::GRUMPKIN_POINTS))),
        SrsKind::InsecureDevelopment => {
            let full = SrsCache::new(cache.join("srs")).development(SrsSize::TRANSLATOR, &mut |_| ())?;
            (module.for_srs(&full)?, for_verifying(kind, full.grumpkin))
        }
    };
    let folder = cache.join("barretenberg");
    let on_compile = || tracing::info!("compiling barretenberg, once: some 20 seconds");
    let module = CompiledModule::load(&module, Some(&folder), on_compile)?;
    let backend = Wasmtime::start(module, Wasmtime::VERIFIER_MEMORY)?;
    let mut barretenberg = Barretenberg::new(Box::new(backend), LIMITS);
    pollster::block_on(barretenberg.init_srs(Arc::new(srs)))?;
    let milliseconds = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(barretenberg = %barretenberg.description(), srs = %kind, milliseconds, "proofs are verified");
    Ok(barretenberg)
}

/// The generator of G1: x, then y.
const GENERATOR: [u8; Srs::POINT_SIZE] = {
    let mut bytes = [0; Srs::POINT_SIZE];
    bytes[31] = 1;
    bytes[63] = 2;
    bytes
};

fn for_verifying(kind: SrsKind, grumpkin: Vec<u8>) -> Srs {
    Srs { kind, bn254_g1: GENERATOR.to_vec(), bn254_g2: kind.bn254_g2(), grumpkin }
}

fn serve(mut barretenberg: Barretenberg, parameters: &Parameters, queue: &Receiver<Job>, record: &Record) {
    *lock(&record.ready) = Some(barretenberg.description().to_string());
    for Job { proof, for_public, reply } in queue {
        let key = parameters.hiding_kernel_key(for_public);
        let verdict = pollster::block_on(barretenberg.chonk_verify(&proof, key));
        let answer = verdict.map(|verdict| verdict.is_valid()).map_err(Failure::from);
        if let Err(error) = &answer {
            tracing::error!(%error, "a proof could not be verified");
        }
        // Whoever asked may have gone.
        let _ = reply.send(answer);
    }
}

impl ProofVerifier for BarretenbergVerifier {
    fn verify(&self, tx: &Tx) -> Result<bool, VerifierError> {
        self.record.waiting.fetch_add(1, Ordering::Relaxed);
        let answer = self.ask(tx);
        self.record.waiting.fetch_sub(1, Ordering::Relaxed);
        let counter = match answer {
            Ok(true) => &self.record.accepted,
            Ok(false) => &self.record.refused,
            Err(_) => &self.record.failures,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        answer.map_err(VerifierError::new)
    }

    fn health(&self) -> VerifierHealth {
        if let Some(error) = &*lock(&self.record.failed) {
            return VerifierHealth { healthy: false, detail: error.to_string() };
        }
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Record { waiting, accepted, refused, failures, .. } = &*self.record;
        let detail = match &*lock(&self.record.ready) {
            None => "barretenberg starts".to_owned(),
            Some(barretenberg) => format!(
                "{barretenberg}: {} accepted, {} refused, {} failures, {} waiting",
                count(accepted),
                count(refused),
                count(failures),
                waiting.load(Ordering::Relaxed),
            ),
        };
        VerifierHealth { healthy: true, detail }
    }
}

impl fmt::Debug for BarretenbergVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BarretenbergVerifier({})", self.health().detail)
    }
}
