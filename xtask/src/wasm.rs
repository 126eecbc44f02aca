//! The WebAssembly package: `pxe-wasm` in the flavours of `wasm-pack.toml`, with its JavaScript bindings.
use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use serde::Deserialize;
use wasm_bindgen_cli_support::Bindgen;

use crate::{Error, shell};

const MATRIX: &str = "wasm-pack.toml";

/// The build matrix.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Matrix {
    package: Package,
    flavour: BTreeMap<String, Flavour>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Package {
    #[serde(rename = "crate")]
    name: String,
    target: String,
    profile: String,
    out: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Flavour {
    toolchain: String,
    features: Vec<String>,
    rustflags: Vec<String>,
    build_std: Vec<String>,
    /// For people.
    #[serde(rename = "when")]
    _when: String,
}

/// Builds a flavour: `cargo xtask wasm [FLAVOUR] [--conformance]`. With `--conformance` the package also has what the
/// tests in a browser call, and lies in `target/wasm-conformance` instead of the npm package.
///
/// # Errors
/// If there is no such flavour, or it cannot be built.
pub fn run(arguments: &[String]) -> Result<(), Error> {
    let conformance = arguments.iter().any(|argument| argument == "--conformance");
    let name = arguments.iter().find(|argument| !argument.starts_with("--")).map_or("single", String::as_str);
    let text = shell::read(MATRIX)?;
    let matrix: Matrix = toml::from_str(&text).map_err(|source| Error::Toml { path: MATRIX.into(), source })?;
    let Some(flavour) = matrix.flavour.get(name) else {
        let known = matrix.flavour.keys().cloned().collect::<Vec<_>>().join(", ");
        return Err(Error::Unknown { what: "flavour", name: name.into(), known });
    };
    let module = build(&matrix.package, flavour, conformance)?;
    let target = target_folder();
    let out = if conformance { target.join("wasm-conformance") } else { shell::root().join(&matrix.package.out) };
    bind(&module, &out.join(name))
}

/// Where cargo builds to.
pub(crate) fn target_folder() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| shell::root().join("target"), PathBuf::from)
}

fn build(package: &Package, flavour: &Flavour, conformance: bool) -> Result<PathBuf, Error> {
    let mut line = vec!["cargo".to_owned()];
    if flavour.toolchain != "pinned" {
        line.push(format!("+{}", flavour.toolchain));
    }
    line.extend(["rustc", "--lib", "--crate-type=cdylib"].map(Into::into));
    line.push(format!("--package={}", package.name));
    line.push(format!("--profile={}", package.profile));
    line.push(format!("--target={}", package.target));
    let conformance = conformance.then(|| "conformance".to_owned());
    let features: Vec<_> = flavour.features.iter().cloned().chain(conformance).collect();
    line.push(format!("--features={}", features.join(",")));
    if !flavour.build_std.is_empty() {
        line.push(format!("-Zbuild-std={}", flavour.build_std.join(",")));
    }
    let mut command = shell::command(&line.iter().map(String::as_str).collect::<Vec<_>>());
    if !flavour.rustflags.is_empty() {
        command.env("RUSTFLAGS", flavour.rustflags.join(" "));
    }
    shell::run(command)?;
    let file = format!("{}.wasm", package.name.replace('-', "_"));
    Ok(target_folder().join(&package.target).join(&package.profile).join(file))
}

/// Writes the bindings and the module they belong to.
fn bind(module: &Path, out: &Path) -> Result<(), Error> {
    let mut bindgen = Bindgen::new();
    let result = bindgen
        .web(true)
        .and_then(|bindgen| bindgen.typescript(true).omit_default_module_path(false).input_path(module).generate(out));
    result.map_err(|source| Error::Bindings { path: module.into(), source: source.into() })?;
    let at = |source| Error::Io { path: out.to_owned(), source };
    for entry in fs::read_dir(out).map_err(at)? {
        let path = entry.map_err(at)?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let bytes = fs::read(&path).map_err(at)?;
            let mut zipped = GzEncoder::new(Vec::new(), Compression::best());
            let zipped = zipped.write_all(&bytes).and_then(|()| zipped.finish()).map_err(at)?;
            println!("wrote {}: {} bytes, {} compressed", path.display(), bytes.len(), zipped.len());
        }
    }
    Ok(())
}
