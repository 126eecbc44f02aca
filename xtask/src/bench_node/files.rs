//! Folders, chains in them, and programs that run to their end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::BenchError;
use crate::{Error, compare};

/// Runs a program, which must succeed.
pub(super) fn succeed(mut command: Command) -> Result<(), Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().map_err(|source| Error::Start { command: name.clone(), source })?;
    if status.success() { Ok(()) } else { Err(Error::Failed { command: name, status }) }
}

/// An empty folder to work in.
pub(super) fn fresh_folder() -> Result<PathBuf, Error> {
    let path = compare::target().join("bench-node");
    let failed = |source| Error::Io { path: path.clone(), source };
    if path.exists() {
        fs::remove_dir_all(&path).map_err(failed)?;
    }
    fs::create_dir_all(&path).map_err(failed)?;
    Ok(path)
}

/// Copies the data of a node that does not run, in place of what was there.
pub(super) fn copy_chain(from: &Path, to: &Path) -> Result<(), BenchError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BenchError::File { path, source }
    };
    if to.exists() {
        fs::remove_dir_all(to).map_err(failed(to))?;
    }
    fs::create_dir_all(to).map_err(failed(to))?;
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let path = entry.map_err(failed(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        fs::copy(&path, &target).map_err(failed(&path))?;
    }
    Ok(())
}
