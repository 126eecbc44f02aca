//! How long source files may be, and what no file may contain.
use std::path::{Component, Path};

use super::Broken;
use crate::{Error, shell};

/// A source file has one subject. At 800 lines it is time to split it; this is where the check stops it.
const MAX_LINES: usize = 1000;
const SOURCE: &[&str] = &["rs", "ts", "tsx", "mjs", "js", "sol", "sh"];
/// Scripts without an extension.
const SCRIPTS: &[&str] = &["dev", ".ci/run"];

/// What stands before a path that starts at the root of a machine.
const BEFORE_A_PATH: &[char] = &[' ', '"', '\'', '`', '(', '[', '=', ':', '>', '<', ',', '\t', '\n'];

/// Checks the files git tracks or would add.
pub(super) fn check_all() -> Result<Vec<Broken>, Error> {
    let list = shell::output(&["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let machine = top_folder(&shell::root());
    let mut found = Vec::new();
    for path in String::from_utf8_lossy(&list).split_terminator('\0') {
        let full = shell::root().join(path);
        // A file deleted but not yet committed, or a link.
        if full.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            let bytes = std::fs::read(&full).map_err(|source| Error::Io { path: full, source })?;
            found.extend(check(path, &String::from_utf8_lossy(&bytes), machine.as_deref()));
        }
    }
    Ok(found)
}

/// The folder at the root of this machine that the checkout is in, as paths in it start: `/home/`.
fn top_folder(checkout: &Path) -> Option<String> {
    let first = checkout.components().find_map(|component| match component {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    first.map(|name| format!("/{name}/"))
}

/// Where a text names a path of this machine, which means nothing on any other.
fn machine_path(text: &str, machine: &str) -> Option<usize> {
    let starts = |at: &usize| *at == 0 || text[..*at].ends_with(BEFORE_A_PATH);
    text.match_indices(machine).map(|(at, _)| at).find(starts)
}

/// Where a text names a path that leads from its file out of the checkout.
fn way_out(path: &str, text: &str) -> Option<usize> {
    text.find(&"../".repeat(path.matches('/').count() + 1))
}

fn check(path: &str, text: &str, machine: Option<&str>) -> Vec<Broken> {
    let broken = |place: String, advice: String| Broken { place, advice };
    let mut found = Vec::new();
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    let lines = text.lines().count();
    if (extension.is_some_and(|extension| SOURCE.contains(&extension)) || SCRIPTS.contains(&path)) && lines > MAX_LINES
    {
        let advice = format!("{lines} lines, the limit is {MAX_LINES}; split it by subject");
        found.push(broken(path.to_owned(), advice));
    }
    let line = |at: usize| format!("{path}:{}", text[..at].matches('\n').count() + 1);
    if let Some(machine) = machine
        && let Some(at) = machine_path(text, machine)
    {
        found.push(broken(line(at), format!("names a path in {machine} of this machine; remove it")));
    }
    if let Some(at) = way_out(path, text) {
        found.push(broken(line(at), "names a path outside of the checkout; remove it".to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(path: &str, text: &str) -> Vec<String> {
        check(path, text, Some("/home/")).into_iter().map(|broken| broken.place).collect()
    }

    #[test]
    fn source_files_end_at_the_limit() {
        let full = "line\n".repeat(MAX_LINES);
        let long = full.clone() + "one more";
        for path in ["a/b.rs", "a.ts", "a.tsx", "a.mjs", "a.js", "C.sol", "a.sh", "dev"] {
            assert!(places(path, &full).is_empty(), "{path}");
            assert_eq!(places(path, &long), [path], "{path}");
        }
        assert!(places("package-lock.json", &long).is_empty());
        assert!(places("a/rs", &long).is_empty());
    }

    #[test]
    fn finds_paths_of_this_machine_with_their_line() {
        assert_eq!(top_folder(Path::new("/home/alice/aztec-lite")).as_deref(), Some("/home/"));
        assert_eq!(places("docs/a.md", "fine\nsee /home/x"), ["docs/a.md:2"]);
        assert_eq!(places("a.rs", "\"/home/x\""), ["a.rs:1"]);
        assert!(places("a.md", "home/, at/home/ and /homely").is_empty());
    }

    #[test]
    fn finds_ways_out_of_the_checkout() {
        assert_eq!(places("a.ts", "import '../b/x'"), ["a.ts:1"]);
        assert_eq!(places("docs/a.md", "see\n../../b"), ["docs/a.md:2"]);
        assert!(places("docs/a.md", "see ../b and ../c").is_empty());
    }
}
