//! Recorded sessions of the official wallet and client, gone through again by ours: same requests, same chain, same random
//! bytes, so the same requests to entrypoints, the same oracle calls in the same order with the same answers, the same
//! witnesses, transactions, notes, events and failures.
//!
//! | File | Subject |
//! |---|---|
//! | `artifacts` | the official contracts and circuits |
//! | `chain` | the chains of the recordings, each as a node to its last block |
//! | `view` | such a node, as it was at a moment |
//! | `watch` | what contract functions do while they run |
//! | `compare` | counting what is the same, and telling what is not |
//! | `failures` | what the official client says where ours says the same in other words |
//! | `client` | what the client is asked, and what comes out |
//! | `wallet` | what the wallet is asked, and what comes out |
//! | `replay` | going through a session |
//! | `hostile` | going through one with a node that lies |
//!
//! The official contracts are read from packs, which `cargo xtask artifacts` makes; the form of a session is told in
//! `tests/pxe/README.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not seen as tests")]

mod artifacts;
mod chain;
mod client;
mod compare;
mod failures;
mod hostile;
mod replay;
mod view;
mod wallet;
mod watch;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

use compare::Compared;

/// The folder with the recordings.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pxe")
}

/// The recorded sessions, the largest first, so that no thread is left alone with one of those.
fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap());
    let mut names: Vec<_> = files
        .filter_map(|file| {
            let name = file.file_name().to_str().unwrap().strip_suffix(".jsonl.xz")?.to_owned();
            Some((std::cmp::Reverse(file.metadata().unwrap().len()), name))
        })
        .collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}

/// Goes through sessions on all processors, and tells what was compared.
fn replay_all(names: &[String]) -> Compared {
    let (next, total, failed) = (Mutex::new(names.iter()), Mutex::new(Compared::default()), Mutex::new(Vec::new()));
    let take = || next.lock().unwrap().next();
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            let work = || {
                while let Some(name) = take() {
                    let began = Instant::now();
                    match catch_unwind(AssertUnwindSafe(|| replay::session(name))) {
                        Ok(compared) => {
                            println!("{name}: {compared} in {:.1} s", began.elapsed().as_secs_f64());
                            if !compared.different.is_empty() {
                                failed.lock().unwrap().push(name.as_str());
                            }
                            compared.different.iter().take(SHOWN).for_each(|what| println!("  {what}"));
                            total.lock().unwrap().add(compared);
                        }
                        Err(_) => {
                            println!("{name}: cannot be gone through");
                            failed.lock().unwrap().push(name.as_str());
                        }
                    }
                }
            };
            // Functions that call functions take more stack than threads have by default.
            std::thread::Builder::new().stack_size(16 << 20).spawn_scoped(scope, work).unwrap();
        }
    });
    let (total, failed) = (total.into_inner().unwrap(), failed.into_inner().unwrap());
    println!("{} sessions: {total}", names.len());
    for (what, count) in &total.values {
        println!("  {count:>7} {what}");
    }
    for (what, count) in &total.on_purpose {
        println!("  {count:>7} different on purpose: {what}");
    }
    assert!(failed.is_empty(), "{} of {} sessions differ: {failed:?}", failed.len(), names.len());
    total
}

/// So many there are.
const SESSIONS: usize = 71;
/// So many differences of a session are told.
const SHOWN: usize = 12;

/// Every session, of both networks: every oracle call in its order with inputs and outputs, every witness, every
/// transaction.
#[test]
fn every_oracle_call_witness_and_transaction_is_as_recorded() {
    let mut names = names();
    if let Ok(only) = std::env::var("SESSIONS") {
        let fits = |name: &str, part: &str| match part.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == part,
        };
        names.retain(|name| only.split(',').any(|part| fits(name, part)));
        assert!(!names.is_empty(), "there is no session {only}");
    }
    let is_all = names.len() == SESSIONS;
    let total = replay_all(&names);
    if is_all {
        assert_eq!([total.transactions, total.private, total.utility], [469, 1308, 1141]);
        assert!(total.oracle_calls > 110_000, "{} oracle calls", total.oracle_calls);
    }
}
