//! Barretenberg's WebAssembly module for one thread, taken out of the official package and kept in the cache folder; the
//! native program made to use the development SRS.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use circuits::bb::BbModule;
use circuits::bb::pipe::PipeCommand;
use circuits::srs::{Srs, translator};
use flate2::read::GzDecoder;
use protocol::hash::sha256;

use crate::dev_params::ParamsError;
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

/// The command line with a copy of its program, in the cache, that uses the development SRS. The program as it is proves under
/// that SRS too, but has the wrong key built in to verify.
///
/// # Errors
/// If the program cannot be read or is another one, or the cache cannot be written to.
pub(crate) fn patched(command: &PipeCommand, srs: &Srs) -> Result<PipeCommand, Error> {
    let line = command.to_string();
    let (before, program) = line.rsplit_once(' ').unwrap_or(("", &line));
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let program = Path::new(program);
    let mut bytes = fs::read(program).map_err(at(program))?;
    let hash: String = sha256(&[&bytes])[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let folder = packages::cache_folder().join("barretenberg");
    let copy = folder.join(format!("bb-{}-{hash}", srs.kind.name()));
    if !copy.is_file() {
        translator::patch_native(&mut bytes, srs).map_err(ParamsError::from)?;
        fs::create_dir_all(&folder).map_err(at(&folder))?;
        let new = copy.with_extension(std::process::id().to_string());
        fs::write(&new, &bytes).map_err(at(&new))?;
        let permissions = fs::metadata(program).map_err(at(program))?.permissions();
        fs::set_permissions(&new, permissions).map_err(at(&new))?;
        fs::rename(&new, &copy).map_err(at(&copy))?;
    }
    Ok(format!("{before} {}", copy.display()).parse().map_err(ParamsError::from)?)
}
