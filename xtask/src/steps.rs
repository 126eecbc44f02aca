//! The steps of `./dev test`: what each needs, what it runs, and how many tests it saw.
use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use crate::{
    Error,
    count::Tally,
    needs::{self, Need},
    shell,
};

/// One step of `./dev test`.
struct Step {
    name: &'static str,
    what: &'static str,
    needs: &'static [Need],
    /// The command lines, in this order.
    lines: &'static [&'static [&'static str]],
    /// Environment of all of them.
    environment: &'static [(&'static str, &'static str)],
    /// Whether a run in which no test was seen is a failure.
    tests: bool,
}

use Need::{Browser, Compiler, Components, Git, Node, NodeModules, Packages, Targets};

const PLAIN: Step = Step { name: "", what: "", needs: &[Compiler], lines: &[], environment: &[], tests: false };

/// Quick and likely to fail first.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        what: "Rust code is formatted",
        needs: &[Compiler, Components],
        lines: &[&["cargo", "fmt", "--all", "--check"]],
        ..PLAIN
    },
    Step {
        name: "ts",
        what: "TypeScript packages: types, build, lint, tests",
        needs: &[Compiler, Node, NodeModules],
        lines: &[
            &["npm", "run", "--silent", "build"],
            &["npm", "run", "--silent", "lint"],
            &["npm", "test", "--silent"],
        ],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "clippy",
        what: "no compiler or clippy warning, every public item documented",
        needs: &[Compiler, Components],
        lines: &[&["cargo", "clippy", "--workspace", "--all-targets", "--all-features", "--", "--deny=warnings"]],
        ..PLAIN
    },
    Step {
        name: "check",
        what: "rules of the checkout; bare-metal and WebAssembly builds",
        needs: &[Git, Compiler, Targets],
        lines: &[&["cargo", "xtask", "check"]],
        ..PLAIN
    },
    Step {
        name: "docs",
        what: "API documentation builds, no broken link",
        lines: &[&["cargo", "doc", "--workspace", "--no-deps", "--all-features"]],
        environment: &[("RUSTDOCFLAGS", "--deny=warnings")],
        ..PLAIN
    },
    Step {
        name: "artifacts",
        what: "every artifact of the official packages",
        needs: &[Compiler, Node, Packages],
        lines: &[
            &["cargo", "xtask", "artifacts", "--debug", "--verify"],
            &["cargo", "xtask", "dev-params", "--official"],
        ],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "native",
        // The client runs official contracts and circuits, from the packs of the step before.
        what: "tests of all crates",
        needs: &[Compiler, Packages],
        lines: &[
            &["cargo", "xtask", "artifacts", "--debug"],
            &["cargo", "test", "--workspace", "--all-features", "--no-fail-fast"],
        ],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "wasm",
        what: "the vectors against our code as WebAssembly",
        needs: &[Compiler, Targets, Node],
        lines: &[
            &["cargo", "build", "--package=tests", "--lib", "--release", "--target=wasm32-unknown-unknown"],
            &["node", "tests/wasm/run.mjs"],
            &["node", "tests/wasm/replay.mjs", "tests/transcripts/recorded.tar.gz"],
        ],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "programs",
        what: "every program of the official packages decodes",
        needs: &[Compiler, Packages],
        lines: &[&["cargo", "xtask", "programs"]],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "proofs",
        what: "real proofs are verified, and keys under the development SRS are derived again",
        needs: &[Compiler, Node, Packages],
        lines: &[
            &["cargo", "xtask", "artifacts", "--debug"],
            &["cargo", "xtask", "barretenberg"],
            &["cargo", "xtask", "dev-params"],
            // With the features and tests of the step before, so that nothing is built again.
            &[
                "cargo",
                "test",
                "--workspace",
                "--all-features",
                "--test=proofs",
                "--test=development_keys",
                "--",
                "--ignored",
            ],
        ],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "browser",
        what: "barretenberg in workers of a headless browser, the SRS downloaded there",
        needs: &[Compiler, Targets, Node, NodeModules, Browser, Packages],
        lines: &[&["cargo", "xtask", "browser"]],
        tests: true,
        ..PLAIN
    },
    Step {
        name: "page",
        what: "the wallet page in a headless browser: real proofs, tabs, restored wallets",
        needs: &[Compiler, Targets, Node, NodeModules, Browser, Packages],
        lines: &[&["cargo", "xtask", "page"]],
        tests: true,
        ..PLAIN
    },
];

impl Step {
    fn run(&self, screen: &mut dyn Write) -> (Tally, Result<(), Error>) {
        let mut tally = Tally::default();
        let result = self.lines.iter().try_for_each(|line| {
            let mut command = shell::command(line);
            command.envs(self.environment.iter().copied());
            shell::run_counted(command, &mut tally, screen)
        });
        let result = result.and(match tally {
            Tally { failed: 0, passed: 0 } if self.tests => Err(Error::NoTests),
            Tally { failed: 0, .. } => Ok(()),
            Tally { failed, .. } => Err(Error::Tests(failed)),
        });
        (tally, result)
    }
}

/// Prints the names of the steps.
pub fn list() {
    for Step { name, what, .. } in STEPS {
        println!("{name:<10} {what}");
    }
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>, Error> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &String| STEPS.iter().find(|step| step.name == name);
    let known = || STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
    names
        .iter()
        .map(|name| find(name).ok_or_else(|| Error::Unknown { what: "step", name: name.clone(), known: known() }))
        .collect()
}

/// Runs the named steps, or all: first installs what they need. Stops at the first failure. The last line of a good run
/// that had tests is `N passed, 0 failed`.
///
/// # Errors
/// If there is no such step, or something needed cannot be installed.
pub fn run(names: &[String]) -> Result<ExitCode, Error> {
    let steps = chosen(names)?;
    let needed: Vec<Need> = steps.iter().flat_map(|step| step.needs).copied().collect();
    needs::provide(&needed)?;
    let start = Instant::now();
    let mut total = Tally::default();
    for step in steps {
        println!("==> [{} s] {}: {}", start.elapsed().as_secs(), step.name, step.what);
        let (tally, result) = step.run(&mut io::stdout());
        total.add(tally);
        if let Err(error) = result {
            println!("==> [{} s] failed: {}: {}", start.elapsed().as_secs(), step.name, step.what);
            println!("{error}");
            println!("run just this step again: ./dev test {}", step.name);
            return Ok(ExitCode::FAILURE);
        }
    }
    println!("==> [{} s] done", start.elapsed().as_secs());
    if total != Tally::default() {
        println!("{} passed, {} failed", total.passed, total.failed);
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_have_names_of_their_own_and_something_to_run() {
        for (at, step) in STEPS.iter().enumerate() {
            assert!(STEPS[..at].iter().all(|other| other.name != step.name), "{} twice", step.name);
            assert!(!step.lines.is_empty() && step.needs.contains(&Compiler), "{}", step.name);
        }
    }

    #[test]
    fn chooses_steps_by_name() {
        assert_eq!(chosen(&[]).unwrap().len(), STEPS.len());
        let names: Vec<_> = chosen(&["native".into(), "fmt".into()]).unwrap().iter().map(|step| step.name).collect();
        assert_eq!(names, ["native", "fmt"]);
    }

    #[test]
    fn names_the_steps_when_one_is_unknown() {
        let error = chosen(&["nativ".into()]).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("`nativ`") && error.contains("fmt, ts, clippy"), "{error}");
    }

    const ECHO: &[&[&str]] = &[&["echo", "3 passed, 0 failed"]];

    #[test]
    fn counts_what_a_step_prints() {
        let (tally, result) = Step { lines: ECHO, tests: true, ..PLAIN }.run(&mut io::sink());
        assert!(result.is_ok());
        assert_eq!(tally, Tally { passed: 3, failed: 0 });
    }

    #[test]
    fn a_step_fails_with_its_command_with_a_failed_test_and_without_tests() {
        let failure = |lines| Step { lines, tests: true, ..PLAIN }.run(&mut io::sink()).1.unwrap_err();
        assert!(matches!(failure(&[&["echo", "3 passed, 1 failed"]]), Error::Tests(1)));
        assert!(matches!(failure(&[&["echo", "quiet"]]), Error::NoTests));
        assert!(matches!(failure(&[&["false"]]), Error::Failed { .. }));
    }
}
