//! Recorded sessions of the official PXE, read. Their format is in `tests/pxe/README.md`.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::field::Fr;
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
    let mut lines = Vec::new();
    let inflated = lzma_rs::xz_decompress(&mut BufReader::new(File::open(path)?), &mut lines);
    inflated.map_err(|error| io::Error::other(error.to_string()))?;
    let line = |line: &[u8]| serde_json::from_slice(line).map_err(io::Error::other);
    lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(line).collect()
}
