//! Reading packs.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::Deserialize;
use thiserror::Error;

use super::PackError;
use super::format::{
    BlobRef, ContractEntry, DebugFile, DebugIndex, DebugManifest, Encoding, FunctionEntry, HEADER_SIZE, Index,
    KeyEntry, Kind, MAGIC, MAX_BLOB, MAX_INDEX, Manifest, kind_name,
};
use crate::abi::{FunctionAbi, FunctionSelector};
use crate::artifact::{
    Bytecode, CircuitArtifact, CircuitKey, ContractArtifact, DebugInfo, FunctionArtifact, Outputs, SourceFile,
    VerificationKey,
};
use crate::field::Fr;
use crate::hash::sha256;

/// Why a source could not be read.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The source ends before that.
    #[error("beyond the end of the source")]
    OutOfRange,
    /// The source failed.
    #[error(transparent)]
    Source(Box<dyn core::error::Error + Send + Sync>),
}

/// Something bytes can be read from at any place: memory, a file, a server that answers range requests.
pub trait ReadAt {
    /// Bytes in total.
    fn size(&self) -> Result<u64, ReadError>;
    /// Fills `out` with the bytes from `offset` on.
    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError>;
}

impl ReadAt for [u8] {
    fn size(&self) -> Result<u64, ReadError> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        let start = usize::try_from(offset).map_err(|_| ReadError::OutOfRange)?;
        let end = start.checked_add(out.len()).ok_or(ReadError::OutOfRange)?;
        out.copy_from_slice(self.get(start..end).ok_or(ReadError::OutOfRange)?);
        Ok(())
    }
}

impl ReadAt for Vec<u8> {
    fn size(&self) -> Result<u64, ReadError> {
        self.as_slice().size()
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        self.as_slice().read_at(offset, out)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn size(&self) -> Result<u64, ReadError> {
        (**self).size()
    }

    fn read_at(&self, offset: u64, out: &mut [u8]) -> Result<(), ReadError> {
        (**self).read_at(offset, out)
    }
}

fn read<R: ReadAt>(source: &R, offset: u64, size: usize) -> Result<Vec<u8>, PackError> {
    let mut bytes = vec![0; size];
    source.read_at(offset, &mut bytes).map_err(|source| PackError::Read { offset, size, source })?;
    Ok(bytes)
}

/// A file of a kind: its index, and its blobs on demand.
#[derive(Debug)]
struct Container<R, I> {
    source: R,
    index: I,
    /// Where the blobs start.
    blobs: u64,
    size: u64,
}

impl<R: ReadAt, I: Kind> Container<R, I> {
    fn open(source: R) -> Result<Self, PackError> {
        let size = source.size().map_err(|source| PackError::Read { offset: 0, size: 0, source })?;
        let header = read(&source, 0, HEADER_SIZE)?;
        let (magic, rest) = header.split_first_chunk::<8>().expect("the header is longer");
        if *magic != MAGIC {
            return Err(PackError::Magic(*magic));
        }
        let (kind, rest) = rest.split_first().expect("the header is longer");
        if *kind != I::NUMBER {
            let found = kind_name(*kind).ok_or(PackError::UnknownKind(*kind))?;
            return Err(PackError::Kind { expected: kind_name(I::NUMBER).unwrap_or_default(), found });
        }
        let (length, hash) = rest.split_first_chunk::<4>().expect("the header is longer");
        let length = u32::from_be_bytes(*length) as usize;
        let (what, offset) = ("index", HEADER_SIZE as u64);
        if length > MAX_INDEX {
            return Err(PackError::TooLarge { what, size: length as u64, max: MAX_INDEX as u64 });
        }
        let blobs = offset + length as u64;
        if blobs > size {
            return Err(PackError::OutOfBounds { what, offset, size: length as u64 });
        }
        let bytes = read(&source, offset, length)?;
        if sha256(&[&bytes]) != hash {
            return Err(PackError::Corrupt { what, offset, reason: "its hash is another" });
        }
        let index = decode(what, offset, &bytes)?;
        Ok(Self { source, index, blobs, size })
    }

    /// Code, or its hash if it is kept somewhere else.
    fn code(&self, blob: &BlobRef) -> Result<Bytecode, PackError> {
        match blob.encoding {
            Encoding::Elsewhere => Ok(Bytecode::elsewhere(blob.sha256)),
            _ => self.blob("bytecode", blob).map(Bytecode::from_bytes),
        }
    }

    fn blob(&self, what: &'static str, blob: &BlobRef) -> Result<Vec<u8>, PackError> {
        let outside = || PackError::OutOfBounds { what, offset: blob.offset, size: blob.size.into() };
        let offset = self.blobs.checked_add(blob.offset).ok_or_else(outside)?;
        if offset.checked_add(blob.size.into()).is_none_or(|end| end > self.size) {
            return Err(outside());
        }
        for size in [blob.size, blob.length] {
            if size as usize > MAX_BLOB {
                return Err(PackError::TooLarge { what, size: size.into(), max: MAX_BLOB as u64 });
            }
        }
        let corrupt = |reason| PackError::Corrupt { what, offset, reason };
        let stored = read(&self.source, offset, blob.size as usize)?;
        let contents = match blob.encoding {
            Encoding::Plain => stored,
            Encoding::Deflate => miniz_oxide::inflate::decompress_to_vec_with_limit(&stored, blob.length as usize)
                .map_err(|_| corrupt("it does not inflate to its stated length"))?,
            Encoding::Elsewhere => return Err(PackError::Elsewhere { what }),
        };
        if contents.len() != blob.length as usize {
            return Err(corrupt("its length is another"));
        }
        if sha256(&[&contents]) != blob.sha256 {
            return Err(corrupt("its hash is another"));
        }
        Ok(contents)
    }

    fn value<T: for<'de> Deserialize<'de>>(&self, what: &'static str, blob: &BlobRef) -> Result<T, PackError> {
        let contents = self.blob(what, blob)?;
        decode(what, self.blobs + blob.offset, &contents)
    }
}

fn decode<T: for<'de> Deserialize<'de>>(what: &'static str, offset: u64, bytes: &[u8]) -> Result<T, PackError> {
    let (value, rest) =
        postcard::take_from_bytes(bytes).map_err(|source| PackError::Decode { what, offset, source })?;
    if rest.is_empty() {
        Ok(value)
    } else {
        Err(PackError::Corrupt { what, offset, reason: "it goes on after its end" })
    }
}

/// A pack of artifacts.
#[derive(Debug)]
pub struct Pack<R>(Container<R, Index>);

impl<R: ReadAt> Pack<R> {
    /// Opens a pack: reads its index.
    pub fn open(source: R) -> Result<Self, PackError> {
        Container::open(source).map(Self)
    }

    /// What the pack holds.
    pub fn index(&self) -> &Index {
        &self.0.index
    }

    fn not_found(&self, what: &'static str, name: &str) -> PackError {
        PackError::NotFound { what, name: name.to_owned(), package: self.index().package.name.clone() }
    }

    /// Finds a contract and reads its manifest.
    pub fn contract(&self, name: &str) -> Result<PackedContract<'_, R>, PackError> {
        let entry = self.index().contracts.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| self.not_found("contract", name))?;
        let manifest = self.0.value("manifest", &entry.manifest)?;
        Ok(PackedContract { pack: self, entry, manifest })
    }

    /// Loads a circuit.
    pub fn circuit(&self, name: &str) -> Result<CircuitArtifact, PackError> {
        let entry = self.index().circuits.iter().find(|entry| entry.name == name);
        let entry = entry.ok_or_else(|| self.not_found("circuit", name))?;
        Ok(CircuitArtifact {
            name: entry.name.clone(),
            hash: entry.hash.clone(),
            abi: self.0.value("interface", &entry.abi)?,
            bytecode: self.0.code(&entry.bytecode)?,
            verification_key: match &entry.key {
                Some(KeyEntry { hash, key }) => Some(CircuitKey { key: self.key(key)?, hash: *hash }),
                None => None,
            },
        })
    }

    /// Loads the contents of a blob.
    pub fn blob(&self, blob: &BlobRef) -> Result<Vec<u8>, PackError> {
        self.0.blob("blob", blob)
    }

    fn key(&self, blob: &BlobRef) -> Result<VerificationKey, PackError> {
        Ok(VerificationKey::from_bytes(self.0.blob("verification key", blob)?))
    }
}

/// A contract in a pack. Only its manifest is in memory.
#[derive(Debug)]
pub struct PackedContract<'p, R> {
    pack: &'p Pack<R>,
    entry: &'p ContractEntry,
    manifest: Manifest,
}

impl<R: ReadAt> PackedContract<'_, R> {
    /// Name, class id and what that is the hash of.
    #[must_use]
    pub fn entry(&self) -> &ContractEntry {
        self.entry
    }

    /// Its functions.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads the function with this name.
    pub fn function(&self, name: &str) -> Result<FunctionArtifact, PackError> {
        let entry = self.manifest.functions.iter().find(|entry| entry.name == name);
        self.load(entry.ok_or_else(|| self.not_found(name.to_owned()))?)
    }

    /// Loads the function with this selector.
    pub fn function_by_selector(&self, selector: FunctionSelector) -> Result<FunctionArtifact, PackError> {
        let entry = self.manifest.functions.iter().find(|entry| entry.selector == selector);
        self.load(entry.ok_or_else(|| self.not_found(format!("{:#010x}", u32::from(selector))))?)
    }

    fn not_found(&self, name: String) -> PackError {
        let package = format!("{}, contract {}", self.pack.index().package.name, self.entry.name);
        PackError::NotFound { what: "function", name, package }
    }

    fn load(&self, entry: &FunctionEntry) -> Result<FunctionArtifact, PackError> {
        let abi: FunctionAbi = self.pack.0.value("interface", &entry.abi)?;
        let mismatch = |what| PackError::FunctionMismatch {
            contract: self.entry.name.clone(),
            function: entry.name.clone(),
            what,
        };
        if abi.name != entry.name {
            return Err(mismatch("name"));
        }
        if abi.function_type != entry.function_type {
            return Err(mismatch("type"));
        }
        let verification_key = match &entry.key {
            Some(entry) => Some(self.pack.key(&entry.key)?),
            None => None,
        };
        let bytecode = self.pack.0.code(&entry.bytecode)?;
        Ok(FunctionArtifact { abi, bytecode, verification_key })
    }

    /// Loads the interfaces of the public functions that `public_dispatch` calls.
    pub fn public_functions(&self) -> Result<Vec<FunctionAbi>, PackError> {
        self.pack.0.value("interfaces", &self.manifest.public_abis)
    }

    /// Loads what the contract exports, and its storage layout.
    pub fn exports(&self) -> Result<(Outputs, BTreeMap<String, Fr>), PackError> {
        self.pack.0.value("exports", &self.manifest.exports)
    }

    /// Loads all of the contract.
    pub fn artifact(&self) -> Result<ContractArtifact, PackError> {
        let functions = self.manifest.functions.iter().map(|entry| self.load(entry)).collect::<Result<_, _>>()?;
        let (outputs, storage_layout) = self.exports()?;
        let (name, public_functions) = (self.entry.name.clone(), self.public_functions()?);
        Ok(ContractArtifact { name, functions, public_functions, outputs, storage_layout })
    }

    /// Loads all of the contract and checks that it hashes to the class id, the selectors and the key hashes stated.
    pub fn verify(&self) -> Result<ContractArtifact, PackError> {
        let artifact = self.artifact()?;
        let contract = || self.entry.name.clone();
        let preimage = artifact.class_preimage()?;
        let (stated, computed) = (self.entry.class_id, preimage.class_id());
        if stated != computed || preimage != self.entry.preimage {
            return Err(PackError::ClassMismatch { contract: contract(), stated, computed });
        }
        let mismatch = |function: &str, what| {
            Err(PackError::FunctionMismatch { contract: contract(), function: function.to_owned(), what })
        };
        for (function, entry) in artifact.functions.iter().zip(&self.manifest.functions) {
            if function.abi.selector().map_err(crate::artifact::ArtifactError::from)? != entry.selector {
                return mismatch(&entry.name, "selector");
            }
            if let Some(key) = &entry.key
                && function.verification_key_hash()? != key.hash
            {
                return mismatch(&entry.name, "verification key hash");
            }
        }
        for (abi, entry) in artifact.public_functions.iter().zip(&self.manifest.public_functions) {
            if abi.selector().map_err(crate::artifact::ArtifactError::from)? != entry.selector {
                return mismatch(&entry.name, "selector");
            }
        }
        Ok(artifact)
    }
}

/// A pack of debug information.
#[derive(Debug)]
pub struct DebugPack<R>(Container<R, DebugIndex>);

impl<R: ReadAt> DebugPack<R> {
    /// Opens a pack: reads its index.
    pub fn open(source: R) -> Result<Self, PackError> {
        Container::open(source).map(Self)
    }

    /// What the pack holds.
    pub fn index(&self) -> &DebugIndex {
        &self.0.index
    }

    /// Finds a contract and reads its list of files and functions.
    pub fn contract(&self, name: &str) -> Result<DebugContract<'_, R>, PackError> {
        let entry = self.index().contracts.iter().find(|entry| entry.name == name).ok_or_else(|| {
            PackError::NotFound { what: "contract", name: name.to_owned(), package: self.index().package.name.clone() }
        })?;
        Ok(DebugContract { pack: self, manifest: self.0.value("manifest", &entry.manifest)? })
    }
}

/// Debug information of a contract. Only its manifest is in memory.
#[derive(Debug)]
pub struct DebugContract<'p, R> {
    pack: &'p DebugPack<R>,
    manifest: DebugManifest,
}

impl<R: ReadAt> DebugContract<'_, R> {
    /// Its files and functions.
    #[must_use]
    pub fn manifest(&self) -> &DebugManifest {
        &self.manifest
    }

    /// Loads the debug symbols of a function.
    pub fn function(&self, name: &str) -> Result<Option<DebugInfo>, PackError> {
        let Some(function) = self.manifest.functions.iter().find(|function| function.name == name) else {
            return Ok(None);
        };
        Ok(Some(DebugInfo::from_deflated(&self.pack.0.blob("debug symbols", &function.symbols)?)?))
    }

    /// Loads a source file by its number in debug symbols.
    pub fn file(&self, id: u32) -> Result<Option<SourceFile>, PackError> {
        let Some(DebugFile { path, source, .. }) = self.manifest.files.iter().find(|file| file.id == id) else {
            return Ok(None);
        };
        let text = String::from_utf8(self.pack.0.blob("source", source)?);
        let corrupt = |_| PackError::Corrupt { what: "source", offset: source.offset, reason: "it is not UTF-8" };
        Ok(Some(SourceFile { path: path.clone(), source: text.map_err(corrupt)? }))
    }
}
