//! The parameters of networks: the official ones checked, those under the insecure development SRS derived.

use core::num::NonZeroUsize;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use async_trait::async_trait;
use circuits::bb::pipe::{Pipe, PipeCommand};
use circuits::bb::{BackendError, Barretenberg, BbError, Limits};
use circuits::chonk::{InputsError, read_inputs};
use circuits::disk::FileSource;
use circuits::set::{
    Circuit, CircuitSet, ComputeKey, DeriveError, DerivedKeys, KeyDeriver, Parameters, ResetVariant, SetError,
};
use circuits::srs::{SrsCache, SrsError, SrsId, SrsKind, SrsSize};
use protocol::artifact::pack::{Pack, PackError};
use protocol::artifact::{ArtifactError, VerificationKey};
use protocol::contract::protocol::ProtocolContract;

use crate::{Error, artifacts, packages};

/// Why there are no parameters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// An option there is not.
    #[error("unknown option {0}; known are --official, --backend pipe:COMMAND, --contract NAME and --compare FILE")]
    Option(String),
    /// Circuits or official parameters cannot be had.
    #[error(transparent)]
    Set(#[from] SetError),
    /// A pack cannot be read.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A contract's artifact is malformed.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
    /// No official package has this contract.
    #[error("no pack holds a contract {0}")]
    NoContract(String),
    /// Keys cannot be derived.
    #[error(transparent)]
    Derive(#[from] DeriveError),
    /// No barretenberg.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// The SRS cannot be had.
    #[error(transparent)]
    Srs(#[from] SrsError),
    /// A file does not hold solved circuits.
    #[error("{}", path.display())]
    Inputs {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: InputsError,
    },
    /// Keys differ from those in a file.
    #[error("{count} keys in {} are not among those derived: {names}", path.display())]
    Keys {
        /// The file.
        path: PathBuf,
        /// How many.
        count: usize,
        /// Of which circuits.
        names: String,
    },
}

#[derive(Debug, Default)]
struct Options {
    official: bool,
    backend: Option<PipeCommand>,
    contracts: Vec<String>,
    compare: Vec<PathBuf>,
}

impl Options {
    fn parse(words: &[String]) -> Result<Self, ParamsError> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let unknown = || ParamsError::Option(word.clone());
            let mut value = || words.next().ok_or_else(unknown);
            match word.as_str() {
                "--official" => options.official = true,
                "--backend" => {
                    options.backend = Some(value()?.strip_prefix("pipe:").ok_or_else(unknown)?.parse()?);
                }
                "--contract" => options.contracts.push(value()?.clone()),
                "--compare" => options.compare.push(value()?.into()),
                _ => return Err(unknown()),
            }
        }
        Ok(options)
    }
}

fn open(packs: &Path, name: &str) -> Result<FileSource, Error> {
    let path = packs.join(name);
    FileSource::open(&path).map_err(|source| Error::Io { path, source })
}

/// Starts barretenberg with the SRS when the first key is to be computed.
struct Lazy {
    command: Option<PipeCommand>,
    srs: SrsCache,
    barretenberg: Option<Barretenberg>,
}

impl Lazy {
    async fn start(&mut self) -> Result<Barretenberg, ParamsError> {
        let start = Instant::now();
        let srs = Arc::new(self.srs.development(SrsSize::FULL, &mut |_| ())?);
        println!("{}: {} points, after {:.1} s", srs.kind, srs.bn254_points(), start.elapsed().as_secs_f32());
        let command = self.command.clone().map_or_else(|| PipeCommand::find(&[]), Ok)?;
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let mut barretenberg = Barretenberg::new(Box::new(Pipe::start(command, threads)?), Limits::default());
        let compute = |source: BbError| DeriveError::Compute { name: "any circuit".to_owned(), source };
        barretenberg.init_srs(srs).await.map_err(compute)?;
        println!("{} is ready after {:.1} s", barretenberg.description(), start.elapsed().as_secs_f32());
        Ok(barretenberg)
    }
}

#[async_trait]
impl ComputeKey for Lazy {
    async fn compute_key(&mut self, srs: SrsId, name: &str, acir: &[u8]) -> Result<VerificationKey, DeriveError> {
        if self.barretenberg.is_none() {
            let started = self.start().await;
            self.barretenberg = Some(started.map_err(|source| DeriveError::Start(Box::new(source)))?);
        }
        self.barretenberg.as_mut().expect("it was started").compute_key(srs, name, acir).await
    }
}

/// Checks the official parameters; derives and prints those under the development SRS unless told `--official`.
///
/// # Errors
/// If packs cannot be read, keys cannot be derived, or they differ from those in a file to compare with.
pub fn run(words: &[String]) -> Result<(), Error> {
    let options = Options::parse(words)?;
    let packs = artifacts::ensure()?;
    let circuits = CircuitSet::open(open(&packs, "noir-protocol-circuits-types.pack")?).map_err(ParamsError::from)?;
    let start = Instant::now();
    let official = Parameters::official(&circuits).map_err(ParamsError::from)?;
    print("official parameters", &official);
    println!("  {} keys read and checked in {} ms", Circuit::COUNT, start.elapsed().as_millis());
    if options.official {
        return Ok(load_all(&circuits)?);
    }
    derive(&options, &packs, &circuits)
}

/// Loads every circuit, in both forms.
fn load_all(circuits: &CircuitSet<FileSource>) -> Result<(), ParamsError> {
    for circuit in Circuit::all() {
        circuits.load(circuit)?;
        circuits.load_simulated(circuit)?;
    }
    println!("{} circuits loaded, {} of them resets", Circuit::COUNT, ResetVariant::COUNT);
    println!("{} passed, 0 failed", Circuit::COUNT);
    Ok(())
}

fn print(title: &str, parameters: &Parameters) {
    println!("{title}, for {}", parameters.srs());
    println!("  root of the keys        {}", parameters.key_tree_root());
    println!("  protocol contracts hash {}", parameters.protocol_contracts().hash());
}

fn derive(options: &Options, packs: &Path, circuits: &CircuitSet<FileSource>) -> Result<(), Error> {
    let cache = packages::cache_folder();
    let start = Instant::now();
    let kind = SrsKind::InsecureDevelopment;
    let mut keys = DerivedKeys::in_folder(&cache.join("keys"), kind);
    let kept = keys.len();
    let (command, srs) = (options.backend.clone(), SrsCache::new(cache.join("srs")));
    let mut lazy = Lazy { command, srs, barretenberg: None };
    let mut progress = |name: &str| println!("[{:6.1} s] {name}", start.elapsed().as_secs_f32());
    let mut deriver = KeyDeriver { keys: &mut keys, compute: &mut lazy, progress: &mut progress };
    let contracts = Pack::open(open(packs, "protocol-contracts.pack")?).map_err(ParamsError::from)?;
    let parameters = pollster::block_on(deriver.parameters(circuits, &contracts)).map_err(ParamsError::from)?;
    print("development parameters", &parameters);
    for (contract, address) in ProtocolContract::ALL.into_iter().zip(parameters.protocol_contracts().0) {
        let class = parameters.protocol_contract(contract).class_id;
        println!("  {:<25} class {class}, address {address}", contract.name());
    }
    let found: Vec<_> = ["accounts", "noir-contracts.js", "noir-test-contracts.js"]
        .into_iter()
        .map(|name| Ok(Pack::open(open(packs, &format!("{name}.pack"))?).map_err(ParamsError::from)?))
        .collect::<Result<_, Error>>()?;
    for name in &options.contracts {
        let pack = found.iter().find(|pack| pack.index().contracts.iter().any(|entry| entry.name == *name));
        let pack = pack.ok_or_else(|| ParamsError::NoContract(name.clone()))?;
        let mut contract = pack.contract(name).and_then(|packed| packed.artifact()).map_err(ParamsError::from)?;
        pollster::block_on(deriver.rekey(&mut contract)).map_err(ParamsError::from)?;
        println!("  {name:<25} class {}", contract.class_id().map_err(ParamsError::from)?);
    }
    println!(
        "{} keys, {} of them derived now, in {:.2} s",
        keys.len(),
        keys.len() - kept,
        start.elapsed().as_secs_f32()
    );
    options.compare.iter().try_for_each(|path| compare(path, &keys))
}

/// Every key in a file of solved circuits must be one of those derived.
fn compare(path: &Path, keys: &DerivedKeys) -> Result<(), Error> {
    let bytes = fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let inputs = read_inputs(&bytes).map_err(|source| ParamsError::Inputs { path: path.to_owned(), source })?;
    let other = inputs.iter().filter(|circuit| keys.keys().all(|key| *key != circuit.key));
    let names: Vec<_> = other.map(|circuit| circuit.name.as_str()).collect();
    println!("{}: {} of {} keys are those derived", path.display(), inputs.len() - names.len(), inputs.len());
    if names.is_empty() {
        return Ok(());
    }
    let (path, count, names) = (path.to_owned(), names.len(), names.join(", "));
    Err(ParamsError::Keys { path, count, names }.into())
}
