//! Replaying recorded executions of the official solver; see `tests/transcripts/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use protocol::artifact::Bytecode;
use protocol::artifact::pack::{Pack, PackError};
use protocol::hash::sha256;
use serde::Deserialize;

use crate::artifacts::{self, ArtifactsError};
use crate::{Error, packages, shell, wasm};

/// Where recordings are solved again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Native,
    /// Our code as WebAssembly under Node.js.
    Node,
    /// The same in a page of a headless Chromium.
    Browser,
}

/// Replays folders or archives of recordings: `PATH... [--native] [--wasm] [--browser]`, natively unless told where.
///
/// # Errors
/// If recordings cannot be read, something cannot be built, or a run differs.
pub fn run(arguments: &[String]) -> Result<(), Error> {
    let (flags, paths): (Vec<_>, Vec<_>) = arguments.iter().partition(|argument| argument.starts_with("--"));
    let place = |flag: &&String| match flag.as_str() {
        "--native" => Ok(Place::Native),
        "--wasm" => Ok(Place::Node),
        "--browser" => Ok(Place::Browser),
        _ => Err(Error::Unknown {
            what: "option",
            name: (*flag).clone(),
            known: "--native, --wasm, --browser".to_owned(),
        }),
    };
    let mut places = flags.iter().map(place).collect::<Result<Vec<_>, _>>()?;
    if places.is_empty() {
        places.push(Place::Native);
    }
    for path in paths {
        let folder = unpacked(Path::new(path))?;
        programs_of(&folder)?;
        for place in &places {
            println!("==> {path}, {place:?}");
            replay(&folder, *place)?;
        }
    }
    Ok(())
}

fn replay(folder: &Path, place: Place) -> Result<(), Error> {
    if place == Place::Native {
        let mut line =
            shell::command(&["cargo", "run", "--quiet", "--release", "--package=tests", "--bin=replay", "--"]);
        line.arg(folder);
        return shell::run(line);
    }
    let target = "--target=wasm32-unknown-unknown";
    shell::run(shell::command(&["cargo", "build", "--quiet", "--release", "--package=tests", "--lib", target]))?;
    let script = if place == Place::Node {
        "tests/wasm/replay.mjs"
    } else {
        shell::run(shell::command(&["npm", "run", "--silent", "build", "--workspace=sdk-ts"]))?;
        "tests/wasm/replay-browser.mjs"
    };
    let mut line = shell::command(&["node", script]);
    line.arg(folder);
    shell::run(line)
}

/// The folder with the recordings: the path itself, or one an archive is unpacked to.
pub(crate) fn unpacked(path: &Path) -> Result<PathBuf, Error> {
    let at = |source| Error::Io { path: path.to_owned(), source };
    if path.is_dir() {
        return path.canonicalize().map_err(at);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut file = BufReader::new(File::open(path).map_err(at)?);
    let mut archive = Vec::new();
    let name = if let Some(name) = name.strip_suffix(".tar.gz") {
        GzDecoder::new(file).read_to_end(&mut archive).map_err(at)?;
        name
    } else if let Some(name) = name.strip_suffix(".tar.xz") {
        let inflated = lzma_rs::xz_decompress(&mut file, &mut archive);
        inflated.map_err(|error| at(io::Error::other(error.to_string())))?;
        name
    } else {
        return Err(Error::Missing {
            what: format!("a folder, .tar.gz or .tar.xz at {}", path.display()),
            fix: "name one, such as tests/transcripts/recorded.tar.gz".to_owned(),
        });
    };
    let folder = wasm::target_folder().join("recordings").join(name);
    match fs::remove_dir_all(&folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(Error::Io { path: folder, source }),
        _ => fs::create_dir_all(&folder).map_err(at)?,
    }
    // Never writes outside the folder.
    tar::Archive::new(archive.as_slice()).unpack(&folder).map_err(at)?;
    Ok(folder)
}

#[derive(Deserialize)]
struct Recorded {
    sha: String,
}

/// Writes the programs that recordings run and that are not beside them, from the official packages. Tells the name of
/// each program by its hash.
pub(crate) fn programs_of(folder: &Path) -> Result<BTreeMap<String, String>, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let mut needed = BTreeSet::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let json = fs::read(&path).map_err(at(&path))?;
            let recorded: Recorded = serde_json::from_slice(&json)
                .map_err(|source| Error::Json { path: path.display().to_string(), source })?;
            needed.insert(recorded.sha);
        }
    }
    let (mut names, mut restored) = (BTreeMap::new(), 0);
    let mut keep = |program: String, bytecode: &Bytecode| {
        let hash = sha256(&[bytecode.as_bytes()]);
        let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        if !needed.remove(&hash) {
            return Ok(());
        }
        let path = folder.join(format!("{hash}.bc"));
        names.insert(hash, program);
        if path.is_file() {
            return Ok(());
        }
        restored += 1;
        fs::write(&path, bytecode.as_bytes()).map_err(at(&path))
    };
    let packs = artifacts::ensure()?;
    for package in packages::names()? {
        let path = packs.join(artifacts::file_name(&package, false));
        let pack = Pack::open(fs::read(&path).map_err(at(&path))?);
        let wrong = |source: PackError| ArtifactsError::Pack { package: package.clone(), source };
        let pack = pack.map_err(wrong)?;
        for circuit in &pack.index().circuits {
            keep(circuit.name.clone(), &pack.circuit(&circuit.name).map_err(wrong)?.bytecode)?;
        }
        for contract in &pack.index().contracts {
            let artifact = pack.contract(&contract.name).and_then(|contract| contract.artifact()).map_err(wrong)?;
            for function in &artifact.functions {
                keep(format!("{}.{}", contract.name, function.abi.name), &function.bytecode)?;
            }
        }
    }
    if restored > 0 {
        println!("{restored} programs taken from the official packages");
    }
    match needed.into_iter().find(|hash| !folder.join(format!("{hash}.bc")).is_file()) {
        None => Ok(names),
        Some(hash) => Err(Error::Missing {
            what: format!("program {hash}, which a recording in {} runs", folder.display()),
            fix: format!("put its bytecode there as {hash}.bc"),
        }),
    }
}

/// Decodes every program of the official packages.
///
/// # Errors
/// If the packages are missing or a program does not decode.
pub fn programs() -> Result<(), Error> {
    let packs = artifacts::ensure()?;
    // The build that tests have made already: optimised enough for this.
    let line = ["cargo", "run", "--quiet", "--package=tests", "--bin=replay", "--", "--programs"];
    let mut command = shell::command(&line);
    command.arg(packs);
    shell::run(command)
}
