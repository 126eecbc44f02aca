//! Recorded transactions as the kernels take them.

mod hints;
mod transaction;

use std::path::PathBuf;
use std::sync::Arc;

use circuits::disk::FileSource;
use circuits::kernel_inputs::{KernelInitMap, KernelInnerMap};
use circuits::program::{Program, ProgramCache};
use circuits::set::{Circuit, CircuitSet, Parameters};
use protocol::artifact::CircuitAbi;
use protocol::block::Timestamp;
use protocol::field::{Fr, Point};
use protocol::keys::{SecretKey, SecretScalar};
use pxe_core::kernel::{KernelCircuits, SinkClosed, Step, StepKind, StepSink};
use pxe_core::port::Clock;
use tests::session::Entry;

pub(crate) use hints::Recorded;
pub(crate) use transaction::Transaction;

/// The official circuits.
pub(crate) struct Circuits {
    pub(crate) kernels: Arc<KernelCircuits>,
    pub(crate) init: KernelInitMap,
    pub(crate) inner: KernelInnerMap,
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
        let abi = |circuit| -> CircuitAbi { set.load_simulated(circuit).unwrap().abi };
        let init = KernelInitMap::new(&abi(Circuit::PrivateKernelInit)).unwrap();
        let inner = KernelInnerMap::new(&abi(Circuit::PrivateKernelInner)).unwrap();
        let any = Program::decode(&set.load(Circuit::HidingKernelToRollup).unwrap().bytecode).unwrap();
        let parameters = Arc::new(Parameters::official(&set).unwrap());
        let kernels = Arc::new(KernelCircuits::new(Arc::new(set), parameters, ProgramCache::default()));
        Self { kernels, init, inner, any }
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
}

/// Keeps what kernels took and returned.
#[derive(Default)]
pub(crate) struct Sink(Vec<Solved>);

/// More than the inputs and the output of any kernel.
const KEPT: u32 = 20_000;

#[async_trait::async_trait]
impl StepSink for Sink {
    async fn solved(&mut self, step: Step<'_>) -> Result<(), SinkClosed> {
        if let StepKind::Kernel(circuit) = step.kind {
            let values = (0..KEPT).map(|index| step.witness.get(index)).collect();
            self.0.push(Solved { circuit, values });
        }
        Ok(())
    }
}

impl Sink {
    /// Compares all kernels with the recorded ones.
    pub(crate) fn compare(&self, entry: &Entry, place: &str) {
        assert_eq!(self.0.len(), entry.kernels.len(), "{place}: number of kernels");
        for (number, (solved, recorded)) in self.0.iter().zip(&entry.kernels).enumerate() {
            let place = format!("{place}: kernel {number}, {}", recorded.circuit);
            let simulated = recorded.circuit.contains("simulated");
            let name = if simulated { solved.circuit.simulated_name().unwrap() } else { solved.circuit.name() };
            assert_eq!(normal(&name), normal(&recorded.circuit), "{place}");
            let inputs = recorded.input.0.len();
            for (index, expected) in recorded.input.0.iter().enumerate() {
                assert_eq!(solved.values[index], Some(*expected), "{place}: input {index}");
            }
            for (index, expected) in recorded.output.0.iter().enumerate() {
                assert_eq!(solved.values[inputs + index], Some(*expected), "{place}: output {index}");
            }
        }
    }
}

/// Names of simulated resets have the word in different places.
fn normal(name: &str) -> String {
    name.replace("_simulated", "")
}
