//! The crate graph: the one drawn in `docs/architecture.md`.
use std::{collections::BTreeSet, path::PathBuf};

use serde::Deserialize;

use super::Broken;

/// What `cargo metadata` tells about the workspace.
#[derive(Deserialize)]
pub(super) struct Metadata {
    pub(super) packages: Vec<Package>,
}

/// A crate of the workspace.
#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) manifest_path: PathBuf,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// Only crates of this checkout have one.
    path: Option<PathBuf>,
}

/// Each crate with the crates it may import, in any role (tests and build scripts too).
const ALLOWED: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("circuits", &["protocol"]),
    ("pxe-core", &["protocol", "circuits"]),
    ("pxe-wasm", &["protocol", "circuits", "pxe-core"]),
    ("node-lite", &["protocol", "circuits"]),
    ("xtask", &["protocol", "circuits"]),
    ("tests", &["protocol", "circuits", "pxe-core", "pxe-wasm", "node-lite", "xtask"]),
    ("bench", &["protocol", "circuits", "pxe-core", "pxe-wasm", "node-lite"]),
];

pub(super) fn check(metadata: &Metadata) -> Vec<Broken> {
    let broken = |place: String, advice: &str| Broken { place, advice: advice.to_owned() };
    let mut found = Vec::new();
    let members: BTreeSet<&str> = metadata.packages.iter().map(|package| package.name.as_str()).collect();
    for (name, _) in ALLOWED.iter().filter(|(name, _)| !members.contains(name)) {
        found.push(broken((*name).to_owned(), "is in the crate graph but not in the workspace; draw the graph anew"));
    }
    for package in &metadata.packages {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            let advice =
                "is not in the crate graph; give it a place in docs/architecture.md and xtask/src/check/graph.rs";
            found.push(broken(package.name.clone(), advice));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
            if !allowed.contains(&dependency.name.as_str()) {
                let edge = format!("{} -> {}", package.name, dependency.name);
                let advice = "points back in the crate graph; move what is shared down to a crate both may import";
                found.push(broken(edge, advice));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(extra: &[(&str, &str)]) -> Metadata {
        let package = |name: &str| Package {
            name: name.to_owned(),
            manifest_path: PathBuf::new(),
            dependencies: extra
                .iter()
                .filter(|(from, _)| *from == name)
                .map(|(_, to)| Dependency { name: (*to).to_owned(), path: Some(PathBuf::new()) })
                .collect(),
        };
        Metadata { packages: ALLOWED.iter().map(|(name, _)| package(name)).collect() }
    }

    fn places(metadata: &Metadata) -> Vec<String> {
        check(metadata).into_iter().map(|broken| broken.place).collect()
    }

    #[test]
    fn accepts_every_arrow_of_the_picture() {
        let arrows =
            [("circuits", "protocol"), ("pxe-core", "circuits"), ("pxe-wasm", "pxe-core"), ("tests", "node-lite")];
        assert!(places(&metadata(&arrows)).is_empty());
    }

    #[test]
    fn refuses_arrows_that_point_back_or_across() {
        let arrows =
            [("protocol", "circuits"), ("node-lite", "pxe-core"), ("pxe-core", "node-lite"), ("xtask", "tests")];
        let mut found = places(&metadata(&arrows));
        found.sort();
        let expected = ["node-lite -> pxe-core", "protocol -> circuits", "pxe-core -> node-lite", "xtask -> tests"];
        assert_eq!(found, expected);
    }

    #[test]
    fn ignores_crates_from_elsewhere() {
        let mut metadata = metadata(&[("protocol", "serde")]);
        metadata.packages[0].dependencies[0].path = None;
        assert!(places(&metadata).is_empty());
    }

    #[test]
    fn refuses_unknown_and_vanished_crates() {
        let mut metadata = metadata(&[]);
        metadata.packages[0].name = "newcomer".to_owned();
        assert_eq!(places(&metadata), ["protocol", "newcomer"]);
    }

    #[test]
    fn the_allowed_graph_has_no_cycle() {
        // A crate may import only what is above it in the list.
        for (at, (name, allowed)) in ALLOWED.iter().enumerate() {
            for import in *allowed {
                assert!(ALLOWED[..at].iter().any(|(above, _)| above == import), "{name} -> {import}");
            }
        }
    }
}
