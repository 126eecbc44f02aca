//! The command line of [`xtask`]: `cargo xtask COMMAND`. People use `./dev`, which calls it.
use std::process::ExitCode;

use xtask::{
    Error, artifacts, assets, barretenberg, bench, bench_browser, bench_circuits, bench_node, bench_pxe, browser,
    check, compare, dev_params, fuzz, needs, packages, page, replay, steps, wasm,
};

const USAGE: &str = "\
usage: cargo xtask COMMAND
  test [--list | STEP...]  install what the steps need, then run them (all without STEP)
  check                    crate graph, file sizes, lints, leftovers, builds for bare-metal targets
  barretenberg             put barretenberg's WebAssembly module, which verifies proofs, into the cache folder
  fetch                    download the official packages, checked against xtask/packages.lock.json
  artifacts [--debug] [--verify [--recorded DIR]] [--out DIR]
                           convert the official artifacts to packs; --verify checks each against the official values,
                           and recorded executions of kernel circuits against our types of their inputs
  assets                   write the files that come with the npm package
  dev-params [--official] [--write] [--again NAME]... [--backend NAME] [--contract NAME]... [--compare FILE]...
                           check the official keys, and what the checkout keeps of those of the insecure development SRS;
                           --write: derive and keep them; --again: derive one or `all` again and compare; backends: wasmtime,
                           pipe, pipe:COMMAND
  prove INPUTS [--backend NAME] [--out FILE] [--unverified]
                           one proof of all circuits in a file as `bb prove --scheme chonk` takes it
  verify INPUTS PROOF [--backend NAME] [--flips COUNT]
                           verify such a proof, and that it fails with any of COUNT bits flipped
  rollup [CIRCUIT...] [--backend NAME] [--flips COUNT]
                           solve, prove and verify rollup circuits that verify no other proof: parity_base and
                           rollup_checkpoint_padding
  srs [LOG2] [URL...]      download the Ignition SRS for circuits of up to 2^LOG2 gates, and verify it
  conformance [--backend NAME]
                           the tests of a barretenberg backend: wasmtime, pipe, pipe:COMMAND, or patched:COMMAND, a copy of
                           the program COMMAND ends with that can verify under the development SRS
  setup                    install everything that can be installed
  doctor                   what is present, what is missing, and the command that fixes it
  bench [NAME]             run the benchmarks
  bench compare            time our code beside an install of the official packages ($AZTEC_REFERENCE)
  bench circuits [solve|encode|chonk]...
                           the same for solving circuits, making kernel inputs, and proofs ($BB: a command that runs bb)
  bench node [--transfers COUNT] [--history LENGTH,...] [--only start|transfers|calls|machine|history]...
                           time node-lite beside the official local network, if there is such an install
  bench pxe [--notes COUNT,...] [--turns COUNT]
                           time our client beside the official PXE, on one node-lite
  bench browser [--adapter] [--notes COUNT] [--turns COUNT] [--proofs]
                           the same in pages of a headless Chromium; --proofs: also prove, which takes minutes; --adapter:
                           test official contract classes and accounts in a page on our wallet instead
  fuzz [TARGET [SECONDS]]  fuzz the decoders, 600 seconds each; needs cargo-fuzz
  wasm [FLAVOUR] [--conformance]
                           build the WebAssembly package in a flavour of wasm-pack.toml; --conformance: for the tests in a browser
  browser [--chonk [FILE...]]
                           test barretenberg in a headless Chromium; --chonk: prove files of tests/chonk there
  replay PATH... [--native] [--wasm] [--browser]
                           solve recorded executions of the official solver again (tests/transcripts): natively, as
                           WebAssembly under Node.js, in a headless Chromium
  programs                 decode every program of the official packages
  page                     build the wallet page and test it in a headless Chromium
  up [OPTION...]           build node-lite and the wallet page, and run both; options are those of node-lite";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = std::error::Error::source(&error);
            while let Some(cause) = source {
                eprintln!("  because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode, Error> {
    let (command, rest) = arguments.split_first().map_or(("help", arguments), |(first, rest)| (first.as_str(), rest));
    match (command, rest) {
        ("test", [flag]) if flag == "--list" => steps::list(),
        ("test", names) => return steps::run(names),
        ("check", []) => check::run()?,
        ("fetch", []) => packages::fetch()?,
        ("artifacts", options) => artifacts::run(options)?,
        ("assets", []) => assets::run()?,
        ("dev-params", options)
            if cfg!(not(feature = "barretenberg")) && options.iter().any(|word| word == "wasmtime") =>
        {
            with_barretenberg("dev-params", options)?;
        }
        ("dev-params", options) => dev_params::run(options)?,
        ("prove" | "verify" | "rollup" | "srs" | "conformance", rest) => with_barretenberg(command, rest)?,
        ("barretenberg", []) => {
            needs::provide(&[needs::Need::Packages])?;
            barretenberg::fetch()?;
        }
        ("setup", []) => needs::provide(&needs::Need::ALL)?,
        ("doctor", []) => return Ok(needs::doctor()),
        ("bench", [name]) if name == "compare" => compare::run()?,
        ("bench", [name, options @ ..]) if name == "circuits" => bench_circuits::run(options)?,
        ("bench", [name, options @ ..]) if name == "node" => bench_node::run(options)?,
        ("bench", [name, options @ ..]) if name == "pxe" => bench_pxe::run(options)?,
        ("bench", [name, options @ ..]) if name == "browser" => bench_browser::run(options)?,
        ("fuzz", [] | [_] | [_, _]) => fuzz::run(rest)?,
        ("bench", [] | [_]) => bench::run(rest.first().map(String::as_str))?,
        ("browser", options) => browser::run(options)?,
        ("wasm", options) => wasm::run(options)?,
        ("replay", [_, ..]) => replay::run(rest)?,
        ("programs", []) => replay::programs()?,
        ("page", []) => page::test()?,
        ("up", options) => page::up(options)?,
        ("help" | "--help" | "-h", _) => println!("{USAGE}"),
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(feature = "barretenberg")]
fn with_barretenberg(command: &str, options: &[String]) -> Result<(), Error> {
    xtask::prove::run(command, options)
}

/// Builds this program with what runs barretenberg, and hands over.
#[cfg(not(feature = "barretenberg"))]
fn with_barretenberg(command: &str, options: &[String]) -> Result<(), Error> {
    let mut line =
        xtask::shell::command(&["cargo", "run", "--quiet", "--package=xtask", "--features=barretenberg", "--"]);
    line.arg(command).args(options);
    if let Ok(folder) = std::env::current_dir() {
        line.current_dir(folder);
    }
    xtask::shell::run(line)
}
