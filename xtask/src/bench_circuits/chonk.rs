//! Proofs beside those of the official program: time and memory of whole processes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use circuits::bb::pipe::PipeCommand;
use circuits::srs::{Srs, SrsCache, SrsSize};

use crate::dev_params::ParamsError;
use crate::{Error, barretenberg, packages, shell, wasm};

/// Turns; the best counts, as the one least disturbed.
const TURNS: usize = 3;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What a process and those it started took.
#[derive(Debug, Clone, Copy)]
struct Cost {
    seconds: f64,
    /// Most bytes in memory at once.
    memory: u64,
}

/// Proves each file of solved circuits with the official program as it is, and with ours, which feeds a copy of it that
/// uses the development SRS. Both verify the proof; the official program, which has the Ignition SRS built in, finds it wrong.
/// Prints a table in Markdown.
pub(super) fn run() -> Result<(), Error> {
    let bb = match std::env::var("BB") {
        Ok(line) if !line.trim().is_empty() => line.parse().map_err(ParamsError::from)?,
        _ => PipeCommand::find(&[]).map_err(ParamsError::from)?,
    };
    let build = ["cargo", "build", "--quiet", "--release", "--package=xtask", "--features=barretenberg"];
    shell::run(shell::command(&build))?;
    let (crs, srs) = crs_folder()?;
    let patched = barretenberg::patched(&bb, &srs)?;
    let mut proofs = Vec::new();
    println!("| Circuits | `bb prove`: time | memory | ours: time | memory | time ÷ official | memory ÷ official |");
    println!("|---|---|---|---|---|---|---|");
    for name in ["account-deploy", "token-transfer"] {
        let inputs = shell::root().join(format!("tests/chonk/{name}.msgpack"));
        let out = wasm::target_folder().join("bench-proofs").join(name);
        fs::create_dir_all(&out).map_err(|source| Error::Io { path: out.clone(), source })?;
        let official = || {
            let line = bb.to_string();
            let mut words = line.split_whitespace();
            let mut command = Command::new(words.next().unwrap_or("bb"));
            command.args(words).args(["prove", "--scheme", "chonk", "--ivc_inputs_path"]).arg(&inputs);
            command.arg("--crs_path").arg(&crs).arg("--output_path").arg(&out);
            command
        };
        let ours = || {
            let mut command = Command::new(wasm::target_folder().join("release/xtask"));
            command.args(["prove", "--backend"]).arg(format!("pipe:{patched}")).arg(&inputs);
            command.arg("--out").arg(out.join("ours.proof"));
            command
        };
        let mut best: [Option<Cost>; 2] = [None; 2];
        for _ in 0..TURNS {
            for (best, (command, ends)) in best.iter_mut().zip([(official(), Some(MADE)), (ours(), None)]) {
                let cost = measured(command, ends, &out.join("errors.log"))?;
                if best.is_none_or(|best| cost.seconds < best.seconds) {
                    *best = Some(cost);
                }
            }
        }
        let [Some(official), Some(ours)] = best else { continue };
        let megabytes = |cost: Cost| cost.memory >> 20;
        println!(
            "| {name} | {:.1} s | {} MB | {:.1} s | {} MB | {:.3} | {:.3} |",
            official.seconds,
            megabytes(official),
            ours.seconds,
            megabytes(ours),
            ours.seconds / official.seconds,
            ours.memory as f64 / official.memory as f64
        );
        proofs.push((name, inputs, out.join("ours.proof")));
    }
    println!();
    println!("| Verifying | native | WebAssembly in wasmtime |");
    println!("|---|---|---|");
    for (name, inputs, proof) in proofs {
        let mut best = [f64::INFINITY; 2];
        for _ in 0..TURNS {
            for (best, backend) in best.iter_mut().zip([format!("pipe:{patched}"), "wasmtime".to_owned()]) {
                *best = best.min(verified(&backend, &inputs, &proof)?);
            }
        }
        println!("| {name} | {:.2} s | {:.2} s |", best[0], best[1]);
    }
    Ok(())
}

/// Seconds a started backend takes to verify a proof.
fn verified(backend: &str, inputs: &Path, proof: &Path) -> Result<f64, Error> {
    let program = wasm::target_folder().join("release/xtask");
    let words = [program.as_path(), Path::new("verify"), inputs, proof, Path::new("--backend"), Path::new(backend)];
    let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
    let printed = shell::output(&words.iter().map(AsRef::as_ref).collect::<Vec<_>>())?;
    let printed = String::from_utf8_lossy(&printed);
    let seconds = printed.split_once("verified in ").and_then(|(_, rest)| rest.split_once(' ')?.0.parse().ok());
    seconds.ok_or_else(|| Error::Missing {
        what: format!("a time in what `xtask verify` printed: {printed}"),
        fix: "compare xtask/src/bench_circuits/chonk.rs with xtask/src/prove/mod.rs".to_owned(),
    })
}

/// The development SRS in files as the official program reads them.
fn crs_folder() -> Result<(PathBuf, Srs), Error> {
    let folder = packages::cache_folder().join("crs-INSECURE-development");
    let cache = SrsCache::new(packages::cache_folder().join("srs"));
    let srs = cache.development(SrsSize::DEFAULT, &mut |_| ()).map_err(ParamsError::from)?;
    fs::create_dir_all(&folder).map_err(|source| Error::Io { path: folder.clone(), source })?;
    let files: [(&str, &[u8]); 3] =
        [("bn254_g1.dat", &srs.bn254_g1), ("bn254_g2.dat", &srs.bn254_g2), ("grumpkin_g1.flat.dat", &srs.grumpkin)];
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|source| Error::Io { path, source })?;
    }
    Ok((folder, srs))
}

/// What the official program says when the proof is made and only looked at once more.
const MADE: &str = "verifying the generated proof";

/// Runs a command to its end; what it says goes to a file. It must succeed, or fail after saying so much.
fn measured(mut command: Command, or_says: Option<&str>, errors: &Path) -> Result<Cost, Error> {
    let name = format!("{command:?}");
    let file = fs::File::create(errors).map_err(|source| Error::Io { path: errors.to_owned(), source })?;
    let start = Instant::now();
    let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn();
    let mut child = started.map_err(|source| Error::Start { command: name.clone(), source })?;
    let mut memory = 0;
    loop {
        let ended = child.try_wait().map_err(|source| Error::Start { command: name.clone(), source })?;
        if let Some(status) = ended {
            let cost = Cost { seconds: start.elapsed().as_secs_f64(), memory };
            let said = |words| fs::read_to_string(errors).unwrap_or_default().contains(words);
            return match status.success() || or_says.is_some_and(said) {
                true => Ok(cost),
                false => Err(Error::Failed { command: name, status }),
            };
        }
        memory = memory.max(resident(child.id()));
        sleep(LOOK);
    }
}

/// Bytes in memory of a process and those it started; 0 where the system does not tell.
fn resident(process: u32) -> u64 {
    let folder = Path::new("/proc").join(process.to_string());
    let status = fs::read_to_string(folder.join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|text| text.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default();
    let tasks = fs::read_dir(folder.join("task")).into_iter().flatten().flatten();
    let children = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
    let children =
        children.map(|text| text.split_whitespace().filter_map(|id| id.parse().ok()).map(resident).sum::<u64>());
    (kilobytes << 10) + children.sum::<u64>()
}
