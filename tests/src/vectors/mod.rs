//! Checks our code against what the official packages computed (`tests/vectors/README.md` describes the data).
//!
//! A topic is one data file and one module here; each of its formulas is a function from the recorded input to our
//! answer in the same JSON form.

mod abi;
mod authwit;
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
    /// Formulas of the file that wait for code of ours. Empty when a topic is done.
    pub pending: &'static [&'static str],
}

/// Every topic.
pub const TOPICS: &[Topic] = &[
    Topic { name: "abi", formulas: abi::FORMULAS, pending: &[] },
    Topic { name: "authwit", formulas: authwit::FORMULAS, pending: &[] },
    Topic { name: "contract", formulas: contract::FORMULAS, pending: &[] },
    Topic { name: "effect", formulas: effect::FORMULAS, pending: &[] },
    Topic { name: "field", formulas: field::FORMULAS, pending: &[] },
    Topic { name: "gas", formulas: gas::FORMULAS, pending: &[] },
    Topic { name: "hash", formulas: hash::FORMULAS, pending: hash::PENDING },
    Topic { name: "indexed", formulas: indexed::FORMULAS, pending: &[] },
    Topic { name: "kernel", formulas: kernel::FORMULAS, pending: &[] },
    Topic { name: "keys", formulas: keys::FORMULAS, pending: &[] },
    Topic { name: "logs", formulas: logs::FORMULAS, pending: &[] },
    Topic { name: "merkle", formulas: merkle::FORMULAS, pending: &[] },
    Topic { name: "signatures", formulas: signatures::FORMULAS, pending: &[] },
    Topic { name: "sponge", formulas: sponge::FORMULAS, pending: &[] },
    Topic { name: "tail", formulas: tail::FORMULAS, pending: &[] },
    Topic { name: "tx", formulas: tx::FORMULAS, pending: &[] },
];

/// Topics whose checks need the official packages: see `cargo xtask artifacts --verify`.
pub const ELSEWHERE: &[&str] = &["artifacts"];

/// Topics that wait for code of ours: their data is there, their module is not.
pub const WAITING: &[&str] = &["blob", "block", "checkpoint"];
