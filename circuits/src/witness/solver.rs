//! Solving a program, step by step.

use protocol::abi::ErrorSelector;
use protocol::artifact::OpcodeLocation;
use protocol::field::Fr;

use super::brillig::{RuntimeError, Stop, Vm};
use super::error::{SolveError, SolveFailure};
use super::expression::Values;
use super::foreign::{ForeignCall, ForeignCalls, ForeignValue};
use super::map::WitnessMap;
use crate::program::Program;
use crate::program::acir::{BrilligCall, BrilligInput, Opcode};
use crate::program::brillig::Value;

/// Brillig opcodes a program runs at most: a hundred times what the largest circuit of the protocol needs, and some
/// seconds.
const MAX_STEPS: u64 = 1 << 30;

/// How far a [`Solver`] came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Every witness has its value.
    Solved,
    /// The program waits for this call's [`Solver::answer`].
    ForeignCall(ForeignCall),
}

/// Solves a program for callers that answer foreign calls their own way; see [`solve`] for the usual one.
#[derive(Debug)]
pub struct Solver {
    program: Program,
    state: State,
}

#[derive(Debug)]
struct State {
    witness: WitnessMap,
    blocks: Vec<Option<Vec<Fr>>>,
    next: usize,
    vm: Vm,
    /// Whether `vm` runs the current opcode's function and waits for an answer.
    waiting: bool,
    answer: Option<Vec<ForeignValue>>,
    /// Steps that are left, of so many.
    steps: u64,
    step_limit: u64,
}

/// Finds the values of a program's witnesses, given those of its parameters.
///
/// # Errors
/// If an assertion fails, a foreign call is not answered, or the program is not sound. Hostile programs end with an error
/// in bounded time and memory.
pub async fn solve(
    program: &Program,
    inputs: WitnessMap,
    foreign_calls: &mut dyn ForeignCalls,
) -> Result<WitnessMap, SolveError> {
    let mut solver = Solver::new(program.clone(), inputs);
    loop {
        match solver.run()? {
            Progress::Solved => return Ok(solver.into_witness()),
            Progress::ForeignCall(call) => {
                let name = call.name.clone();
                match foreign_calls.call(call).await {
                    Ok(results) => solver.answer(results),
                    Err(source) => return Err(solver.error(SolveFailure::ForeignCall { name, source })),
                }
            }
        }
    }
}

impl Solver {
    /// Gets ready to solve a program, given the values of its parameters.
    #[must_use]
    pub fn new(program: Program, mut witness: WitnessMap) -> Self {
        let circuit = program.circuit();
        witness.grow(circuit.witness_count as usize);
        let blocks = vec![None; circuit.block_count as usize];
        let (vm, steps) = (Vm::default(), MAX_STEPS);
        let state = State { witness, blocks, next: 0, vm, waiting: false, answer: None, steps, step_limit: steps };
        Self { program, state }
    }

    /// Ends the program with an error after so many Brillig opcodes, instead of a billion.
    #[must_use]
    pub const fn with_step_limit(mut self, steps: u64) -> Self {
        (self.state.steps, self.state.step_limit) = (steps, steps);
        self
    }

    /// Solves until the end or the next foreign call.
    ///
    /// # Errors
    /// If the program fails. The solver is of no use then.
    pub fn run(&mut self) -> Result<Progress, SolveError> {
        #[cfg(not(target_arch = "wasm32"))]
        let result = {
            let run = std::panic::AssertUnwindSafe(|| self.state.run(&self.program));
            std::panic::catch_unwind(run).unwrap_or_else(|panic| {
                let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
                let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
                Err(SolveFailure::Panic(text.unwrap_or_default()))
            })
        };
        // Panics end the module here; nothing a program holds leads to one.
        #[cfg(target_arch = "wasm32")]
        let result = self.state.run(&self.program);
        result.map_err(|reason| self.error(reason))
    }

    /// Answers the foreign call [`Solver::run`] stopped at.
    pub fn answer(&mut self, results: Vec<ForeignValue>) {
        self.state.answer = Some(results);
    }

    /// The values found so far: all of them after [`Progress::Solved`].
    #[must_use]
    pub fn into_witness(self) -> WitnessMap {
        self.state.witness
    }

    /// The error of a failure at the current opcode.
    fn error(&self, reason: SolveFailure) -> SolveError {
        let acir = u32::try_from(self.state.next).unwrap_or(u32::MAX);
        let call_stack = match self.program.circuit().opcodes.get(self.state.next) {
            Some(Opcode::BrilligCall(call)) if self.state.waiting => {
                let function = self.program.circuit().calls[*call as usize].function;
                let location = |index| OpcodeLocation::Brillig { acir, function, index };
                self.state.vm.call_stack().map(location).collect()
            }
            _ => vec![OpcodeLocation::Acir(acir)],
        };
        SolveError { reason: Box::new(reason), call_stack }
    }
}

impl State {
    fn run(&mut self, program: &Program) -> Result<Progress, SolveFailure> {
        let circuit = program.circuit();
        while let Some(opcode) = circuit.opcodes.get(self.next) {
            let mut values = Values { circuit, witness: &mut self.witness };
            let solved = match *opcode {
                Opcode::AssertZero(expression) => values.assert_zero(expression),
                Opcode::Range { input, bits } => values.range(input, bits),
                Opcode::Poseidon2 { inputs, outputs } => values.poseidon2(inputs, outputs),
                Opcode::Logic { xor, lhs, rhs, bits, output } => values.logic(xor, [lhs, rhs], bits, output),
                Opcode::MemoryInit { block, init } => {
                    let init = &circuit.witnesses[init.range()];
                    let values: Result<_, _> = init.iter().map(|witness| values.get(*witness)).collect();
                    match self.blocks[block as usize].replace(values?) {
                        None => Ok(()),
                        Some(_) => Err(SolveFailure::Unsatisfied),
                    }
                }
                Opcode::MemoryRead { block, index, value } => {
                    let index = values.operand(index)?;
                    let item = item(&mut self.blocks, block, index).map(|item| *item);
                    item.and_then(|item| values.assign(value, item))
                }
                Opcode::MemoryWrite { block, index, value } => {
                    let (index, value) = (values.operand(index)?, values.operand(value)?);
                    item(&mut self.blocks, block, index).map(|item| *item = value)
                }
                Opcode::BlackBox(index) => values.black_box(&circuit.black_boxes[index as usize]),
                Opcode::BrilligCall(call) => match self.brillig(program, &circuit.calls[call as usize])? {
                    Some(call) => return Ok(Progress::ForeignCall(call)),
                    None => Ok(()),
                },
            };
            if let Err(failure) = solved {
                return Err(self.explain(program, failure));
            }
            self.next += 1;
        }
        Ok(Progress::Solved)
    }

    /// A failed constraint with what its author says about it.
    #[cold]
    fn explain(&mut self, program: &Program, failure: SolveFailure) -> SolveFailure {
        if !matches!(failure, SolveFailure::Unsatisfied | SolveFailure::IndexOutOfBounds { .. }) {
            return failure;
        }
        let circuit = program.circuit();
        let assertion = u32::try_from(self.next).ok().and_then(|opcode| circuit.assertion(opcode));
        let Some(assertion) = assertion else { return failure };
        let mut payload = Vec::new();
        let values = Values { circuit, witness: &mut self.witness };
        if collect(&values, &self.blocks, &assertion.payload, &mut payload).is_err() {
            return failure;
        }
        SolveFailure::Assertion { selector: ErrorSelector(assertion.selector), payload }
    }

    /// Runs a Brillig function to its end, or to a foreign call.
    fn brillig(&mut self, program: &Program, call: &BrilligCall) -> Result<Option<ForeignCall>, SolveFailure> {
        let circuit = program.circuit();
        let function = program.function(call.function).ok_or(SolveFailure::MissingFunction(call.function))?;
        if self.waiting {
            if let Some(results) = self.answer.take() {
                self.vm.answer(function, &results)?;
            }
        } else {
            let mut values = Values { circuit, witness: &mut self.witness };
            if !values.predicate(call.predicate)? {
                let outputs = &circuit.witnesses[call.outputs.range()];
                outputs.iter().try_for_each(|output| values.assign(*output, Fr::ZERO))?;
                return Ok(None);
            }
            self.vm.start(|calldata| collect(&values, &self.blocks, &call.inputs, calldata))?;
            self.waiting = true;
        }
        match self.vm.run(function, &mut self.steps)? {
            Stop::ForeignCall(call) => return Ok(Some(call)),
            Stop::OutOfSteps => return Err(SolveFailure::Steps(self.step_limit)),
            Stop::Trapped { length: 0, .. } => return Err(RuntimeError::Trap.into()),
            Stop::Trapped { start, length } => {
                let mut values = self.vm.slots(start, length).into_iter().flatten();
                return Err(match values.next() {
                    Some(Value::U64(selector)) => SolveFailure::Assertion {
                        selector: ErrorSelector(selector),
                        payload: values.map(Value::to_field).collect(),
                    },
                    _ => RuntimeError::Payload.into(),
                });
            }
            Stop::Returned { start, length } => {
                self.waiting = false;
                let outputs = &circuit.witnesses[call.outputs.range()];
                let results = self.vm.slots(start, length).filter(|results| results.len() == outputs.len());
                let results = results.ok_or(SolveFailure::Outputs(call.function))?;
                let mut values = Values { circuit, witness: &mut self.witness };
                let assigned = outputs.iter().zip(results).try_for_each(|(output, value)| {
                    let value = value.to_field();
                    values.assign(*output, value)
                });
                assigned.map_err(|failure| self.explain(program, failure))?;
            }
        }
        Ok(None)
    }
}

/// An item of a memory block.
fn item(blocks: &mut [Option<Vec<Fr>>], block: u32, index: Fr) -> Result<&mut Fr, SolveFailure> {
    let values = blocks[block as usize].as_mut().ok_or(SolveFailure::MissingBlock(block))?;
    let size = values.len();
    let place = index.to_u32().map(|place| place as usize);
    place.and_then(|place| values.get_mut(place)).ok_or(SolveFailure::IndexOutOfBounds { index, size })
}

fn collect(
    values: &Values<'_>,
    blocks: &[Option<Vec<Fr>>],
    inputs: &[BrilligInput],
    out: &mut Vec<Fr>,
) -> Result<(), SolveFailure> {
    for input in inputs {
        match input {
            BrilligInput::Values(span) => {
                for operand in &values.circuit.operands[span.range()] {
                    out.push(values.operand(*operand)?);
                }
            }
            BrilligInput::Memory(block) => {
                let block_values = blocks[*block as usize].as_ref();
                out.extend(block_values.ok_or(SolveFailure::MissingBlock(*block))?);
            }
        }
    }
    Ok(())
}
