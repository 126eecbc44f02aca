//! A recorded execution to be timed.

use circuits::program::Program;
use protocol::artifact::Bytecode;

use super::{Execution, run};

/// A program and a recorded execution of it that succeeds.
#[derive(Debug)]
pub struct Solving {
    bytecode: Bytecode,
    program: Program,
    execution: Execution,
}

impl Solving {
    /// Decodes the program and solves it once.
    ///
    /// # Errors
    /// If it cannot be solved.
    pub fn new(bytecode: &Bytecode, execution: Execution) -> Result<Self, String> {
        let program = Program::decode(bytecode).map_err(|error| error.to_string())?;
        let solving = Self { bytecode: bytecode.clone(), program, execution };
        solving.solve()?;
        Ok(solving)
    }

    /// Decodes the program again.
    ///
    /// # Errors
    /// If it does not decode.
    pub fn decode(&self) -> Result<(), String> {
        let program = Program::decode(&self.bytecode).map_err(|error| error.to_string())?;
        core::hint::black_box(program);
        Ok(())
    }

    /// Solves the program, answering its calls as recorded.
    ///
    /// # Errors
    /// If it fails, or calls what was not recorded.
    pub fn solve(&self) -> Result<(), String> {
        let run = run(&self.program, self.execution.inputs.clone(), &self.execution.calls, false);
        match run.result {
            Ok(witness) if !run.unanswered => {
                core::hint::black_box(witness);
                Ok(())
            }
            Ok(_) => Err("it calls what was not recorded".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
