//! Where the native barretenberg is, and whether it is the right one.

use core::fmt;
use core::str::FromStr;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::super::{BackendError, VERSION};

/// The command line that runs `bb`. A wrapper script must `exec` it: it is ended by ending the process that was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipeCommand {
    program: PathBuf,
    arguments: Vec<String>,
}

impl PipeCommand {
    /// Names the `bb` to use.
    pub const VARIABLE: &str = "BB";

    /// A program without arguments.
    #[must_use]
    pub const fn new(program: PathBuf) -> Self {
        Self { program, arguments: Vec::new() }
    }

    /// The `bb` that the environment variable `BB` names, else one on the `PATH`, else the one an installed
    /// `@aztec/bb.js` holds below one of the `node_modules` folders.
    ///
    /// # Errors
    /// If there is none.
    pub fn find(node_modules: &[PathBuf]) -> Result<Self, BackendError> {
        if let Some(program) = env::var_os(Self::VARIABLE).filter(|value| !value.is_empty()) {
            return Ok(Self::new(program.into()));
        }
        let on_path = env::var_os("PATH").unwrap_or_default();
        let on_path = env::split_paths(&on_path).map(|folder| folder.join("bb"));
        let in_packages = node_modules.iter().filter_map(|folder| in_package(folder));
        on_path.chain(in_packages).find(|path| path.is_file()).map(Self::new).ok_or_else(|| {
            let folders: Vec<_> = node_modules.iter().map(|folder| folder.display().to_string()).collect();
            let looked_at = format!("${}, $PATH, @aztec/bb.js in [{}]", Self::VARIABLE, folders.join(", "));
            BackendError::NotFound { looked_at }
        })
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    pub(super) fn check_version(&self) -> Result<(), BackendError> {
        let command = self.to_string();
        let output = self.command().arg("--version").stdin(Stdio::null()).output();
        let output = output.map_err(|source| BackendError::Start { command: command.clone(), source })?;
        let found = String::from_utf8_lossy(&output.stdout).trim().trim_start_matches('v').to_owned();
        if found == VERSION {
            return Ok(());
        }
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match words.lines().find(|line| line.contains("GLIBC")) {
            Some(line) => Err(BackendError::SystemLibrary { command, detail: line.trim().to_owned() }),
            None if output.status.success() => Err(BackendError::Version { command, found }),
            None => Err(BackendError::Crashed { detail: format!("`{command} --version`: {}, {words}", output.status) }),
        }
    }
}

/// Where `@aztec/bb.js` keeps the program for this platform.
fn in_package(node_modules: &Path) -> Option<PathBuf> {
    let platform = match (env::consts::ARCH, env::consts::OS) {
        ("x86_64", "linux") => "amd64-linux",
        ("x86_64", "macos") => "amd64-macos",
        ("aarch64", "linux") => "arm64-linux",
        ("aarch64", "macos") => "arm64-macos",
        _ => return None,
    };
    Some(node_modules.join("@aztec/bb.js/build").join(platform).join("bb"))
}

/// Words separated by spaces.
impl FromStr for PipeCommand {
    type Err = BackendError;
    fn from_str(line: &str) -> Result<Self, BackendError> {
        let mut words = line.split_whitespace();
        let program =
            words.next().ok_or_else(|| BackendError::NotFound { looked_at: "an empty command".to_owned() })?;
        Ok(Self { program: program.into(), arguments: words.map(str::to_owned).collect() })
    }
}

impl fmt::Display for PipeCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.program.display())?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {argument}"))
    }
}
