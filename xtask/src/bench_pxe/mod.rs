//! Timing our client beside the official PXE, in one run, on one node-lite: start, accounts, transfers, notes, questions to
//! the node, memory.
//!
//! | Module | Subject |
//! |---|---|
//! | `program` | a wallet in a process of its own |
//! | `client` | the same things done with either |
//! | `chain` | the chain both look at |
//! | `figures` | what was measured, as tables |
//!
//! Ours is `tests/src/bin/wallet.rs`, natively; the official one is `tests/bench/pxe/official.mjs`, under Node.js. Times are
//! taken here, so they include a line to the process and back; calls and round trips are what the node counted.
mod chain;
mod client;
mod figures;
mod program;

use std::{
    fs,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use serde::Deserialize;

use crate::{
    Error, artifacts,
    bench_node::{BenchError, free_port, process::Node},
    compare::{self, Reference, copy},
    shell,
};
use chain::{Tokens, WORTH};
use client::{Account, Client, SCRIPT, Who};
use figures::Figures;

/// Turns; the median counts.
const TURNS: usize = 3;
/// How many notes there are to find, if the command line does not say.
const NOTES: [usize; 3] = [10, 100, 1000];

const USAGE: &str = "bench pxe [--notes COUNT,...] [--turns COUNT]";

struct Options {
    notes: Vec<usize>,
    turns: usize,
}

impl Options {
    fn parse(words: &[String]) -> Result<Self, Error> {
        let mut options = Self { notes: NOTES.into(), turns: TURNS };
        let wrong = |name: &str| Error::Unknown { what: "option", name: name.to_owned(), known: USAGE.into() };
        for pair in words.chunks(2) {
            let [name, value] = pair else { return Err(wrong(&pair[0])) };
            let number = |text: &str| text.parse().ok().filter(|number| *number > 0).ok_or_else(|| wrong(value));
            match name.as_str() {
                "--notes" => options.notes = value.split(',').map(number).collect::<Result<_, _>>()?,
                "--turns" => options.turns = number(value)?,
                _ => return Err(wrong(name)),
            }
        }
        Ok(options)
    }
}

#[derive(Deserialize)]
struct Genesis {
    accounts: Vec<Account>,
}

/// Measures, and prints tables in Markdown.
///
/// # Errors
/// If an option is unknown, there is no install of the official packages, a program cannot be built or started, or a wallet
/// cannot do what it should.
pub fn run(words: &[String]) -> Result<(), Error> {
    let options = Options::parse(words)?;
    let reference = Reference::required()?;
    compare::build()?;
    shell::run(shell::command(&["cargo", "build", "--quiet", "--release", "--package=tests", "--bin=wallet"]))?;
    copy(&shell::root().join("tests/bench/pxe/official.mjs"), &reference.folder.join(SCRIPT))?;
    let genesis: Genesis = {
        let path = "node-lite/genesis/official.json";
        let text = shell::read(path)?;
        serde_json::from_str(&text).map_err(|source| Error::Json { path: path.into(), source })?
    };
    let [alice, bob, ..] = &genesis.accounts[..] else {
        return Err(BenchError::EmptyChain { node: "node-lite", what: "two accounts" }.into());
    };
    let (binaries, packs) = (compare::target().join("release"), artifacts::ensure()?);
    let port = free_port()?;
    let mut command = Command::new(binaries.join("node-lite"));
    command.args(["--memory", "--port", &port.to_string()]);
    let log = compare::target().join("bench-pxe-node.log");
    let node = Node::start("node-lite", command, port, &log)?;
    let mut bench = Bench {
        reference,
        binaries,
        packs: fs::canonicalize(&packs).map_err(|source| Error::Io { path: packs.clone(), source })?,
        url: format!("http://127.0.0.1:{port}"),
        node,
        alice: alice.clone(),
        bob: bob.clone(),
        figures: Figures::default(),
    };
    let tokens = chain::make(&bench.node, &mut bench.client(Who::Ours)?, alice, bob, &options.notes)?;
    for turn in 1..=options.turns {
        for who in Who::BOTH {
            eprintln!("turn {turn} of {}: {who:?}", options.turns);
            bench.turn(who, &tokens)?;
        }
    }
    bench.figures.print();
    Ok(())
}

/// Everything a run needs.
struct Bench {
    reference: Reference,
    binaries: PathBuf,
    packs: PathBuf,
    url: String,
    node: Node,
    alice: Account,
    bob: Account,
    figures: Figures,
}

impl Bench {
    fn client(&self, who: Who) -> Result<Client, Error> {
        match who {
            Who::Ours => Client::ours(&self.binaries, &self.packs, &self.url),
            Who::Official => Client::official(&self.reference, &self.url),
        }
    }

    /// Does something, and keeps how long it took and what it asked the node.
    fn measure<T>(
        &mut self,
        who: Who,
        row: impl Into<String>,
        work: impl FnOnce() -> Result<T, BenchError>,
    ) -> Result<T, Error> {
        let before = self.asked()?;
        let start = Instant::now();
        let done = work()?;
        let took = start.elapsed();
        let after = self.asked()?;
        self.figures.add(who, row.into(), took, [after[0] - before[0], after[1] - before[1]]);
        Ok(done)
    }

    /// Calls and requests that the node has counted.
    fn asked(&self) -> Result<[u64; 2], Error> {
        let text = self.node.client()?.get("/metrics")?;
        let sum = |name: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(name));
            lines.filter_map(|rest| rest.rsplit_once(' ')?.1.parse::<u64>().ok()).sum()
        };
        Ok([sum("node_lite_rpc_calls_total"), sum("node_lite_http_requests_total")])
    }

    /// Everything once, in new processes.
    fn turn(&mut self, who: Who, tokens: &Tokens) -> Result<(), Error> {
        let start = Instant::now();
        let mut client = self.client(who)?;
        self.measure(who, "start to the first call", || client.open())?;
        // The process was started before.
        self.figures.replace_last(who, "start to the first call", start.elapsed());
        let (alice, bob) = (self.alice.clone(), self.bob.clone());
        self.measure(who, "account added", || client.account(&alice))?;
        self.measure(who, "token added", || client.token(&tokens.alices))?;
        let (token, from, to) = (&*tokens.alices, &*alice.address, &*bob.address);
        for row in ["simulate a private transfer, first", "simulate a private transfer, again"] {
            self.measure(who, row, || client.simulate(token, from, to))?;
        }
        let steps = self.measure(who, "solve all circuits of it (profile)", || client.profile(token, from, to))?;
        self.figures.circuits(who, steps);
        for row in ["prepare it to be sent, without proof, first", "prepare it to be sent, without proof, again"] {
            self.measure(who, row, || client.prove(token, from, to))?;
        }
        self.figures.memory(who, "transfers", client.peak_memory());
        drop(client);

        let mut client = self.client(who)?;
        for (notes, token) in &tokens.bobs {
            client.open()?;
            client.account(&bob)?;
            client.token(token)?;
            client.sender(&alice.address)?;
            for row in ["first", "again"] {
                let name = format!("balance_of_private, {notes} notes, {row}");
                let balance = self.measure(who, name, || client.balance(token, &bob.address))?;
                if balance != *notes as u128 * WORTH {
                    return Err(BenchError::EmptyChain { node: "a wallet", what: "all notes" }.into());
                }
            }
        }
        self.figures.memory(who, "notes", client.peak_memory());
        Ok(())
    }
}

/// The middle one.
fn median(mut samples: Vec<Duration>) -> Option<Duration> {
    samples.sort();
    samples.get(samples.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Options, Error> {
        Options::parse(&words.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn options() {
        let options = parse(&["--notes", "5,7", "--turns", "1"]).unwrap();
        assert_eq!((options.notes, options.turns), (vec![5, 7], 1));
        for wrong in [&["--notes"][..], &["--notes", "0"], &["--notes", "x"], &["--turn", "1"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
