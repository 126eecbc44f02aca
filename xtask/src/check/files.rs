//! How long source files may be, and what no file may contain.
use super::Broken;
use crate::{Error, shell};

/// A source file has one subject. At 800 lines it is time to split it; this is where the check stops it.
const MAX_LINES: usize = 1000;
const SOURCE: &[&str] = &["rs", "ts", "tsx", "mjs", "js", "sol", "sh"];
/// Scripts without an extension.
const SCRIPTS: &[&str] = &["dev", ".ci/run"];

/// Paths of somebody's machine: they mean nothing on any other.
const FOREIGN: &[&str] = &["/work/", "/farm/", "/tmp/bash_jobs", "../shared"];
/// The one file that must contain them.
const THIS_FILE: &str = "xtask/src/check/files.rs";

/// Checks the files git tracks or would add.
pub(super) fn check_all() -> Result<Vec<Broken>, Error> {
    let list = shell::output(&["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let mut found = Vec::new();
    for path in String::from_utf8_lossy(&list).split_terminator('\0') {
        let full = shell::root().join(path);
        // A file deleted but not yet committed, or a link.
        if full.symlink_metadata().is_ok_and(|metadata| metadata.is_file()) {
            let bytes = std::fs::read(&full).map_err(|source| Error::Io { path: full, source })?;
            found.extend(check(path, &String::from_utf8_lossy(&bytes)));
        }
    }
    Ok(found)
}

fn check(path: &str, text: &str) -> Vec<Broken> {
    let broken = |place: String, advice: String| Broken { place, advice };
    let mut found = Vec::new();
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    let lines = text.lines().count();
    if (extension.is_some_and(|extension| SOURCE.contains(&extension)) || SCRIPTS.contains(&path)) && lines > MAX_LINES
    {
        let advice = format!("{lines} lines, the limit is {MAX_LINES}; split it by subject");
        found.push(broken(path.to_owned(), advice));
    }
    for pattern in FOREIGN.iter().filter(|_| path != THIS_FILE) {
        if let Some(at) = text.find(pattern) {
            let place = format!("{path}:{}", text[..at].matches('\n').count() + 1);
            found.push(broken(place, format!("contains \"{pattern}\", a path of somebody's machine; remove it")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(path: &str, text: &str) -> Vec<String> {
        check(path, text).into_iter().map(|broken| broken.place).collect()
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
    fn finds_paths_of_somebodys_machine_with_their_line() {
        assert_eq!(places("docs/a.md", "fine\nsee /work/x"), ["docs/a.md:2"]);
        assert_eq!(places("a.ts", "import '../shared/x'"), ["a.ts:1"]);
        assert!(places(THIS_FILE, "/work/").is_empty());
        assert!(places("a.md", "work/ and /workshop").is_empty());
    }
}
