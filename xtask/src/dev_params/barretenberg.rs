//! What computes keys: barretenberg, started when the first is asked for.

use core::num::NonZeroUsize;
use core::str::FromStr;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Instant;

use async_trait::async_trait;
use circuits::bb::pipe::{Pipe, PipeCommand};
use circuits::bb::{Barretenberg, BbError, BoxedBackend, Limits};
use circuits::set::{ComputeKey, DeriveError};
use circuits::srs::{SrsCache, SrsId, SrsSize};
use protocol::artifact::VerificationKey;

use super::ParamsError;
use crate::packages;

/// Which barretenberg.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum BackendName {
    /// The native program that is found.
    #[default]
    Pipe,
    /// The native program this command line runs.
    PipeCommand(PipeCommand),
    /// The WebAssembly module in wasmtime.
    #[cfg(feature = "barretenberg")]
    Wasmtime,
}

impl FromStr for BackendName {
    type Err = ParamsError;
    fn from_str(text: &str) -> Result<Self, ParamsError> {
        match text.split_once(':') {
            None if text == "pipe" => Ok(Self::Pipe),
            Some(("pipe", command)) => Ok(Self::PipeCommand(command.parse()?)),
            #[cfg(feature = "barretenberg")]
            None if text == "wasmtime" => Ok(Self::Wasmtime),
            _ => Err(ParamsError::Option(format!("--backend {text}"))),
        }
    }
}

impl BackendName {
    fn start(&self) -> Result<BoxedBackend, ParamsError> {
        let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
        let pipe = |command| -> Result<BoxedBackend, ParamsError> { Ok(Box::new(Pipe::start(command, threads)?)) };
        match self {
            Self::Pipe => pipe(PipeCommand::find(&[])?),
            Self::PipeCommand(command) => pipe(command.clone()),
            #[cfg(feature = "barretenberg")]
            Self::Wasmtime => crate::prove::raw_wasmtime().map_err(|error| ParamsError::Wasmtime(Box::new(error))),
        }
    }
}

/// Starts barretenberg with the development SRS when the first key is to be computed.
pub(super) struct Lazy {
    name: BackendName,
    size: SrsSize,
    barretenberg: Option<Barretenberg>,
}

impl Lazy {
    pub(super) fn new(name: BackendName, size: SrsSize) -> Self {
        Self { name, size, barretenberg: None }
    }

    async fn start(&mut self) -> Result<Barretenberg, ParamsError> {
        let start = Instant::now();
        let srs = SrsCache::new(packages::cache_folder().join("srs")).development(self.size, &mut |_| ())?;
        println!("{}: {} points, after {:.1} s", srs.kind, srs.bn254_points(), start.elapsed().as_secs_f32());
        let mut barretenberg = Barretenberg::new(self.name.start()?, Limits::default());
        let compute = |source: BbError| DeriveError::Compute { name: "any circuit".to_owned(), source };
        barretenberg.init_srs(Arc::new(srs)).await.map_err(compute)?;
        println!("{} is ready after {:.1} s", barretenberg.description(), start.elapsed().as_secs_f32());
        Ok(barretenberg)
    }
}

#[async_trait]
impl ComputeKey for Lazy {
    async fn compute_key(&mut self, srs: SrsId, name: &str, acir: &[u8]) -> Result<VerificationKey, DeriveError> {
        if self.barretenberg.is_none() {
            let started = self.start().await;
            self.barretenberg = Some(started.map_err(|source| DeriveError::Start(Box::new(source)))?);
        }
        self.barretenberg.as_mut().expect("it was started").compute_key(srs, name, acir).await
    }
}
