//! The npm lock file works for everybody: no registry in it, and the packages of every platform.
use std::collections::BTreeMap;

use serde::Deserialize;

use super::Broken;
use crate::{Error, shell};

const PATH: &str = "package-lock.json";

#[derive(Deserialize)]
struct Lock {
    packages: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    resolved: Option<String>,
    #[serde(default)]
    optional_dependencies: BTreeMap<String, String>,
}

pub(super) fn check_all() -> Result<Vec<Broken>, Error> {
    check(&shell::read(PATH)?).map_err(|source| Error::Json { path: PATH.to_owned(), source })
}

fn check(text: &str) -> Result<Vec<Broken>, serde_json::Error> {
    let packages = serde_json::from_str::<Lock>(text)?.packages;
    let mut found = Vec::new();
    for (path, entry) in &packages {
        // Where to download from is each user's own setting; `resolved` may only name a folder of this checkout.
        if entry.resolved.as_ref().is_some_and(|address| address.contains("://")) {
            let advice = "names a registry; run `npm install` here, where .npmrc keeps addresses out".to_owned();
            found.push(Broken { place: format!("{PATH}: {path}"), advice });
        }
        // npm leaves out what its registry does not have at that moment, and then refuses its own lock file.
        for (name, version) in &entry.optional_dependencies {
            let nested = format!("{path}/node_modules/{name}");
            if !packages.contains_key(&nested) && !packages.contains_key(&format!("node_modules/{name}")) {
                let advice =
                    format!("lacks {name} {version}, so `npm ci` fails; lock a version your registry has whole");
                found.push(Broken { place: format!("{PATH}: {path}"), advice });
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(text: &str) -> Vec<String> {
        check(text).unwrap().into_iter().map(|broken| broken.advice).collect()
    }

    #[test]
    fn accepts_workspaces_and_complete_packages() {
        let text = r#"{"packages": {
            "node_modules/sdk": {"resolved": "sdk", "link": true},
            "node_modules/a": {"optionalDependencies": {"b": "1.0.0", "c": "1.0.0"}},
            "node_modules/b": {},
            "node_modules/a/node_modules/c": {}
        }}"#;
        assert!(advice(text).is_empty());
    }

    #[test]
    fn refuses_registries() {
        let found = advice(r#"{"packages": {"node_modules/a": {"resolved": "https://registry.example/a.tgz"}}}"#);
        assert!(found.len() == 1 && found[0].contains("registry"), "{found:?}");
    }

    #[test]
    fn refuses_a_lock_file_without_a_platform() {
        let found = advice(r#"{"packages": {"node_modules/a": {"optionalDependencies": {"b": "1.0.0"}}}}"#);
        assert!(found.len() == 1 && found[0].contains("b 1.0.0"), "{found:?}");
    }
}
