//! What the steps need from the machine: found, installed where that is possible, or named with the command to run.
use std::{collections::BTreeMap, process::ExitCode, time::Instant};

use serde::Deserialize;

use crate::{Error, packages, shell};

/// Something a step needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Git: the checks read the list of tracked files.
    Git,
    /// The compiler version `rust-toolchain.toml` names.
    Compiler,
    /// clippy and rustfmt.
    Components,
    /// The standard library for the targets in `rust-toolchain.toml`.
    Targets,
    /// Node.js and npm.
    Node,
    /// The npm packages in `package-lock.json`.
    NodeModules,
    /// Chromium and ChromeDriver.
    Browser,
    /// The official packages in `xtask/packages.lock.json`.
    Packages,
}

/// How to get what is missing.
#[derive(Debug, PartialEq, Eq)]
enum Fix {
    /// These commands, in this order; set-up runs exactly them.
    Run(Vec<Vec<String>>),
    /// Only a person can.
    Tell(String),
}

#[derive(Debug, PartialEq, Eq)]
struct Missing {
    what: String,
    fix: Fix,
}

impl Fix {
    fn run(commands: &[&[&str]]) -> Self {
        Self::Run(commands.iter().map(|words| words.iter().map(ToString::to_string).collect()).collect())
    }

    fn shown(&self) -> String {
        match self {
            Self::Run(commands) => commands.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join(" && "),
            Self::Tell(text) => text.clone(),
        }
    }
}

impl Need {
    /// Every need, in the order in which they are met.
    pub const ALL: [Self; 8] = [
        Self::Git,
        Self::Compiler,
        Self::Components,
        Self::Targets,
        Self::Node,
        Self::NodeModules,
        Self::Browser,
        Self::Packages,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Git => "git",
            Self::Compiler => "compiler",
            Self::Components => "clippy, rustfmt",
            Self::Targets => "targets",
            Self::Node => "node",
            Self::NodeModules => "npm packages",
            Self::Browser => "browser",
            Self::Packages => "official packages",
        }
    }

    /// What was found, or what is missing.
    fn find(self) -> Result<String, Missing> {
        match self {
            Self::Git => first_line(&["git", "--version"]).ok_or_else(|| Missing {
                what: "git".into(),
                fix: Fix::Tell("install git with your system's package manager".into()),
            }),
            Self::Compiler => compiler(),
            Self::Components => components(),
            Self::Targets => targets(),
            Self::Node => node(),
            Self::NodeModules => node_modules(),
            Self::Browser => browser(),
            Self::Packages => packages::present().map(|_| "verified".to_owned()).map_err(|error| Missing {
                what: error.to_string(),
                fix: match error {
                    packages::PackageError::NotFetched { .. } | packages::PackageError::Digest { .. } => {
                        Fix::run(&[&["cargo", "xtask", "fetch"]])
                    }
                    _ => Fix::Tell(format!("correct {}, or unset it", packages::FOLDER_VARIABLE)),
                },
            }),
        }
    }
}

/// Installs what is missing of `needs`, with one heading line for each command that runs.
///
/// # Errors
/// If something is missing that only a person can install, or an installation fails.
pub fn provide(needs: &[Need]) -> Result<(), Error> {
    let start = Instant::now();
    for need in Need::ALL.iter().filter(|need| needs.contains(need)) {
        let Err(missing) = need.find() else { continue };
        let Fix::Run(commands) = &missing.fix else {
            return Err(Error::Missing { what: missing.what, fix: missing.fix.shown() });
        };
        for words in commands {
            println!("==> [{} s] set up {}: {}", start.elapsed().as_secs(), need.name(), words.join(" "));
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut command = shell::command(&words);
            command.env("DEBIAN_FRONTEND", "noninteractive");
            shell::run(command)?;
        }
        if let Err(still) = need.find() {
            return Err(Error::Missing { what: still.what, fix: still.fix.shown() });
        }
    }
    Ok(())
}

/// Prints every need with what was found or what to do. Fails if something is missing.
#[must_use]
pub fn doctor() -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for need in Need::ALL {
        match need.find() {
            Ok(found) => println!("ok       {:<18} {found}", need.name()),
            Err(missing) => {
                code = ExitCode::FAILURE;
                println!("missing  {:<18} {}", need.name(), missing.what);
                println!("         {:<18} fix: {}", "", missing.fix.shown());
            }
        }
    }
    code
}

fn first_line(line: &[&str]) -> Option<String> {
    shell::probe(line).map(|text| text.lines().next().unwrap_or_default().to_owned())
}

#[derive(Deserialize)]
struct ToolchainFile {
    toolchain: Toolchain,
}

#[derive(Deserialize)]
struct Toolchain {
    channel: String,
    #[serde(default)]
    components: Vec<String>,
    #[serde(default)]
    targets: Vec<String>,
}

/// The compiler this checkout asks for.
fn toolchain() -> Result<Toolchain, Missing> {
    let broken = |error: &Error| Missing {
        what: error.to_string(),
        fix: Fix::run(&[&["git", "checkout", "rust-toolchain.toml"]]),
    };
    let text = shell::read("rust-toolchain.toml").map_err(|error| broken(&error))?;
    let file: ToolchainFile =
        toml::from_str(&text).map_err(|source| broken(&Error::Toml { path: "rust-toolchain.toml".into(), source }))?;
    Ok(file.toolchain)
}

fn rustup(arguments: &[&str]) -> Fix {
    let line: Vec<&str> = std::iter::once("rustup").chain(arguments.iter().copied()).collect();
    if shell::probe(&["rustup", "--version"]).is_some() {
        Fix::run(&[&line])
    } else {
        Fix::Tell(format!("install rustup (https://rustup.rs), then: {}", line.join(" ")))
    }
}

fn compiler() -> Result<String, Missing> {
    let wanted = toolchain()?.channel;
    let found = first_line(&["rustc", "--version"]).unwrap_or_default();
    if found.split_whitespace().nth(1) == Some(wanted.as_str()) {
        return Ok(found);
    }
    Err(Missing { what: format!("rustc {wanted}"), fix: rustup(&["toolchain", "install", &wanted]) })
}

fn components() -> Result<String, Missing> {
    let wanted = toolchain()?.components;
    let absent: Vec<&str> = wanted
        .iter()
        .map(String::as_str)
        .filter(|name| {
            let tool = if *name == "rustfmt" { "fmt" } else { name };
            shell::probe(&["cargo", tool, "--version"]).is_none()
        })
        .collect();
    if absent.is_empty() {
        return Ok(wanted.join(", "));
    }
    let line: Vec<&str> = ["component", "add"].into_iter().chain(absent.iter().copied()).collect();
    Err(Missing { what: absent.join(", "), fix: rustup(&line) })
}

fn targets() -> Result<String, Missing> {
    let wanted = toolchain()?.targets;
    let sysroot = shell::probe(&["rustc", "--print", "sysroot"]).unwrap_or_default();
    let libraries = std::path::Path::new(&sysroot).join("lib/rustlib");
    let absent: Vec<&str> =
        wanted.iter().map(String::as_str).filter(|target| !libraries.join(target).join("lib").is_dir()).collect();
    if absent.is_empty() {
        return Ok(wanted.join(", "));
    }
    let line: Vec<&str> = ["target", "add"].into_iter().chain(absent.iter().copied()).collect();
    Err(Missing { what: absent.join(", "), fix: rustup(&line) })
}

/// The oldest Node.js that all development tools run on.
const NODE: (u32, u32) = (20, 19);

fn node() -> Result<String, Missing> {
    let wanted = format!("Node.js {}.{} or newer", NODE.0, NODE.1);
    let tell = || Fix::Tell(format!("install {wanted} with npm (https://nodejs.org)"));
    let Some(version) = first_line(&["node", "--version"]) else {
        return Err(Missing { what: wanted.clone(), fix: tell() });
    };
    if node_version(&version).is_none_or(|found| found < NODE) {
        return Err(Missing { what: format!("{wanted} (found {version})"), fix: tell() });
    }
    match first_line(&["npm", "--version"]) {
        Some(npm) => Ok(format!("node {version}, npm {npm}")),
        None => Err(Missing { what: "npm".into(), fix: tell() }),
    }
}

fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, LockEntry>,
}

#[derive(Deserialize, PartialEq, Eq)]
struct LockEntry {
    version: Option<String>,
    integrity: Option<String>,
    #[serde(default)]
    optional: bool,
}

fn node_modules() -> Result<String, Missing> {
    let wanted = shell::read("package-lock.json").ok();
    let installed = shell::read("node_modules/.package-lock.json").ok();
    let fix = || Fix::run(&[&["npm", "ci", "--no-audit", "--no-fund"]]);
    match (wanted, installed) {
        (Some(wanted), Some(installed)) => match same_packages(&wanted, &installed) {
            Ok(count) => Ok(format!("{count} as locked")),
            Err(what) => Err(Missing { what, fix: fix() }),
        },
        _ => Err(Missing { what: "node_modules".into(), fix: fix() }),
    }
}

/// Compares the lock file with the record npm keeps of what it installed; gives the number of packages. Optional
/// packages may be absent: they are for other systems.
fn same_packages(wanted: &str, installed: &str) -> Result<usize, String> {
    let parse =
        |text: &str| serde_json::from_str::<Lock>(text).map_err(|error| format!("a readable lock file: {error}"));
    let (wanted, installed) = (parse(wanted)?.packages, parse(installed)?.packages);
    for (path, entry) in wanted.iter().filter(|(path, _)| path.starts_with("node_modules/")) {
        match installed.get(path) {
            Some(found) if (&found.version, &found.integrity) == (&entry.version, &entry.integrity) => {}
            None if entry.optional => {}
            _ => return Err(format!("{path} as locked in package-lock.json")),
        }
    }
    match installed.keys().find(|path| !wanted.contains_key(*path)) {
        Some(extra) => Err(format!("an installation without {extra}, which package-lock.json does not have")),
        None => Ok(installed.len()),
    }
}

/// The browser that the page tests start, unless the variable `CHROMIUM` names another.
fn browser() -> Result<String, Missing> {
    let find = |variable: &str, name: &str| {
        let program = std::env::var(variable).unwrap_or_else(|_| name.to_owned());
        first_line(&[&program, "--version"])
    };
    let (chromium, driver) = (find("CHROMIUM", "chromium"), find("CHROMEDRIVER", "chromedriver"));
    let what = match (&chromium, &driver) {
        (Some(chromium), Some(_)) => return Ok(chromium.clone()),
        (None, Some(_)) => "chromium",
        (Some(_), None) => "chromedriver",
        (None, None) => "chromium and chromedriver",
    };
    let install =
        ["apt-get", "install", "--yes", "--quiet=2", "--no-install-recommends", "chromium", "chromium-driver"];
    let apt = shell::probe(&["apt-get", "--version"]).is_some();
    let root = shell::probe(&["id", "-u"]).as_deref() == Some("0");
    let fix = match (apt, root) {
        (true, true) => Fix::run(&[&["apt-get", "update", "--quiet=2"], &install]),
        (true, false) => Fix::Tell(format!("sudo apt-get update && sudo {}", install.join(" "))),
        (false, _) => Fix::Tell(
            "install Chromium and ChromeDriver; if they have other names, set CHROMIUM and CHROMEDRIVER to their paths"
                .into(),
        ),
    };
    Err(Missing { what: what.into(), fix })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_node_versions() {
        assert_eq!(node_version("v20.19.4"), Some((20, 19)));
        assert!(node_version("v20.9.0").unwrap() < NODE);
        assert!(node_version("v24.1.0").unwrap() > NODE);
        assert_eq!(node_version("20.19.4"), None);
        assert_eq!(node_version("v20"), None);
    }

    const LOCK: &str = r#"{"packages": {
        "": {"name": "root"},
        "sdk": {"version": "0.1.0"},
        "node_modules/a": {"version": "1.0.0", "integrity": "sha512-a"},
        "node_modules/b": {"version": "2.0.0", "integrity": "sha512-b", "optional": true}
    }}"#;

    #[test]
    fn accepts_an_installation_as_locked() {
        let installed = r#"{"packages": {"sdk": {"version": "0.1.0"},
            "node_modules/a": {"version": "1.0.0", "integrity": "sha512-a"}}}"#;
        assert_eq!(same_packages(LOCK, installed), Ok(2));
    }

    #[test]
    fn notices_absent_changed_and_extra_packages() {
        let absent = r#"{"packages": {}}"#;
        assert!(same_packages(LOCK, absent).unwrap_err().contains("node_modules/a"));
        let changed = r#"{"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-x"}}}"#;
        assert!(same_packages(LOCK, changed).unwrap_err().contains("node_modules/a"));
        let extra = r#"{"packages": {"node_modules/a": {"version": "1.0.0", "integrity": "sha512-a"},
            "node_modules/c": {"version": "1.0.0"}}}"#;
        assert!(same_packages(LOCK, extra).unwrap_err().contains("node_modules/c"));
    }

    #[test]
    fn shows_the_very_commands_it_runs() {
        assert_eq!(Fix::run(&[&["a", "b"], &["c"]]).shown(), "a b && c");
    }
}
