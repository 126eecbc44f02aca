//! The parameters of networks: the official ones checked, those under the insecure development SRS derived.
//!
//! | File | Subject |
//! |---|---|
//! | `barretenberg` | what computes keys |
//! | `code` | all code whose key depends on the SRS |
//! | `files` | what the checkout keeps of the keys |

mod barretenberg;
mod code;
mod files;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use circuits::bb::BackendError;
use circuits::chonk::{InputsError, read_inputs};
use circuits::disk::FileSource;
use circuits::set::{
    Circuit, CircuitSet, ComputeKey, DEVELOPMENT_KEYS, DeriveError, DerivedKeys, KeyDeriver, KeysError, Parameters,
    ResetVariant, SetError, development_keys,
};
use circuits::srs::translator::PatchError;
use circuits::srs::{SrsError, SrsKind, SrsSize};
use protocol::artifact::ArtifactError;
use protocol::artifact::pack::{Pack, PackError};
use protocol::contract::protocol::ProtocolContract;

use self::barretenberg::{BackendName, Lazy};
use self::code::{CONTRACT_PACKS, Source};
use crate::{Error, artifacts, packages};

/// Why there are no parameters.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParamsError {
    /// An option there is not.
    #[error(
        "unknown option {0}; known are --official, --write, --again NAME, --backend NAME, --contract NAME and --compare FILE"
    )]
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
    /// The native program cannot be made to use the development SRS.
    #[error("cannot adapt the native program to the SRS")]
    Patch(#[from] PatchError),
    /// Code cannot be inflated.
    #[error("cannot inflate the code of {name}")]
    Code {
        /// The circuit or function.
        name: String,
        /// What is wrong.
        #[source]
        source: std::io::Error,
    },
    /// Barretenberg in wasmtime cannot be started.
    #[cfg(feature = "barretenberg")]
    #[error(transparent)]
    Wasmtime(Box<Error>),
    /// The keys in the checkout are damaged.
    #[error("circuits/development/keys.bin.z")]
    Kept(#[from] KeysError),
    /// Keys are missing in the checkout.
    #[error("circuits/development/keys.bin.z has no key for {0}: run `cargo xtask dev-params --write`")]
    NotKept(String),
    /// No code has this name.
    #[error("there is no circuit or private function {0}; names are like private_kernel_init and Token:transfer")]
    NoCode(String),
    /// A key derived again differs from the one in the checkout.
    #[error("the key derived for {0} is not the one in circuits/development/keys.bin.z")]
    Differs(String),
    /// A file of the checkout is not what follows from the keys.
    #[error("{0} does not have the keys that belong to it: run `cargo xtask dev-params --write`")]
    Outdated(&'static str),
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
    write: bool,
    again: Vec<String>,
    backend: BackendName,
    contracts: Vec<String>,
    compare: Vec<PathBuf>,
}

impl Options {
    fn parse(words: &[String]) -> Result<Self, ParamsError> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| ParamsError::Option(word.clone()));
            match word.as_str() {
                "--official" => options.official = true,
                "--write" => options.write = true,
                "--again" => options.again.push(value()?.clone()),
                "--backend" => options.backend = value()?.parse()?,
                "--contract" => options.contracts.push(value()?.clone()),
                "--compare" => options.compare.push(value()?.into()),
                _ => return Err(ParamsError::Option(word.clone())),
            }
        }
        Ok(options)
    }
}

fn open(packs: &Path, name: &str) -> Result<FileSource, Error> {
    let path = packs.join(name);
    FileSource::open(&path).map_err(|source| Error::Io { path, source })
}

fn open_pack(packs: &Path, name: &str) -> Result<Pack<FileSource>, Error> {
    Ok(Pack::open(open(packs, name)?).map_err(ParamsError::from)?)
}

/// The parameters of both kinds of networks, from the packs and the kept keys.
pub(crate) struct Networks(Source);

impl Networks {
    /// Opens the packs in a folder.
    pub(crate) fn load(packs: &Path) -> Result<Self, Error> {
        let circuits =
            CircuitSet::open(open(packs, "noir-protocol-circuits-types.pack")?).map_err(ParamsError::from)?;
        let contracts = CONTRACT_PACKS.into_iter().map(|name| open_pack(packs, name)).collect::<Result<_, _>>()?;
        Ok(Self(Source { circuits, contracts }))
    }

    /// All circuits.
    pub(crate) fn circuits(&self) -> &CircuitSet<FileSource> {
        &self.0.circuits
    }

    /// Those of the official networks.
    pub(crate) fn official(&self) -> Result<Parameters, ParamsError> {
        Ok(Parameters::official(&self.0.circuits)?)
    }

    /// Those under the insecure development SRS.
    pub(crate) fn development(&self) -> Result<Parameters, ParamsError> {
        parameters(&self.0, kept(&self.0)?, &mut Lazy::new(BackendName::default(), SrsSize::FULL))
    }
}

/// Checks the official parameters, and that what the checkout keeps of the development SRS follows from the kept keys.
/// Derives keys if told to.
///
/// # Errors
/// If packs cannot be read, keys cannot be derived, or something differs from what it should be.
pub fn run(words: &[String]) -> Result<(), Error> {
    let options = Options::parse(words)?;
    let packs = artifacts::ensure()?;
    let networks = Networks::load(&packs)?;
    let source = networks.0;
    let start = Instant::now();
    let official = Parameters::official(&source.circuits).map_err(ParamsError::from)?;
    print("official parameters", &official);
    println!("  {} keys read and checked in {} ms", Circuit::COUNT, start.elapsed().as_millis());
    if options.official {
        return Ok(load_all(&source.circuits)?);
    }
    if !options.again.is_empty() {
        return Ok(again(&options, &source)?);
    }
    let keys = match options.write {
        true => derive_all(&options, &source)?,
        false => kept(&source)?,
    };
    let mut nobody = Lazy::new(options.backend.clone(), SrsSize::FULL);
    let development = parameters(&source, keys.clone(), &mut nobody)?;
    print("development parameters", &development);
    for (contract, address) in ProtocolContract::ALL.into_iter().zip(development.protocol_contracts().0) {
        let class = development.protocol_contract(contract).class_id;
        println!("  {:<25} class {class}, address {address}", contract.name());
    }
    let count = match options.write {
        true => files::write(&keys, &official, &development)?,
        false => files::check(&official, &development)?,
    };
    classes(&options, &packs, &keys)?;
    options.compare.iter().try_for_each(|path| compare(path, &keys))?;
    println!("{} keys\n{} passed, 0 failed", keys.len(), keys.len() + count);
    Ok(())
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

/// The keys in the checkout, which must be those of all code there is.
fn kept(source: &Source) -> Result<DerivedKeys, ParamsError> {
    let keys = development_keys(DEVELOPMENT_KEYS)?;
    let mut missing = Vec::new();
    source.for_each(&mut |code| {
        if keys.get(code.hash).is_none() {
            missing.push(code.name);
        }
    })?;
    if missing.is_empty() { Ok(keys) } else { Err(ParamsError::NotKept(missing.join(", "))) }
}

/// The keys of all code there is. Those in the cache folder are not derived again.
fn derive_all(options: &Options, source: &Source) -> Result<DerivedKeys, ParamsError> {
    let start = Instant::now();
    let mut folder = folder_keys();
    let before = folder.len();
    let mut lazy = Lazy::new(options.backend.clone(), SrsSize::FULL);
    let mut progress = |name: &str| println!("[{:6.1} s] {name}", start.elapsed().as_secs_f32());
    let mut deriver = KeyDeriver { keys: &mut folder, compute: &mut lazy, progress: &mut progress };
    pollster::block_on(deriver.parameters(&source.circuits, source.protocol_contracts()))?;
    source.for_each_contract(&mut |mut contract| Ok(pollster::block_on(deriver.rekey(&mut contract))?))?;
    println!("{} keys derived in {:.1} s", folder.len() - before, start.elapsed().as_secs_f32());
    let mut keys = DerivedKeys::new(folder.srs());
    source.for_each(&mut |code| {
        let key = folder.get(code.hash).expect("it was derived");
        keys.insert(code.hash, key.clone()).expect("these keys have no file");
    })?;
    Ok(keys)
}

/// The keys in the cache folder.
fn folder_keys() -> DerivedKeys {
    DerivedKeys::in_folder(&packages::cache_folder().join("keys"), SrsKind::InsecureDevelopment)
}

fn parameters(source: &Source, mut keys: DerivedKeys, compute: &mut dyn ComputeKey) -> Result<Parameters, ParamsError> {
    let mut deriver = KeyDeriver { keys: &mut keys, compute, progress: &mut |_| () };
    Ok(pollster::block_on(deriver.parameters(&source.circuits, source.protocol_contracts()))?)
}

/// Derives keys again, from nothing: of what is named, or of all.
fn again(options: &Options, source: &Source) -> Result<(), ParamsError> {
    let keys = kept(source)?;
    let all = options.again.iter().any(|name| name == "all");
    let mut chosen = Vec::new();
    source.for_each(&mut |code| {
        if all || options.again.contains(&code.name) {
            chosen.push(code);
        }
    })?;
    let unknown = |name: &&String| !all && chosen.iter().all(|code| code.name != **name);
    if let Some(name) = options.again.iter().find(unknown) {
        return Err(ParamsError::NoCode(name.clone()));
    }
    chosen.sort_by_key(|code| code.hash);
    chosen.dedup_by_key(|code| code.hash);
    let size = if all { SrsSize::FULL } else { SrsSize::DEFAULT };
    let (start, mut lazy) = (Instant::now(), Lazy::new(options.backend.clone(), size));
    for code in &chosen {
        let acir = code.acir()?;
        let key = pollster::block_on(lazy.compute_key(keys.srs_id(), &code.name, &acir))?;
        if keys.get(code.hash) != Some(&key) {
            return Err(ParamsError::Differs(code.name.clone()));
        }
        println!("[{:6.1} s] {}: the kept key", start.elapsed().as_secs_f32(), code.name);
    }
    println!("{} passed, 0 failed", chosen.len());
    Ok(())
}

/// Prints the classes of contracts under the development SRS. Keys that the checkout does not have are derived and kept
/// in the cache folder.
fn classes(options: &Options, packs: &Path, kept: &DerivedKeys) -> Result<(), Error> {
    let mut found = Vec::new();
    for name in ["accounts.pack", "noir-contracts.js.pack", "noir-test-contracts.js.pack"] {
        found.push(open_pack(packs, name)?);
    }
    let start = Instant::now();
    let mut lazy = Lazy::new(options.backend.clone(), SrsSize::FULL);
    for name in &options.contracts {
        let pack = found.iter().find(|pack| pack.index().contracts.iter().any(|entry| entry.name == *name));
        let pack = pack.ok_or_else(|| ParamsError::NoContract(name.clone()))?;
        let mut contract = pack.contract(name).and_then(|packed| packed.artifact()).map_err(ParamsError::from)?;
        let is_kept = code::private_functions(&contract).all(|code| kept.get(code.hash).is_some());
        let mut keys = if is_kept { kept.clone() } else { folder_keys() };
        let mut progress = |name: &str| println!("[{:6.1} s] {name}", start.elapsed().as_secs_f32());
        let mut deriver = KeyDeriver { keys: &mut keys, compute: &mut lazy, progress: &mut progress };
        pollster::block_on(deriver.rekey(&mut contract)).map_err(ParamsError::from)?;
        println!("  {name:<25} class {}", contract.class_id().map_err(ParamsError::from)?);
    }
    Ok(())
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
