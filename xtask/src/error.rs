//! What can go wrong in a task.
use std::{io, path::PathBuf};

use crate::packages::PackageError;

/// Why a task ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot access {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program could not be started.
    #[error("cannot start `{command}` (./dev doctor tells what is missing)")]
    Start {
        /// The command line.
        command: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program ended with a failure.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command line.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// A program printed what cannot be understood.
    #[error("`{command}` printed unexpected JSON")]
    Output {
        /// The command line.
        command: String,
        /// Where the JSON is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A TOML file of the project is malformed.
    #[error("{path} is not valid")]
    Toml {
        /// The file, relative to the checkout.
        path: String,
        /// Where it is wrong.
        #[source]
        source: toml::de::Error,
    },
    /// A JSON file of the project is malformed.
    #[error("{path} is not valid")]
    Json {
        /// The file, relative to the checkout.
        path: String,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// Something that cannot be installed automatically is missing.
    #[error("{what} is missing: {fix}")]
    Missing {
        /// What is missing.
        what: String,
        /// What to do.
        fix: String,
    },
    /// A rule of the checkout is broken; each line was printed already.
    #[error("{0} broken rules, listed above")]
    Rules(usize),
    /// A step with tests ended without running one.
    #[error("no test ran")]
    NoTests,
    /// Tests failed; their output is above.
    #[error("{0} tests failed")]
    Tests(u64),
    /// There is nothing of this name.
    #[error("there is no {what} `{name}`; known are: {known}")]
    Unknown {
        /// What was asked for: a step, a benchmark.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The JavaScript bindings of a WebAssembly module cannot be made.
    #[error("cannot make the bindings of {}", path.display())]
    Bindings {
        /// The module.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Packs of artifacts cannot be made or read.
    #[error(transparent)]
    Artifacts(#[from] crate::artifacts::ArtifactsError),
    /// Parameters cannot be checked or derived.
    #[error(transparent)]
    Params(#[from] crate::dev_params::ParamsError),
    /// Nodes cannot be measured.
    #[error(transparent)]
    Node(#[from] crate::bench_node::BenchError),
    /// An official package cannot be had or read.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// Barretenberg's module is not the official one.
    #[error(transparent)]
    Module(#[from] circuits::bb::ModuleError),
    /// Something is wrong with proofs.
    #[cfg(feature = "barretenberg")]
    #[error(transparent)]
    Prove(Box<crate::prove::ProveError>),
}

#[cfg(feature = "barretenberg")]
impl From<crate::prove::ProveError> for Error {
    fn from(error: crate::prove::ProveError) -> Self {
        Self::Prove(Box::new(error))
    }
}
