//! The command line: what people write, what they are told, how it ends.
//!
//! Standard output has what the node says of itself, once; everything else goes to standard error. Exit codes: 0 stopped
//! when told to, 1 could not run, 2 wrong usage.

mod options;
mod state;
mod welcome;

use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use node_lite::config::Config;
use node_lite::node::Node;
#[cfg(feature = "verifier")]
use node_lite::proofs::{BarretenbergSource, BarretenbergVerifier, StartError};
use node_lite::spawn::{self, NodeHandle, SpawnError};
use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use self::options::{LogFormat, Options, UsageError};
use self::state::StateError;
use self::welcome::Welcome;

/// How long work that cannot be interrupted may go on at the end.
const LAST_WORK: Duration = Duration::from_millis(500);

/// Why the program ends in failure.
#[derive(Debug, Error)]
enum CliError {
    #[error(transparent)]
    Usage(#[from] UsageError),
    #[error(transparent)]
    Spawn(#[from] SpawnError),
    #[cfg(feature = "verifier")]
    #[error("proofs cannot be verified: {0}")]
    Verifier(#[from] StartError),
    #[error(transparent)]
    State(#[from] StateError),
    #[error("cannot start threads: {0}")]
    Runtime(#[source] std::io::Error),
    #[error("cannot wait for signals: {0}")]
    Signals(#[source] std::io::Error),
}

impl CliError {
    fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Spawn(error) => error.hint(),
            #[cfg(feature = "verifier")]
            Self::Verifier(error) => error.hint(),
            Self::State(error) => error.hint(),
            Self::Usage(_) | Self::Runtime(_) | Self::Signals(_) => None,
        }
    }
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    // Ends with code 2 itself when it cannot be read, with 0 after --help and --version.
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            error.code()
        }
    }
}

/// Says what went wrong, why, and what to do.
fn report(error: &CliError) {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_message = cause.to_string();
        if !message.contains(&cause_message) {
            message = format!("{message}: {cause_message}");
        }
        source = cause.source();
    }
    eprintln!("error: {message}");
    if let Some(hint) = error.hint() {
        eprintln!("hint: {hint}");
    }
}

fn start_logging(options: &Options) -> Result<(), UsageError> {
    let filter = EnvFilter::try_new(&options.log).map_err(|_| UsageError::Log(options.log.clone()))?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        .with_ansi(std::io::stderr().is_terminal());
    match options.log_format {
        LogFormat::Text => logs.init(),
        LogFormat::Json => logs.json().init(),
    }
    Ok(())
}

fn run(options: &Options) -> Result<(), CliError> {
    start_logging(options)?;
    let (mut config, server) = (options.config(), options.server()?);
    if options.verifies_proofs() {
        verify_proofs(options, &mut config)?;
    }
    let runtime = Runtime::new().map_err(CliError::Runtime)?;
    let ended = runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Signals)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Signals)?;
        let node = spawn::open(config).await?;
        if let Some(file) = options.load_state.clone() {
            blocking(&node, move |node| state::load(node, &file)).await?;
        }
        let handle = spawn::spawn_with(node, server).await?;
        welcome(options, &handle);
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        let node = handle.stop().await;
        if let Some(file) = options.dump_state.clone() {
            blocking(&node, move |node| state::dump(node, &file)).await?;
        }
        Ok(())
    });
    runtime.shutdown_timeout(LAST_WORK);
    ended
}

/// Gives the node a verifier.
#[cfg(feature = "verifier")]
fn verify_proofs(options: &Options, config: &mut Config) -> Result<(), CliError> {
    let cache = options.cache_dir();
    let source = match options.barretenberg() {
        Some(path) => BarretenbergSource::Path(path.clone()),
        None => BarretenbergSource::Cache(cache.clone()),
    };
    let verifier = BarretenbergVerifier::start(&source, &cache, Arc::clone(&config.network.parameters))?;
    config.verifier = Arc::new(verifier);
    Ok(())
}

/// Gives the node a verifier.
#[cfg(not(feature = "verifier"))]
fn verify_proofs(_options: &Options, _config: &mut Config) -> Result<(), CliError> {
    Err(UsageError::NoVerifier.into())
}

/// Works with the node where that may take its time.
async fn blocking(
    node: &Arc<Node>,
    work: impl FnOnce(&Node) -> Result<(), StateError> + Send + 'static,
) -> Result<(), CliError> {
    let node = Arc::clone(node);
    let done = tokio::task::spawn_blocking(move || work(&node)).await;
    Ok(done.map_err(|_| SpawnError::Panicked)??)
}

fn welcome(options: &Options, handle: &NodeHandle) {
    let welcome = Welcome::new(options, handle);
    match options.json {
        true => println!("{}", welcome.json()),
        false => print!("{welcome}"),
    }
    match handle.node().is_secure() {
        true => tracing::info!(mode = handle.node().proof_mode(), "serving"),
        false => tracing::warn!(mode = handle.node().proof_mode(), "serving, for development only"),
    }
}
