//! Every crate takes the workspace's lints, and these ask for documentation of all public items.
use serde::Deserialize;

use super::{Broken, graph::Metadata};
use crate::{Error, shell};

#[derive(Deserialize)]
struct Manifest {
    lints: Option<Inherited>,
    workspace: Option<Workspace>,
}

#[derive(Deserialize)]
struct Inherited {
    workspace: Option<bool>,
}

#[derive(Deserialize)]
struct Workspace {
    lints: Option<WorkspaceLints>,
}

#[derive(Deserialize)]
struct WorkspaceLints {
    rust: Option<toml::Table>,
}

pub(super) fn check_all(metadata: &Metadata) -> Result<Vec<Broken>, Error> {
    let mut found = check("Cargo.toml", &shell::read("Cargo.toml")?, true)?;
    for package in &metadata.packages {
        let path = package.manifest_path.strip_prefix(shell::root()).unwrap_or(&package.manifest_path);
        let path = path.to_string_lossy();
        found.extend(check(&path, &shell::read(&path)?, false)?);
    }
    Ok(found)
}

fn check(path: &str, text: &str, root: bool) -> Result<Vec<Broken>, Error> {
    let manifest: Manifest = toml::from_str(text).map_err(|source| Error::Toml { path: path.to_owned(), source })?;
    let (good, advice) = if root {
        let rust = manifest.workspace.and_then(|workspace| workspace.lints).and_then(|lints| lints.rust);
        let level = rust.as_ref().and_then(|lints| lints.get("missing_docs")).and_then(toml::Value::as_str);
        (matches!(level, Some("warn" | "deny" | "forbid")), "set `missing_docs = \"warn\"` in [workspace.lints.rust]")
    } else {
        let inherits = manifest.lints.and_then(|lints| lints.workspace) == Some(true);
        (inherits, "add `[lints]` with `workspace = true`")
    };
    Ok(if good { Vec::new() } else { vec![Broken { place: path.to_owned(), advice: advice.to_owned() }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_good(text: &str, root: bool) -> bool {
        check("Cargo.toml", text, root).unwrap().is_empty()
    }

    #[test]
    fn a_crate_must_take_the_workspace_lints() {
        assert!(is_good("[package]\nname = 'a'\n[lints]\nworkspace = true", false));
        assert!(!is_good("[package]\nname = 'a'", false));
        assert!(!is_good("[lints.rust]\nmissing_docs = 'warn'", false));
        assert!(!is_good("[lints]\nworkspace = false", false));
    }

    #[test]
    fn the_workspace_must_ask_for_documentation() {
        assert!(is_good("[workspace.lints.rust]\nmissing_docs = 'warn'", true));
        assert!(!is_good("[workspace.lints.rust]\nmissing_docs = 'allow'", true));
        assert!(!is_good("[workspace]\nmembers = []", true));
    }

    #[test]
    fn names_a_malformed_manifest() {
        assert!(check("a/Cargo.toml", "[", false).unwrap_err().to_string().contains("a/Cargo.toml"));
    }
}
