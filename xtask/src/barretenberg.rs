//! Barretenberg's WebAssembly module for one thread, taken out of the official package and kept in the cache folder.

use std::fs;
use std::io::Read;
use std::path::PathBuf;

use circuits::bb::BbModule;
use flate2::read::GzDecoder;

use crate::{Error, browser, packages};

/// The official module has 10 megabytes.
const MAX_MODULE: u64 = 64 << 20;

/// Where the module is kept; `node-lite` looks there too.
fn path() -> PathBuf {
    let name = format!("barretenberg-{}.wasm", BbModule::OFFICIAL_SHA256);
    packages::cache_folder().join("barretenberg").join(name)
}

/// The module, from the cache or the package.
///
/// # Errors
/// If the package is missing, holds another module, or the cache cannot be written to.
pub fn module() -> Result<BbModule, Error> {
    let path = path();
    if let Some(module) = fs::read(&path).ok().and_then(|bytes| BbModule::official(bytes).ok()) {
        return Ok(module);
    }
    let zipped = browser::zipped_module("barretenberg")?;
    let at = |source| Error::Io { path: path.clone(), source };
    let mut bytes = Vec::new();
    GzDecoder::new(zipped.as_slice()).take(MAX_MODULE).read_to_end(&mut bytes).map_err(at)?;
    let module = BbModule::official(bytes)?;
    fs::create_dir_all(path.parent().unwrap_or(&path)).map_err(at)?;
    fs::write(&path, module.bytes()).map_err(at)?;
    Ok(module)
}

/// Puts the module into the cache and says where it is.
///
/// # Errors
/// As [`module`].
pub fn fetch() -> Result<(), Error> {
    module()?;
    println!("{}", path().display());
    Ok(())
}
