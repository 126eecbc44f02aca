//! Barretenberg's WebAssembly module in wasmtime: runs wherever wasmtime compiles, with one thread.
//!
//! Protocol source: `@aztec/bb.js/src/barretenberg_wasm`.

mod compile;
mod instance;

use core::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use compile::CompiledModule;

use self::instance::Instance;
use super::worker::Worker;
use super::{Backend, BackendError, Description, VERSION};

/// Barretenberg's WebAssembly module in wasmtime.
pub struct Wasmtime {
    module: CompiledModule,
    max_memory: u64,
    worker: Option<Worker>,
}

impl Wasmtime {
    /// Memory that proves the largest client circuits, and what 32-bit WebAssembly can have at most.
    pub const MAX_MEMORY: u64 = 4 << 30;
    /// Memory that is plenty for verifying.
    pub const VERIFIER_MEMORY: u64 = 1 << 30;

    /// Starts an instance that may use so many bytes of memory.
    ///
    /// # Errors
    /// If the module is not a barretenberg.
    pub fn start(module: CompiledModule, max_memory: u64) -> Result<Self, BackendError> {
        let worker = Some(start(&module, max_memory)?);
        Ok(Self { module, max_memory, worker })
    }
}

fn start(module: &CompiledModule, max_memory: u64) -> Result<Worker, BackendError> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut instance = Some(Instance::new(module, max_memory, Arc::clone(&stop))?);
    let engine = module.engine().clone();
    let interrupt = move || {
        stop.store(true, Ordering::Relaxed);
        engine.increment_epoch();
    };
    let answer = move |request: &[u8]| {
        let dead = || BackendError::Crashed { detail: "it failed before and was not restarted".to_owned() };
        let reply = instance.as_mut().ok_or_else(dead)?.call(request);
        if reply.is_err() {
            // What a trap left behind is of no use: its memory is free from now on.
            instance = None;
        }
        reply
    };
    Worker::start(interrupt, answer)
        .map_err(|source| BackendError::Start { command: "a thread for barretenberg".to_owned(), source })
}

#[async_trait::async_trait]
impl Backend for Wasmtime {
    fn description(&self) -> Description {
        Description { name: "wasmtime".to_owned(), version: VERSION.to_owned(), threads: NonZeroUsize::MIN }
    }

    async fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        match &self.worker {
            Some(worker) => worker.call(request).await,
            None => Err(BackendError::Crashed { detail: "it could not be restarted".to_owned() }),
        }
    }

    async fn restart(&mut self) -> Result<(), BackendError> {
        // The old instance goes before a new one takes memory.
        self.worker = None;
        self.worker = Some(start(&self.module, self.max_memory)?);
        Ok(())
    }
}

impl core::fmt::Debug for Wasmtime {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Wasmtime({:?}, at most {} MB)", self.module, self.max_memory >> 20)
    }
}
