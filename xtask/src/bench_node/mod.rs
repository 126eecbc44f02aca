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
//! | `table` | figures as Markdown |
//!
//! The official client makes the transactions: `tests/bench/node`. Without an install of the official packages only
//! node-lite is measured, without transfers.
mod calls;
mod client;
mod machine;
mod process;
mod table;
mod transfers;

use std::{
    fs, io,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::{
    Error,
    compare::{self, Reference, copy},
    shell,
};
use calls::Samples;
use process::Node;
use table::{Table, bytes, per_second, ratio, seconds};
use transfers::{Kind, Prepared, Times};

const USAGE: &str =
    "bench node [--transfers COUNT] [--history LENGTH,...] [--only start|transfers|calls|machine|history]...";
/// Turns of each call; the nodes take them one after the other.
const TURNS: usize = 3;
/// How often node-lite is started to see how long that takes.
const STARTS: usize = 5;
/// How long a node has nothing to do before its memory is looked at.
const IDLE: Duration = Duration::from_secs(5);
/// Scripts for the official packages, and where they go below the reference.
const SCRIPTS: &str = "tests/bench/node";
const PLACE: &str = "aztec-lite-bench/node";

/// Why a benchmark of nodes ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A process could not be started or watched.
    #[error("cannot start {node}")]
    Start {
        /// Which node.
        node: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A node ended, or does not answer.
    #[error("{node} does not come up; what it printed is in {}", log.display())]
    NotUp {
        /// Which node.
        node: &'static str,
        /// Its output.
        log: PathBuf,
    },
    /// A connection failed.
    #[error("{node} cannot be talked to")]
    Talk {
        /// Which node.
        node: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program wrote something else than the JSON that was expected.
    #[error("{node} answered with unexpected JSON")]
    Json {
        /// Which program.
        node: &'static str,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// A call failed.
    #[error("{node} refused {method}: {answer}")]
    Refused {
        /// Which node.
        node: &'static str,
        /// The method.
        method: String,
        /// The error it answered with.
        answer: String,
    },
    /// A transaction is in no block, or reverted.
    #[error("transfer {tx} was not mined: {receipt}")]
    NotMined {
        /// Its hash.
        tx: String,
        /// Its receipt.
        receipt: String,
    },
    /// The chain has nothing to ask for.
    #[error("the last blocks of {node} give no answer to measure: {what}")]
    EmptyChain {
        /// Which node.
        node: &'static str,
        /// What is missing.
        what: &'static str,
    },
    /// A file cannot be read or copied.
    #[error("cannot access {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// What to measure.
struct Options {
    transfers: u32,
    history: Vec<u32>,
    only: Vec<String>,
}

impl Options {
    const PARTS: [&str; 5] = ["start", "transfers", "calls", "machine", "history"];

    fn parse(words: &[String]) -> Result<Self, Error> {
        let mut options = Self { transfers: 30, history: vec![1_000, 10_000, 100_000], only: Vec::new() };
        let wrong = |name: &str| Error::Unknown { what: "option", name: name.to_owned(), known: USAGE.into() };
        for pair in words.chunks(2) {
            let [name, value] = pair else { return Err(wrong(&pair[0])) };
            let number = |text: &str| text.parse().map_err(|_| wrong(value));
            match name.as_str() {
                "--transfers" => options.transfers = number(value)?,
                "--history" => options.history = value.split(',').map(number).collect::<Result<_, _>>()?,
                "--only" if Self::PARTS.contains(&value.as_str()) => options.only.push(value.clone()),
                "--only" => return Err(wrong(value)),
                _ => return Err(wrong(name)),
            }
        }
        options.history.sort_unstable();
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

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

    /// The same node with ever longer chains: the same transfers, the same calls.
    fn history(&self, base: &Path) -> Result<(), Error> {
        let prepared = match self.reference {
            Some(ref reference) => Some(Prepared::read(&reference.folder.join(PLACE).join("lite"))?),
            None => None,
        };
        let chain = self.work.join("history");
        copy_chain(base, &chain)?;
        let mut table = Table::new(&[
            "Transactions before",
            "on disk",
            "start",
            "idle memory",
            "private transfer",
            "public transfer",
            "memory after",
            "public storage",
            "nullifier witness",
            "100 tags",
            "batch of 17",
        ]);
        let mut there = 0;
        for length in [0].into_iter().chain(self.options.history.iter().copied()) {
            eprintln!("a chain of {length} transactions");
            let more = length - there;
            if more > 0 {
                let mut fill = Command::new(self.binaries.join("history"));
                fill.arg(&chain).arg(more.to_string()).stdout(Stdio::null());
                succeed(fill)?;
            }
            there = length;
            let copy = self.work.join("chain");
            copy_chain(&chain, &copy)?;
            let node = self.lite(&copy)?;
            sleep(IDLE);
            let (started, idle) = (node.started_in, node.total_memory());
            let mut row =
                vec![length.to_string(), bytes(folder_size(&copy)), seconds(started.as_secs_f64()), bytes(idle)];
            for kind in Kind::ALL {
                row.push(match &prepared {
                    Some(prepared) => seconds(transfers::run(&node, prepared, kind)?.each()),
                    None => table::NOTHING.into(),
                });
            }
            let calls = calls::list(&node, &slot(prepared.as_ref()))?;
            let mut latencies = Vec::new();
            for name in ["getPublicStorageAt", "getNullifierMembershipWitness", "getPrivateLogsByTags", "batch of 17"] {
                let mut samples = Samples::default();
                for call in calls.iter().filter(|call| call.name == name) {
                    calls::measure(&node, call, &mut samples)?;
                }
                latencies.push(seconds(samples.quantile(0.5)));
            }
            row.push(bytes(node.total_memory()));
            row.extend(latencies);
            table.row(row);
        }
        println!("### Length of the chain\n\n{table}");
        Ok(())
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

fn print_network(lite: &Figures, official: &Figures) {
    let duration = |time: Option<Duration>| time.map_or(table::NOTHING.into(), |time| seconds(time.as_secs_f64()));
    let quotient = |ours: Option<f64>, theirs: Option<f64>| match (ours, theirs) {
        (Some(ours), Some(theirs)) => ratio(theirs / ours),
        _ => table::NOTHING.into(),
    };
    let sum = |memory: &[(String, u64)]| memory.iter().map(|(_, bytes)| bytes).sum::<u64>();
    let size = |size: u64| if size == 0 { table::NOTHING.into() } else { bytes(size) };
    let mut table = Table::new(&["", "node-lite", "official network", "ratio"]);
    table.row([
        "start to the first block answered".into(),
        duration(lite.started_in),
        duration(official.started_in),
        quotient(lite.started_in.map(|time| time.as_secs_f64()), official.started_in.map(|time| time.as_secs_f64())),
    ]);
    let (ours, theirs) = (sum(&lite.memory), sum(&official.memory));
    let theirs_or_none = (theirs > 0).then_some(theirs as f64);
    table.row(["idle memory".into(), size(ours), size(theirs), quotient(Some(ours as f64), theirs_or_none)]);
    for (kind, (ours, theirs)) in Kind::ALL.into_iter().zip(lite.transfers.iter().zip(&official.transfers)) {
        let row = |what: &str, figure: fn(&Times) -> f64| {
            let name = format!("{} {} transfers: {what}", ours.count, kind.name());
            [name, seconds(figure(ours)), seconds(figure(theirs)), ratio(figure(theirs) / figure(ours))]
        };
        table.row(row("all taken", |times| times.taken.as_secs_f64()));
        table.row(row("all in blocks", |times| times.mined.as_secs_f64()));
        table.row(row("each", Times::each));
        let name = format!("{} {} transfers: blocks", ours.count, kind.name());
        table.row([name, ours.blocks.to_string(), theirs.blocks.to_string(), String::new()]);
    }
    if let (Some(ours), Some(theirs)) = (lite.memory_after, official.memory_after) {
        table.row(["memory afterwards".into(), bytes(ours), bytes(theirs), ratio(theirs as f64 / ours as f64)]);
    }
    println!("### Network\n\n{table}");
    if !official.memory.is_empty() {
        let parts: Vec<_> = official.memory.iter().map(|(name, size)| format!("{name} {}", bytes(*size))).collect();
        println!("Idle memory of the official network by process: {}.\n", parts.join(", "));
    }
}

fn print_calls(nodes: &[(&Node, Option<&Prepared>)]) -> Result<(), Error> {
    let lists =
        nodes.iter().map(|(node, prepared)| calls::list(node, &slot(*prepared))).collect::<Result<Vec<_>, _>>()?;
    let mut table = Table::new(&[
        "Call",
        "p50",
        "p99",
        "calls/s",
        "official p50",
        "official p99",
        "official calls/s",
        "p50 ratio",
        "calls/s ratio",
    ]);
    for at in 0..lists[0].len() {
        let mut samples = vec![Samples::default(); nodes.len()];
        for _ in 0..TURNS {
            for (((node, _), list), samples) in nodes.iter().zip(&lists).zip(&mut samples) {
                calls::measure(node, &list[at], samples)?;
            }
        }
        let mut row = vec![lists[0][at].name.to_owned()];
        for samples in &samples {
            row.extend([
                seconds(samples.quantile(0.5)),
                seconds(samples.quantile(0.99)),
                per_second(samples.per_second()),
            ]);
        }
        if let [ours, theirs] = samples.as_slice() {
            row.push(ratio(theirs.quantile(0.5) / ours.quantile(0.5)));
            row.push(ratio(ours.per_second() / theirs.per_second()));
        }
        table.row(row);
    }
    println!("### Calls\n\n{table}");
    Ok(())
}

/// The public balance of the first sender; without one, a slot in which nothing is.
fn slot(prepared: Option<&Prepared>) -> calls::Slot<'_> {
    const SOME: &str = "0x0000000000000000000000000000000000000000000000000000000000000005";
    match prepared.and_then(|prepared| Some((&prepared.token, prepared.balances.first()?))) {
        Some((contract, slot)) => calls::Slot { contract, slot },
        None => calls::Slot { contract: SOME, slot: SOME },
    }
}

fn succeed(mut command: Command) -> Result<(), Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| Error::Start { command: name.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: name, status }) }
}

/// A port that nobody listens on.
fn free_port() -> Result<u16, BenchError> {
    let free = || TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr();
    Ok(free().map_err(|source| BenchError::Talk { node: "this machine", source })?.port())
}

fn fresh_folder() -> Result<PathBuf, Error> {
    let path = compare::target().join("bench-node");
    let failed = |source| Error::Io { path: path.clone(), source };
    if path.exists() {
        fs::remove_dir_all(&path).map_err(failed)?;
    }
    fs::create_dir_all(&path).map_err(failed)?;
    Ok(path)
}

fn copy_scripts(reference: &Reference) -> Result<(), Error> {
    let folder = reference.folder.join(PLACE);
    for script in ["network.mjs", "prepare.mjs"] {
        copy(&shell::root().join(SCRIPTS).join(script), &folder.join(script))?;
    }
    Ok(())
}

/// Copies the data of a node that does not run, in place of what was there.
fn copy_chain(from: &Path, to: &Path) -> Result<(), BenchError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BenchError::File { path, source }
    };
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed(to))?;
    }
    fs::create_dir_all(to).map_err(failed(to))?;
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let path = entry.map_err(failed(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        fs::copy(&path, &target).map_err(failed(&path))?;
    }
    Ok(())
}

fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, Error> {
        Options::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_choose_parts_and_lengths() {
        let options = parse(&["--history", "200,100", "--only", "calls", "--transfers", "3"]).unwrap();
        assert_eq!((options.transfers, options.history.as_slice()), (3, &[100, 200][..]));
        assert!(options.wants("calls") && !options.wants("start"));
        assert!(parse(&[]).unwrap().wants("history"));
        for wrong in [&["--only", "x"][..], &["--history", "1,x"], &["--transfers"], &["--x", "1"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
