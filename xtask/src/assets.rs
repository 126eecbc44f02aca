//! The files that come with the npm package: circuits, contracts and the larger functions of those one by one, so that a
//! page loads what it needs when it needs it; the parameters of networks; barretenberg's modules; and a script that says
//! where each is.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use circuits::disk::FileSource;
use circuits::set::{Circuit, CircuitSet, DEVELOPMENT_KEYS};
use protocol::abi::FunctionType;
use protocol::artifact::pack::{Pack, PackBuilder, PackError, Package};
use protocol::artifact::{Bytecode, CircuitArtifact, ContractArtifact};

use crate::artifacts::{self, ArtifactsError};
use crate::dev_params::{Networks, ParamsError};
use crate::{Error, browser, packages, shell};

/// Where the files go, and the script beside them.
const FOLDER: &str = "sdk-ts/dist/src/assets";
/// The packages whose contracts the wallet uses by itself, with those of its contracts.
const CONTRACTS: [(&str, &[&str]); 3] = [
    ("@aztec/protocol-contracts", &[]),
    ("@aztec/accounts", &[]),
    ("@aztec/noir-contracts.js", &["Token", "SponsoredFPC", "FPC", "NFT"]),
];

/// What stands in for accounts in simulations: never registered, so always whole.
const STAND_IN: &str = "SimulatedAccount";
/// Bytes of code from which a function has a file of its own.
const OWN_FILE: usize = 8 << 10;

/// The files written so far.
struct Assets {
    folder: PathBuf,
    names: Vec<String>,
    bytes: usize,
}

/// Writes all files: `cargo xtask assets`.
///
/// # Errors
/// If a package is missing or a file cannot be written.
pub fn run() -> Result<(), Error> {
    let packs = artifacts::ensure()?;
    let networks = Networks::load(&packs)?;
    let folder = shell::root().join(FOLDER);
    let mut assets = Assets { folder, names: Vec::new(), bytes: 0 };
    let circuits = networks.circuits();
    for circuit in Circuit::client() {
        assets.circuit(&circuits.load(circuit).map_err(ParamsError::from)?)?;
        if circuit.simulated_name().is_some() {
            assets.circuit(&circuits.load_simulated(circuit).map_err(ParamsError::from)?)?;
        }
    }
    for (package, chosen) in CONTRACTS {
        let pack = Pack::open(open(&packs, package)?).map_err(|source| wrong(package, source))?;
        for entry in &pack.index().contracts {
            if chosen.is_empty() || chosen.contains(&entry.name.as_str()) {
                let contract = pack.contract(&entry.name).and_then(|contract| contract.artifact());
                assets.contract(package, contract.map_err(|source| wrong(package, source))?)?;
            }
        }
    }
    assets.write("parameters/official.bin", &networks.official()?.to_bytes())?;
    assets.write("parameters/development.bin", &networks.development()?.to_bytes())?;
    assets.write("parameters/development-keys.bin.z", DEVELOPMENT_KEYS)?;
    for name in ["barretenberg", "barretenberg-threads"] {
        assets.write(&format!("{name}.wasm.gz"), &browser::zipped_module(name)?)?;
    }
    let script = script(&assets.names);
    assets.write("index.js", script.as_bytes())?;
    println!("{} files, {} bytes in {FOLDER}", assets.names.len(), assets.bytes);
    Ok(())
}

fn open(packs: &Path, package: &str) -> Result<FileSource, Error> {
    let path = packs.join(artifacts::file_name(package, false));
    FileSource::open(&path).map_err(|source| Error::Io { path, source })
}

fn wrong(package: &str, source: PackError) -> ArtifactsError {
    ArtifactsError::Pack { package: package.to_owned(), source }
}

impl Assets {
    fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(name);
        let at = |source| Error::Io { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(at)?;
        }
        fs::write(&path, bytes).map_err(at)?;
        self.bytes += bytes.len();
        self.names.push(name.to_owned());
        Ok(())
    }

    /// A pack with one circuit in it.
    fn circuit(&mut self, circuit: &CircuitArtifact) -> Result<(), Error> {
        let package = CircuitSet::<FileSource>::PACKAGE;
        let mut pack = builder(package)?;
        pack.circuit(circuit).map_err(|source| wrong(package, source))?;
        let (bytes, _) = pack.finish().map_err(|source| wrong(package, source))?;
        self.write(&format!("circuits/{}.pack", circuit.name), &bytes)
    }

    /// A pack with one contract in it. Larger functions have their code in a file each, which pages load when it is called.
    fn contract(&mut self, package: &str, mut contract: ContractArtifact) -> Result<(), Error> {
        for function in &mut contract.functions {
            let is_large = function.bytecode.as_bytes().len() >= OWN_FILE;
            if is_large && function.abi.function_type != FunctionType::Public && contract.name != STAND_IN {
                let hash = function.bytecode.sha256();
                let code = std::mem::replace(&mut function.bytecode, Bytecode::elsewhere(hash));
                let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                let name = format!("code/{hash}.bin");
                if !self.names.contains(&name) {
                    self.write(&name, code.as_bytes())?;
                }
            }
        }
        let mut pack = builder(package)?;
        pack.contract(&contract).map_err(|source| wrong(package, source))?;
        let (bytes, _) = pack.finish().map_err(|source| wrong(package, source))?;
        self.write(&format!("contracts/{}.pack", contract.name), &bytes)
    }
}

fn builder(package: &str) -> Result<PackBuilder, Error> {
    Ok(PackBuilder::new(Package { name: package.to_owned(), version: packages::locked(package)?.0 }))
}

/// Says where each file is, in the form in which bundlers find it and take it along.
fn script(names: &[String]) -> String {
    let mut script = "// Written by `cargo xtask assets`.\nexport const ASSETS = {\n".to_owned();
    for name in names {
        writeln!(script, "  '{name}': () => new URL('./{name}', import.meta.url),").expect("a string takes everything");
    }
    script + "};\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_names_each_file_where_a_bundler_sees_it() {
        let script = script(&["contracts/Token.pack".into(), "parameters/official.bin".into()]);
        assert!(script.contains("'contracts/Token.pack': () => new URL('./contracts/Token.pack', import.meta.url),"));
        assert_eq!(script.lines().count(), 5);
    }
}
