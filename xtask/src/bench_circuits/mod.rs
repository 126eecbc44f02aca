//! Circuits timed beside the official packages: solving, making kernel inputs, and proofs.
//!
//! | File | Subject |
//! |---|---|
//! | `chonk` | proofs beside those of the official program, with their memory |

mod chonk;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use crate::compare::{self, Reference, Runner, copy, median, shown};
use crate::{Error, replay, shell, wasm};

/// Turns per circuit; the median counts.
const TURNS: usize = 5;
/// Milliseconds a measurement lasts at least.
const BUDGET: u32 = 100;
/// Ratios to the official call that are aimed at: as WebAssembly, natively.
const GOALS: [f64; 2] = [0.4, 0.2];

/// Prints tables in Markdown: all, or those that are named.
///
/// # Errors
/// If there is no such table, a program cannot be built or started, or one stops answering.
pub fn run(names: &[String]) -> Result<(), Error> {
    const TABLES: [&str; 3] = ["solve", "encode", "chonk"];
    if let Some(name) = names.iter().find(|name| !TABLES.contains(&name.as_str())) {
        return Err(Error::Unknown { what: "table", name: name.clone(), known: TABLES.join(", ") });
    }
    let wanted = |table: &str| names.is_empty() || names.iter().any(|name| name == table);
    if wanted("solve") {
        solve()?;
    }
    if wanted("encode") {
        println!();
        compare::rows(|row| row.contains("kernel inputs"))?;
    }
    if wanted("chonk") {
        println!();
        chonk::run()?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct Recorded {
    sha: String,
    #[serde(default)]
    init: Vec<serde_json::Value>,
    #[serde(default)]
    calls: Vec<serde_json::Value>,
    error: Option<serde_json::Value>,
}

/// One execution of each program that succeeds, the one with most inputs and calls, by the program's name.
fn executions(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let at = |source| Error::Io { path: folder.to_owned(), source };
    let names = replay::programs_of(folder)?;
    let mut chosen: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let json = fs::read(&path).map_err(at)?;
        let recorded: Recorded =
            serde_json::from_slice(&json).map_err(|source| Error::Json { path: path.display().to_string(), source })?;
        let (Some(name), None) = (names.get(&recorded.sha), recorded.error) else { continue };
        let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let found = (recorded.init.len() + recorded.calls.len(), id);
        let best = chosen.entry(name.clone()).or_default();
        if found > *best {
            *best = found;
        }
    }
    Ok(chosen.into_iter().map(|(name, (_, id))| (name, id)).collect())
}

/// Solving: a program decoded once and solved many times beside the official call, which does both.
fn solve() -> Result<(), Error> {
    let reference = Reference::required()?;
    let folder = replay::unpacked(&shell::root().join("tests/transcripts/more.tar.xz"))?;
    let executions = executions(&folder)?;
    shell::run(shell::command(&["cargo", "build", "--quiet", "--release", "--package=tests", "--bin=replay"]))?;
    let target = "--target=wasm32-unknown-unknown";
    shell::run(shell::command(&["cargo", "build", "--quiet", "--release", "--package=tests", "--lib", target]))?;
    let there = reference.folder.join("aztec-lite-solving");
    for script in ["measure.mjs", "wasm.mjs", "official.mjs"] {
        copy(&shell::root().join("tests/solving").join(script), &there.join(script))?;
    }
    for entry in fs::read_dir(&folder).map_err(|source| Error::Io { path: folder.clone(), source })? {
        let path = entry.map_err(|source| Error::Io { path: folder.clone(), source })?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let id = name.strip_suffix(".json");
        if name.ends_with(".bc") || id.is_some_and(|id| executions.values().any(|chosen| chosen == id)) {
            copy(&path, &there.join("recordings").join(name))?;
        }
    }
    let module = wasm::target_folder().join("wasm32-unknown-unknown/release/tests.wasm");
    copy(&module, &there.join("tests.wasm"))?;
    let mut native = Command::new(wasm::target_folder().join("release/replay"));
    native.arg("--measure").arg(&folder);
    let in_folder = |file: &str| format!("aztec-lite-solving/{file}");
    let (recordings, module) = (in_folder("recordings"), in_folder("tests.wasm"));
    let ours = reference.node(&[&in_folder("wasm.mjs"), &module, &recordings]);
    let official = reference.node(&[&in_folder("official.mjs"), &recordings]);
    let mut runners = [Runner::start(native)?, Runner::start(ours)?, Runner::start(official)?];

    println!(
        "| Program | decode, native | solve, native | solve, WebAssembly | official | native ÷ official | \
         WebAssembly ÷ official |"
    );
    println!("|---|---|---|---|---|---|---|");
    let mut ratios = [const { Vec::new() }; 2];
    for (name, id) in &executions {
        let mut samples = [const { Vec::new() }; 3];
        for _ in 0..TURNS {
            for (index, runner) in runners.iter_mut().enumerate() {
                samples[index].push(runner.measure(&format!("solve {id}"), BUDGET)?);
            }
        }
        let decode = runners[0].measure(&format!("decode {id}"), BUDGET)?;
        let [native, wasm, official] = samples.map(median);
        println!(
            "| {name} | {} | {} | {} | {} | {:.3} | {:.3} |",
            shown(decode),
            shown(native),
            shown(wasm),
            shown(official),
            native / official,
            wasm / official
        );
        ratios[0].push(wasm / official);
        ratios[1].push(native / official);
    }
    for ((what, goal), mut ratios) in ["as WebAssembly", "natively"].into_iter().zip(GOALS).zip(ratios) {
        ratios.sort_by(f64::total_cmp);
        let met = ratios.iter().filter(|ratio| **ratio <= goal).count();
        println!(
            "{what}: {met} of {} programs within {goal} of the official call; median {:.3}, worst {:.3}",
            ratios.len(),
            ratios.get(ratios.len() / 2).unwrap_or(&f64::NAN),
            ratios.last().unwrap_or(&f64::NAN)
        );
    }
    Ok(())
}
