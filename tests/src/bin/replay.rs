//! Replays recorded executions: `replay FOLDER`. `replay --programs PACKS` decodes every program of a folder of packs.
//! `replay --measure FOLDER` answers measurements for `cargo xtask bench circuits`: `solve NAME MILLISECONDS` or
//! `decode NAME MILLISECONDS` in, nanoseconds per run out.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use circuits::program::Program;
use protocol::artifact::Bytecode;
use protocol::artifact::pack::Pack;
use tests::replay::{Error, Execution, Recordings, Solving, replay_all};

fn main() -> Result<ExitCode, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [flag, folder] if flag == "--programs" => programs(&Recordings::open(Path::new(folder))?),
        [flag, folder] if flag == "--times" => replay(&Recordings::open(Path::new(folder))?, 5),
        [flag, folder] if flag == "--measure" => measure(&Recordings::open(Path::new(folder))?),
        [folder] => replay(&Recordings::open(Path::new(folder))?, 0),
        _ => Err("usage: replay [--times | --measure] FOLDER | replay --programs PACKS".into()),
    }
}

fn replay(recordings: &Recordings, runs: usize) -> Result<ExitCode, Error> {
    let (report, times) = replay_all(recordings, runs)?;
    if !times.is_empty() {
        println!("decoding   solving  official  ratio, milliseconds, medians");
    }
    for mut times in times {
        let median = |list: &mut Vec<f64>| {
            list.sort_by(f64::total_cmp);
            list[list.len() / 2]
        };
        let (ours, official) = (median(&mut times.ours), median(&mut times.official));
        println!("{:8.2} {ours:9.2} {official:9.1} {:6.3}  {}", times.decoding, ours / official, times.what);
    }
    println!("{report}");
    Ok(if report.is_equal() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Decodes every program of the packs in a folder.
fn programs(packs: &Recordings) -> Result<ExitCode, Error> {
    let (mut decoded, mut failed, mut opcodes, mut largest, mut witnesses) = (0, 0, 0, 0, 0);
    for name in packs.names("pack")?.iter().filter(|name| !name.ends_with(".debug")) {
        let pack = Pack::open(packs.read(&format!("{name}.pack"))?)?;
        let mut decode = |name: &str, bytecode: &Bytecode| match Program::decode(bytecode) {
            Ok(program) => {
                decoded += 1;
                opcodes += program.acir_opcodes() + program.brillig_opcodes();
                largest = largest.max(program.bytecode_for_barretenberg().len());
                witnesses = witnesses.max(program.witness_count());
            }
            Err(error) => {
                failed += 1;
                println!("{name}: {error}");
            }
        };
        for circuit in &pack.index().circuits {
            decode(&circuit.name, &pack.circuit(&circuit.name)?.bytecode);
        }
        for contract in &pack.index().contracts {
            let artifact = pack.contract(&contract.name)?.artifact()?;
            for function in artifact.functions.iter().filter(|function| function.abi.name != "public_dispatch") {
                decode(&format!("{}.{}", contract.name, function.abi.name), &function.bytecode);
            }
        }
    }
    println!("{opcodes} opcodes; the largest program inflates to {largest} bytes, one has {witnesses} witnesses");
    println!("{decoded} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Answers measurements until there is none.
fn measure(recordings: &Recordings) -> Result<ExitCode, Error> {
    let mut solvings: BTreeMap<String, Solving> = BTreeMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let [what, name, budget] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            return Err("expected solve|decode NAME MILLISECONDS".into());
        };
        if !solvings.contains_key(name) {
            let execution = Execution::from_json(&recordings.read(&format!("{name}.json"))?)?;
            let bytecode = Bytecode::from_bytes(recordings.read(&format!("{}.bc", execution.program))?);
            solvings.insert(name.to_owned(), Solving::new(&bytecode, execution)?);
        }
        let solving = &solvings[name];
        let nanoseconds = timed(Duration::from_millis(budget.parse()?), || match what {
            "decode" => solving.decode(),
            _ => solving.solve(),
        })?;
        println!("{nanoseconds:.0}");
        std::io::stdout().flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Doubles the number of runs until they fill the budget; tells nanoseconds per run of the last, longest series.
fn timed(budget: Duration, mut run: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let mut runs = 1u32;
    loop {
        let start = Instant::now();
        for _ in 0..runs {
            run()?;
        }
        let elapsed = start.elapsed();
        if elapsed >= budget {
            return Ok(elapsed.as_secs_f64() * 1e9 / f64::from(runs));
        }
        runs *= 2;
    }
}
