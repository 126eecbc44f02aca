//! A thread that computes for an async caller.

use std::io;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use futures_channel::oneshot;

use super::BackendError;

type Reply = Result<Vec<u8>, BackendError>;
type Interrupt = Arc<dyn Fn() + Send + Sync>;

/// A thread that answers requests one by one, and a way to interrupt it.
pub(super) struct Worker {
    jobs: Option<mpsc::Sender<(Vec<u8>, oneshot::Sender<Reply>)>>,
    interrupt: Interrupt,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread that answers with `answer`; `interrupt` makes a running `answer` fail soon.
    pub(super) fn start(
        interrupt: impl Fn() + Send + Sync + 'static,
        mut answer: impl FnMut(&[u8]) -> Reply + Send + 'static,
    ) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<(Vec<u8>, oneshot::Sender<Reply>)>();
        let thread = thread::Builder::new().name("barretenberg".to_owned()).spawn(move || {
            for (request, reply) in queue {
                // Nobody waits any more: the caller was dropped.
                let _ = reply.send(answer(&request));
            }
        })?;
        Ok(Self { jobs: Some(jobs), interrupt: Arc::new(interrupt), thread: Some(thread) })
    }

    /// Hands a request to the thread. Dropping the future interrupts the thread.
    pub(super) async fn call(&self, request: &[u8]) -> Reply {
        let ended = || BackendError::Crashed { detail: "its thread ended".to_owned() };
        let (sender, receiver) = oneshot::channel();
        let jobs = self.jobs.as_ref().ok_or_else(ended)?;
        jobs.send((request.to_vec(), sender)).map_err(|_| ended())?;
        let mut guard = Guard(Some(&self.interrupt));
        let reply = receiver.await;
        guard.0 = None;
        reply.unwrap_or_else(|_| Err(ended()))
    }
}

struct Guard<'a>(Option<&'a Interrupt>);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        if let Some(interrupt) = self.0 {
            interrupt();
        }
    }
}

/// Interrupts the thread and waits for its end, so that what it held is free when a successor starts.
impl Drop for Worker {
    fn drop(&mut self) {
        (self.interrupt)();
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic there was reported to whoever waited for a reply.
            let _ = thread.join();
        }
    }
}
