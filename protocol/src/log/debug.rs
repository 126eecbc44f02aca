//! What contracts print while they run. Never part of a block.
//!
//! Protocol source: `@aztec/stdlib/src/logs/debug_log.ts`, `@aztec/foundation/src/log/log-levels.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::field::Fr;

/// How much a debug log matters, from nothing to everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum LogLevel {
    /// Nothing is shown.
    Silent,
    /// The program cannot go on.
    Fatal,
    /// Something failed.
    Error,
    /// Something looks wrong.
    Warn,
    /// Progress.
    Info,
    /// Detailed progress.
    Verbose,
    /// For the developer.
    Debug,
    /// Every step.
    Trace,
}

impl LogLevel {
    /// Every level; a contract names a level by its index.
    pub const ALL: [Self; 8] =
        [Self::Silent, Self::Fatal, Self::Error, Self::Warn, Self::Info, Self::Verbose, Self::Debug, Self::Trace];
}

/// A message a contract printed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DebugLog {
    /// The contract.
    pub contract_address: AztecAddress,
    /// How much it matters.
    pub level: LogLevel,
    /// The text, with `{0}` in place of the first field.
    pub message: String,
    /// The values the text refers to.
    pub fields: Vec<Fr>,
}

crate::any_value!(LogLevel, (0..8usize).prop_map(|index| Self::ALL[index]));
crate::any_struct!(DebugLog { contract_address: AztecAddress, level: LogLevel, message: String, fields: Vec<Fr> });
