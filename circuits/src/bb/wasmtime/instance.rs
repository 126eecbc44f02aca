//! A running module: what it imports, and how it is called.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use wasmtime::{Caller, Error, ExternType, Linker, Memory, MemoryType, Store, TypedFunc, UpdateDeadline};

use super::super::BackendError;
use super::compile::{CompiledModule, failed};

/// Longest reply that is read: far above any proof or key.
const MAX_REPLY: usize = 64 << 20;
/// Longest message of the module that is kept.
const MAX_MESSAGE: usize = 4096;
const PAGE: u64 = 1 << 16;

/// What the imported functions share.
struct Host {
    memory: Memory,
    /// Why the module gave up.
    aborted: Option<String>,
    /// What it logged last.
    last_words: String,
}

/// A running module.
pub(super) struct Instance {
    store: Store<Option<Host>>,
    memory: Memory,
    bbapi: TypedFunc<(u32, u32, u32, u32), ()>,
    malloc: TypedFunc<u32, u32>,
    free: TypedFunc<u32, ()>,
}

impl Instance {
    /// Starts the module. `stop` and a new epoch of the engine end whatever it does.
    pub(super) fn new(module: &CompiledModule, max_memory: u64, stop: Arc<AtomicBool>) -> Result<Self, BackendError> {
        Self::link(module, max_memory, stop).map_err(|error| failed(&error))
    }

    fn link(module: &CompiledModule, max_memory: u64, stop: Arc<AtomicBool>) -> wasmtime::Result<Self> {
        let engine = module.engine();
        let mut store = Store::new(engine, None);
        store.set_epoch_deadline(1);
        // All instances of a module share its epochs; the flag says whether this one is meant.
        store.epoch_deadline_callback(move |_| match stop.load(Ordering::Relaxed) {
            true => Err(Error::msg("interrupted")),
            false => Ok(UpdateDeadline::Continue(1)),
        });
        let import = module.module().imports().find(|import| import.name() == "memory").map(|import| import.ty());
        let Some(ExternType::Memory(import)) = import else { return Err(Error::msg("it imports no memory")) };
        let pages = u32::try_from(import.minimum())?;
        let max = import.maximum().unwrap_or(u64::MAX).min(max_memory / PAGE).max(import.minimum());
        let memory = Memory::new(&mut store, MemoryType::new(pages, Some(u32::try_from(max)?)))?;
        *store.data_mut() = Some(Host { memory, aborted: None, last_words: String::new() });

        let mut linker = Linker::new(engine);
        linker.define(&store, "env", "memory", memory)?;
        linker.func_wrap("env", "logstr", |mut caller: Caller<'_, Option<Host>>, text: u32| {
            let text = message(&caller, text);
            host(&mut caller)?.last_words = text;
            Ok(())
        })?;
        linker.func_wrap("env", "throw_or_abort_impl", |mut caller: Caller<'_, Option<Host>>, text: u32| {
            let text = message(&caller, text);
            host(&mut caller)?.aborted = Some(text.clone());
            Err::<(), _>(Error::msg(text))
        })?;
        let wasi = "wasi_snapshot_preview1";
        linker.func_wrap(wasi, "random_get", |mut caller: Caller<'_, Option<Host>>, at: u32, length: u32| {
            let memory = host(&mut caller)?.memory;
            // Proofs that share their randomness betray the witness: it is the system's, as in a native process.
            getrandom::fill(range(memory.data_mut(&mut caller), at, length)?)
                .map_err(|_| Error::msg("no randomness"))?;
            Ok(0u32)
        })?;
        linker.func_wrap(wasi, "clock_time_get", |mut caller: Caller<'_, Option<Host>>, _: u32, _: u64, at: u32| {
            let memory = host(&mut caller)?.memory;
            // Its log shows durations; nothing depends on them.
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos() as u64;
            range(memory.data_mut(&mut caller), at, 8)?.copy_from_slice(&now.to_le_bytes());
            Ok(0u32)
        })?;
        linker.func_wrap(wasi, "proc_exit", |code: u32| Err::<(), _>(Error::msg(format!("exit with code {code}"))))?;

        let instance = linker.instantiate(&mut store, module.module())?;
        instance.get_typed_func::<(), ()>(&mut store, "_initialize")?.call(&mut store, ())?;
        Ok(Self {
            bbapi: instance.get_typed_func(&mut store, "bbapi")?,
            malloc: instance.get_typed_func(&mut store, "bbmalloc")?,
            free: instance.get_typed_func(&mut store, "bbfree")?,
            memory,
            store,
        })
    }

    /// Sends a request. After an error the instance is of no more use.
    pub(super) fn call(&mut self, request: &[u8]) -> Result<Vec<u8>, BackendError> {
        let size = request.len() as u64;
        let limit = u64::from(u32::MAX);
        let length = u32::try_from(size).map_err(|_| BackendError::TooLarge { size, limit })?;
        match self.exchange(request, length) {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(size)) => Err(BackendError::TooLarge { size: u64::from(size), limit: MAX_REPLY as u64 }),
            Err(error) => {
                let host = self.store.data_mut().take();
                let (aborted, last_words) = host.map(|host| (host.aborted, host.last_words)).unwrap_or_default();
                Err(match aborted {
                    Some(message) => BackendError::Aborted { message },
                    None => BackendError::Crashed { detail: format!("{error:#} {last_words}").trim().to_owned() },
                })
            }
        }
    }

    /// The reply, or its length if that is too long.
    fn exchange(&mut self, request: &[u8], length: u32) -> wasmtime::Result<Result<Vec<u8>, u32>> {
        let input = self.malloc.call(&mut self.store, length)?;
        range(self.memory.data_mut(&mut self.store), input, length)?.copy_from_slice(request);
        // Where it writes address and length of the reply. No address there means: allocate.
        let output = self.malloc.call(&mut self.store, 8)?;
        range(self.memory.data_mut(&mut self.store), output, 8)?.fill(0);
        self.bbapi.call(&mut self.store, (input, length, output, output.wrapping_add(4)))?;
        let [address, length] = self.words(output)?;
        let reply = match length as usize {
            0..=MAX_REPLY => Ok(range(self.memory.data_mut(&mut self.store), address, length)?.to_vec()),
            _ => Err(length),
        };
        for block in [input, address, output] {
            self.free.call(&mut self.store, block)?;
        }
        Ok(reply)
    }

    fn words(&mut self, at: u32) -> wasmtime::Result<[u32; 2]> {
        let bytes = range(self.memory.data_mut(&mut self.store), at, 8)?;
        let (words, _) = bytes.as_chunks::<4>();
        Ok([u32::from_le_bytes(words[0]), u32::from_le_bytes(words[1])])
    }
}

fn host<'a>(caller: &'a mut Caller<'_, Option<Host>>) -> wasmtime::Result<&'a mut Host> {
    caller.data_mut().as_mut().ok_or_else(|| Error::msg("called before it was set up"))
}

fn range(memory: &mut [u8], at: u32, length: u32) -> wasmtime::Result<&mut [u8]> {
    let start = at as usize;
    let range = start.checked_add(length as usize).and_then(|end| memory.get_mut(start..end));
    range.ok_or_else(|| Error::msg(format!("{length} bytes at {at} are outside the memory")))
}

/// A text that ends with a zero byte.
fn message(caller: &Caller<'_, Option<Host>>, at: u32) -> String {
    let memory = caller.data().as_ref().map(|host| host.memory.data(caller));
    let bytes = memory.and_then(|memory| memory.get(at as usize..)).unwrap_or_default();
    let bytes = &bytes[..bytes.len().min(MAX_MESSAGE)];
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}
