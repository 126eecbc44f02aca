//! Running the workspace's benchmarks.
use serde::Deserialize;

use crate::{Error, shell};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

/// Runs the benchmark `name`, or all of them.
///
/// # Errors
/// If there is no such benchmark, or one fails.
pub fn run(name: Option<&str>) -> Result<(), Error> {
    let metadata: Metadata = shell::json(&["cargo", "metadata", "--format-version=1", "--no-deps"])?;
    let benches = benches(&metadata);
    let chosen: Vec<_> = benches.iter().filter(|(_, bench)| name.is_none_or(|name| name == *bench)).collect();
    match name {
        Some(name) if chosen.is_empty() => {
            let names: Vec<_> = benches.iter().map(|(_, bench)| *bench).collect();
            let known = if names.is_empty() { "none yet".to_owned() } else { names.join(", ") };
            return Err(Error::Unknown { what: "benchmark", name: name.to_owned(), known });
        }
        None if chosen.is_empty() => println!("there is no benchmark yet"),
        _ => {}
    }
    for (package, bench) in chosen {
        println!("==> {bench} ({package})");
        shell::run(shell::command(&["cargo", "bench", "--package", package, "--all-features", "--bench", bench]))?;
    }
    Ok(())
}

fn benches(metadata: &Metadata) -> Vec<(&str, &str)> {
    metadata
        .packages
        .iter()
        .flat_map(|package| package.targets.iter().map(move |target| (package, target)))
        .filter(|(_, target)| target.kind.iter().any(|kind| kind == "bench"))
        .map(|(package, target)| (package.name.as_str(), target.name.as_str()))
        .collect()
}
