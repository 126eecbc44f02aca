//! What is in a pack.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::abi::{FunctionSelector, FunctionType};
use crate::artifact::VerificationKeyHash;
use crate::contract::{ClassIdPreimage, ContractClassId};

/// Version of the format. Packs of another version are refused: they are made again from the official packages.
pub const FORMAT_VERSION: u8 = 2;

pub(super) const MAGIC: [u8; 8] = *b"AZLPACK\x02";
/// Magic, kind, length and hash of the index.
pub(super) const HEADER_SIZE: usize = 8 + 1 + 4 + 32;
/// No index comes near this size.
pub(super) const MAX_INDEX: usize = 16 << 20;
/// No blob comes near this size.
pub(super) const MAX_BLOB: usize = 64 << 20;

const _: () = assert!(MAGIC[7] == FORMAT_VERSION);

/// What the index of a pack describes.
pub(super) trait Kind: Serialize + for<'de> Deserialize<'de> {
    /// Its number in the header.
    const NUMBER: u8;
}

pub(super) fn kind_name(number: u8) -> Option<&'static str> {
    match number {
        Index::NUMBER => Some("artifacts"),
        DebugIndex::NUMBER => Some("debug information"),
        _ => None,
    }
}

/// How a blob is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// As it is.
    Plain,
    /// Raw deflate.
    Deflate,
    /// Not in the pack: code that is kept somewhere else under its hash.
    Elsewhere,
}

/// Where a blob is and what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlobRef {
    /// Where it starts, counted from the end of the index.
    pub offset: u64,
    /// Bytes it takes up in the pack.
    pub size: u32,
    /// Bytes of its contents.
    pub length: u32,
    /// How it is stored.
    pub encoding: Encoding,
    /// SHA-256 of its contents.
    pub sha256: [u8; 32],
}

/// The package the artifacts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Name, such as `@aztec/accounts`.
    pub name: String,
    /// Version.
    pub version: String,
}

/// The index of a pack of artifacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Where the artifacts come from.
    pub package: Package,
    /// The contracts, by name.
    pub contracts: Vec<ContractEntry>,
    /// The circuits, by name.
    pub circuits: Vec<CircuitEntry>,
}

impl Kind for Index {
    const NUMBER: u8 = 0;
}

/// A contract in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractEntry {
    /// Name.
    pub name: String,
    /// Id of its class.
    pub class_id: ContractClassId,
    /// What the class id is the hash of.
    pub preimage: ClassIdPreimage,
    /// Its [`Manifest`].
    pub manifest: BlobRef,
}

/// What a contract consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The functions with code, in the order of the artifact.
    pub functions: Vec<FunctionEntry>,
    /// The other public functions, in the order of the artifact.
    pub public_functions: Vec<PublicFunctionEntry>,
    /// The interfaces of those: a list of [`crate::abi::FunctionAbi`].
    pub public_abis: BlobRef,
    /// [`crate::artifact::Outputs`] and the storage layout.
    pub exports: BlobRef,
}

/// A function with code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunctionEntry {
    /// Name.
    pub name: String,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Its selector.
    pub selector: FunctionSelector,
    /// Its [`crate::abi::FunctionAbi`].
    pub abi: BlobRef,
    /// Its code.
    pub bytecode: BlobRef,
    /// Its verification key.
    pub key: Option<KeyEntry>,
}

/// A public function without code of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicFunctionEntry {
    /// Name.
    pub name: String,
    /// Its selector.
    pub selector: FunctionSelector,
}

/// A verification key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Its hash.
    pub hash: VerificationKeyHash,
    /// Its bytes.
    pub key: BlobRef,
}

/// A circuit in the index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CircuitEntry {
    /// Name.
    pub name: String,
    /// The compiler's hash of the program, decimal.
    pub hash: String,
    /// Its [`crate::artifact::CircuitAbi`].
    pub abi: BlobRef,
    /// Its code.
    pub bytecode: BlobRef,
    /// Its verification key.
    pub key: Option<KeyEntry>,
}

/// The index of a pack of debug information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugIndex {
    /// Where the artifacts come from.
    pub package: Package,
    /// The contracts, by name.
    pub contracts: Vec<DebugEntry>,
}

impl Kind for DebugIndex {
    const NUMBER: u8 = 1;
}

/// A contract in the index of a debug pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugEntry {
    /// Name.
    pub name: String,
    /// Its [`DebugManifest`].
    pub manifest: BlobRef,
}

/// Sources and debug symbols of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugManifest {
    /// The sources.
    pub files: Vec<DebugFile>,
    /// Debug symbols by function.
    pub functions: Vec<DebugFunction>,
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugFile {
    /// Its number in debug symbols.
    pub id: u32,
    /// Where it was when it was compiled.
    pub path: String,
    /// Its text.
    pub source: BlobRef,
}

/// Debug symbols of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DebugFunction {
    /// Name of the function.
    pub name: String,
    /// The symbols as shipped: raw deflate of JSON.
    pub symbols: BlobRef,
}
