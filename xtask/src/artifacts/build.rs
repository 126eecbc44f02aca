//! From the official packages to packs.

use std::fs;
use std::path::Path;

use protocol::artifact::pack::{DebugPackBuilder, FORMAT_VERSION, PackBuilder, Package};
use protocol::artifact::{CircuitArtifact, ContractArtifact, DebugJson};

use super::report::{Row, Sizes};
use super::{ArtifactsError, Options, at, file_name, report};
use crate::{Error, packages};

/// Written beside the packs: what they were made from.
const STAMP: &str = "stamp";

/// The artifact in a file: contracts have functions, circuits do not.
pub(super) enum Artifact {
    Contract(ContractArtifact),
    Circuit(CircuitArtifact),
}

/// Reads an artifact of either sort; circuits are named by their file.
pub(super) fn read(package: &str, file: &str, json: &[u8]) -> Result<Artifact, ArtifactsError> {
    let stem = file.trim_end_matches(".json");
    let artifact = if package.ends_with("circuits-types") {
        CircuitArtifact::from_json(stem, json).map(Artifact::Circuit)
    } else {
        ContractArtifact::from_json(json).map(Artifact::Contract)
    };
    artifact.map_err(|source| ArtifactsError::Artifact { package: package.into(), file: file.into(), source })
}

/// The files of a package in a fixed order: the same package gives the same pack.
pub(super) fn files(name: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut files = Vec::new();
    packages::open(name)?.artifacts(|path, bytes| -> Result<(), Error> {
        files.push((path.to_owned(), bytes));
        Ok(())
    })?;
    files.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

fn stamp(names: &[String], debug: bool) -> Result<String, Error> {
    let mut stamp = format!("format {FORMAT_VERSION}, debug {debug}\n");
    for name in names {
        let (version, integrity) = packages::locked(name)?;
        stamp += &format!("{name} {version} {integrity}\n");
    }
    Ok(stamp)
}

pub(super) fn run(options: &Options) -> Result<(), Error> {
    let names = packages::names()?;
    let stamp = stamp(&names, options.debug)?;
    let stamp_path = options.out.join(STAMP);
    let kinds = if options.debug { &[false, true][..] } else { &[false] };
    let all_there =
        || names.iter().all(|name| kinds.iter().all(|debug| options.out.join(file_name(name, *debug)).is_file()));
    if fs::read_to_string(&stamp_path).is_ok_and(|found| found == stamp) && all_there() {
        println!("packs in {} are up to date", options.out.display());
        return Ok(());
    }
    fs::create_dir_all(&options.out).map_err(at(&options.out))?;
    let mut sizes = Vec::new();
    for name in &names {
        sizes.push(convert(name, options)?);
    }
    let report = report::text(&sizes);
    print!("{report}");
    write(&options.out.join("report.txt"), report.as_bytes())?;
    write(&stamp_path, stamp.as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(at(path))
}

fn convert(name: &str, options: &Options) -> Result<Sizes, Error> {
    let wrong = |source| ArtifactsError::Pack { package: name.to_owned(), source };
    let package = Package { name: name.to_owned(), version: packages::locked(name)?.0 };
    let mut pack = PackBuilder::new(package.clone());
    let mut debug = DebugPackBuilder::new(package);
    let mut sizes = Sizes::new(name);
    for (file, json) in files(name)? {
        let before = pack.stats().stored;
        let artifact = match read(name, &file, &json)? {
            Artifact::Contract(contract) => {
                pack.contract(&contract).map_err(wrong)?;
                if options.debug {
                    let found = DebugJson::from_json(&json);
                    let found = found.map_err(|source| ArtifactsError::Artifact {
                        package: name.to_owned(),
                        file: file.clone(),
                        source,
                    })?;
                    debug.contract(&contract.name, &found).map_err(wrong)?;
                }
                contract.name
            }
            Artifact::Circuit(circuit) => {
                pack.circuit(&circuit).map_err(wrong)?;
                circuit.name
            }
        };
        sizes.add(Row { artifact, json: json.len() as u64, packed: pack.stats().stored - before }, &json);
    }
    let (bytes, stats) = pack.finish().map_err(wrong)?;
    write(&options.out.join(file_name(name, false)), &bytes)?;
    sizes.pack = bytes.len() as u64;
    sizes.stats = stats;
    if options.debug {
        let (bytes, _) = debug.finish().map_err(wrong)?;
        write(&options.out.join(file_name(name, true)), &bytes)?;
        sizes.debug_pack = bytes.len() as u64;
    }
    Ok(sizes)
}
