//! Replays recorded executions: `replay FOLDER`. `replay --programs PACKS` decodes every program of a folder of packs.

use std::path::Path;
use std::process::ExitCode;

use circuits::program::Program;
use protocol::artifact::Bytecode;
use protocol::artifact::pack::Pack;
use tests::replay::{Error, Recordings, replay_all};

fn main() -> Result<ExitCode, Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [flag, folder] if flag == "--programs" => programs(&Recordings::open(Path::new(folder))?),
        [flag, folder] if flag == "--times" => replay(&Recordings::open(Path::new(folder))?, 5),
        [folder] => replay(&Recordings::open(Path::new(folder))?, 0),
        _ => Err("usage: replay [--times] FOLDER | replay --programs PACKS".into()),
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
    let (mut decoded, mut failed, mut opcodes, mut largest) = (0, 0, 0, 0);
    for name in packs.names("pack")?.iter().filter(|name| !name.ends_with(".debug")) {
        let pack = Pack::open(packs.read(&format!("{name}.pack"))?)?;
        let mut decode = |name: &str, bytecode: &Bytecode| match Program::decode(bytecode) {
            Ok(program) => {
                decoded += 1;
                opcodes += program.acir_opcodes() + program.brillig_opcodes();
                largest = largest.max(program.bytecode_for_barretenberg().len());
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
    println!("{opcodes} opcodes; the largest program inflates to {largest} bytes");
    println!("{decoded} passed, {failed} failed");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
