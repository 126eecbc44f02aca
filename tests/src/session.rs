//! Recorded sessions of the official PXE, read. Their format is in `tests/pxe/README.md`.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tag::TaggingSecret;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Something that happened in a session.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Its place in the session.
    pub n: usize,
    /// Its kind: `session`, `wallet`, `pxe`, `chain` or `draws`.
    #[serde(rename = "t")]
    pub kind: String,
    /// What the session was doing.
    pub step: String,
    /// What was called.
    #[serde(default)]
    pub method: String,
    /// What it was called with.
    #[serde(default)]
    pub args: Value,
    /// What it returned.
    pub result: Option<Value>,
    /// Why it failed.
    pub error: Option<Value>,
    /// Questions to the node.
    #[serde(default)]
    pub rpc: Vec<NodeCall>,
    /// Runs of contract functions.
    #[serde(default)]
    pub runs: Vec<FunctionRun>,
    /// Runs of kernels.
    #[serde(default)]
    pub kernels: Vec<KernelRun>,
    /// The entry of the wallet in which it happened.
    #[serde(rename = "in")]
    pub within: Option<usize>,
    /// Random bytes that were drawn.
    #[serde(default)]
    pub draws: Vec<Draw>,
    /// Of a chain: how far it is, as `node_getL2Tips` tells it.
    pub tips: Option<Value>,
    /// Of a session: what `node_getNodeInfo` says.
    #[serde(rename = "nodeInfo")]
    pub node_info: Option<Value>,
}

/// Random bytes.
#[derive(Debug, Clone, Deserialize)]
pub struct Draw {
    /// Who drew them.
    pub who: String,
    /// The bytes, in hexadecimal; empty when only their number is known.
    #[serde(default)]
    pub bytes: String,
}

/// A question to the node.
#[derive(Debug, Clone, Deserialize)]
pub struct NodeCall {
    /// The method.
    #[serde(rename = "m")]
    pub method: String,
    /// Its parameters.
    #[serde(rename = "p")]
    pub params: Vec<Value>,
    /// The number of the batch it was sent in.
    #[serde(rename = "b")]
    pub batch: u64,
    /// What it returned.
    #[serde(rename = "r")]
    pub result: Option<Value>,
}

/// A run of a contract function.
#[derive(Debug, Clone, Deserialize)]
pub struct FunctionRun {
    /// Its place among the runs.
    pub id: usize,
    /// The run in which it began, and at which call of it.
    #[serde(rename = "in")]
    pub within: Option<(usize, usize)>,
    /// `private` or `utility`.
    pub kind: String,
    /// The contract.
    pub contract: AztecAddress,
    /// Name of the contract's artifact; empty when it is not known.
    #[serde(default)]
    pub artifact: String,
    /// Name of the function; empty when it is not known.
    #[serde(default)]
    pub function: String,
    /// Selector of the function.
    pub selector: FunctionSelector,
    /// Whose notes and keys it may use.
    pub scopes: RunScopes,
    /// The first witnesses.
    pub input: Fields,
    /// What it made public, or returned.
    #[serde(default)]
    pub output: Fields,
    /// What a private function returned.
    #[serde(default)]
    pub returns: Fields,
    /// Counters of note hashes with those of their nullifiers.
    #[serde(default)]
    pub nullified: Vec<(u32, u32)>,
    /// Contract class logs.
    #[serde(default, rename = "classLogs")]
    pub class_logs: Vec<ClassLog>,
    /// Oracle calls.
    #[serde(default)]
    pub calls: Vec<OracleCall>,
    /// Digest of the witness, if the function was done.
    pub witness: Option<String>,
    /// Notes it made.
    #[serde(default)]
    pub notes: Vec<NoteMade>,
    /// What it told the world outside of the chain.
    #[serde(default)]
    pub offchain: Vec<Fields>,
    /// Tags used up to its end.
    #[serde(default)]
    pub tags: Vec<TagUsed>,
}

/// Whose notes and keys a function may use.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum RunScopes {
    /// Those of these accounts.
    Accounts(Vec<AztecAddress>),
    /// In words, those of all.
    All(String),
}

impl FunctionRun {
    /// Whether an account is named more than once.
    #[must_use]
    pub fn has_scope_twice(&self) -> bool {
        let RunScopes::Accounts(accounts) = &self.scopes else { return false };
        accounts.iter().enumerate().any(|(place, account)| accounts[..place].contains(account))
    }
}

/// A call of an oracle.
#[derive(Debug, Clone, Deserialize)]
pub struct OracleCall {
    /// The oracle.
    #[serde(rename = "n")]
    pub name: String,
    /// What it was asked with.
    #[serde(rename = "i", default)]
    pub inputs: Vec<Fields>,
    /// What it answered; missing if it failed.
    #[serde(rename = "o")]
    pub outputs: Option<Vec<Output>>,
}

/// A result of an oracle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Output {
    /// One element.
    Single(Fields),
    /// A list.
    List([Fields; 1]),
}

/// A note a function made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct NoteMade {
    /// Where it is stored.
    pub slot: Fr,
    /// What makes its hash tell nothing.
    pub randomness: Fr,
    /// Its content.
    pub items: Fields,
}

/// A tag a transaction used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagUsed {
    /// The secret between sender and recipient.
    #[serde(rename = "extendedSecret")]
    pub secret: TaggingSecret,
    /// How often its secret was used before.
    pub index: u32,
}

/// A contract class log.
#[derive(Debug, Clone, Deserialize)]
pub struct ClassLog {
    /// The contract.
    pub contract: AztecAddress,
    /// Fields that were emitted.
    pub length: u32,
    /// Its place in the order of side effects.
    pub counter: u32,
    /// All its fields.
    pub fields: Fields,
}

/// A run of a kernel.
#[derive(Debug, Clone, Deserialize)]
pub struct KernelRun {
    /// Name of the circuit's file.
    pub circuit: String,
    /// The first witnesses.
    pub input: Fields,
    /// What it returned.
    #[serde(default)]
    pub output: Fields,
    /// Why it failed.
    pub error: Option<Value>,
}

/// Field elements in their compact form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<Fr>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut fields = Vec::new();
        for item in text.split(',').filter(|item| !item.is_empty()) {
            let (value, count) = item.split_once('*').unwrap_or((item, "1"));
            let value: Fr = format!("0x{value}").parse().map_err(serde::de::Error::custom)?;
            let count: usize = count.parse().map_err(serde::de::Error::custom)?;
            fields.extend(std::iter::repeat_n(value, count));
        }
        Ok(Self(fields))
    }
}

/// Reads a session.
///
/// # Errors
/// If the file cannot be read or is no session.
pub fn read(path: &Path) -> io::Result<Vec<Entry>> {
    let lines = unpack(path)?;
    let line = |line: &[u8]| serde_json::from_slice(line).map_err(io::Error::other);
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(line).collect()
}

/// Reads an xz file.
///
/// # Errors
/// If it cannot be read or is none.
pub fn unpack(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let inflated = lzma_rs::xz_decompress(&mut BufReader::new(File::open(path)?), &mut bytes);
    inflated.map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?;
    Ok(bytes)
}
