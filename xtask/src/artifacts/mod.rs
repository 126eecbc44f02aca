//! The official artifacts in our own compact form (`docs/artifact-format.md`).
//!
//! | File | Subject |
//! |---|---|
//! | `build` | from the official packages to packs |
//! | `report` | what that saves |
//! | `verify` | every artifact against the values of the official code |
//! | `witness` | what they take and return, as witnesses |

mod build;
mod report;
mod verify;
mod witness;

use std::io;
use std::path::{Path, PathBuf};

use protocol::artifact::ArtifactError;
use protocol::artifact::pack::PackError;

use crate::Error;

/// Why packs cannot be made or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArtifactsError {
    /// An option there is not.
    #[error("unknown option {0}; known are --debug, --verify, --recorded DIR and --out DIR")]
    Option(String),
    /// A package holds something that is no artifact.
    #[error("{package}, artifacts/{file}")]
    Artifact {
        /// Name of the package.
        package: String,
        /// Name of the file.
        file: String,
        /// What is wrong.
        #[source]
        source: ArtifactError,
    },
    /// A pack cannot be made or read.
    #[error("pack of {package}")]
    Pack {
        /// Name of the package.
        package: String,
        /// What is wrong.
        #[source]
        source: PackError,
    },
    /// The recorded official values cannot be read.
    #[error("tests/vectors/data/artifacts.jsonl, line {line}")]
    Vectors {
        /// The line.
        line: usize,
        /// What is wrong.
        #[source]
        source: serde_json::Error,
    },
}

/// What to do.
struct Options {
    /// Also make packs of sources and debug symbols.
    debug: bool,
    /// Check everything.
    verify: bool,
    /// Recorded executions to check too.
    recorded: Option<PathBuf>,
    /// Where the packs go.
    out: PathBuf,
}

/// Where packs go unless told otherwise.
fn default_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from).join("artifacts")
}

/// Makes the packs that are not up to date and tells where they are.
///
/// # Errors
/// If a package is missing or an artifact cannot be converted.
pub fn ensure() -> Result<PathBuf, Error> {
    let options = Options { debug: false, verify: false, recorded: None, out: default_folder() };
    build::run(&options)?;
    Ok(options.out)
}

fn parse(arguments: &[String]) -> Result<Options, ArtifactsError> {
    let mut options = Options { debug: false, verify: false, recorded: None, out: default_folder() };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match (argument.as_str(), rest.len()) {
            ("--debug", _) => options.debug = true,
            ("--verify", _) => options.verify = true,
            ("--recorded", 1..) => options.recorded = rest.next().map(PathBuf::from),
            ("--out", 1..) => options.out = PathBuf::from(rest.next().expect("one is left")),
            _ => return Err(ArtifactsError::Option(argument.clone())),
        }
    }
    Ok(options)
}

/// The checkout.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate is a folder of the checkout")
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { path, source }
}

/// The file name of a package's pack: `@aztec/accounts` gives `accounts.pack`.
pub(crate) fn file_name(package: &str, debug: bool) -> String {
    let name = package.rsplit('/').next().unwrap_or(package);
    format!("{name}{}", if debug { ".debug.pack" } else { ".pack" })
}

/// Makes the packs that are not up to date, prints what they save, and checks them if asked to.
///
/// # Errors
/// If a package is missing, an artifact cannot be converted, or a check fails.
pub fn run(arguments: &[String]) -> Result<(), Error> {
    let options = parse(arguments)?;
    build::run(&options)?;
    if options.verify { verify::run(&options) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options() {
        let parse = |arguments: &[&str]| parse(&arguments.iter().map(|&text| text.into()).collect::<Vec<_>>());
        let options = parse(&["--debug", "--out", "x"]).unwrap();
        assert!(options.debug && !options.verify && options.out == Path::new("x"));
        assert!(parse(&["--out"]).is_err() && parse(&["--what"]).is_err());
        assert_eq!(file_name("@aztec/accounts", true), "accounts.debug.pack");
    }
}
