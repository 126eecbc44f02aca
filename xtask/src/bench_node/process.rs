//! Nodes as processes: starting, waiting for the first answer, memory, ending.
use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{BenchError, client::Client};

/// How often a starting node is asked whether it is there.
const POLL: Duration = Duration::from_millis(2);
/// The official network takes minutes on a busy machine.
const START: Duration = Duration::from_secs(600);
/// How long a node may take to end when it is told to.
const STOP: Duration = Duration::from_secs(10);

/// A node that has answered, in a process group of its own.
pub(crate) struct Node {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    /// From the start of the process to the first answered `node_getBlock`.
    pub(crate) started_in: Duration,
    child: Child,
    /// Whether the process started here only starts others.
    launched: bool,
}

impl Node {
    /// A node whose process only starts others: its memory does not count.
    pub(crate) fn launch(name: &'static str, command: Command, port: u16, log: &Path) -> Result<Self, BenchError> {
        let mut node = Self::start(name, command, port, log)?;
        node.launched = true;
        Ok(node)
    }

    /// Starts a node that will listen on `port`, and waits until it tells its latest block. What it prints goes to `log`.
    pub(crate) fn start(name: &'static str, mut command: Command, port: u16, log: &Path) -> Result<Self, BenchError> {
        let start_error = |source| BenchError::Start { node: name, source };
        let output = File::create(log).map_err(start_error)?;
        let errors = output.try_clone().map_err(start_error)?;
        command.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
        let started = Instant::now();
        let child = command.spawn().map_err(start_error)?;
        let mut node = Self { name, port, started_in: Duration::ZERO, child, launched: false };
        loop {
            let latest = node.client().and_then(|mut client| client.call("node_getBlock", &json!(["latest"])));
            if latest.is_ok_and(|block| block != Value::Null) {
                node.started_in = started.elapsed();
                return Ok(node);
            }
            let ended = node.child.try_wait().map_err(start_error)?.is_some();
            if ended || started.elapsed() > START {
                return Err(BenchError::NotUp { node: name, log: log.to_owned() });
            }
            sleep(POLL);
        }
    }

    /// A connection to it.
    pub(crate) fn client(&self) -> Result<Client, BenchError> {
        Client::connect(self.name, self.port)
    }

    /// Resident memory of its processes, by their names, in bytes.
    pub(crate) fn memory(&self) -> Vec<(String, u64)> {
        group_memory(self.child.id(), "VmRSS:", self.launched.then(|| self.child.id()))
    }

    /// Resident memory of all its processes, in bytes.
    pub(crate) fn total_memory(&self) -> u64 {
        self.memory().iter().map(|(_, bytes)| bytes).sum()
    }

    fn signal(&self, signal: &str) {
        // What has ended needs no signal.
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args([signal, "--", &group]).stderr(Stdio::null()).status();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.signal("-TERM");
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < STOP {
            sleep(Duration::from_millis(10));
        }
        self.signal("-KILL");
        let _ = self.child.wait();
    }
}

/// A figure of memory, as the system names it, of the processes in a group, by their names, in bytes; one of them may not
/// count.
pub(crate) fn group_memory(group: u32, figure: &str, without: Option<u32>) -> Vec<(String, u64)> {
    let mut found: Vec<(String, u64)> = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if without.is_some_and(|id| *entry.file_name() == *id.to_string()) {
            continue;
        }
        let Some((name, bytes)) = memory_of(&entry.path(), group, figure) else { continue };
        match found.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += bytes,
            None => found.push((name, bytes)),
        }
    }
    found.sort();
    found
}

/// Name and memory of a process, if it is in a group.
fn memory_of(process: &Path, group: u32, figure: &str) -> Option<(String, u64)> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let (start, fields) = stat.rsplit_once(')')?;
    // After the name: state, parent, group.
    if fields.split_whitespace().nth(2)?.parse::<u32>().ok()? != group {
        return None;
    }
    let name = start.split_once('(')?.1.to_owned();
    let status = fs::read_to_string(process.join("status")).ok()?;
    let bytes = status.lines().find_map(|line| line.strip_prefix(figure))?;
    Some((name, bytes.split_whitespace().next()?.parse::<u64>().ok()? << 10))
}
