//! The port: bytes to barretenberg, bytes back.

use core::fmt;
use core::num::NonZeroUsize;

use super::BackendError;

/// A backend of any kind. Natively it can move between threads; in a browser nothing does.
#[cfg(not(target_arch = "wasm32"))]
pub type BoxedBackend = Box<dyn Backend + Send>;
/// A backend of any kind. Natively it can move between threads; in a browser nothing does.
#[cfg(target_arch = "wasm32")]
pub type BoxedBackend = Box<dyn Backend>;

/// What a backend is, for logs and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// Its kind, such as `wasmtime`.
    pub name: String,
    /// Version of the barretenberg it runs.
    pub version: String,
    /// Threads it computes with.
    pub threads: NonZeroUsize,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, version, threads } = self;
        write!(f, "{name} (barretenberg {version}, {threads} thread{})", if threads.get() == 1 { "" } else { "s" })
    }
}

/// A barretenberg that takes one request at a time.
///
/// A request is a MessagePack array of one command, a reply one response (`barretenberg_rs::{Command, Response}`). That
/// barretenberg refuses a request is a reply like any other; a [`BackendError`] means that there was no reply. After
/// one, and after a call that was dropped before it ended, the state inside is undefined until [`Backend::restart`].
#[cfg_attr(not(target_arch = "wasm32"), async_trait::async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait::async_trait(?Send))]
pub trait Backend: fmt::Debug {
    /// What it is.
    fn description(&self) -> Description;

    /// Sends a request and waits for the reply without blocking the thread. Dropping the future cancels the work: a
    /// process is killed, a WebAssembly instance interrupted.
    ///
    /// # Errors
    /// If there is no reply.
    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError>;

    /// Begins anew: no SRS, no unfinished proof, whatever happened before.
    ///
    /// # Errors
    /// If it cannot be started.
    async fn restart(&mut self) -> Result<(), BackendError>;
}
