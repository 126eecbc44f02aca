//! Timing our client beside the official one in a headless Chromium: what a page fetches, how soon it can be used, transfers,
//! notes, memory. The pages and what drives them are in `tests/bench/browser`.
use std::env::consts::EXE_SUFFIX;

use crate::needs::{self, Need};
use crate::{Error, assets, barretenberg, compare::Reference, shell, wasm};

/// What drives the browser.
const SCRIPT: &str = "tests/bench/browser/run.mjs";
/// Where the pages are built, below the target folder.
const FOLDER: &str = "bench-browser";

const USAGE: &str = "bench browser [--adapter] [--notes COUNT] [--turns COUNT] [--proofs]";

/// Checks options: a script would find out only after everything was built.
fn check(words: &[String]) -> Result<(), Error> {
    let mut words = words.iter();
    let wrong = |name: &str| Error::Unknown { what: "option", name: name.to_owned(), known: USAGE.into() };
    while let Some(word) = words.next() {
        match word.as_str() {
            "--adapter" | "--proofs" => {}
            "--notes" | "--turns" => {
                let value = words.next().map_or("", String::as_str);
                value.parse().ok().filter(|count: &u32| *count > 0).ok_or_else(|| wrong(&format!("{word} {value}")))?;
            }
            other => return Err(wrong(other)),
        }
    }
    Ok(())
}

/// Measures, and prints a table in Markdown. With `--adapter` it lets official contract classes and accounts work in a page on
/// our wallet instead.
///
/// # Errors
/// If an option is unknown, there is no install of the official packages, something cannot be built, or a page cannot do
/// what it should.
pub fn run(options: &[String]) -> Result<(), Error> {
    check(options)?;
    let reference = Reference::required()?;
    needs::provide(&[Need::Compiler, Need::Targets, Need::Node, Need::NodeModules, Need::Browser, Need::Packages])?;
    barretenberg::fetch()?;
    wasm::run(&[])?;
    assets::run()?;
    shell::run(shell::command(&["npm", "run", "--silent", "build", "--workspace=sdk-ts"]))?;
    let mut build = shell::command(&["cargo", "build", "--quiet", "--release", "--package=node-lite"]);
    if !options.iter().any(|option| option == "--proofs") {
        // Who verifies nothing is built in a third of the time.
        build.arg("--no-default-features");
    }
    shell::run(build)?;
    let target = wasm::target_folder();
    let mut line = shell::command(&["node", SCRIPT]);
    line.arg("--node-lite").arg(target.join(format!("release/node-lite{EXE_SUFFIX}")));
    line.arg("--reference").arg(reference.folder);
    line.arg("--folder").arg(target.join(FOLDER));
    line.args(options);
    shell::run(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(line: &str) -> Result<(), Error> {
        check(&line.split_whitespace().map(Into::into).collect::<Vec<_>>())
    }

    #[test]
    fn takes_its_options_and_no_others() {
        assert!(checked("").is_ok());
        assert!(checked("--adapter --notes 20 --proofs --turns 1").is_ok());
        for wrong in ["--notes", "--notes 0", "--turns many", "--notes --proofs", "--proof", "--node-lite elsewhere"] {
            assert!(matches!(checked(wrong), Err(Error::Unknown { what: "option", .. })), "{wrong}");
        }
    }
}
