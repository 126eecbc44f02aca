//! From an opcode to the line of Noir it was compiled from.
//!
//! Sources and debug symbols are most of an artifact's size and are needed only when something fails, so nothing here
//! is read until asked for.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`, `@aztec/simulator/src/common/errors.ts`.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::ArtifactError;
use super::json::checked;
use crate::json::{self, JsonError};

/// No function's symbols come near this size once inflated.
const MAX_SYMBOLS: usize = 256 << 20;

/// Why debug symbols cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DebugError {
    /// Not base64.
    #[error("debug symbols of {function} are not base64")]
    Base64 {
        /// Name of the function.
        function: String,
    },
    /// Not raw deflate, or more than any function has.
    #[error("debug symbols do not inflate")]
    Inflate,
    /// Not the JSON they should be.
    #[error("debug symbols: {0}")]
    Json(#[from] JsonError),
}

/// An opcode of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpcodeLocation {
    /// An ACIR opcode.
    Acir(u32),
    /// A Brillig opcode inside the ACIR opcode that calls it.
    Brillig {
        /// The ACIR opcode.
        acir: u32,
        /// The Brillig function it calls.
        function: u32,
        /// The opcode in that function.
        index: u32,
    },
}

/// A piece of a source file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceSpan {
    /// The number of the file.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

#[derive(Debug, Clone, Deserialize)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Debug, Clone, Deserialize)]
struct Location {
    span: Span,
    file: u32,
}

#[derive(Debug, Clone, Deserialize)]
struct Node {
    parent: Option<usize>,
    value: Location,
}

#[derive(Debug, Clone, Deserialize)]
struct LocationTree {
    locations: Vec<Node>,
}

#[derive(Deserialize)]
struct Program {
    debug_infos: Vec<DebugInfo>,
}

/// Where the opcodes of a function come from.
#[derive(Debug, Clone, Deserialize)]
pub struct DebugInfo {
    location_tree: LocationTree,
    /// Nodes of the tree by ACIR opcode.
    acir_locations: BTreeMap<u32, usize>,
    /// Nodes of the tree by Brillig function and opcode.
    #[serde(default)]
    brillig_locations: BTreeMap<u32, BTreeMap<u32, usize>>,
}

impl DebugInfo {
    /// Reads the debug symbols of a function: raw deflate of JSON. Empty symbols give no locations.
    pub fn from_deflated(symbols: &[u8]) -> Result<Self, DebugError> {
        let none = || Self {
            location_tree: LocationTree { locations: Vec::new() },
            acir_locations: BTreeMap::new(),
            brillig_locations: BTreeMap::new(),
        };
        if symbols.is_empty() {
            return Ok(none());
        }
        let text = miniz_oxide::inflate::decompress_to_vec_with_limit(symbols, MAX_SYMBOLS)
            .map_err(|_| DebugError::Inflate)?;
        // A program has one circuit, that of the function.
        let program: Program = json::from_slice(&text)?;
        Ok(program.debug_infos.into_iter().next().unwrap_or_else(none))
    }

    /// The calls that lead to an opcode, outermost first; several when functions were inlined. Empty when the opcode
    /// comes from nowhere.
    #[must_use]
    pub fn call_stack(&self, opcode: OpcodeLocation) -> Vec<SourceSpan> {
        let (acir, inner) = match opcode {
            OpcodeLocation::Acir(index) => (index, None),
            OpcodeLocation::Brillig { acir, function, index } => {
                let node = self.brillig_locations.get(&function).and_then(|opcodes| opcodes.get(&index));
                match node {
                    Some(node) => (acir, Some(*node)),
                    None => return Vec::new(),
                }
            }
        };
        let outer = self.acir_locations.get(&acir).copied();
        [outer, inner].into_iter().flatten().flat_map(|node| self.path(node)).collect()
    }

    /// The way from below the root of the tree, which stands for nothing, to a node.
    fn path(&self, node: usize) -> Vec<SourceSpan> {
        let (mut path, mut seen) = (Vec::new(), BTreeSet::new());
        let mut next = Some(node);
        // Hostile symbols could go round in a circle.
        while let Some((index, node)) = next.and_then(|index| Some((index, self.location_tree.locations.get(index)?)))
            && node.parent.is_some()
            && seen.insert(index)
        {
            let Location { span, file } = &node.value;
            path.push(SourceSpan { file: *file, start: span.start, end: span.end });
            next = node.parent;
        }
        path.reverse();
        path
    }
}

/// A source file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SourceFile {
    /// Where it was when it was compiled.
    pub path: String,
    /// Its text.
    pub source: String,
}

/// A place in a source file as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePosition<'a> {
    /// The file.
    pub path: &'a str,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The text there.
    pub text: &'a str,
}

impl core::fmt::Display for SourcePosition<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl SourceFile {
    /// The place of a piece of this file; `None` when it is not in it.
    #[must_use]
    pub fn position(&self, span: SourceSpan) -> Option<SourcePosition<'_>> {
        let before = self.source.get(..span.start as usize)?;
        let text = self.source.get(span.start as usize..span.end as usize)?;
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some(SourcePosition {
            path: &self.path,
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            text,
        })
    }
}

#[derive(Deserialize)]
struct RawContract<'a> {
    #[serde(borrow)]
    functions: Vec<RawFunction<'a>>,
    #[serde(alias = "fileMap", borrow)]
    file_map: &'a RawValue,
}

#[derive(Deserialize)]
struct RawFunction<'a> {
    name: String,
    #[serde(alias = "debugSymbols", borrow)]
    debug_symbols: Cow<'a, str>,
}

/// The debug information in the official JSON of a contract, not yet decoded.
#[derive(Debug, Clone)]
pub struct DebugJson<'a> {
    functions: Vec<(String, Cow<'a, str>)>,
    file_map: &'a RawValue,
}

impl<'a> DebugJson<'a> {
    /// Finds the debug information in either form of the JSON.
    pub fn from_json(json: &'a [u8]) -> Result<Self, ArtifactError> {
        let raw: RawContract<'a> = json::from_slice(checked(json)?)?;
        let functions = raw.functions.into_iter().map(|function| (function.name, function.debug_symbols)).collect();
        Ok(Self { functions, file_map: raw.file_map })
    }

    /// The functions, in the order of the file.
    pub fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(|(name, _)| name.as_str())
    }

    /// The symbols of a function, still compressed.
    pub fn deflated(&self, function: &str) -> Result<Option<Vec<u8>>, DebugError> {
        let symbols = self.functions.iter().find(|(name, _)| name == function).map(|(_, symbols)| symbols);
        let decode = |symbols: &Cow<'_, str>| STANDARD.decode(symbols.as_bytes());
        symbols.map(decode).transpose().map_err(|_| DebugError::Base64 { function: function.to_string() })
    }

    /// The symbols of a function.
    pub fn function(&self, function: &str) -> Result<Option<DebugInfo>, DebugError> {
        self.deflated(function)?.map(|symbols| DebugInfo::from_deflated(&symbols)).transpose()
    }

    /// The source files, by the number symbols call them.
    pub fn files(&self) -> Result<BTreeMap<u32, SourceFile>, DebugError> {
        Ok(json::from_str(self.file_map.get())?)
    }
}
