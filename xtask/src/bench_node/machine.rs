//! The public machine and the trees: what the other benchmarks print, in one table.
use std::process::Command;

use super::table::{NOTHING, Table, ratio};
use crate::{
    Error,
    compare::{self, Reference, copy_folder},
    shell,
};

/// Programs of the public machine, ours and for the official simulator.
const PROGRAMS: &str = "tests/avm/generate";
/// What those import.
const SHARED: &str = "tests/vectors/generate";
/// Where they go below the reference.
const PLACE: &str = "aztec-lite-bench";
/// Workloads of trees, and the leaves in one run.
const TREES: [(&str, f64); 3] =
    [("append 64 leaves", 64.0), ("append 1024 leaves", 1024.0), ("insert 64 nullifiers", 64.0)];

/// Measures both and prints them.
pub(super) fn run(reference: Option<&Reference>) -> Result<(), Error> {
    let ours = output(shell::command(&["cargo", "bench", "--quiet", "--package", "tests", "--bench", "avm"]))?;
    let theirs = match reference {
        Some(reference) => {
            for folder in [PROGRAMS, SHARED] {
                copy_folder(&shell::root().join(folder), &reference.folder.join(PLACE).join(folder))?;
            }
            // The script keeps its programs in a file of this folder.
            compare::save(&reference.folder.join(PLACE).join("tests/avm/data/speed.json"), b"{}")?;
            let mut command = reference.node(&[&format!("{PLACE}/{PROGRAMS}/speed.mjs")]);
            command.env("AZTEC_REFERENCE", ".").env("LOG_LEVEL", "silent");
            output(command)?
        }
        None => String::new(),
    };
    let mut table = Table::new(&["Million a second", "node-lite", "official", "ratio"]);
    for (name, ours) in ours.lines().filter_map(speed) {
        let theirs = theirs.lines().filter_map(speed).find(|(found, _)| *found == name).map(|(_, speed)| speed);
        table.row(cells(&format!("instructions: {name}"), ours, theirs));
    }
    let rows = TREES.map(|(name, _)| name);
    for ((name, leaves), [ours, theirs]) in TREES.into_iter().zip(compare::native_and_official(&rows, reference)?) {
        let rate = |nanoseconds: f64| leaves / nanoseconds * 1e3;
        table.row(cells(&format!("leaves: {name}"), ours.map_or(f64::NAN, rate), theirs.map(rate)));
    }
    println!("### Public machine and trees\n\n{table}");
    Ok(())
}

fn cells(name: &str, ours: f64, theirs: Option<f64>) -> [String; 4] {
    let shown = |rate: f64| format!("{rate:.3}");
    [
        name.to_owned(),
        shown(ours),
        theirs.map_or(NOTHING.into(), shown),
        theirs.map_or(NOTHING.into(), |theirs| ratio(ours / theirs)),
    ]
}

/// `NAME: …, 1.23 million/s`.
fn speed(line: &str) -> Option<(&str, f64)> {
    let (name, rest) = line.split_once(':')?;
    let rate = rest.trim_end().strip_suffix("million/s")?.rsplit(',').next()?;
    Some((name, rate.trim().parse().ok()?))
}

fn output(mut command: Command) -> Result<String, Error> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|source| Error::Start { command: name.clone(), source })?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(Error::Failed { command: name, status: output.status }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_benchmarks_print() {
        assert_eq!(speed("a b: 66.1 ms for 6 million gas, 12.5 million/s"), Some(("a b", 12.5)));
        assert_eq!(speed("a b: 7 instructions in 5 ms, 0.03 million/s"), Some(("a b", 0.03)));
        assert_eq!(speed("Running benches/avm.rs"), None);
    }
}
