//! What can go wrong below the port and above it.

use core::time::Duration;
use std::io;

use protocol::artifact::VerificationKeyError;
use thiserror::Error;

use super::VERSION;
use crate::chonk::ProofError;

/// Why there is no reply.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BackendError {
    /// It cannot be started.
    #[error("cannot start barretenberg with `{command}`")]
    Start {
        /// The command or module.
        command: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// No native barretenberg was found.
    #[error("no native barretenberg found; looked at {looked_at}")]
    NotFound {
        /// The places.
        looked_at: String,
    },
    /// The program answers with another version.
    #[error("`{command}` is barretenberg {found}, {VERSION} is needed")]
    Version {
        /// The command.
        command: String,
        /// What it printed.
        found: String,
    },
    /// The native program was linked against a newer C library.
    #[error("`{command}` needs a newer C library than this system has ({detail}); use the WebAssembly backend")]
    SystemLibrary {
        /// The command.
        command: String,
        /// What the loader said.
        detail: String,
    },
    /// The WebAssembly module is not one that can be run.
    #[error("the barretenberg module cannot be run: {detail}")]
    Module {
        /// What the engine said.
        detail: String,
    },
    /// It ended or trapped without a reply.
    #[error("barretenberg ended without a reply: {detail}")]
    Crashed {
        /// Its last words.
        detail: String,
    },
    /// It gave up on the request, saying why. WebAssembly has no other way to refuse one.
    #[error("barretenberg gave up: {message}")]
    Aborted {
        /// Its words.
        message: String,
    },
    /// The request or the reply is longer than it may be.
    #[error("a message of {size} bytes to or from barretenberg; the limit is {limit}")]
    TooLarge {
        /// Its size.
        size: u64,
        /// The limit.
        limit: u64,
    },
}

/// Why barretenberg did not do what it was asked for.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BbError {
    /// No reply, and no second one after a restart.
    #[error("no reply to {command}")]
    Backend {
        /// The command.
        command: &'static str,
        /// Why.
        #[source]
        source: BackendError,
    },
    /// Barretenberg refused.
    #[error("barretenberg refused {command}: {message}")]
    Refused {
        /// The command.
        command: &'static str,
        /// Its words.
        message: String,
    },
    /// It took too long.
    #[error("{command} took more than {} seconds", limit.as_secs())]
    TimedOut {
        /// The command.
        command: &'static str,
        /// The time it had.
        limit: Duration,
    },
    /// A request cannot be written.
    #[error("{command} cannot be encoded")]
    Encode {
        /// The command.
        command: &'static str,
        /// Why.
        #[source]
        source: rmp_serde::encode::Error,
    },
    /// A reply is not MessagePack of a known response.
    #[error("the reply to {command} cannot be decoded")]
    Decode {
        /// The command.
        command: &'static str,
        /// Where it is wrong.
        #[source]
        source: rmp_serde::decode::Error,
    },
    /// A reply belongs to another command.
    #[error("the reply to {command} is for another command")]
    OtherReply {
        /// The command.
        command: &'static str,
    },
    /// The command needs an SRS and none was given.
    #[error("{command} before an SRS was given")]
    NoSrs {
        /// The command.
        command: &'static str,
    },
    /// An SRS whose length is not a whole number of points, or of more points than can be counted.
    #[error("an SRS of {bytes} bytes is not a list of points")]
    Srs {
        /// Its length.
        bytes: usize,
    },
    /// A key in a reply is malformed.
    #[error("barretenberg returned a malformed key")]
    Key(#[from] VerificationKeyError),
    /// A proof in a reply is malformed.
    #[error("barretenberg returned a malformed proof")]
    Proof(#[from] ProofError),
}

impl BbError {
    /// Whether doing the same again after a restart may succeed: it crashed or hung, rather than refused.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::TimedOut { .. } | Self::Backend { source: BackendError::Crashed { .. }, .. })
    }
}
