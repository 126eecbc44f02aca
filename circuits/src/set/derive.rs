//! Parameters and contract classes under a development SRS: keys are derived again, and all that depends on them.

use std::io::{self, Read};

use async_trait::async_trait;
use flate2::read::MultiGzDecoder;
use protocol::abi::FunctionType;
use protocol::artifact::pack::{Pack, ReadAt};
use protocol::artifact::{Bytecode, CircuitKey, ContractArtifact, VerificationKey, VerificationKeyError};
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{ClassIdPreimage, PrivateFunction, PrivateFunctionTree, TooManyFunctions};
use protocol::hash::sha256;
use thiserror::Error;

use super::{BytecodeHash, Circuit, CircuitSet, DerivedKeys, Parameters, ProtocolContractParameters, SetError};
use crate::bb::{Barretenberg, BbError};
use crate::srs::SrsId;

/// Most that code may have when inflated.
const MAX_CODE: u64 = 64 << 20;
/// Bytes of a key that do not depend on the SRS: size, number of public inputs and where they start.
const METADATA: usize = 3 * 32;

/// Why keys cannot be derived.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeriveError {
    /// Circuits or contracts cannot be read.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Code is not gzip, or too large.
    #[error("cannot inflate the code of {name}")]
    Code {
        /// The circuit or function.
        name: String,
        /// What is wrong.
        #[source]
        source: io::Error,
    },
    /// Barretenberg cannot be started.
    #[error("cannot start barretenberg")]
    Start(#[source] Box<dyn core::error::Error + Send + Sync>),
    /// Barretenberg does not deliver a key.
    #[error("no key for {name}")]
    Compute {
        /// The circuit or function.
        name: String,
        /// What it said.
        #[source]
        source: BbError,
    },
    /// Barretenberg has another SRS than the keys are for.
    #[error("keys are to be derived under the SRS {wanted}; barretenberg has {found:?}")]
    OtherSrs {
        /// The SRS of the keys.
        wanted: SrsId,
        /// The SRS barretenberg has.
        found: Option<SrsId>,
    },
    /// The key is of a circuit of another size.
    #[error("the key derived for {0} is for a circuit of another size than the official one")]
    OtherCircuit(String),
    /// The key is malformed.
    #[error("the key derived for {name}")]
    Key {
        /// The circuit or function.
        name: String,
        /// What is wrong.
        #[source]
        source: VerificationKeyError,
    },
    /// Keys cannot be stored.
    #[error("cannot store derived keys")]
    Store(#[source] io::Error),
    /// A contract has too many private functions.
    #[error(transparent)]
    TooManyFunctions(#[from] TooManyFunctions),
}

/// Something that computes keys: barretenberg, or something that starts it when it is needed.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait ComputeKey: crate::witness::MaybeSend {
    /// Computes the key of a client circuit or private function, given as plain ACIR, under an SRS.
    async fn compute_key(&mut self, srs: SrsId, name: &str, acir: &[u8]) -> Result<VerificationKey, DeriveError>;
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl ComputeKey for Barretenberg {
    async fn compute_key(&mut self, srs: SrsId, name: &str, acir: &[u8]) -> Result<VerificationKey, DeriveError> {
        let found = self.srs().map(|srs| srs.id());
        if found != Some(srs) {
            return Err(DeriveError::OtherSrs { wanted: srs, found });
        }
        self.chonk_compute_vk(acir).await.map_err(|source| DeriveError::Compute { name: name.to_owned(), source })
    }
}

/// Derives the keys that are not kept yet.
pub struct KeyDeriver<'a> {
    /// The keys kept so far.
    pub keys: &'a mut DerivedKeys,
    /// Computes those that are missing.
    pub compute: &'a mut dyn ComputeKey,
    /// Gets the name of each circuit or function whose key is computed. One takes seconds, the largest a minute.
    pub progress: &'a mut (dyn FnMut(&str) + Send),
}

impl core::fmt::Debug for KeyDeriver<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("KeyDeriver").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}

impl KeyDeriver<'_> {
    /// The key of some code; `official` is its key under the Ignition SRS.
    async fn key(
        &mut self,
        name: &str,
        hash: BytecodeHash,
        official: Option<&VerificationKey>,
        code: impl FnOnce() -> Result<Bytecode, SetError>,
    ) -> Result<CircuitKey, DeriveError> {
        let kept = self.keys.get(hash).cloned();
        let key = match kept {
            Some(key) => key,
            None => {
                let acir = inflate(name, &code()?)?;
                (self.progress)(name);
                let key = self.compute.compute_key(self.keys.srs_id(), name, &acir).await?;
                if official
                    .is_some_and(|official| official.as_bytes().get(..METADATA) != key.as_bytes().get(..METADATA))
                {
                    return Err(DeriveError::OtherCircuit(name.to_owned()));
                }
                self.keys.insert(hash, key.clone()).map_err(DeriveError::Store)?;
                key
            }
        };
        let hash = key.mega_hash().map_err(|source| DeriveError::Key { name: name.to_owned(), source })?;
        Ok(CircuitKey { key, hash })
    }

    /// The parameters of a network with the SRS of the keys. `contracts` is the pack of `@aztec/protocol-contracts`.
    ///
    /// Client circuits and protocol contracts get keys of their own; those of rollup circuits stay the official ones, as
    /// nothing is proven with them.
    ///
    /// # Errors
    /// If a pack cannot be read, or a key cannot be computed or stored. Keys computed until then are kept.
    pub async fn parameters<R: ReadAt + Sync, S: ReadAt + Sync>(
        &mut self,
        circuits: &CircuitSet<R>,
        contracts: &Pack<S>,
    ) -> Result<Parameters, DeriveError> {
        let mut keys = Vec::new();
        for circuit in Circuit::all() {
            let official = circuits.key(circuit)?;
            keys.push(if circuit.is_client() {
                let code = || circuits.load(circuit).map(|circuit| circuit.bytecode);
                self.key(&circuit.name(), circuits.bytecode_hash(circuit), Some(&official.key), code).await?
            } else {
                official
            });
        }
        let mut found = Vec::new();
        for contract in ProtocolContract::ALL {
            found.push(self.protocol_contract(contract, contracts).await?);
        }
        Ok(Parameters::new(self.keys.srs(), keys, found))
    }

    async fn protocol_contract<S: ReadAt + Sync>(
        &mut self,
        contract: ProtocolContract,
        pack: &Pack<S>,
    ) -> Result<ProtocolContractParameters, DeriveError> {
        let packed = pack.contract(contract.name()).map_err(SetError::from)?;
        let mut functions = Vec::new();
        for entry in packed.manifest().functions.iter().filter(|entry| entry.function_type == FunctionType::Private) {
            let name = format!("{}:{}", contract.name(), entry.name);
            let code = || Ok(packed.function(&entry.name)?.bytecode);
            let key = self.key(&name, BytecodeHash(entry.bytecode.sha256), None, code).await?;
            functions.push(PrivateFunction { selector: entry.selector, vk_hash: key.hash.to_field() });
        }
        functions.sort_by_key(|function| function.selector);
        let private_functions_root = PrivateFunctionTree::new(functions.clone())?.root();
        let class_preimage = ClassIdPreimage { private_functions_root, ..contract.class_preimage() };
        let class_id = class_preimage.class_id();
        Ok(ProtocolContractParameters { contract, private_functions: functions, class_preimage, class_id })
    }

    /// Gives the private functions of a contract the keys they have under the SRS of the keys. The class id changes with
    /// them, the artifact hash does not.
    ///
    /// # Errors
    /// If a key cannot be computed or stored. Keys computed until then are kept; the contract is unchanged.
    pub async fn rekey(&mut self, contract: &mut ContractArtifact) -> Result<(), DeriveError> {
        let mut keys = Vec::new();
        for function in contract.functions_of(FunctionType::Private) {
            let name = format!("{}:{}", contract.name, function.abi.name);
            let hash = BytecodeHash(sha256(&[function.bytecode.as_bytes()]));
            let code = || Ok(function.bytecode.clone());
            keys.push(self.key(&name, hash, function.verification_key.as_ref(), code).await?.key);
        }
        let private =
            contract.functions.iter_mut().filter(|function| function.abi.function_type == FunctionType::Private);
        private.zip(keys).for_each(|(function, key)| function.verification_key = Some(key));
        Ok(())
    }
}

fn inflate(name: &str, code: &Bytecode) -> Result<Vec<u8>, DeriveError> {
    let wrong = |source| DeriveError::Code { name: name.to_owned(), source };
    let mut acir = Vec::new();
    MultiGzDecoder::new(code.as_bytes()).take(MAX_CODE + 1).read_to_end(&mut acir).map_err(wrong)?;
    if acir.len() as u64 > MAX_CODE {
        return Err(wrong(io::Error::new(io::ErrorKind::FileTooLarge, "it inflates to more than any circuit has")));
    }
    Ok(acir)
}
