//! Fuzzing the decoders: seeds from the recorded data, then `cargo fuzz` on each target.
use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::Command,
};

use circuits::honk::Flavour;
use circuits::set::DerivedKeys;
use circuits::srs::{SrsFile, SrsKind, SrsSize, development};
use flate2::read::GzDecoder;
use protocol::abi::argument_count;
use protocol::artifact::{
    Bytecode, CircuitArtifact, ContractArtifact, VerificationKey,
    pack::{PackBuilder, Package},
};
use protocol::constants::CHONK_PROOF_LENGTH;

use crate::dev_params::ParamsError;
use crate::{Error, packages, shell};

/// Every fuzz target.
pub const TARGETS: &[&str] =
    &["abi_decode", "abi_map", "artifact_json", "artifact_pack", "program", "proofs", "rpc_json", "tx_buffer"];
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
        let mut command = cargo_fuzz();
        command.args(["fuzz", "run", "--fuzz-dir", "tests/fuzz", target]);
        command.arg(folder.join("corpus").join(target)).arg("--");
        command.arg(format!("-max_total_time={seconds}"));
        command.args(["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=512", "-print_final_stats=1"]);
        command.arg(format!("-max_len={MAX_SEED}"));
        shell::run(command)?;
    }
    Ok(())
}

/// Cargo with a compiler that has sanitizers: nightly, or the pinned one told to behave so. These programs only look for
/// mistakes, nothing is delivered of them.
fn cargo_fuzz() -> Command {
    if shell::probe(&["cargo", "+nightly", "--version"]).is_some() {
        return shell::command(&["cargo", "+nightly"]);
    }
    let mut command = shell::command(&["cargo"]);
    command.env("RUSTC_BOOTSTRAP", "1");
    command
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
    seed_proofs()?;
    packages::fetch()?;
    let mut types = Vec::new();
    for package in packages::names()? {
        packages::open(&package)?.artifacts(|name, bytes| {
            let name = name.replace(['/', '@'], "-");
            if bytes.len() <= MAX_SEED {
                seed("artifact_json", &name, &bytes)?;
            }
            seed_programs(&name, &bytes)?;
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

/// The programs of an artifact before compression.
fn seed_programs(name: &str, json: &[u8]) -> Result<(), Error> {
    let programs: Vec<Bytecode> = match (ContractArtifact::from_json(json), CircuitArtifact::from_json(name, json)) {
        (Ok(contract), _) => contract.functions.into_iter().map(|function| function.bytecode).collect(),
        (_, Ok(circuit)) => vec![circuit.bytecode],
        _ => return Ok(()),
    };
    for (index, bytecode) in programs.iter().enumerate() {
        let mut program = Vec::new();
        let inflated = GzDecoder::new(bytecode.as_bytes()).take(MAX_SEED as u64 + 1).read_to_end(&mut program);
        // Public functions are not compressed.
        if inflated.is_ok() && program.len() <= MAX_SEED {
            seed("program", &format!("{name}-{index}"), &program)?;
        }
    }
    Ok(())
}

/// Proofs, keys and files of each form, with the number of the form in front.
fn seed_proofs() -> Result<(), Error> {
    let with = |form: u8, bytes: &[u8]| [&[form], bytes].concat();
    seed("proofs", "chonk", &with(0, &vec![0; (CHONK_PROOF_LENGTH + 4) * 32]))?;
    for flavour in Flavour::ALL {
        seed("proofs", &format!("{flavour:?}"), &with(1, &vec![0; flavour.proof_length() * 32]))?;
    }
    let kind = SrsKind::InsecureDevelopment;
    let key = VerificationKey::from_bytes(vec![0; VerificationKey::MEGA_SIZE]);
    seed("proofs", "key", &with(2, key.as_bytes()))?;
    let keys = DerivedKeys::new(kind).to_bytes();
    // Without the digest, which the target adds.
    let keys = [&keys[..keys.len() - 32], &[1; 32], key.as_bytes()].concat();
    seed("proofs", "keys", &with(2, &keys))?;
    // {name, bytecode, witness, vk} with empty gzip members.
    let empty = {
        let writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.finish().map_err(|source| Error::Io { path: "memory".into(), source })?
    };
    let blob = |bytes: &[u8]| [&[0xc4, u8::try_from(bytes.len()).unwrap_or(u8::MAX)], bytes].concat();
    let text = |text: &str| [&[0xa0 | u8::try_from(text.len()).unwrap_or(31)], text.as_bytes()].concat();
    let mut inputs = vec![3, 0x91, 0x84];
    for (name, value) in
        [("functionName", text("main")), ("bytecode", blob(&empty)), ("witness", blob(&empty)), ("vk", blob(&[0; 32]))]
    {
        inputs.extend([text(name), value].concat());
    }
    seed("proofs", "inputs", &inputs)?;
    let size = SrsSize::for_log2_gates(1).ok_or_else(|| Error::Missing {
        what: "an SRS of two gates".to_owned(),
        fix: "compare xtask/src/fuzz.rs with circuits::srs::SrsSize".to_owned(),
    })?;
    let srs = development(size, &mut |_, _| ());
    let header = SrsFile::header(&srs).map_err(ParamsError::from)?;
    seed("proofs", "srs", &with(4, &[&header, &srs.grumpkin[..640]].concat()))
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
