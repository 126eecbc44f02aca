//! The packs that `cargo xtask artifacts` makes.

use std::path::PathBuf;

use circuits::disk::FileSource;
use protocol::artifact::pack::Pack;

use super::Failure;

/// The folder with the packs: `AZTEC_LITE_ARTIFACTS`, or `artifacts` in cargo's folder.
#[must_use]
pub fn pack_folder() -> PathBuf {
    let checkout = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target"));
    let target = || std::env::var_os("CARGO_TARGET_DIR").map_or_else(checkout, PathBuf::from);
    std::env::var_os("AZTEC_LITE_ARTIFACTS").map_or_else(|| target().join("artifacts"), PathBuf::from)
}

pub(super) fn open(name: &str) -> Result<FileSource, Failure> {
    let path = pack_folder().join(name);
    FileSource::open(&path)
        .map_err(|error| format!("{}: {error}; `cargo xtask artifacts` makes the packs", path.display()).into())
}

/// A pack of contracts.
///
/// # Errors
/// If it is not there, or damaged.
pub fn open_pack(name: &str) -> Result<Pack<FileSource>, Failure> {
    Ok(Pack::open(open(name)?)?)
}
