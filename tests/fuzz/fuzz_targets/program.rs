//! Code of programs: what decodes is solved for a bounded number of steps. Input: a program before compression.
#![no_main]

use std::io::Write;

use circuits::program::Program;
use circuits::witness::{ForeignValue, Progress, Solver, WitnessMap};
use flate2::{Compression, write::GzEncoder};
use libfuzzer_sys::fuzz_target;
use protocol::artifact::Bytecode;
use protocol::field::Fr;

/// Brillig opcodes that are run: what a hostile program can cost is its length and this.
const STEPS: u64 = 100_000;
/// Calls that are answered.
const CALLS: usize = 20;

/// A container without compression, which would make every change a broken one.
fn container(program: &[u8]) -> Bytecode {
    let mut writer = GzEncoder::new(Vec::new(), Compression::none());
    writer.write_all(program).expect("writing to memory cannot fail");
    Bytecode::from_bytes(writer.finish().expect("writing to memory cannot fail"))
}

fuzz_target!(|data: &[u8]| {
    let Ok(program) = Program::decode(&container(data)) else { return };
    assert_eq!(program.bytecode_for_barretenberg(), data);
    let inputs = program.private_parameters().iter().chain(program.public_parameters());
    let mut witness = WitnessMap::new();
    for (index, value) in inputs.zip(0u32..) {
        witness.insert(*index, Fr::from(value)).expect("the program was refused otherwise");
    }
    let mut solver = Solver::new(program, witness).with_step_limit(STEPS);
    for call in 0..CALLS {
        match solver.run() {
            Ok(Progress::Solved) => {
                let _ = solver.into_witness().to_barretenberg();
                return;
            }
            Ok(Progress::ForeignCall(asked)) => {
                // As many results as arguments, of the same shape: sometimes right.
                let results = if call % 2 == 0 { asked.inputs } else { vec![ForeignValue::Single(Fr::ONE)] };
                solver.answer(results);
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert!(!error.to_string().contains("panicked"), "{error}");
                return;
            }
        }
    }
});
