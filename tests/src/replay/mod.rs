//! Recorded executions of the official solver, solved again: every witness, every oracle call, every error and its place.
//!
//! The format of recordings is in `tests/transcripts/README.md`.

#[cfg(not(target_arch = "wasm32"))]
mod all;
mod execution;
mod mutation;
#[cfg(not(target_arch = "wasm32"))]
mod recordings;
mod report;
mod solving;

#[cfg(not(target_arch = "wasm32"))]
pub use all::{Error, Times, replay_all};
pub use execution::{Execution, Expected, Recorded};
pub use mutation::{Change, Mutation};
#[cfg(not(target_arch = "wasm32"))]
pub use recordings::Recordings;
pub use report::Report;
pub use solving::Solving;

use circuits::program::Program;
use circuits::witness::{Progress, Solver, WitnessMap};

/// What a run gives: the witness or the error, how many oracle calls were made, and the first that differed.
#[derive(Debug)]
pub struct Run {
    /// The witness, or the error.
    pub result: Result<WitnessMap, circuits::witness::SolveError>,
    /// Oracle calls that were made as recorded.
    pub calls: usize,
    /// What was called otherwise.
    pub different_call: Option<String>,
    /// Whether the run ended at a call whose answer the recording does not have.
    pub unanswered: bool,
}

/// Solves a program, answering oracle calls from a recording. With `check`, calls must be those recorded; otherwise only
/// their names must be.
#[must_use]
pub fn run(program: &Program, inputs: WitnessMap, recorded: &[Recorded], check: bool) -> Run {
    let mut solver = Solver::new(program.clone(), inputs);
    let mut run = Run { result: Ok(WitnessMap::new()), calls: 0, different_call: None, unanswered: false };
    loop {
        match solver.run() {
            Err(error) => run.result = Err(error),
            Ok(Progress::Solved) => run.result = Ok(solver.into_witness()),
            Ok(Progress::ForeignCall(call)) => {
                let expected = recorded.get(run.calls);
                let same_name = expected.is_some_and(|expected| expected.name == call.name);
                let same = same_name
                    && (!check
                        || expected.is_some_and(|expected| {
                            expected.inputs.iter().map(Vec::as_slice).eq(call.inputs.iter().map(|input| input.fields()))
                        }));
                let answer = expected.filter(|_| same).map(|expected| expected.outputs.clone());
                match answer {
                    None => {
                        run.different_call = Some(format!("call {} of {}", run.calls, call.name));
                        run.unanswered = true;
                    }
                    Some(None) => {
                        run.calls += 1;
                        run.unanswered = true;
                    }
                    Some(Some(outputs)) => {
                        run.calls += 1;
                        solver.answer(outputs);
                        continue;
                    }
                }
            }
        }
        return run;
    }
}
