//! Running programs from the root of the checkout.
use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::de::DeserializeOwned;

use crate::{Error, count::Tally};

/// The root of the checkout.
#[must_use]
pub fn root() -> PathBuf {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    crate_folder.parent().unwrap_or(crate_folder).to_owned()
}

/// Reads a file of the checkout, named relative to its root.
///
/// # Errors
/// If it cannot be read as text.
pub fn read(path: &str) -> Result<String, Error> {
    let path = root().join(path);
    std::fs::read_to_string(&path).map_err(|source| Error::Io { path, source })
}

/// A command line that starts at the root of the checkout.
#[must_use]
pub fn command(line: &[&str]) -> Command {
    let (program, arguments) = line.split_first().unwrap_or((&"true", &[]));
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

fn shown(command: &Command) -> String {
    let words: Vec<_> =
        std::iter::once(command.get_program()).chain(command.get_args()).map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Runs a command; its output goes where ours goes.
///
/// # Errors
/// If it cannot be started or fails.
pub fn run(mut command: Command) -> Result<(), Error> {
    let name = shown(&command);
    let status = command.status().map_err(|source| Error::Start { command: name.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: name, status }) }
}

/// Runs a test runner: its output goes to `screen` line by line while `tally` counts the results in it.
///
/// # Errors
/// If it cannot be started or fails.
pub fn run_counted(mut command: Command, tally: &mut Tally, screen: &mut dyn Write) -> Result<(), Error> {
    let name = shown(&command);
    let start = |source| Error::Start { command: name.clone(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(start)? > 0 {
            // A closed pipe of ours is no reason to stop counting.
            let _ = screen.write_all(&line);
            tally.line(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let status = child.wait().map_err(start)?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: name, status }) }
}

/// What a command prints, or nothing if it cannot be started or fails.
#[must_use]
pub fn probe(line: &[&str]) -> Option<String> {
    let output = command(line).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What a command prints.
///
/// # Errors
/// If it cannot be started or fails.
pub fn output(line: &[&str]) -> Result<Vec<u8>, Error> {
    let mut command = command(line);
    let name = shown(&command);
    let output =
        command.stderr(Stdio::inherit()).output().map_err(|source| Error::Start { command: name.clone(), source })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed { command: name, status: output.status })
    }
}

/// The JSON a command prints.
///
/// # Errors
/// If it cannot be started, fails, or prints something else.
pub fn json<T: DeserializeOwned>(line: &[&str]) -> Result<T, Error> {
    serde_json::from_slice(&output(line)?).map_err(|source| Error::Output { command: line.join(" "), source })
}
