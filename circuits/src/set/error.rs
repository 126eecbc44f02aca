//! Why circuits or parameters cannot be had.

use protocol::artifact::pack::PackError;
use protocol::artifact::{ArtifactError, VerificationKeyError};
use protocol::field::Fr;
use thiserror::Error;

use super::Circuit;

/// Why circuits or parameters cannot be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetError {
    /// A pack cannot be read or lacks something.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A pack of another package.
    #[error("a pack of {found} where one of {expected} was expected")]
    Package {
        /// The package that was expected.
        expected: &'static str,
        /// The package that was found.
        found: String,
    },
    /// A circuit lacks something.
    #[error("circuit {circuit} has no {what} in its pack")]
    Missing {
        /// The circuit.
        circuit: Circuit,
        /// What it lacks.
        what: &'static str,
    },
    /// A verification key is malformed.
    #[error("verification key of {circuit}")]
    Key {
        /// The circuit.
        circuit: Circuit,
        /// What is wrong.
        #[source]
        source: VerificationKeyError,
    },
    /// A verification key has another hash than the pack says.
    #[error("the verification key of {0} has another hash than the pack says")]
    KeyHash(Circuit),
    /// The keys are not those of this version of the protocol.
    #[error("the root of the verification keys is {found}, that of protocol 4.1.2 is {expected}")]
    Root {
        /// The root of the official keys.
        expected: Fr,
        /// The root of the keys found.
        found: Fr,
    },
    /// A contract's artifact is malformed.
    #[error(transparent)]
    Artifact(#[from] ArtifactError),
}
