//! Barretenberg in a real browser: its modules taken out of the official package, and the tests of `sdk-ts/test/browser`.

use std::fs;
use std::path::PathBuf;

use base64::{Engine, prelude::BASE64_STANDARD};
use circuits::srs::{SrsCache, SrsSize};

use crate::dev_params::ParamsError;
use crate::{Error, packages, shell, wasm};

/// The package and the folder in it whose scripts hold the modules, as base64 of gzip.
const PACKAGE: &str = "@aztec/bb.js";
const SCRIPTS: &str = "dest/browser/barretenberg_wasm/fetch_code/browser/";
/// The build for one thread and the one for several; scripts and modules have the same name.
const NAMES: [&str; 2] = ["barretenberg", "barretenberg-threads"];
const PREFIX: &str = "data:application/gzip;base64,";

/// Writes barretenberg's modules, compressed, to a folder and tells which.
///
/// # Errors
/// If the package is missing or does not hold them.
pub fn modules() -> Result<PathBuf, Error> {
    let folder = wasm::target_folder().join("barretenberg");
    let at = |source| Error::Io { path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(at)?;
    for name in NAMES {
        let zipped = zipped_module(name)?;
        println!("{name}.wasm: {} bytes compressed", zipped.len());
        fs::write(folder.join(format!("{name}.wasm.gz")), zipped).map_err(at)?;
    }
    Ok(folder)
}

/// One of barretenberg's modules in the official package, as gzip.
pub(crate) fn zipped_module(name: &str) -> Result<Vec<u8>, Error> {
    let path = format!("{SCRIPTS}{name}.js");
    let mut script = None;
    packages::open(PACKAGE)?.files(
        |file| file == path,
        |_, bytes| {
            script = Some(bytes);
            Ok::<_, Error>(())
        },
    )?;
    let text = script.and_then(|script| String::from_utf8(script).ok());
    let base64 = text.as_deref().and_then(|text| text.split_once(PREFIX)).and_then(|(_, rest)| rest.split('"').next());
    base64.and_then(|base64| BASE64_STANDARD.decode(base64).ok()).ok_or_else(|| Error::Missing {
        what: format!("the module in {path} of {PACKAGE}"),
        fix: "compare xtask/src/browser.rs with the files of the package".to_owned(),
    })
}

/// Writes the points of an insecure SRS to a file, which the tests download.
fn points() -> Result<PathBuf, Error> {
    let path = wasm::target_folder().join("barretenberg/INSECURE_g1.dat");
    let cache = SrsCache::new(packages::cache_folder().join("srs"));
    let srs = cache.development(SrsSize::TRANSLATOR, &mut |_| ()).map_err(ParamsError::from)?;
    fs::write(&path, &srs.bn254_g1).map_err(|source| Error::Io { path: path.clone(), source })?;
    Ok(path)
}

/// Runs the tests of barretenberg and of the SRS in a headless Chromium, with threads and without. With `--chonk` proves
/// instead, which takes minutes: the files that are named, by default those of `tests/chonk`.
///
/// # Errors
/// If something cannot be built or a test fails.
pub fn run(arguments: &[String]) -> Result<(), Error> {
    let modules = modules()?;
    let chonk = arguments.first().is_some_and(|argument| argument == "--chonk");
    wasm::run(&["--conformance".to_owned()])?;
    shell::run(shell::command(&["npm", "run", "--silent", "build", "--workspace=sdk-ts"]))?;
    let script = if chonk { "test:chonk" } else { "test:browser" };
    let mut line = shell::command(&["npm", "run", "--silent", script, "--workspace=sdk-ts"]);
    line.env("BARRETENBERG_WASM", modules);
    line.env("CONFORMANCE_WASM", wasm::target_folder().join("wasm-conformance/single"));
    if chonk {
        line.env("CHONK_INPUTS", shell::root().join("tests/chonk"));
        if arguments.len() > 1 {
            line.env("CHONK_FILES", arguments[1..].join(","));
        }
    } else {
        line.env("SRS_POINTS", points()?);
    }
    shell::run(line)
}
