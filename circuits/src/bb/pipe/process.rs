//! The child process and its pipes.

use core::num::NonZeroUsize;
use core::time::Duration;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use super::super::BackendError;
use super::{Pipe, PipeCommand};

/// How much of what it says last is kept for an error message.
const LAST_WORDS: usize = 2048;

pub(super) struct Process {
    child: Killer,
    input: ChildStdin,
    output: ChildStdout,
    last_words: mpsc::Receiver<String>,
}

/// Ends the process.
#[derive(Clone)]
pub(super) struct Killer(Arc<Mutex<Child>>);

impl Killer {
    pub(super) fn kill(&self) {
        // It may have ended by itself.
        let _ = self.child().kill();
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        // A child is sound whatever its last user did.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Process {
    pub(super) fn spawn(command: &PipeCommand, threads: NonZeroUsize) -> io::Result<Self> {
        let mut command = command.command();
        command.args(["msgpack", "run"]).env("HARDWARE_CONCURRENCY", threads.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        let pipe = || io::Error::other("the process has no pipes");
        let input = child.stdin.take().ok_or_else(pipe)?;
        let output = child.stdout.take().ok_or_else(pipe)?;
        let errors = child.stderr.take().ok_or_else(pipe)?;
        let (sender, last_words) = mpsc::channel();
        thread::Builder::new().name("barretenberg log".to_owned()).spawn(move || {
            // The receiver goes with the process.
            let _ = sender.send(keep_last_words(errors));
        })?;
        Ok(Self { child: Killer(Arc::new(Mutex::new(child))), input, output, last_words })
    }

    pub(super) fn killer(&self) -> Killer {
        self.child.clone()
    }

    pub(super) fn exchange(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        let size = request.len() as u64;
        let length = u32::try_from(size).map_err(|_| BackendError::TooLarge { size, limit: u64::from(u32::MAX) })?;
        self.write(length, request).map_err(|error| self.crashed(&error))?;
        let mut length = [0; 4];
        self.output.read_exact(&mut length).map_err(|error| self.crashed(&error))?;
        let length = u32::from_le_bytes(length) as usize;
        if length > Pipe::MAX_REPLY {
            return Err(BackendError::TooLarge { size: length as u64, limit: Pipe::MAX_REPLY as u64 });
        }
        let mut reply = vec![0; length];
        self.output.read_exact(&mut reply).map_err(|error| self.crashed(&error))?;
        Ok(reply)
    }

    fn write(&mut self, length: u32, request: &[u8]) -> io::Result<()> {
        self.input.write_all(&length.to_le_bytes())?;
        self.input.write_all(request)?;
        self.input.flush()
    }

    fn crashed(&self, error: &io::Error) -> BackendError {
        self.child.kill();
        let status = self.child.child().wait();
        let status = status.map_or_else(|error| error.to_string(), |status| status.to_string());
        let words = self.last_words.recv_timeout(Duration::from_millis(500)).unwrap_or_default();
        BackendError::Crashed { detail: format!("{error} ({status}) {}", words.trim()).trim().to_owned() }
    }
}

/// No process is left behind.
impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill();
        let _ = self.child.child().wait();
    }
}

fn keep_last_words(mut errors: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = errors.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..count]);
        kept.drain(..kept.len().saturating_sub(LAST_WORDS));
    }
    String::from_utf8_lossy(&kept).into_owned()
}
