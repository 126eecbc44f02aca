//! Recorded transactions as the kernels take them.

mod hints;
mod transaction;

use std::path::PathBuf;
use std::sync::Arc;

use circuits::disk::FileSource;
use circuits::kernel_inputs::{KernelInitMap, KernelInnerMap};
use circuits::program::{Program, ProgramCache};
use circuits::set::{Circuit, CircuitSet, Parameters};
use circuits::witness::WitnessMap;
use protocol::artifact::CircuitAbi;
use protocol::block::Timestamp;
use protocol::field::{Fr, Point};
use protocol::hash::sha256;
use protocol::keys::{SecretKey, SecretScalar};
use pxe_core::kernel::{KernelCircuits, SinkClosed, Step, StepKind, StepReport, StepSink};
use pxe_core::port::Clock;
use tests::session::Entry;

pub(crate) use hints::Recorded;
pub(crate) use transaction::{Through, Transaction};

/// Maps of the kernels that take calls.
pub(crate) struct Maps {
    pub(crate) init: KernelInitMap,
    pub(crate) inner: KernelInnerMap,
}

impl Maps {
    fn of(abi: impl Fn(Circuit) -> CircuitAbi) -> Self {
        let init = KernelInitMap::new(&abi(Circuit::PrivateKernelInit)).unwrap();
        Self { init, inner: KernelInnerMap::new(&abi(Circuit::PrivateKernelInner)).unwrap() }
    }
}

/// The official circuits.
pub(crate) struct Circuits {
    pub(crate) kernels: Arc<KernelCircuits>,
    provable: Maps,
    simulated: Maps,
    /// Stands for the programs of private functions, which the recordings do not have.
    pub(crate) any: Program,
}

impl Circuits {
    pub(crate) fn open() -> Self {
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        let target = target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target"));
        let path = target.join("artifacts/noir-protocol-circuits-types.pack");
        let file = FileSource::open(&path).unwrap_or_else(|error| {
            panic!("{}: {error}; `cargo xtask artifacts` makes it", path.display());
        });
        let set = CircuitSet::open(file).unwrap();
        let provable = Maps::of(|circuit| set.load(circuit).unwrap().abi);
        let simulated = Maps::of(|circuit| set.load_simulated(circuit).unwrap().abi);
        let any = Program::decode(&set.load(Circuit::HidingKernelToRollup).unwrap().bytecode).unwrap();
        let parameters = Arc::new(Parameters::official(&set).unwrap());
        let kernels = Arc::new(KernelCircuits::new(Arc::new(set), parameters, ProgramCache::default()));
        Self { kernels, provable, simulated, any }
    }

    pub(crate) fn maps(&self, simulated: bool) -> &Maps {
        if simulated { &self.simulated } else { &self.provable }
    }

    pub(crate) fn parameters(&self) -> &Parameters {
        self.kernels.parameters()
    }
}

/// The master keys of all accounts of a session.
pub(crate) fn keys(entries: &[Entry]) -> Vec<(Point, SecretScalar)> {
    let secrets = entries.iter().filter_map(|entry| entry.args["secret"].as_str());
    let keys = secrets.flat_map(|secret| {
        let keys = SecretKey::from_field(secret.parse::<Fr>().unwrap()).master_keys();
        [keys.nhk_m.clone(), keys.ivsk_m.clone(), keys.ovsk_m.clone(), keys.tsk_m.clone()]
    });
    keys.map(|key| (key.public_key(), key)).collect()
}

#[derive(Debug)]
struct NoTime;

impl Clock for NoTime {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(NoTime)
}

/// A kernel that was solved.
struct Solved {
    circuit: Circuit,
    values: Vec<Option<Fr>>,
    /// What recordings know the witness of a proven circuit by.
    digest: Option<String>,
}

/// Keeps what kernels took and returned.
#[derive(Default)]
pub(crate) struct Sink {
    kernels: Vec<Solved>,
    digests: bool,
}

fn digest(witness: &WitnessMap) -> String {
    let mut bytes = Vec::with_capacity(witness.len() * 36);
    for (index, value) in witness.iter() {
        bytes.extend(index.to_le_bytes());
        bytes.extend(value.to_be_bytes());
    }
    const_hex::encode(&sha256(&[&bytes])[..16])
}

/// More than the inputs and the output of any kernel.
const KEPT: u32 = 20_000;

#[async_trait::async_trait]
impl StepSink for Sink {
    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed> {
        if let StepKind::Kernel(circuit) = step.kind {
            let values = (0..KEPT).map(|index| step.witness.get(index)).collect();
            let digest = self.digests.then(|| digest(step.witness));
            self.kernels.push(Solved { circuit, values, digest });
        }
        Ok(())
    }
}

impl Sink {
    /// Keeps digests of witnesses too, if asked.
    pub(crate) fn new(digests: bool) -> Self {
        Self { kernels: Vec::new(), digests }
    }

    /// Compares all kernels with the recorded ones.
    pub(crate) fn compare(&self, entry: &Entry, place: &str) {
        assert_eq!(self.kernels.len(), entry.kernels.len(), "{place}: number of kernels");
        for (number, (solved, recorded)) in self.kernels.iter().zip(&entry.kernels).enumerate() {
            let place = format!("{place}: kernel {number}, {}", recorded.circuit);
            let simulated = recorded.circuit.contains("simulated");
            let name = if simulated { solved.circuit.simulated_name().unwrap() } else { solved.circuit.name() };
            assert_eq!(normal(&name), normal(&recorded.circuit), "{place}");
            solved.compare(0, &recorded.input.0, &format!("{place}: input"));
            solved.compare(recorded.input.0.len(), &recorded.output.0, &format!("{place}: output"));
        }
    }

    /// Compares names and witnesses with those of a recorded profile, if the entry is one.
    pub(crate) fn compare_profile(&self, entry: &Entry, reports: &[StepReport], place: &str) {
        let Some(steps) = entry.result.as_ref().and_then(|result| result["steps"].as_array()) else { return };
        assert_eq!(steps.len(), reports.len(), "{place}");
        let mut kernels = self.kernels.iter();
        for (step, report) in steps.iter().zip(reports) {
            assert_eq!(step["function"], *report.name, "{place}");
            if matches!(report.kind, StepKind::Kernel(_)) {
                let digest = kernels.next().unwrap().digest.as_deref();
                assert_eq!(step["witness"].as_str(), digest, "{place}: {}", report.name);
            }
        }
    }

    /// Compares what kernels that are proven returned with what recorded simulated ones did; a hiding kernel follows.
    pub(crate) fn compare_proven(&self, entry: &Entry, place: &str) {
        assert_eq!(self.kernels.len(), entry.kernels.len() + 1, "{place}: number of kernels");
        for (number, (solved, recorded)) in self.kernels.iter().zip(&entry.kernels).enumerate() {
            let place = format!("{place}: kernel {number}, {}", solved.circuit);
            solved.compare(recorded.input.0.len(), &recorded.output.0, &format!("{place}: output"));
        }
        let (hiding, tail) = (&self.kernels[entry.kernels.len()], entry.kernels.last().unwrap());
        // It takes what the tail returned and a key in its tree.
        let inputs = tail.output.0.len() + KEY_MEMBERSHIP;
        hiding.compare(0, &tail.output.0, &format!("{place}: input of the hiding kernel"));
        hiding.compare(inputs, &tail.output.0, &format!("{place}: output of the hiding kernel"));
    }
}

/// Fields of a key with its hash, its place and its path.
const KEY_MEMBERSHIP: usize = 127 + 1 + 1 + 7;

impl Solved {
    fn compare(&self, start: usize, expected: &[Fr], place: &str) {
        for (index, expected) in expected.iter().enumerate() {
            assert_eq!(self.values[start + index], Some(*expected), "{place} {index}");
        }
    }
}

/// Names of simulated resets have the word in different places.
fn normal(name: &str) -> String {
    name.replace("_simulated", "")
}
