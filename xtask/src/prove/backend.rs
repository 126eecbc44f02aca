//! Barretenberg as the options ask for it.

use core::num::NonZeroUsize;
use core::str::FromStr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use circuits::bb::pipe::{Pipe, PipeCommand};
use circuits::bb::wasmtime::{CompiledModule, Wasmtime};
use circuits::bb::{Barretenberg, BoxedBackend, Limits};
use circuits::srs::{Srs, SrsCache, SrsSize};

use super::ProveError;
use crate::{Error, barretenberg, packages};

/// Which backend.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum BackendName {
    /// The WebAssembly module in wasmtime.
    #[default]
    Wasmtime,
    /// The native program that is found.
    Pipe,
    /// The native program this command line runs.
    PipeCommand(PipeCommand),
    /// A copy of the program this command line ends with, made to use the development SRS.
    Patched(PipeCommand),
}

impl FromStr for BackendName {
    type Err = ProveError;
    fn from_str(text: &str) -> Result<Self, ProveError> {
        match text.split_once(':') {
            None if text == "wasmtime" => Ok(Self::Wasmtime),
            None if text == "pipe" => Ok(Self::Pipe),
            Some(("pipe", command)) => Ok(Self::PipeCommand(command.parse()?)),
            Some(("patched", command)) => Ok(Self::Patched(command.parse()?)),
            _ => Err(ProveError::Option(format!("--backend {text}"))),
        }
    }
}

/// The insecure development SRS, large enough for every common circuit.
pub(super) fn srs() -> Result<Arc<Srs>, ProveError> {
    let cache = SrsCache::new(packages::cache_folder().join("srs"));
    Ok(Arc::new(cache.development(SrsSize::DEFAULT, &mut |_| ())?))
}

/// A backend without SRS.
pub(super) fn raw(name: &BackendName) -> Result<BoxedBackend, Error> {
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let pipe = |command| Pipe::start(command, threads).map_err(ProveError::from);
    Ok(match name {
        BackendName::Wasmtime => {
            let srs = srs()?;
            let compiled = compiled(&srs)?;
            Box::new(Wasmtime::start(compiled, Wasmtime::MAX_MEMORY).map_err(ProveError::from)?)
        }
        BackendName::Pipe => Box::new(pipe(PipeCommand::find(&[]).map_err(ProveError::from)?)?),
        BackendName::PipeCommand(command) => Box::new(pipe(command.clone())?),
        BackendName::Patched(command) => Box::new(pipe(barretenberg::patched(command, &*srs()?)?)?),
    })
}

/// A backend with the SRS.
pub(super) fn start(name: &BackendName) -> Result<Barretenberg, Error> {
    let start = Instant::now();
    let srs = srs()?;
    println!("{}, {} points", srs.kind, srs.bn254_points());
    let mut bb = Barretenberg::new(raw(name)?, Limits::default());
    pollster::block_on(bb.init_srs(srs)).map_err(ProveError::from)?;
    println!("{} is ready after {:.1} s", bb.description(), start.elapsed().as_secs_f32());
    Ok(bb)
}

fn compiled(srs: &Srs) -> Result<CompiledModule, Error> {
    let folder = packages::cache_folder().join("barretenberg");
    let module = barretenberg::module()?.for_srs(srs).map_err(ProveError::from)?;
    let on_compile = || println!("compiling barretenberg, once: some 20 seconds");
    Ok(CompiledModule::load(&module, Some(&folder), on_compile).map_err(ProveError::from)?)
}
