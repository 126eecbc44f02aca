//! Barretenberg under the INSECURE development SRS.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::available_parallelism;

use async_trait::async_trait;
use circuits::bb::pipe::{Pipe, PipeCommand};
use circuits::bb::wasmtime::{CompiledModule, Wasmtime};
use circuits::bb::{Barretenberg, BbModule, BoxedBackend, Limits};
use circuits::srs::{Srs, SrsCache, SrsSize};
use pxe_core::prove::{ProveError, StartBarretenberg};

use super::Failure;

/// The folder in which `./dev` keeps barretenberg's module and the SRS.
#[must_use]
pub fn cache_folder() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("AZTEC_LITE_CACHE").unwrap_or_else(|| {
        let home = || std::env::home_dir().unwrap_or_default().join(".cache");
        variable("XDG_CACHE_HOME").unwrap_or_else(home).join("aztec-lite")
    })
}

/// Starts the native program that the environment variable `BB` names; without it, the WebAssembly module in the cache
/// folder, where `cargo xtask barretenberg` puts it.
#[derive(Debug, Clone, Default)]
pub struct DevelopmentBarretenberg;

fn backend(srs: &Srs) -> Result<BoxedBackend, Failure> {
    if let Ok(command) = std::env::var(PipeCommand::VARIABLE) {
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        return Ok(Box::new(Pipe::start(command.parse()?, threads)?));
    }
    let folder = cache_folder().join("barretenberg");
    let path = folder.join(format!("barretenberg-{}.wasm", BbModule::OFFICIAL_SHA256));
    let bytes = std::fs::read(&path)
        .map_err(|error| format!("{}: {error}; `cargo xtask barretenberg` puts it there", path.display()))?;
    let module = CompiledModule::load(&BbModule::official(bytes)?.for_srs(srs)?, Some(&folder), || ())?;
    Ok(Box::new(Wasmtime::start(module, Wasmtime::MAX_MEMORY)?))
}

#[async_trait]
impl StartBarretenberg for DevelopmentBarretenberg {
    async fn start(&self) -> Result<Barretenberg, ProveError> {
        let srs = SrsCache::new(cache_folder().join("srs")).development(SrsSize::DEFAULT, &mut |_| ());
        let srs = Arc::new(srs.map_err(|error| ProveError::Start(error.into()))?);
        let mut barretenberg = Barretenberg::new(backend(&srs).map_err(ProveError::Start)?, Limits::default());
        barretenberg.init_srs(srs).await?;
        Ok(barretenberg)
    }
}
