//! Code of an artifact made into a program that can be solved again and again.
//!
//! | File | Subject |
//! |---|---|
//! | `acir`, `brillig` | the compact form programs are solved from |
//! | `builder` | how a decoder makes a circuit in that form |
//! | `beta18` | the decoder for Noir 1.0.0-beta.18; another compiler's gets a folder beside it |
//! | `cache` | programs that were decoded before |
//! | `error` | why code cannot be loaded |

pub(crate) mod acir;
mod beta18;
pub(crate) mod brillig;
mod builder;
mod cache;
mod error;

use std::io::Read;
use std::sync::Arc;

use flate2::read::GzDecoder;
use protocol::artifact::Bytecode;

pub use cache::ProgramCache;
pub use error::{Place, ProgramError};

/// A version of the compiler, which fixes how code is serialized and what its opcodes mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoirVersion {
    /// Noir 1.0.0-beta.18, which all artifacts of protocol 4.1.2 are made with.
    Beta18,
}

/// Twice the size of the protocol's largest program once inflated, a rollup circuit; client circuits stay below 70 MB.
const MAX_INFLATED: usize = 512 << 20;

/// A program: a circuit and the Brillig functions it calls. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Program(Arc<Inner>);

struct Inner {
    version: NoirVersion,
    /// As the artifact ships it: the inflated form is needed once per proof and is many times larger.
    bytecode: Bytecode,
    name: String,
    circuit: acir::Circuit,
    functions: Vec<brillig::Function>,
    size: usize,
}

impl Program {
    /// Decodes the code of a private or utility function or of a protocol circuit.
    ///
    /// # Errors
    /// If it is not a program of a known version of Noir. Hostile bytes cost bounded time and memory.
    pub fn decode(bytecode: &Bytecode) -> Result<Self, ProgramError> {
        Self::decode_as(NoirVersion::Beta18, bytecode)
    }

    /// Decodes code that a certain version of Noir made.
    ///
    /// # Errors
    /// If it is not a program of that version.
    pub fn decode_as(version: NoirVersion, bytecode: &Bytecode) -> Result<Self, ProgramError> {
        let inflated = inflate(bytecode)?;
        let parts = match version {
            NoirVersion::Beta18 => beta18::decode(&inflated)?,
        };
        let size = parts.circuit.size() + parts.functions.iter().map(brillig::Function::size).sum::<usize>();
        let size = size + bytecode.as_bytes().len();
        let Parts { name, circuit, functions } = parts;
        Ok(Self(Arc::new(Inner { version, bytecode: bytecode.clone(), name, circuit, functions, size })))
    }

    /// The compiler's version.
    #[must_use]
    pub fn version(&self) -> NoirVersion {
        self.0.version
    }

    /// The function's name; `main` for protocol circuits.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What barretenberg takes as the circuit: the inflated code, byte for byte.
    #[must_use]
    pub fn bytecode_for_barretenberg(&self) -> Vec<u8> {
        inflate(&self.0.bytecode).expect("it was inflated when the program was decoded")
    }

    /// Opcodes of the circuit.
    #[must_use]
    pub fn acir_opcodes(&self) -> usize {
        self.0.circuit.opcodes.len()
    }

    /// Opcodes of all Brillig functions.
    #[must_use]
    pub fn brillig_opcodes(&self) -> usize {
        self.0.functions.iter().map(|function| function.opcodes.len()).sum()
    }

    /// One more than the largest index of a witness.
    #[must_use]
    pub fn witness_count(&self) -> u32 {
        self.0.circuit.witness_count
    }

    /// Witnesses of the return values, by ascending index, as the circuit lists them.
    #[must_use]
    pub fn return_witnesses(&self) -> &[u32] {
        &self.0.circuit.return_values
    }

    /// Witnesses of the private parameters, by ascending index.
    #[must_use]
    pub fn private_parameters(&self) -> &[u32] {
        &self.0.circuit.private_parameters
    }

    /// Witnesses of the public parameters, by ascending index.
    #[must_use]
    pub fn public_parameters(&self) -> &[u32] {
        &self.0.circuit.public_parameters
    }

    /// Bytes of memory it takes, roughly.
    #[must_use]
    pub fn size_in_memory(&self) -> usize {
        self.0.size
    }

    pub(crate) fn circuit(&self) -> &acir::Circuit {
        &self.0.circuit
    }

    pub(crate) fn function(&self, index: u32) -> Option<&brillig::Function> {
        self.0.functions.get(index as usize)
    }
}

impl core::fmt::Debug for Program {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Program({}, {} + {} opcodes)", self.name(), self.acir_opcodes(), self.brillig_opcodes())
    }
}

/// What a decoder makes.
struct Parts {
    name: String,
    circuit: acir::Circuit,
    functions: Vec<brillig::Function>,
}

fn inflate(bytecode: &Bytecode) -> Result<Vec<u8>, ProgramError> {
    let bytes = bytecode.as_bytes();
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(ProgramError::NotGzip);
    }
    let mut inflated = Vec::new();
    let mut limited = GzDecoder::new(bytes).take(MAX_INFLATED as u64 + 1);
    limited.read_to_end(&mut inflated).map_err(|error| ProgramError::Inflate { reason: error.to_string() })?;
    if inflated.len() > MAX_INFLATED {
        return Err(ProgramError::TooLarge { limit: MAX_INFLATED });
    }
    Ok(inflated)
}
