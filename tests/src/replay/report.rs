//! Counting what is equal and what is not.

use core::fmt;

use circuits::program::Program;
use circuits::witness::{SolveFailure, WitnessMap};
use protocol::field::Fr;
use protocol::hash::sha256;

use super::{Execution, Expected, Mutation, Run, run};

/// What is equal and what is not.
#[derive(Debug, Default)]
pub struct Report {
    /// Executions that ended as recorded, in success.
    pub solved: usize,
    /// Executions that ended as recorded, in failure.
    pub failed: usize,
    /// Changed executions that ended as the official solver did.
    pub mutations: usize,
    /// Witness values that are equal, and that are not.
    pub witnesses: [usize; 2],
    /// Oracle calls that are equal, and that are not.
    pub calls: [usize; 2],
    /// Places of errors that are equal, and that are not.
    pub places: [usize; 2],
    /// Failures to which the official solver gives no place.
    pub without_place: usize,
    /// What differs.
    pub differences: Vec<String>,
}

/// Differences that are told.
const MAX_TOLD: usize = 50;

impl Report {
    /// Whether all is equal.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty()
    }

    fn differs(&mut self, name: &str, what: impl fmt::Display) {
        self.differences.push(format!("{name}: {what}"));
    }

    /// Solves a recorded execution and compares everything. `witnesses` is the recorded solution: an index of four bytes,
    /// little-endian, and a value of 32, big-endian, each.
    pub fn replay(&mut self, name: &str, program: &Program, execution: &Execution, witnesses: &[u8]) {
        let run = run(program, execution.inputs.clone(), &execution.calls, true);
        self.calls[0] += run.calls;
        if let Some(call) = &run.different_call {
            self.calls[1] += 1;
            self.differs(name, call);
            return;
        }
        match &execution.error {
            Some(expected) => {
                if self.failure(name, &run, expected) {
                    self.failed += 1;
                }
            }
            None => match &run.result {
                Err(error) => self.differs(name, format_args!("failed: {error}")),
                Ok(witness) if !run.unanswered => {
                    if run.calls != execution.calls.len() {
                        self.calls[1] += execution.calls.len() - run.calls;
                        self.differs(name, format_args!("{} of {} calls", run.calls, execution.calls.len()));
                    }
                    if self.witness(name, witness, witnesses) {
                        self.solved += 1;
                    }
                }
                Ok(_) => self.differs(name, "an answer is missing in the recording"),
            },
        }
    }

    /// Solves a changed execution and compares its outcome.
    pub fn replay_mutation(&mut self, program: &Program, execution: &Execution, mutation: &Mutation) {
        let name = format!("{} {:?}", mutation.execution, mutation.change);
        let run = run(program, execution.inputs.clone(), &execution.calls, false);
        let equal = match (&mutation.error, &run.result) {
            (Some(expected), _) => self.failure(&name, &run, expected),
            (None, Ok(witness)) if !run.unanswered => {
                let equal = mutation.digest.as_ref().is_none_or(|expected| *expected == digest(witness));
                if !equal {
                    self.differs(&name, "solved otherwise");
                }
                equal
            }
            (None, Ok(_)) => {
                self.differs(&name, "ended at an oracle call, officially solved");
                false
            }
            (None, Err(error)) => {
                self.differs(&name, format_args!("failed: {error}"));
                false
            }
        };
        self.mutations += usize::from(equal);
    }

    fn witness(&mut self, name: &str, witness: &WitnessMap, expected: &[u8]) -> bool {
        let (records, _) = expected.as_chunks::<36>();
        let mut wrong = 0;
        for record in records {
            let (index, value) = record.split_first_chunk::<4>().expect("36 bytes");
            let index = u32::from_le_bytes(*index);
            let value = value.first_chunk().and_then(|value| Fr::from_be_bytes(value).ok());
            if value.is_none() || witness.get(index) != value {
                wrong += 1;
            }
        }
        let extra = witness.len().abs_diff(records.len());
        self.witnesses[0] += records.len() - wrong;
        self.witnesses[1] += wrong.max(extra);
        if wrong > 0 || extra > 0 {
            self.differs(name, format_args!("{wrong} of {} values differ, {extra} more or fewer", records.len()));
        }
        wrong == 0 && extra == 0
    }

    fn failure(&mut self, name: &str, run: &Run, expected: &Expected) -> bool {
        let error = match &run.result {
            Err(error) => error,
            // The oracle failed, here and there.
            Ok(_) if run.unanswered && expected.message.contains("foreign_call_handler") => return true,
            Ok(_) => {
                let how = if run.unanswered { "ended at an oracle call" } else { "solved" };
                self.differs(name, format_args!("{how}, officially {}", expected.message));
                return false;
            }
        };
        let payload = match &*error.reason {
            SolveFailure::Assertion { selector, payload } => Some((selector.0, payload.clone())),
            _ => None,
        };
        let mut equal = true;
        if expected.payload != payload {
            self.differs(name, format_args!("payload {payload:?}, officially {:?}: {error}", expected.payload));
            equal = false;
        }
        match &expected.call_stack {
            None => self.without_place += 1,
            Some(stack) if *stack == error.official_call_stack() => self.places[0] += 1,
            Some(stack) => {
                self.places[1] += 1;
                self.differs(name, format_args!("{error}, officially {} at {stack:?}", expected.message));
                equal = false;
            }
        }
        equal
    }

    /// Adds the counts of another report.
    pub fn add(&mut self, other: Self) {
        self.solved += other.solved;
        self.failed += other.failed;
        self.mutations += other.mutations;
        self.without_place += other.without_place;
        for (sum, more) in
            [(&mut self.witnesses, other.witnesses), (&mut self.calls, other.calls), (&mut self.places, other.places)]
        {
            sum[0] += more[0];
            sum[1] += more[1];
        }
        self.differences.extend(other.differences);
    }
}

/// First 16 bytes of the SHA-256 of a witness in the form of recordings, hexadecimal.
fn digest(witness: &WitnessMap) -> String {
    let mut bytes = Vec::new();
    for (index, value) in witness.iter() {
        bytes.extend(index.to_le_bytes());
        bytes.extend(value.to_be_bytes());
    }
    const_hex::encode(&sha256(&[&bytes])[..16])
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in self.differences.iter().take(MAX_TOLD) {
            writeln!(f, "differs: {difference}")?;
        }
        if self.differences.len() > MAX_TOLD {
            writeln!(f, "and {} more", self.differences.len() - MAX_TOLD)?;
        }
        let Self { solved, failed, mutations, witnesses, calls, places, without_place, .. } = self;
        writeln!(f, "executions: {solved} solved and {failed} failed as recorded; changed executions: {mutations}")?;
        writeln!(f, "witness values: {} equal, {} different", witnesses[0], witnesses[1])?;
        writeln!(f, "oracle calls: {} equal, {} different", calls[0], calls[1])?;
        writeln!(
            f,
            "places of errors: {} equal, {} different, {without_place} official ones have none",
            places[0], places[1]
        )?;
        write!(f, "{} passed, {} failed", solved + failed + mutations, self.differences.len())
    }
}
