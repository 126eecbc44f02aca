//! A class as it is stored and kept in memory.
//!
//! | Key in [`Table::Artifacts`] | Value |
//! |---|---|
//! | class id | name, what the id is the hash of, the functions without their code |
//! | class id, 1, selector | a function: interface, code, verification key |
//! | class id, 2 | interfaces of the public functions without code of their own |
//! | class id, 3 | what the contract exports, and its storage layout |
//! | class id, 4, selector | debug symbols of a function, as shipped |
//! | class id, 5, number | a source file |
//! | 255, class id, selector | hash of the code of a function that was not fetched yet |

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::{FunctionAbi, FunctionSelector, FunctionType};
use protocol::artifact::{
    ArtifactError, Bytecode, ContractArtifact, FunctionArtifact, Outputs, VerificationKey, VerificationKeyHash,
};
use protocol::codec::Encode;
use protocol::contract::{
    ClassError, ClassIdPreimage, ContractClassId, PrivateFunction, PrivateFunctionTree, bytecode_commitment,
};
use protocol::field::Fr;
use serde::{Deserialize, Serialize};

use super::{CodeHash, ContractError, FunctionKeys};
use crate::store::{Job, Table};

/// A function of a class, without its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassFunction {
    /// Its name.
    pub name: String,
    /// Its selector.
    pub selector: FunctionSelector,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Hash of its code; none for public functions that run through `public_dispatch`.
    pub code: Option<CodeHash>,
    /// Hash of its verification key, if it is private.
    pub vk_hash: Option<VerificationKeyHash>,
}

/// A class: all that is known of it without its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its id.
    pub id: ContractClassId,
    /// Name of the contract.
    pub name: String,
    /// What the id is the hash of.
    pub preimage: ClassIdPreimage,
    /// Its functions: those with code in the order of the artifact, then the other public ones.
    pub functions: Vec<ClassFunction>,
    /// The tree of its private functions.
    pub tree: PrivateFunctionTree,
}

impl Class {
    /// The function with this selector. One with code comes first.
    #[must_use]
    pub fn function(&self, selector: FunctionSelector) -> Option<&ClassFunction> {
        self.functions.iter().find(|function| function.selector == selector)
    }

    /// The function with this name.
    #[must_use]
    pub fn function_named(&self, name: &str) -> Option<&ClassFunction> {
        self.functions.iter().find(|function| function.name == name)
    }
}

#[derive(Serialize, Deserialize)]
struct Record {
    name: String,
    preimage: ClassIdPreimage,
    functions: Vec<ClassFunction>,
}

/// A function as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredFunction {
    pub(super) abi: FunctionAbi,
    #[serde(with = "bytes")]
    pub(super) bytecode: Vec<u8>,
    #[serde(with = "bytes")]
    pub(super) key: Vec<u8>,
}

impl StoredFunction {
    /// The code; none if it was not fetched yet, when `code` is its hash.
    pub(super) fn code(&mut self, code: CodeHash) -> Bytecode {
        let here = Bytecode::from_bytes(core::mem::take(&mut self.bytecode));
        match here.as_bytes().is_empty() && CodeHash::of(&here) != code {
            true => Bytecode::elsewhere(code.0),
            false => here,
        }
    }

    pub(super) fn key(&self) -> Option<VerificationKey> {
        (!self.key.is_empty()).then(|| VerificationKey::from_bytes(self.key.clone()))
    }
}

/// Byte strings as such: the types of artifacts are base64 in every format.
pub(super) mod bytes {
    use alloc::vec::Vec;
    use core::fmt;

    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub(in crate::contract) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(bytes)
    }

    pub(in crate::contract) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Vec<u8>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.to_vec())
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

fn key(class: ContractClassId, part: &[u8]) -> Vec<u8> {
    let mut key = class.to_buffer();
    key.extend_from_slice(part);
    key
}

fn function_key(class: ContractClassId, selector: FunctionSelector) -> Vec<u8> {
    let [a, b, c, d] = selector.0.to_be_bytes();
    key(class, &[1, a, b, c, d])
}

pub(super) fn symbols_key(class: ContractClassId, selector: FunctionSelector) -> Vec<u8> {
    let [a, b, c, d] = selector.0.to_be_bytes();
    key(class, &[4, a, b, c, d])
}

pub(super) fn source_key(class: ContractClassId, number: u32) -> Vec<u8> {
    let [a, b, c, d] = number.to_be_bytes();
    key(class, &[5, a, b, c, d])
}

/// What the keys of missing code begin with; no class id, a field element, does.
pub(super) const MISSING: u8 = 0xff;

pub(super) fn missing_key(class: ContractClassId, selector: FunctionSelector) -> Vec<u8> {
    let mut key = Vec::from([MISSING]);
    key.extend(class.to_buffer());
    key.extend(selector.0.to_be_bytes());
    key
}

const PUBLIC_ABIS: &[u8] = &[2];
const EXPORTS: &[u8] = &[3];

/// An artifact with the keys of the network, hashed, and ready to be stored.
pub(super) struct Prepared<'a> {
    artifact: &'a ContractArtifact,
    /// Those of the functions with code, in their order.
    keys: Vec<Option<VerificationKey>>,
    pub(super) class: Class,
}

impl<'a> Prepared<'a> {
    /// Hashes all of the artifact's code.
    pub(super) fn new(artifact: &'a ContractArtifact, network_keys: &FunctionKeys) -> Result<Self, ContractError> {
        let (mut functions, mut keys, mut private) = (Vec::new(), Vec::new(), Vec::new());
        let mut selectors = BTreeSet::new();
        for function in &artifact.functions {
            let FunctionArtifact { abi, bytecode, verification_key } = function;
            let (selector, code) = (selector(abi)?, CodeHash::of(bytecode));
            if !selectors.insert(selector) {
                return Err(ContractError::RepeatedSelector { contract: artifact.name.clone(), selector });
            }
            let (mut vk_hash, mut key) = (None, None);
            if abi.function_type == FunctionType::Private {
                let found = network_keys.key(code, verification_key.as_ref());
                let found = found.ok_or_else(|| no_key(artifact, function, code, network_keys))?.clone();
                let hash = found.mega_hash().map_err(|source| ArtifactError::VerificationKey {
                    function: alloc::format!("{}.{}", artifact.name, abi.name),
                    source,
                })?;
                private.push(PrivateFunction { selector, vk_hash: hash.to_field() });
                (vk_hash, key) = (Some(hash), Some(found));
            }
            keys.push(key);
            let (name, function_type) = (abi.name.clone(), abi.function_type);
            functions.push(ClassFunction { name, selector, function_type, code: Some(code), vk_hash });
        }
        for abi in &artifact.public_functions {
            let (name, function_type) = (abi.name.clone(), abi.function_type);
            let selector = selector(abi)?;
            functions.push(ClassFunction { name, selector, function_type, code: None, vk_hash: None });
        }
        let wrong = |source: ClassError| ArtifactError::Class { contract: artifact.name.clone(), source };
        let dispatch = artifact.public_bytecode()?;
        let tree = PrivateFunctionTree::new(private).map_err(|error| wrong(error.into()))?;
        let preimage = ClassIdPreimage {
            artifact_hash: artifact.artifact_hash()?,
            private_functions_root: tree.root(),
            public_bytecode_commitment: bytecode_commitment(dispatch).map_err(|error| wrong(error.into()))?,
        };
        let (id, name) = (preimage.class_id(), artifact.name.clone());
        Ok(Self { artifact, keys, class: Class { id, name, preimage, functions, tree } })
    }

    /// Whether all code is in the artifact.
    pub(super) fn is_complete(&self) -> bool {
        !self.artifact.functions.iter().any(|function| function.bytecode.is_elsewhere())
    }

    /// Stores all parts of the class.
    pub(super) fn store(self, job: &mut Job) -> Result<Class, ContractError> {
        let Self { artifact, keys, class } = self;
        let contract = artifact.name.as_str();
        let record = Record { name: class.name.clone(), preimage: class.preimage, functions: class.functions.clone() };
        job.put(Table::Artifacts, class.id.to_buffer(), encode(contract, "list of functions", &record)?);
        for ((function, entry), vk) in artifact.functions.iter().zip(&class.functions).zip(keys) {
            let stored = StoredFunction {
                abi: function.abi.clone(),
                bytecode: function.bytecode.as_bytes().to_vec(),
                key: vk.map(|key| key.as_bytes().to_vec()).unwrap_or_default(),
            };
            store_function(job, class.id, contract, entry.selector, &stored)?;
            let missing = missing_key(class.id, entry.selector);
            match function.bytecode.is_elsewhere() {
                true => job.put(Table::Artifacts, missing, function.bytecode.sha256().to_vec()),
                false => job.delete(Table::Artifacts, missing),
            }
        }
        let abis = encode(contract, "public interfaces", &artifact.public_functions)?;
        job.put(Table::Artifacts, key(class.id, PUBLIC_ABIS), abis);
        let exports = encode(contract, "exports", &(&artifact.outputs, &artifact.storage_layout))?;
        job.put(Table::Artifacts, key(class.id, EXPORTS), exports);
        Ok(class)
    }
}

fn selector(abi: &FunctionAbi) -> Result<FunctionSelector, ContractError> {
    Ok(abi.selector().map_err(ArtifactError::from)?)
}

fn no_key(
    artifact: &ContractArtifact,
    function: &FunctionArtifact,
    code: CodeHash,
    keys: &FunctionKeys,
) -> ContractError {
    let (contract, name) = (artifact.name.clone(), function.abi.name.clone());
    match keys {
        FunctionKeys::Replaced(_) => ContractError::NoKey { contract, function: name, code },
        FunctionKeys::Shipped => {
            let path = alloc::format!("contract {contract}, function {name}");
            ArtifactError::Missing { path, member: "verificationKey" }.into()
        }
    }
}

pub(super) fn encode(contract: &str, part: &'static str, value: &impl Serialize) -> Result<Vec<u8>, ContractError> {
    postcard::to_allocvec(value).map_err(|source| ContractError::Encode { contract: contract.into(), part, source })
}

pub(super) async fn part<T: for<'de> Deserialize<'de>>(
    job: &Job,
    class: ContractClassId,
    part: &'static str,
    key: &[u8],
) -> Result<Option<T>, ContractError> {
    let Some(bytes) = job.get(Table::Artifacts, key).await? else { return Ok(None) };
    postcard::from_bytes(&bytes).map(Some).map_err(|source| ContractError::Damaged { class, part, source })
}

/// Whether a class is stored.
pub(super) async fn is_stored(job: &Job, id: ContractClassId) -> Result<bool, ContractError> {
    Ok(job.get(Table::Artifacts, &id.to_buffer()).await?.is_some())
}

/// Loads a class.
pub(super) async fn load(job: &Job, id: ContractClassId) -> Result<Option<Class>, ContractError> {
    let Some(record) = part::<Record>(job, id, "list of functions", &id.to_buffer()).await? else { return Ok(None) };
    let Record { name, preimage, functions } = record;
    let private = functions.iter().filter_map(|function| {
        function.vk_hash.map(|hash| PrivateFunction { selector: function.selector, vk_hash: hash.to_field() })
    });
    let tree = PrivateFunctionTree::new(private.collect());
    let tree = tree.map_err(|error| ArtifactError::Class { contract: name.clone(), source: error.into() })?;
    Ok(Some(Class { id, name, preimage, functions, tree }))
}

/// Whether code of a stored class was not fetched yet.
pub(super) async fn misses_code(job: &Job, id: ContractClassId) -> Result<bool, ContractError> {
    let mut prefix = Vec::from([MISSING]);
    prefix.extend(id.to_buffer());
    Ok(!job.scan(Table::Artifacts, &prefix, &[], 1).await?.is_empty())
}

/// Stores a function with code.
pub(super) fn store_function(
    job: &mut Job,
    class: ContractClassId,
    contract: &str,
    selector: FunctionSelector,
    function: &StoredFunction,
) -> Result<(), ContractError> {
    job.put(Table::Artifacts, function_key(class, selector), encode(contract, "function", function)?);
    Ok(())
}

/// Loads a function with code.
pub(super) async fn load_function(
    job: &Job,
    class: ContractClassId,
    selector: FunctionSelector,
) -> Result<Option<StoredFunction>, ContractError> {
    part(job, class, "function", &function_key(class, selector)).await
}

/// Loads the interfaces of the public functions without code.
pub(super) async fn load_public_abis(job: &Job, class: ContractClassId) -> Result<Vec<FunctionAbi>, ContractError> {
    Ok(part(job, class, "public interfaces", &key(class, PUBLIC_ABIS)).await?.unwrap_or_default())
}

/// Loads what the contract exports, and its storage layout.
pub(super) async fn load_exports(
    job: &Job,
    class: ContractClassId,
) -> Result<(Outputs, BTreeMap<String, Fr>), ContractError> {
    Ok(part(job, class, "exports", &key(class, EXPORTS)).await?.unwrap_or_default())
}
