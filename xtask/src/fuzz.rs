//! Fuzzing the decoders: seeds from the recorded data, then `cargo fuzz` on each target.
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use protocol::abi::argument_count;
use protocol::artifact::{
    CircuitArtifact, ContractArtifact,
    pack::{PackBuilder, Package},
};

use crate::{Error, packages, shell};

/// Every fuzz target.
pub const TARGETS: &[&str] = &["abi_decode", "abi_map", "artifact_json", "artifact_pack", "rpc_json", "tx_buffer"];
/// Seconds per target unless told otherwise.
const SECONDS: &str = "600";
/// Longest seed: longer ones make each run slow.
const MAX_SEED: usize = 300_000;

/// Fuzzes one target or all, some seconds each.
///
/// # Errors
/// If there is no such target, `cargo fuzz` cannot be run, or it finds something.
pub fn run(arguments: &[String]) -> Result<(), Error> {
    let (targets, seconds) = match arguments {
        [] => (TARGETS.to_vec(), SECONDS),
        [target] => (vec![target.as_str()], SECONDS),
        [target, seconds, ..] => (vec![target.as_str()], seconds.as_str()),
    };
    if let Some(unknown) = targets.iter().find(|target| !TARGETS.contains(target)) {
        return Err(Error::Unknown { what: "fuzz target", name: (*unknown).to_owned(), known: TARGETS.join(", ") });
    }
    if shell::probe(&["cargo", "fuzz", "--version"]).is_none() {
        return Err(Error::Missing { what: "cargo-fuzz".into(), fix: "cargo install cargo-fuzz".into() });
    }
    write_seeds()?;
    let folder = shell::root().join("tests/fuzz");
    for target in targets {
        println!("==> {target}, {seconds} s");
        let mut command = shell::command(&["cargo", "+nightly", "fuzz", "run", "--fuzz-dir", "tests/fuzz", target]);
        command.arg(folder.join("corpus").join(target)).arg("--");
        command.arg(format!("-max_total_time={seconds}"));
        command.args(["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=512", "-print_final_stats=1"]);
        command.arg(format!("-max_len={MAX_SEED}"));
        shell::run(command)?;
    }
    Ok(())
}

/// Writes the starting inputs of every target.
fn write_seeds() -> Result<(), Error> {
    let root = shell::root();
    for folder in ["tests/fixtures/tx", "tests/fixtures/blocks"] {
        for (name, bytes) in unzipped(&root.join(folder))? {
            seed("tx_buffer", &name, &bytes)?;
        }
    }
    for (name, bytes) in unzipped(&root.join("tests/fixtures/rpc"))? {
        for (index, line) in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
            let Ok(record) = serde_json::from_slice::<serde_json::Value>(line) else { continue };
            let method = record["request"]["method"].as_str().unwrap_or_default();
            for part in [&record["request"]["params"], &record["response"]["result"]] {
                let input = format!("{method}\n{part}");
                seed("rpc_json", &format!("{name}-{index}-{}", input.len()), input.as_bytes())?;
            }
        }
    }
    packages::fetch()?;
    let mut types = Vec::new();
    for package in packages::names()? {
        packages::open(&package)?.artifacts(|name, bytes| {
            let name = name.replace(['/', '@'], "-");
            if bytes.len() <= MAX_SEED {
                seed("artifact_json", &name, &bytes)?;
            }
            // A pack is much smaller than its JSON.
            if let Ok(artifact) = ContractArtifact::from_json(&bytes) {
                let mut pack = PackBuilder::new(Package { name: name.clone(), version: "0".into() });
                if pack.contract(&artifact).is_ok()
                    && let Ok((bytes, _)) = pack.finish()
                    && bytes.len() <= MAX_SEED
                {
                    seed("artifact_pack", &name, &bytes)?;
                }
            }
            if let Ok(circuit) = CircuitArtifact::from_json(&name, &bytes)
                && let Ok(count) = argument_count(&circuit.abi.parameters)
                && let Ok(mut input) = serde_json::to_vec(&circuit.abi)
            {
                input.push(b'\n');
                input.resize(input.len() + 32 * count, 0);
                seed("abi_map", &name, &input)?;
            }
            collect_types(&serde_json::from_slice(&bytes).unwrap_or_default(), &mut types);
            Ok::<_, Error>(())
        })?;
    }
    types.sort();
    types.dedup();
    for (index, ty) in types.iter().enumerate().filter(|(_, ty)| ty.len() < 4000) {
        let mut input = ty.clone().into_bytes();
        input.push(b'\n');
        input.extend([0u8; 640]);
        seed("abi_decode", &format!("type-{index}"), &input)?;
    }
    Ok(())
}

/// The ABI types in a JSON document, as text.
fn collect_types(value: &serde_json::Value, out: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            if members.get("kind").is_some_and(|kind| kind.is_string()) {
                out.push(value.to_string());
            }
            members.values().for_each(|member| collect_types(member, out));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect_types(item, out)),
        _ => {}
    }
}

/// The files of a folder, unzipped where needed.
fn unzipped(folder: &Path) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let path: PathBuf = entry.map_err(failed(folder))?.path();
        let bytes = fs::read(&path).map_err(failed(&path))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.extension().is_some_and(|extension| extension == "gz") {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).map_err(failed(&path))?;
            files.push((name, plain));
        } else {
            files.push((name, bytes));
        }
    }
    Ok(files)
}

fn seed(target: &str, name: &str, bytes: &[u8]) -> Result<(), Error> {
    if bytes.len() > MAX_SEED {
        return Ok(());
    }
    let folder = shell::root().join("tests/fuzz/corpus").join(target);
    let failed = |source| Error::Io { path: folder.clone(), source };
    fs::create_dir_all(&folder).map_err(failed)?;
    fs::write(folder.join(name), bytes).map_err(failed)
}
