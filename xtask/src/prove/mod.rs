//! Proofs on the command line: made, verified, and the backends that do it tested.
//!
//! | File | Subject |
//! |---|---|
//! | `backend` | barretenberg as the options ask for it |
//! | `flips` | that a proof with a flipped bit fails |
//! | `rollup` | proofs of single rollup circuits |
//! | `srs` | the SRS of the ceremony, downloaded |

mod backend;
mod flips;
mod rollup;
mod srs;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use circuits::bb::{BackendError, BbError, Verdict};
use circuits::chonk::{
    ChonkCircuit, ChonkError, ChonkProver, InputsError, PrivateProof, Progress, ProofError, read_inputs,
};
use circuits::honk::HonkError;
use circuits::program::ProgramError;
use circuits::set::{Circuit, SetError};
use circuits::srs::SrsError;
use circuits::srs::translator::PatchError;
use protocol::abi::AbiError;

use self::backend::BackendName;
use crate::Error;

/// What can go wrong with proofs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProveError {
    /// An option there is not.
    #[error("unknown option {0}")]
    Option(String),
    /// A file is missing from the command line.
    #[error("{0} is missing from the command line")]
    Argument(&'static str),
    /// A file does not hold solved circuits.
    #[error("{}", path.display())]
    Inputs {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: InputsError,
    },
    /// A file holds no circuit.
    #[error("{} holds no circuit", .0.display())]
    Empty(PathBuf),
    /// A file is not a proof.
    #[error("{}", path.display())]
    Proof {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        #[source]
        source: ProofError,
    },
    /// A proof that does not hold.
    #[error("{} is not a valid proof", .0.display())]
    Invalid(PathBuf),
    /// Proofs that hold though a bit was flipped.
    #[error("{accepted} of {flips} proofs with a flipped bit were accepted")]
    Accepted {
        /// Proofs accepted.
        accepted: usize,
        /// Proofs tried.
        flips: usize,
    },
    /// The module cannot be made to use the development SRS.
    #[error("cannot adapt the module to the SRS")]
    Patch(#[from] PatchError),
    /// No SRS.
    #[error("no SRS")]
    Srs(#[from] SrsError),
    /// No backend.
    #[error(transparent)]
    Backend(#[from] BackendError),
    /// Barretenberg failed.
    #[error(transparent)]
    Barretenberg(#[from] BbError),
    /// The proof was not made.
    #[error(transparent)]
    Chonk(#[from] ChonkError),
    /// The circuits of the protocol cannot be had.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Code does not decode.
    #[error(transparent)]
    Program(#[from] ProgramError),
    /// A value is not one of its type.
    #[error(transparent)]
    Abi(#[from] AbiError),
    /// A rollup circuit is not proven.
    #[error(transparent)]
    Honk(#[from] HonkError),
    /// A rollup circuit does something else than it should.
    #[error("{circuit} {what}")]
    Rollup {
        /// The circuit.
        circuit: Circuit,
        /// What it does.
        what: String,
    },
    /// A number is not one.
    #[error("{0} is not a number")]
    Number(String),
}

/// What the command line says.
#[derive(Debug, Default)]
struct Options {
    files: Vec<PathBuf>,
    backend: BackendName,
    out: Option<PathBuf>,
    flips: usize,
    /// Do not verify what was proved.
    unverified: bool,
}

impl Options {
    fn parse(words: &[String]) -> Result<Self, ProveError> {
        let mut options = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| ProveError::Option(word.clone()));
            match word.as_str() {
                "--backend" => options.backend = value()?.parse()?,
                "--unverified" => options.unverified = true,
                "--out" => options.out = Some(value()?.into()),
                "--flips" => {
                    let text = value()?;
                    options.flips = text.parse().map_err(|_| ProveError::Number(text.clone()))?;
                }
                option if option.starts_with("--") => return Err(ProveError::Option(word.clone())),
                file => options.files.push(file.into()),
            }
        }
        Ok(options)
    }

    fn file(&self, index: usize, what: &'static str) -> Result<&Path, ProveError> {
        self.files.get(index).map(PathBuf::as_path).ok_or(ProveError::Argument(what))
    }
}

/// Runs `prove`, `verify`, `rollup`, `srs` or `conformance`.
///
/// # Errors
/// If options are wrong, files cannot be used, a proof cannot be made or does not hold, or a test of a backend fails.
pub fn run(command: &str, words: &[String]) -> Result<(), Error> {
    let options = Options::parse(words)?;
    match command {
        "prove" => prove(&options),
        "verify" => verify(&options),
        "rollup" => rollup::run(&options),
        "srs" => srs::run(&options),
        _ => conformance(&options),
    }
}

/// Barretenberg's module in wasmtime, made to use the development SRS.
pub(crate) fn raw_wasmtime() -> Result<circuits::bb::BoxedBackend, Error> {
    backend::raw(&BackendName::Wasmtime)
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

fn inputs(path: &Path) -> Result<Vec<ChonkCircuit>, Error> {
    Ok(read_inputs(&read(path)?).map_err(|source| ProveError::Inputs { path: path.to_owned(), source })?)
}

fn prove(options: &Options) -> Result<(), Error> {
    let path = options.file(0, "the file with the circuits")?;
    let circuits = inputs(path)?;
    let key = circuits.last().map(|circuit| circuit.key.clone()).ok_or_else(|| ProveError::Empty(path.to_owned()))?;
    let mut bb = backend::start(&options.backend)?;
    let start = Instant::now();
    let report = Box::new(move |progress| match progress {
        Progress::Accumulating { index, total, name } => {
            println!("[{:6.1} s] {:>2} of {total}  {name}", start.elapsed().as_secs_f32(), index + 1);
        }
        Progress::Proving => println!("[{:6.1} s] proving", start.elapsed().as_secs_f32()),
        other => println!("[{:6.1} s] {other:?}", start.elapsed().as_secs_f32()),
    });
    let proof = pollster::block_on(async {
        let mut prover = ChonkProver::new(&mut bb, circuits.len(), report);
        for circuit in circuits {
            prover.accumulate(circuit).await?;
        }
        prover.prove().await
    });
    let proof = proof.map_err(ProveError::from)?;
    println!("[{:6.1} s] proved, {} fields{}", start.elapsed().as_secs_f32(), proof.to_bytes().len() / 32, memory());
    let out = options.out.clone().unwrap_or_else(|| path.with_extension("proof"));
    fs::write(&out, proof.to_bytes()).map_err(|source| Error::Io { path: out.clone(), source })?;
    if options.unverified { Ok(()) } else { check(&mut bb, &proof, &key, &out) }
}

fn verify(options: &Options) -> Result<(), Error> {
    let path = options.file(0, "the file with the circuits")?;
    let circuits = inputs(path)?;
    let key = circuits.last().map(|circuit| &circuit.key).ok_or_else(|| ProveError::Empty(path.to_owned()))?;
    let path = options.file(1, "the proof")?;
    let bytes = read(path)?;
    let proof =
        PrivateProof::from_bytes(&bytes).map_err(|source| ProveError::Proof { path: path.to_owned(), source })?;
    let mut bb = backend::start(&options.backend)?;
    check(&mut bb, &proof, key, path)?;
    flips::run(&mut bb, &bytes, key, options.flips)
}

fn check(
    bb: &mut circuits::bb::Barretenberg,
    proof: &PrivateProof,
    key: &protocol::artifact::VerificationKey,
    path: &Path,
) -> Result<(), Error> {
    let start = Instant::now();
    let verdict = pollster::block_on(bb.chonk_verify(proof, key)).map_err(ProveError::from)?;
    println!("{}: {verdict:?}, verified in {:.2} s{}", path.display(), start.elapsed().as_secs_f32(), memory());
    match verdict {
        Verdict::Valid => Ok(()),
        Verdict::Invalid { .. } => Err(ProveError::Invalid(path.to_owned()).into()),
    }
}

fn conformance(options: &Options) -> Result<(), Error> {
    let path = crate::shell::root().join("tests/chonk/token-transfer.msgpack");
    let circuits = inputs(&path)?;
    let smallest = circuits.iter().min_by_key(|circuit| circuit.acir.len()).ok_or(ProveError::Empty(path))?;
    let backend = backend::raw(&options.backend)?;
    let mut passed = |name: &str| println!("{name} ... ok");
    let passed = circuits::bb::conformance::run(backend, backend::srs()?, smallest, &mut passed);
    println!("{} passed, 0 failed", pollster::block_on(passed));
    Ok(())
}

/// The most memory this process has used, where the system tells.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(String::new, |kilobytes| format!(", peak memory of this process {} MB", kilobytes >> 10))
}
