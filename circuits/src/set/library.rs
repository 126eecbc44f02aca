//! The circuits in a pack, loaded one by one.

use core::fmt;

use protocol::artifact::pack::{CircuitEntry, KeyEntry, Pack, PackError, ReadAt};
use protocol::artifact::{CircuitArtifact, CircuitKey, VerificationKey};

use super::{Circuit, SetError};

/// SHA-256 of code as the compiler shipped it: what a derived key is kept under.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BytecodeHash(pub [u8; 32]);

impl fmt::Debug for BytecodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BytecodeHash({})", const_hex::encode(self.0))
    }
}

/// The circuits of the protocol in the pack of `@aztec/noir-protocol-circuits-types`.
#[derive(Debug)]
pub struct CircuitSet<R> {
    pack: Pack<R>,
    /// Where each circuit is in the pack's index.
    places: Vec<usize>,
}

impl<R: ReadAt> CircuitSet<R> {
    /// The package whose pack it is.
    pub const PACKAGE: &str = "@aztec/noir-protocol-circuits-types";

    /// Opens the pack; reads its index only.
    ///
    /// # Errors
    /// If it is not that pack, or lacks a circuit.
    pub fn open(source: R) -> Result<Self, SetError> {
        let pack = Pack::open(source)?;
        let found = &pack.index().package.name;
        if found != Self::PACKAGE {
            return Err(SetError::Package { expected: Self::PACKAGE, found: found.clone() });
        }
        let place = |circuit: Circuit| {
            let (name, entries) = (circuit.name(), &pack.index().circuits);
            let place = entries.iter().position(|entry| entry.name == name);
            place.ok_or(PackError::NotFound { what: "circuit", name, package: Self::PACKAGE.to_owned() })
        };
        let places = Circuit::all().map(place).collect::<Result<_, _>>()?;
        Ok(Self { pack, places })
    }

    fn entry(&self, circuit: Circuit) -> &CircuitEntry {
        &self.pack.index().circuits[self.places[circuit.index()]]
    }

    /// Loads a circuit.
    ///
    /// # Errors
    /// If the pack is damaged or cannot be read.
    pub fn load(&self, circuit: Circuit) -> Result<CircuitArtifact, SetError> {
        Ok(self.pack.circuit(&circuit.name())?)
    }

    /// Loads the form of a circuit that computes the same without being provable, or the circuit if there is none.
    ///
    /// # Errors
    /// If the pack is damaged or cannot be read.
    pub fn load_simulated(&self, circuit: Circuit) -> Result<CircuitArtifact, SetError> {
        Ok(self.pack.circuit(&circuit.simulated_name().unwrap_or_else(|| circuit.name()))?)
    }

    /// Hash of a circuit's code. Loads nothing.
    #[must_use]
    pub fn bytecode_hash(&self, circuit: Circuit) -> BytecodeHash {
        BytecodeHash(self.entry(circuit).bytecode.sha256)
    }

    /// Loads the official key of a circuit. The hash of a client circuit's key is recomputed.
    ///
    /// # Errors
    /// If the key is absent or malformed, or the pack cannot be read.
    pub fn key(&self, circuit: Circuit) -> Result<CircuitKey, SetError> {
        let missing = SetError::Missing { circuit, what: "verification key" };
        let KeyEntry { hash, key } = self.entry(circuit).key.as_ref().ok_or(missing)?;
        let key = VerificationKey::from_bytes(self.pack.blob(key)?);
        if circuit.is_client() && key.mega_hash().map_err(|source| SetError::Key { circuit, source })? != *hash {
            return Err(SetError::KeyHash(circuit));
        }
        Ok(CircuitKey { key, hash: *hash })
    }
}
