//! Making packs.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::Serialize;

use super::PackError;
use super::format::{
    BlobRef, CircuitEntry, ContractEntry, DebugEntry, DebugFile, DebugFunction, DebugIndex, DebugManifest, Encoding,
    FunctionEntry, Index, KeyEntry, Kind, MAGIC, MAX_BLOB, Manifest, Package, PublicFunctionEntry,
};
use crate::abi::FunctionAbi;
use crate::artifact::{ArtifactError, Bytecode, CircuitArtifact, ContractArtifact, DebugJson, FunctionArtifact};
use crate::hash::sha256;

/// How hard to compress; packs are made once and read often.
const LEVEL: u8 = 9;
/// How gzip starts.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What went into the blobs of a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PackStats {
    /// References to blobs.
    pub references: usize,
    /// Bytes of contents referred to, counting a blob as often as it is referred to.
    pub referenced: u64,
    /// Distinct blobs.
    pub blobs: usize,
    /// Bytes of distinct contents.
    pub distinct: u64,
    /// Bytes the blobs take up.
    pub stored: u64,
}

#[derive(Debug, Default)]
struct Blobs {
    bytes: Vec<u8>,
    by_hash: BTreeMap<[u8; 32], BlobRef>,
    stats: PackStats,
}

impl Blobs {
    fn add(&mut self, what: &'static str, contents: &[u8]) -> Result<BlobRef, PackError> {
        let too_large = || PackError::TooLarge { what, size: contents.len() as u64, max: MAX_BLOB as u64 };
        if contents.len() > MAX_BLOB {
            return Err(too_large());
        }
        let length = u32::try_from(contents.len()).map_err(|_| too_large())?;
        self.stats.references += 1;
        self.stats.referenced += u64::from(length);
        let sha256 = sha256(&[contents]);
        if let Some(blob) = self.by_hash.get(&sha256) {
            return Ok(*blob);
        }
        // ACIR is gzip already: it would shrink by another sixth, and take ten times as long to load.
        let deflated = (!contents.starts_with(&GZIP)).then(|| miniz_oxide::deflate::compress_to_vec(contents, LEVEL));
        let (encoding, stored) = match &deflated {
            Some(deflated) if deflated.len() < contents.len() - contents.len() / 4 => (Encoding::Deflate, &**deflated),
            _ => (Encoding::Plain, contents),
        };
        let size = u32::try_from(stored.len()).map_err(|_| too_large())?;
        let blob = BlobRef { offset: self.bytes.len() as u64, size, length, encoding, sha256 };
        self.bytes.extend_from_slice(stored);
        self.by_hash.insert(sha256, blob);
        self.stats.blobs += 1;
        self.stats.distinct += u64::from(length);
        self.stats.stored += u64::from(size);
        Ok(blob)
    }

    /// Code that is kept somewhere else takes no place.
    fn add_code(&mut self, code: &Bytecode) -> Result<BlobRef, PackError> {
        match code.is_elsewhere() {
            true => {
                let (encoding, sha256) = (Encoding::Elsewhere, code.sha256());
                Ok(BlobRef { offset: 0, size: 0, length: 0, encoding, sha256 })
            }
            false => self.add("bytecode", code.as_bytes()),
        }
    }

    fn add_value(&mut self, what: &'static str, value: &impl Serialize) -> Result<BlobRef, PackError> {
        let contents = encode(what, value)?;
        self.add(what, &contents)
    }

    fn finish<I: Kind>(self, index: &I) -> Result<(Vec<u8>, PackStats), PackError> {
        let what = "index";
        let index = encode(what, index)?;
        let max = super::format::MAX_INDEX;
        let size = u32::try_from(index.len()).ok().filter(|size| *size as usize <= max);
        let size = size.ok_or_else(|| PackError::TooLarge { what, size: index.len() as u64, max: max as u64 })?;
        let mut out = Vec::with_capacity(super::format::HEADER_SIZE + index.len() + self.bytes.len());
        out.extend_from_slice(&MAGIC);
        out.push(I::NUMBER);
        out.extend_from_slice(&size.to_be_bytes());
        out.extend_from_slice(&sha256(&[&index]));
        out.extend_from_slice(&index);
        out.extend_from_slice(&self.bytes);
        Ok((out, self.stats))
    }
}

fn encode(what: &'static str, value: &impl Serialize) -> Result<Vec<u8>, PackError> {
    postcard::to_allocvec(value).map_err(|source| PackError::Decode { what, offset: 0, source })
}

/// Makes a pack of artifacts.
#[derive(Debug)]
pub struct PackBuilder {
    package: Package,
    contracts: BTreeMap<String, ContractEntry>,
    circuits: BTreeMap<String, CircuitEntry>,
    blobs: Blobs,
}

impl PackBuilder {
    /// An empty pack for a package.
    #[must_use]
    pub fn new(package: Package) -> Self {
        Self { package, contracts: BTreeMap::new(), circuits: BTreeMap::new(), blobs: Blobs::default() }
    }

    /// What went into blobs so far.
    #[must_use]
    pub fn stats(&self) -> PackStats {
        self.blobs.stats
    }

    fn duplicate(&self, what: &'static str, name: &str) -> PackError {
        PackError::Duplicate { what, name: name.to_owned(), package: self.package.name.clone() }
    }

    /// Adds a contract. Hashes all of its code.
    pub fn contract(&mut self, artifact: &ContractArtifact) -> Result<(), PackError> {
        if self.contracts.contains_key(&artifact.name) {
            return Err(self.duplicate("contracts", &artifact.name));
        }
        let preimage = artifact.class_preimage()?;
        let functions = artifact.functions.iter().map(|function| self.function(function)).collect::<Result<_, _>>()?;
        let public = |abi: &FunctionAbi| {
            Ok(PublicFunctionEntry { name: abi.name.clone(), selector: abi.selector().map_err(ArtifactError::from)? })
        };
        let manifest = Manifest {
            functions,
            public_functions: artifact.public_functions.iter().map(public).collect::<Result<_, PackError>>()?,
            public_abis: self.blobs.add_value("interfaces", &artifact.public_functions)?,
            exports: self.blobs.add_value("exports", &(&artifact.outputs, &artifact.storage_layout))?,
        };
        let entry = ContractEntry {
            name: artifact.name.clone(),
            class_id: preimage.class_id(),
            preimage,
            manifest: self.blobs.add_value("manifest", &manifest)?,
        };
        self.contracts.insert(artifact.name.clone(), entry);
        Ok(())
    }

    fn function(&mut self, function: &FunctionArtifact) -> Result<FunctionEntry, PackError> {
        let key = match &function.verification_key {
            Some(key) => Some(KeyEntry {
                hash: function.verification_key_hash()?,
                key: self.blobs.add("verification key", key.as_bytes())?,
            }),
            None => None,
        };
        Ok(FunctionEntry {
            name: function.abi.name.clone(),
            function_type: function.abi.function_type,
            selector: function.abi.selector().map_err(ArtifactError::from)?,
            abi: self.blobs.add_value("interface", &function.abi)?,
            bytecode: self.blobs.add_code(&function.bytecode)?,
            key,
        })
    }

    /// Adds a circuit.
    pub fn circuit(&mut self, artifact: &CircuitArtifact) -> Result<(), PackError> {
        if self.circuits.contains_key(&artifact.name) {
            return Err(self.duplicate("circuits", &artifact.name));
        }
        let key = match &artifact.verification_key {
            Some(found) => {
                Some(KeyEntry { hash: found.hash, key: self.blobs.add("verification key", found.key.as_bytes())? })
            }
            None => None,
        };
        let entry = CircuitEntry {
            name: artifact.name.clone(),
            hash: artifact.hash.clone(),
            abi: self.blobs.add_value("interface", &artifact.abi)?,
            bytecode: self.blobs.add_code(&artifact.bytecode)?,
            key,
        };
        self.circuits.insert(artifact.name.clone(), entry);
        Ok(())
    }

    /// The pack, and what went into its blobs. The same artifacts in the same order give the same bytes.
    pub fn finish(self) -> Result<(Vec<u8>, PackStats), PackError> {
        let index = Index {
            package: self.package,
            contracts: self.contracts.into_values().collect(),
            circuits: self.circuits.into_values().collect(),
        };
        self.blobs.finish(&index)
    }
}

/// Makes a pack of debug information.
#[derive(Debug)]
pub struct DebugPackBuilder {
    package: Package,
    contracts: BTreeMap<String, DebugEntry>,
    blobs: Blobs,
}

impl DebugPackBuilder {
    /// An empty pack for a package.
    #[must_use]
    pub fn new(package: Package) -> Self {
        Self { package, contracts: BTreeMap::new(), blobs: Blobs::default() }
    }

    /// Adds the sources and debug symbols of a contract.
    pub fn contract(&mut self, name: &str, json: &DebugJson<'_>) -> Result<(), PackError> {
        if self.contracts.contains_key(name) {
            let package = self.package.name.clone();
            return Err(PackError::Duplicate { what: "contracts", name: name.to_owned(), package });
        }
        let mut manifest = DebugManifest { files: Vec::new(), functions: Vec::new() };
        for (id, file) in json.files()? {
            let source = self.blobs.add("source", file.source.as_bytes())?;
            manifest.files.push(DebugFile { id, path: file.path, source });
        }
        for function in json.function_names() {
            let Some(symbols) = json.deflated(function)? else { continue };
            let symbols = self.blobs.add("debug symbols", &symbols)?;
            manifest.functions.push(DebugFunction { name: function.to_owned(), symbols });
        }
        let manifest = self.blobs.add_value("manifest", &manifest)?;
        self.contracts.insert(name.to_owned(), DebugEntry { name: name.to_owned(), manifest });
        Ok(())
    }

    /// The pack, and what went into its blobs.
    pub fn finish(self) -> Result<(Vec<u8>, PackStats), PackError> {
        let index = DebugIndex { package: self.package, contracts: self.contracts.into_values().collect() };
        self.blobs.finish(&index)
    }
}
