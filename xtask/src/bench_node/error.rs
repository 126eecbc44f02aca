//! What can go wrong.

use std::io;
use std::path::PathBuf;

/// Why a benchmark of nodes ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A process could not be started or watched.
    #[error("cannot start {node}")]
    Start {
        /// Which node.
        node: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A node ended, or does not answer.
    #[error("{node} does not come up; what it printed is in {}", log.display())]
    NotUp {
        /// Which node.
        node: &'static str,
        /// Its output.
        log: PathBuf,
    },
    /// A connection failed.
    #[error("{node} cannot be talked to")]
    Talk {
        /// Which node.
        node: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program wrote something else than the JSON that was expected.
    #[error("{node} answered with unexpected JSON")]
    Json {
        /// Which program.
        node: &'static str,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A call failed.
    #[error("{node} refused {method}: {answer}")]
    Refused {
        /// Which node.
        node: &'static str,
        /// The method.
        method: String,
        /// The error it answered with.
        answer: String,
    },
    /// A transaction is in no block, or reverted.
    #[error("transfer {tx} was not mined: {receipt}")]
    NotMined {
        /// Its hash.
        tx: String,
        /// Its receipt.
        receipt: String,
    },
    /// The chain has nothing to ask for.
    #[error("the last blocks of {node} give no answer to measure: {what}")]
    EmptyChain {
        /// Which node.
        node: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// A file cannot be read or copied.
    #[error("cannot access {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}
