//! Counting test results in the output of the test runners.

/// Results added up over any number of runners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Tally {
    /// Adds what one line of output says, if it is the closing line of a known runner: `cargo test`
    /// (`test result: ok. 3 passed; 0 failed; …`), Node's `spec` reporter (`ℹ pass 3`), or a plain `3 passed, 0 failed`.
    pub fn line(&mut self, line: &str) {
        let line = without_colours(line);
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["test", "result:", _, passed, "passed;", failed, "failed;", ..]
            | [passed, "passed,", failed, "failed"] => {
                // Both or neither: a sentence that merely looks alike must not count.
                if let (Ok(passed), Ok(failed)) = (passed.parse::<u64>(), failed.parse::<u64>()) {
                    self.passed += passed;
                    self.failed += failed;
                }
            }
            ["ℹ", "pass", count] => self.passed += count.parse().unwrap_or(0),
            ["ℹ", "fail", count] => self.failed += count.parse().unwrap_or(0),
            _ => {}
        }
    }

    /// Adds another tally.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// The line without terminal colour sequences (`ESC [ … m`).
fn without_colours(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut pieces = line.split("\u{1b}[");
    kept.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        kept.push_str(piece.split_once('m').map_or(piece, |(_, rest)| rest));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(output: &str) -> Tally {
        let mut tally = Tally::default();
        output.lines().for_each(|line| tally.line(line));
        tally
    }

    #[test]
    fn adds_up_every_runner() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            ℹ tests 6\nℹ pass 5\nℹ fail 1\n7 passed, 4 failed\n";
        assert_eq!(tally(output), Tally { passed: 16, failed: 7 });
    }

    #[test]
    fn sees_through_colours() {
        let output =
            "test result: \u{1b}[32mok\u{1b}[0m. 3 passed; 0 failed; 0 ignored\n\u{1b}[34mℹ pass 2\u{1b}[39m\n";
        assert_eq!(tally(output), Tally { passed: 5, failed: 0 });
    }

    #[test]
    fn ignores_prose() {
        assert_eq!(tally("all 3 passed, 0 failed in total\nsome passed, none failed\nℹ pass\n"), Tally::default());
    }
}
