//! The command line of [`xtask`]: `cargo xtask COMMAND`. People use `./dev`, which calls it.
use std::process::ExitCode;

use xtask::{Error, artifacts, bench, check, compare, fuzz, needs, packages, steps};

const USAGE: &str = "\
usage: cargo xtask COMMAND
  test [--list | STEP...]  install what the steps need, then run them (all without STEP)
  check                    crate graph, file sizes, lints, leftovers, builds for bare-metal targets
  fetch                    download the official packages, checked against xtask/packages.lock.json
  artifacts [--debug] [--verify] [--out DIR]
                           convert the official artifacts to packs; --verify checks each against the official values
  setup                    install everything that can be installed
  doctor                   what is present, what is missing, and the command that fixes it
  bench [NAME]             run the benchmarks
  bench compare            time our code beside an install of the official packages ($AZTEC_REFERENCE)
  fuzz [TARGET [SECONDS]]  fuzz the decoders, 600 seconds each; needs cargo-fuzz and a nightly compiler
  up                       set up, then tell what can be tried";

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
        ("setup", []) => needs::provide(&needs::Need::ALL)?,
        ("doctor", []) => return Ok(needs::doctor()),
        ("bench", [name]) if name == "compare" => compare::run()?,
        ("fuzz", [] | [_] | [_, _]) => fuzz::run(rest)?,
        ("bench", [] | [_]) => bench::run(rest.first().map(String::as_str))?,
        ("up", []) => {
            needs::provide(&needs::Need::ALL)?;
            println!("{}", include_str!("up.txt"));
        }
        ("help" | "--help" | "-h", _) => println!("{USAGE}"),
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}
