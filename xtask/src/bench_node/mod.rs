//! Timing node-lite beside the official local network, in one run: start, memory, transfers, calls, and how all of that
//! grows with the length of the chain.
//!
//! | Module | Subject |
//! |---|---|
//! | `process` | nodes as processes |
//! | `client` | JSON-RPC at little cost |
//! | `transfers` | transactions submitted all at once |
//! | `calls` | latency and throughput of calls |
//! | `machine` | the public machine and the trees |
//! | `history` | the same node with ever longer chains |
//! | `options`, `files`, `report` | what to measure, in which folders, and what came out |
//! | `table` | figures as Markdown |
//!
//! The official client makes the transactions: `tests/bench/node`. Without an install of the official packages only
//! node-lite is measured, without transfers.
mod calls;
pub(crate) mod client;
mod error;
mod files;
mod history;
mod machine;
mod options;
pub(crate) mod process;
mod report;
pub(crate) mod table;
mod transfers;

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

pub use error::BenchError;

use crate::{
    Error,
    compare::{self, Reference, copy},
    shell,
};
use files::{copy_chain, fresh_folder, succeed};
use options::Options;
use process::Node;
use report::{print_calls, print_network};
use transfers::{Kind, Prepared, Times};

/// How often node-lite is started to see how long that takes.
const STARTS: usize = 5;
/// How long a node has nothing to do before its memory is looked at.
const IDLE: Duration = Duration::from_secs(5);
/// Scripts for the official packages, and where they go below the reference.
const SCRIPTS: &str = "tests/bench/node";
const PLACE: &str = "aztec-lite-bench/node";

/// Measures, and prints tables in Markdown.
///
/// # Errors
/// If an option is unknown, a program cannot be built or started, or a node refuses what it should do.
pub fn run(words: &[String]) -> Result<(), Error> {
    let options = Options::parse(words)?;
    let reference = Reference::find();
    if reference.is_none() {
        println!(
            "Only node-lite is measured, and no transfers: AZTEC_REFERENCE names no folder with the official packages\n\
             ({}).\n",
            Reference::HINT
        );
    }
    compare::build()?;
    let bench = Bench { binaries: compare::target().join("release"), work: fresh_folder()?, reference, options };
    bench.run()
}

/// Everything a run needs.
struct Bench {
    binaries: PathBuf,
    work: PathBuf,
    reference: Option<Reference>,
    options: Options,
}

/// What one node did.
#[derive(Default)]
struct Figures {
    started_in: Option<Duration>,
    memory: Vec<(String, u64)>,
    transfers: Vec<Times>,
    memory_after: Option<u64>,
}

impl Bench {
    fn run(&self) -> Result<(), Error> {
        let wants = |part| self.options.wants(part);
        let base = self.work.join("base");
        if wants("start") || wants("transfers") || wants("calls") || wants("history") {
            self.network(&base)?;
        }
        if wants("history") {
            self.history(&base)?;
        }
        if wants("machine") {
            machine::run(self.reference.as_ref())?;
        }
        // Chains of many transactions take gigabytes.
        fs::remove_dir_all(&self.work).map_err(|source| Error::Io { path: self.work.clone(), source })
    }

    /// Start, memory, transfers and calls, beside the official network. Leaves the chain as it is before the transfers.
    fn network(&self, base: &Path) -> Result<(), Error> {
        let mut lite = self.start_often(base)?;
        let mut official = Figures::default();
        let prepared = match &self.reference {
            None => None,
            Some(reference) => {
                copy_scripts(reference)?;
                let node = self.lite(base)?;
                Some(self.prepare(reference, &node, "lite")?)
            }
        };
        let with_transfers = self.work.join("transfers");
        copy_chain(base, &with_transfers)?;
        let node = self.lite(&with_transfers)?;
        let peer = match &self.reference {
            Some(reference) if ["start", "transfers", "calls"].into_iter().any(|part| self.options.wants(part)) => {
                eprintln!("starting the official local network");
                let peer = self.official(reference)?;
                sleep(IDLE);
                official.started_in = Some(peer.started_in);
                official.memory = peer.memory();
                let transfers = self.options.wants("transfers") || self.options.wants("calls");
                let prepared = transfers.then(|| self.prepare(reference, &peer, "official")).transpose()?;
                Some((peer, prepared))
            }
            _ => None,
        };
        if self.options.wants("transfers")
            && let (Some((peer, Some(theirs))), Some(ours)) = (&peer, &prepared)
        {
            for kind in Kind::ALL {
                lite.transfers.push(transfers::run(&node, ours, kind)?);
                official.transfers.push(transfers::run(peer, theirs, kind)?);
            }
            lite.memory_after = Some(node.total_memory());
            official.memory_after = Some(peer.total_memory());
        }
        print_network(&lite, &official);
        if self.options.wants("calls") {
            let mut measured = vec![(&node, prepared.as_ref())];
            measured.extend(peer.as_ref().map(|(peer, prepared)| (peer, prepared.as_ref())));
            print_calls(&measured)?;
        }
        Ok(())
    }

    /// Starts node-lite several times; the median counts. The last chain is kept in `base`.
    fn start_often(&self, base: &Path) -> Result<Figures, Error> {
        let mut times = Vec::new();
        let mut figures = Figures::default();
        for turn in 0..STARTS {
            let node = self.lite_in_memory()?;
            times.push(node.started_in);
            if turn + 1 == STARTS {
                sleep(IDLE);
                figures.memory = node.memory();
            }
        }
        times.sort();
        figures.started_in = Some(times[times.len() / 2]);
        drop(self.lite(base)?);
        Ok(figures)
    }

    fn lite_in_memory(&self) -> Result<Node, Error> {
        self.start_lite(&["--memory"])
    }

    fn lite(&self, folder: &Path) -> Result<Node, Error> {
        self.start_lite(&["--data-dir", &folder.to_string_lossy()])
    }

    fn start_lite(&self, options: &[&str]) -> Result<Node, Error> {
        let port = free_port()?;
        let mut command = Command::new(self.binaries.join("node-lite"));
        command.args(["--port", &port.to_string()]).args(options);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("NODE_LITE_")) {
            command.env_remove(name);
        }
        Ok(Node::start("node-lite", command, port, &self.work.join("node-lite.log"))?)
    }

    fn official(&self, reference: &Reference) -> Result<Node, Error> {
        let ports = [free_port()?, free_port()?, free_port()?];
        let mut command = reference.node(&[&format!("{PLACE}/network.mjs")]);
        command.args(ports.map(|port| port.to_string()));
        Ok(Node::launch("the official network", command, ports[0], &self.work.join("official.log"))?)
    }

    /// Lets the official client make transfers on a node.
    fn prepare(&self, reference: &Reference, node: &Node, name: &str) -> Result<Prepared, Error> {
        eprintln!("the official client makes transfers for {}", node.name);
        let folder = format!("{PLACE}/{name}");
        let mut command = reference.node(&[&format!("{PLACE}/prepare.mjs")]);
        command.arg(format!("http://127.0.0.1:{}", node.port)).arg(&folder).arg(self.options.transfers.to_string());
        command.env("LOG_LEVEL", "warn").stdout(Stdio::null());
        succeed(command)?;
        Ok(Prepared::read(&reference.folder.join(folder))?)
    }
}

/// The public balance of the first sender; without one, a slot in which nothing is.
fn slot(prepared: Option<&Prepared>) -> calls::Slot<'_> {
    const SOME: &str = "0x0000000000000000000000000000000000000000000000000000000000000005";
    match prepared.and_then(|prepared| Some((&prepared.token, prepared.balances.first()?))) {
        Some((contract, slot)) => calls::Slot { contract, slot },
        None => calls::Slot { contract: SOME, slot: SOME },
    }
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> Result<u16, BenchError> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr();
    Ok(free().map_err(|source| BenchError::Talk { node: "this machine", source })?.port())
}

fn copy_scripts(reference: &Reference) -> Result<(), Error> {
    let folder = reference.folder.join(PLACE);
    for script in ["network.mjs", "prepare.mjs"] {
        copy(&shell::root().join(SCRIPTS).join(script), &folder.join(script))?;
    }
    Ok(())
}
