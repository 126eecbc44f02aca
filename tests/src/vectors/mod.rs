//! Checks our code against what the official packages computed (`tests/vectors/README.md` describes the data).
//!
//! A topic is one data file and one module here; each of its formulas is a function from the recorded input to our
//! answer in the same JSON form.

mod abi;
mod account;
mod authwit;
mod blob;
mod block;
mod checkpoint;
mod contract;
mod effect;
mod field;
#[allow(dead_code, reason = "helpers for the topics still to come")]
mod form;
mod gas;
mod hash;
mod indexed;
mod kernel;
mod keys;
mod logs;
mod merkle;
mod report;
mod signatures;
mod sponge;
mod tail;
mod tx;

pub use report::{Report, check};

use serde_json::Value;

/// How many cases a formula has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// At least 200.
    Many,
    /// Exactly this many: there are no more of its kind.
    Finite(usize),
}

/// A formula and our implementation of it.
#[derive(Debug, Clone, Copy)]
pub struct Formula {
    /// Its name in the data.
    pub name: &'static str,
    /// How many cases it must have.
    pub cases: Cases,
    /// Our answer to a recorded input.
    pub check: fn(&Value) -> Result<Value, String>,
}

/// A formula with at least 200 cases.
const fn many(name: &'static str, check: fn(&Value) -> Result<Value, String>) -> Formula {
    Formula { name, cases: Cases::Many, check }
}

/// A formula with a fixed number of cases.
const fn finite(name: &'static str, cases: usize, check: fn(&Value) -> Result<Value, String>) -> Formula {
    Formula { name, cases: Cases::Finite(cases), check }
}

/// A data file and its formulas.
#[derive(Debug, Clone, Copy)]
pub struct Topic {
    /// Name of the file, without `.jsonl`.
    pub name: &'static str,
    /// Every formula of the file that we check.
    pub formulas: &'static [Formula],
}

/// Every topic.
pub const TOPICS: &[Topic] = &[
    Topic { name: "abi", formulas: abi::FORMULAS },
    Topic { name: "account", formulas: account::FORMULAS },
    Topic { name: "authwit", formulas: authwit::FORMULAS },
    Topic { name: "blob", formulas: blob::FORMULAS },
    Topic { name: "block", formulas: block::FORMULAS },
    Topic { name: "checkpoint", formulas: checkpoint::FORMULAS },
    Topic { name: "contract", formulas: contract::FORMULAS },
    Topic { name: "effect", formulas: effect::FORMULAS },
    Topic { name: "field", formulas: field::FORMULAS },
    Topic { name: "gas", formulas: gas::FORMULAS },
    Topic { name: "hash", formulas: hash::FORMULAS },
    Topic { name: "indexed", formulas: indexed::FORMULAS },
    Topic { name: "kernel", formulas: kernel::FORMULAS },
    Topic { name: "keys", formulas: keys::FORMULAS },
    Topic { name: "logs", formulas: logs::FORMULAS },
    Topic { name: "merkle", formulas: merkle::FORMULAS },
    Topic { name: "signatures", formulas: signatures::FORMULAS },
    Topic { name: "sponge", formulas: sponge::FORMULAS },
    Topic { name: "tail", formulas: tail::FORMULAS },
    Topic { name: "tx", formulas: tx::FORMULAS },
];

/// Topics whose checks need the official packages: see `cargo xtask artifacts --verify`.
pub const ELSEWHERE: &[&str] = &["artifacts"];
