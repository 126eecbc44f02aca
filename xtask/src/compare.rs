//! Timing our code natively and as WebAssembly beside the official packages, in one run.
//!
//! Three programs answer measurements over pipes and take turns, so that a busy machine slows all of them alike. The
//! protocol between them is in `tests/bench`.
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::{Error, packages, shell};

/// A `node_modules` folder's parent with the official packages at 4.1.2.
const REFERENCE: &str = "AZTEC_REFERENCE";
/// The command that runs Node.js there; by default `node`. Its working folder must be the one `AZTEC_REFERENCE` names.
const REFERENCE_NODE: &str = "AZTEC_REFERENCE_NODE";

/// An install of the official packages, as the environment names it.
pub(crate) struct Reference {
    /// The folder with `node_modules` in it.
    pub(crate) folder: PathBuf,
    node: String,
}

impl Reference {
    /// How to have one.
    pub(crate) const HINT: &'static str =
        "npm install @aztec/aztec@4.1.2 in some folder (Node.js 22 or newer) and set AZTEC_REFERENCE to it";

    pub(crate) fn required() -> Result<Self, Error> {
        let missing = || Error::Missing { what: "an install of the official packages".into(), fix: Self::HINT.into() };
        Self::find().ok_or_else(missing)
    }

    pub(crate) fn find() -> Option<Self> {
        let folder = PathBuf::from(std::env::var_os(REFERENCE)?);
        Some(Self { folder, node: std::env::var(REFERENCE_NODE).unwrap_or_else(|_| "node".into()) })
    }

    /// Node.js with a script and its arguments, in the folder.
    pub(crate) fn node(&self, script: &[&str]) -> Command {
        let mut words = self.node.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or("node"));
        command.args(words).args(script).current_dir(&self.folder);
        command
    }
}

/// What is measured: our name of the workload, the official one it is compared with, and how the figures relate.
const ROWS: &[(&str, &str)] = &[
    ("poseidon2 permutation", "poseidon2 permutation"),
    ("poseidon2 hash of 2", "poseidon2 hash of 2"),
    ("poseidon2 hash of 3000", "poseidon2 hash of 3000"),
    ("poseidon2 hash of 3000", "poseidon2 hash of 3000, barretenberg as WebAssembly"),
    ("address from secret", "address from secret"),
    ("append 64 leaves", "append 64 leaves"),
    ("append 1024 leaves", "append 1024 leaves"),
    ("insert 64 nullifiers", "insert 64 nullifiers"),
    ("load contract, JSON", "load contract, JSON"),
    ("load contract, pack", "load contract, JSON"),
    ("load one function, pack", "load contract, JSON"),
    ("class id of a loaded contract", "class id of a loaded contract"),
    ("encode arguments", "encode arguments"),
    ("encode arguments, JSON text", "encode arguments"),
    ("encode kernel inputs", "encode kernel inputs"),
    ("decode tx", "decode tx"),
    ("decode tx, JSON", "decode tx, JSON"),
];

/// Where scripts and inputs go below the reference.
const PLACE: &str = "aztec-lite-bench";
/// Turns per row; the median counts.
const TURNS: usize = 5;
/// Milliseconds a measurement lasts at least.
const BUDGET: u32 = 100;

/// Measures every row and prints a table in Markdown.
///
/// # Errors
/// If a program cannot be built or started, or one stops answering.
pub fn run() -> Result<(), Error> {
    rows(|_| true)
}

/// Measures the rows of ours that are wanted.
pub(crate) fn rows(wanted: impl Fn(&str) -> bool) -> Result<(), Error> {
    let reference = Reference::required()?;
    let inputs = shell::root().join("target/bench-inputs");
    write_inputs(&inputs)?;
    let native = Runner::native(&inputs)?;
    let target = "wasm32-unknown-unknown";
    shell::run(shell::command(&[
        "cargo",
        "build",
        "--quiet",
        "--release",
        "--package",
        "bench",
        "--lib",
        "--target",
        target,
    ]))?;
    let folder = reference.folder.join(PLACE);
    copy(&shell::root().join("tests/bench/wasm.mjs"), &folder.join("wasm.mjs"))?;
    copy(&self::target().join(target).join("release/bench.wasm"), &folder.join("bench.wasm"))?;
    let official = Runner::official(&inputs, &reference)?;
    let wasm = reference.node(&["aztec-lite-bench/wasm.mjs", "aztec-lite-bench/bench.wasm", "aztec-lite-bench/inputs"]);
    let mut runners = [native, Runner::start(wasm)?, official];

    println!("| Workload | native | WebAssembly | official | native vs official | WebAssembly vs official |");
    println!("|---|---|---|---|---|---|");
    for (ours, official) in ROWS.iter().filter(|(ours, _)| wanted(ours)) {
        let mut samples = [const { Vec::new() }; 3];
        for _ in 0..TURNS {
            for (index, runner) in runners.iter_mut().enumerate() {
                samples[index].push(runner.measure(if index == 2 { official } else { ours }, BUDGET)?);
            }
        }
        let [native, wasm, official_time] = samples.map(median);
        let name = if ours == official { (*ours).to_owned() } else { format!("{ours} ÷ {official}") };
        println!(
            "| {name} | {} | {} | {} | {:.1}× | {:.1}× |",
            shown(native),
            shown(wasm),
            shown(official_time),
            official_time / native,
            official_time / wasm
        );
    }
    Ok(())
}

/// Nanoseconds a run of workloads takes natively, and with the official packages if there are any.
pub(crate) fn native_and_official(
    rows: &[&str],
    reference: Option<&Reference>,
) -> Result<Vec<[Option<f64>; 2]>, Error> {
    let inputs = shell::root().join("target/bench-inputs");
    write_inputs(&inputs)?;
    let mut native = Runner::native(&inputs)?;
    let mut official = reference.map(|reference| Runner::official(&inputs, reference)).transpose()?;
    let mut found = Vec::new();
    for row in rows {
        let mut samples = [const { Vec::new() }; 2];
        for _ in 0..TURNS {
            samples[0].push(native.measure(row, BUDGET)?);
            if let Some(official) = &mut official {
                samples[1].push(official.measure(row, BUDGET)?);
            }
        }
        found.push(samples.map(|samples| (!samples.is_empty()).then(|| median(samples))));
    }
    Ok(found)
}

/// Builds the programs that are measured: all in one go, so that they share what they depend on.
pub(crate) fn build() -> Result<(), Error> {
    // Without what verifies proofs: nothing here does.
    let packages = ["--package", "node-lite", "--package", "bench", "--bins", "--no-default-features"];
    shell::run(shell::command(&[&["cargo", "build", "--quiet", "--release"][..], &packages].concat()))
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from)
}

pub(crate) fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}

pub(crate) fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n < 1e3 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} µs", n / 1e3),
        n => format!("{:.2} ms", n / 1e6),
    }
}

/// A program that answers measurements.
pub(crate) struct Runner {
    name: String,
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Runner {
    /// Our code.
    fn native(inputs: &Path) -> Result<Self, Error> {
        build()?;
        let mut native = Command::new(target().join("release/native"));
        native.arg(inputs);
        Self::start(native)
    }

    /// The official packages.
    fn official(inputs: &Path, reference: &Reference) -> Result<Self, Error> {
        let folder = reference.folder.join(PLACE);
        copy_folder(inputs, &folder.join("inputs"))?;
        copy(&shell::root().join("tests/bench/official.mjs"), &folder.join("official.mjs"))?;
        Self::start(reference.node(&["aztec-lite-bench/official.mjs", "aztec-lite-bench/inputs"]))
    }

    pub(crate) fn start(mut command: Command) -> Result<Self, Error> {
        let name = command.get_program().to_string_lossy().into_owned();
        let failed = |source| Error::Start { command: name.clone(), source };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
        let (Some(requests), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both were asked to be pipes")
        };
        Ok(Self { name, child, requests, answers: BufReader::new(answers) })
    }

    /// Nanoseconds per run.
    pub(crate) fn measure(&mut self, workload: &str, budget: u32) -> Result<f64, Error> {
        let failed = |source| Error::Start { command: self.name.clone(), source };
        writeln!(self.requests, "{workload} {budget}").map_err(failed)?;
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line).map_err(failed)? == 0 {
                let status = self.child.wait().map_err(failed)?;
                return Err(Error::Failed { command: format!("{}: {workload}", self.name), status });
            }
            // The official packages log to standard output too.
            if let Ok(nanoseconds) = line.trim().parse() {
                return Ok(nanoseconds);
            }
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lays out what the workloads read.
fn write_inputs(folder: &Path) -> Result<(), Error> {
    packages::fetch()?;
    let out = crate::artifacts::ensure()?;
    save(&folder.join("contracts.pack"), &read(&out.join("noir-contracts.js.pack"))?)?;
    for (package, contract, name) in [
        ("@aztec/noir-contracts.js", "token_contract-Token", "token.json"),
        ("@aztec/accounts", "SchnorrAccount", "account.json"),
        ("@aztec/noir-protocol-circuits-types", "private_kernel_tail", "tail.json"),
    ] {
        let mut found = None;
        packages::open(package)?.artifacts(|artifact, bytes| {
            if artifact.strip_suffix(".json").unwrap_or(artifact) == contract {
                found = Some(bytes);
            }
            Ok::<_, Error>(())
        })?;
        let bytes = found.ok_or_else(|| Error::Missing {
            what: format!("{contract} in {package}"),
            fix: "compare xtask/src/compare.rs with the files of the package".into(),
        })?;
        save(&folder.join(name), &bytes)?;
    }
    let recorded = shell::root().join("tests/fixtures/tx/public-transfer.bin.gz");
    let mut tx = Vec::new();
    flate2::read::GzDecoder::new(read(&recorded)?.as_slice())
        .read_to_end(&mut tx)
        .map_err(|source| Error::Io { path: recorded.clone(), source })?;
    let json = protocol::codec::Decode::from_buffer(&tx)
        .map_err(|error| error.to_string())
        .and_then(|tx: protocol::tx::Tx| serde_json::to_vec(&tx).map_err(|error| error.to_string()));
    let json = json.map_err(|why| Error::Missing {
        what: format!("a transaction in {} ({why})", recorded.display()),
        fix: "restore the file".into(),
    })?;
    save(&folder.join("tx.bin"), &tx)?;
    save(&folder.join("tx.json"), &json)?;
    save(&folder.join("arguments.json"), include_bytes!("../../tests/bench/arguments.json"))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })
}

pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Io { path: path.to_owned(), source };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    fs::write(path, bytes).map_err(failed)
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    save(to, &read(from)?)
}

pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { path: from.to_owned(), source };
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
