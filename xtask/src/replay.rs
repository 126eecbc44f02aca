//! Replaying recorded executions of the official solver; see `tests/transcripts/README.md`.
use crate::{Error, shell};

/// Replays a folder or archive of recordings: natively, or as WebAssembly under Node.js.
///
/// # Errors
/// If something cannot be built, or a run differs.
pub fn run(recordings: &str, wasm: bool) -> Result<(), Error> {
    if !wasm {
        let line = ["cargo", "run", "--quiet", "--release", "--package=tests", "--bin=replay", "--", recordings];
        return shell::run(shell::command(&line));
    }
    let target = "--target=wasm32-unknown-unknown";
    shell::run(shell::command(&["cargo", "build", "--quiet", "--release", "--package=tests", "--lib", target]))?;
    shell::run(shell::command(&["node", "tests/wasm/replay.mjs", recordings]))
}

/// Decodes every program of the official packages.
///
/// # Errors
/// If the packages are missing or a program does not decode.
pub fn programs() -> Result<(), Error> {
    let packs = crate::artifacts::ensure()?;
    // The build that tests have made already: optimised enough for this.
    let line = ["cargo", "run", "--quiet", "--package=tests", "--bin=replay", "--", "--programs"];
    let mut command = shell::command(&line);
    command.arg(packs);
    shell::run(command)
}
