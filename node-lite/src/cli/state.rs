//! The chain in a file, at the start and at the end.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use node_lite::node::{Node, NodeError};
use thiserror::Error;

/// The chain could not be read from a file or written to one.
#[derive(Debug, Error)]
pub(crate) enum StateError {
    /// The file.
    #[error("cannot {what} {}: {source}", path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },
    /// What is in it, or the node.
    #[error("cannot {what} {}: {source}", path.display())]
    Chain { what: &'static str, path: PathBuf, source: Box<NodeError> },
}

impl StateError {
    /// What to do about it.
    pub(super) fn hint(&self) -> Option<String> {
        match self {
            Self::Chain { what: "load", .. } => Some(
                "--load-state takes what --dump-state of a node with the same --fund, --no-test-accounts, --slot-duration \
                 and --epoch-duration wrote"
                    .into(),
            ),
            _ => None,
        }
    }
}

/// Loads the chain in a file. Without the file there is nothing to load.
pub(super) fn load(node: &Node, path: &Path) -> Result<(), StateError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::info!(file = %path.display(), "there is no state to load yet");
            return Ok(());
        }
        Err(source) => return Err(StateError::File { what: "open", path: path.into(), source }),
    };
    let failed = |source| StateError::Chain { what: "load", path: path.into(), source: Box::new(source) };
    let block = node.load(&mut BufReader::new(file)).map_err(failed)?;
    tracing::info!(file = %path.display(), %block, "loaded the state");
    Ok(())
}

/// Writes the chain to a file. A file that is there already is replaced when the new one is complete.
pub(super) fn dump(node: &Node, path: &Path) -> Result<(), StateError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let failed = |source| StateError::File { what: "write", path: part.clone(), source };
    let mut out = BufWriter::new(File::create(&part).map_err(failed)?);
    let written = node.dump(&mut out).map_err(|source| StateError::Chain {
        what: "write the chain to",
        path: part.clone(),
        source: Box::new(source),
    });
    let finished = written.and_then(|()| {
        out.flush().map_err(failed)?;
        out.get_ref().sync_all().map_err(failed)?;
        let replaced = |source| StateError::File { what: "replace", path: path.into(), source };
        fs::rename(&part, path).map_err(replaced)
    });
    if finished.is_err() {
        // What is there of it is of no use.
        let _ = fs::remove_file(&part);
    }
    finished?;
    tracing::info!(file = %path.display(), "wrote the state");
    Ok(())
}
