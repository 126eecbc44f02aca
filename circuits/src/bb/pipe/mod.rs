//! A native barretenberg as a child process.
//!
//! `bb msgpack run` reads requests from its standard input and writes replies to its standard output, each behind its
//! length as four bytes, little-endian. Protocol source: `@aztec/bb.js/src/bb_backends/node/native_pipe.ts`.

mod locate;
mod process;

use core::num::NonZeroUsize;

pub use locate::PipeCommand;

use self::process::Process;
use super::worker::Worker;
use super::{Backend, BackendError, Description, VERSION};

/// A native barretenberg as a child process.
pub struct Pipe {
    command: PipeCommand,
    threads: NonZeroUsize,
    worker: Option<Worker>,
}

impl Pipe {
    /// Longest reply that is read: far above any proof or key, far below what would hurt.
    pub const MAX_REPLY: usize = 64 << 20;

    /// Starts the process, after asking it for its version.
    ///
    /// # Errors
    /// If it cannot be started, or is of another version.
    pub fn start(command: PipeCommand, threads: NonZeroUsize) -> Result<Self, BackendError> {
        command.check_version()?;
        let worker = Some(start(&command, threads)?);
        Ok(Self { command, threads, worker })
    }
}

fn start(command: &PipeCommand, threads: NonZeroUsize) -> Result<Worker, BackendError> {
    let at = |source| BackendError::Start { command: command.to_string(), source };
    let mut process = Process::spawn(command, threads).map_err(at)?;
    let killer = process.killer();
    Worker::start(move || killer.kill(), move |request| process.exchange(request)).map_err(at)
}

#[async_trait::async_trait]
impl Backend for Pipe {
    fn description(&self) -> Description {
        Description { name: "native".to_owned(), version: VERSION.to_owned(), threads: self.threads }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        match &self.worker {
            Some(worker) => worker.call(request).await,
            None => Err(BackendError::Crashed { detail: "it could not be restarted".to_owned() }),
        }
    }

    async fn restart(&mut self) -> Result<(), BackendError> {
        // The old process goes before a new one takes memory.
        self.worker = None;
        self.worker = Some(start(&self.command, self.threads)?);
        Ok(())
    }
}

impl core::fmt::Debug for Pipe {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Pipe({}, {} threads)", self.command, self.threads)
    }
}
