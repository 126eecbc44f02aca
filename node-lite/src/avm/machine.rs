//! Runs calls: one loop over the instructions of the innermost call, one over the calls.
//!
//! Calls wait on a list and not on the host's stack: gas allows some six hundred of them.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/avm_simulator.ts`.

use std::sync::Arc;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::gas::Gas;
use protocol::hash::silo::public_data_leaf_slot;

use super::frame::{Data, Frame};
use super::halt::Halt;
use super::instructions::{
    arithmetic, bitwise, calls, comparison, control, conversion, debug, effects, environment, hashes, memory, storage,
    trees,
};
use super::journal::Journal;
use super::memory::Memory;
use super::program::Program;
use super::result::{CallResult, Cause, Failure, MAX_OUTPUT_FIELDS};
use super::state::StateError;
use super::table::Op;
use super::world::{AvmError, Host};

/// A call from outside.
#[derive(Debug, Clone)]
pub struct Call {
    /// The contract called.
    pub contract: AztecAddress,
    /// Who calls.
    pub sender: AztecAddress,
    /// Whether it must leave no trace.
    pub is_static: bool,
    /// What is passed, the selector first.
    pub calldata: Vec<Fr>,
    /// Gas it may use.
    pub gas: Gas,
    /// The same together with what the transaction used before: what a call that runs out of gas tells.
    pub gas_limit: Gas,
    /// The fee of the transaction, as far as the call may know it.
    pub transaction_fee: Fr,
}

/// Why an instruction did not finish.
#[derive(Debug)]
pub(crate) enum Interrupt {
    /// The call reverts.
    Halt(Halt),
    /// Nothing can go on.
    Fatal(Box<AvmError>),
}

impl<E: Into<Halt>> From<E> for Interrupt {
    fn from(error: E) -> Self {
        Self::Halt(error.into())
    }
}

impl Interrupt {
    pub(crate) fn fatal(error: impl Into<AvmError>) -> Self {
        Self::Fatal(Box::new(error.into()))
    }

    pub(crate) fn state(error: StateError) -> Self {
        Self::fatal(error)
    }
}

/// What instructions work on.
pub(crate) struct Machine<'a> {
    pub(crate) frame: &'a mut Frame,
    /// Memory of the call that waits for this one.
    pub(crate) caller: Option<&'a Memory>,
    pub(crate) journal: &'a mut Journal,
    pub(crate) host: &'a Host<'a>,
    pub(crate) transaction_fee: Fr,
}

/// A call a program makes, its gas already taken from the caller.
pub(crate) struct NestedCall {
    pub(crate) contract: AztecAddress,
    pub(crate) is_static: bool,
    pub(crate) gas: Gas,
    pub(crate) calldata: Data,
}

/// Why the innermost call stopped.
enum Stop {
    Call(NestedCall),
    Return { offset: u32, size: u32 },
    Revert { offset: u32, size: u32 },
    Halt(Halt),
}

/// What a call that ended hands to its caller.
struct Ended {
    returned: Data,
    gas: Gas,
    failure: Option<Box<Failure>>,
}

/// Runs a call. What it wrote is in the journal, or undone if it reverted.
pub fn execute(host: &Host<'_>, journal: &mut Journal, call: Call) -> Result<CallResult, AvmError> {
    let Call { contract, sender, is_static, calldata, gas, gas_limit, transaction_fee } = call;
    let selector = |field: Option<Fr>| field.and_then(Fr::to_u32).map(FunctionSelector::from);
    let mut instructions = 0;
    let mut frames: Vec<Frame> = Vec::new();
    let program = match host.program(journal, contract)? {
        Ok(program) => program,
        Err(halt) => {
            let failure = no_bytecode(halt, contract, selector(calldata.first().copied()));
            return Ok(CallResult {
                output: Vec::new(),
                gas_left: Gas::default(),
                failure: Some(Box::new(failure)),
                memory: Memory::default(),
                instructions,
            });
        }
    };
    let gas = FrameGas { left: gas, limit: gas_limit };
    frames.push(new_frame(program, contract, sender, is_static, Data::Fields(calldata), gas, journal));
    loop {
        let (frame, waiting) = frames.split_last_mut().expect("the loop ends with the first call");
        let caller = waiting.last().map(|frame| &frame.memory);
        let mut machine = Machine { frame, caller, journal: &mut *journal, host, transaction_fee };
        let stop = machine.run(&mut instructions)?;
        let own_selector = || selector(frame.calldata.first(caller, 1).first().copied());
        let ended = match stop {
            Stop::Call(NestedCall { contract, is_static, gas, calldata }) => {
                match host.program(journal, contract)? {
                    Ok(program) => {
                        let (sender, gas) = (frame.address, FrameGas { left: gas, limit: gas });
                        let nested = new_frame(program, contract, sender, is_static, calldata, gas, journal);
                        frames.push(nested);
                    }
                    Err(halt) => {
                        let selector = selector(calldata.first(Some(&frame.memory), 1).first().copied());
                        let failure = Some(Box::new(no_bytecode(halt, contract, selector)));
                        frame.resume(Ended { returned: Data::EMPTY, gas: Gas::default(), failure });
                    }
                }
                continue;
            }
            Stop::Return { offset, size } => {
                let memory = std::mem::take(&mut frame.memory);
                Ended { returned: Data::Ended { memory, offset, size }, gas: frame.gas, failure: None }
            }
            Stop::Revert { offset, size } => {
                let called = (frame.address, own_selector());
                let returned = Data::Ended { memory: std::mem::take(&mut frame.memory), offset, size };
                let data = || returned.first(None, MAX_OUTPUT_FIELDS);
                let failure = frame.fail(Cause::Revert, called, data);
                Ended { failure: Some(failure), returned, gas: frame.gas }
            }
            Stop::Halt(halt) => {
                let called = (frame.address, own_selector());
                let failure = frame.fail(Cause::Halt(halt), called, Vec::new);
                Ended { returned: Data::EMPTY, gas: Gas::default(), failure: Some(failure) }
            }
        };
        if ended.failure.is_some() {
            journal.revert_to(frame.checkpoint);
        }
        let frame = frames.pop();
        match (frames.last_mut(), frame) {
            (Some(caller), _) => caller.resume(ended),
            (None, frame) => {
                let output = ended.returned.first(None, MAX_OUTPUT_FIELDS);
                let memory = match ended.returned {
                    Data::Ended { memory, .. } => memory,
                    _ => frame.map(|frame| frame.memory).unwrap_or_default(),
                };
                return Ok(CallResult { output, gas_left: ended.gas, failure: ended.failure, memory, instructions });
            }
        }
    }
}

/// Gas a call begins with, and what it says its limit is.
struct FrameGas {
    left: Gas,
    limit: Gas,
}

fn new_frame(
    program: Arc<Program>,
    address: AztecAddress,
    sender: AztecAddress,
    is_static: bool,
    calldata: Data,
    gas: FrameGas,
    journal: &Journal,
) -> Frame {
    Frame {
        program,
        index: 0,
        gas: gas.left,
        gas_limit: gas.limit,
        memory: Memory::default(),
        address,
        sender,
        is_static,
        calldata,
        returned: Data::EMPTY,
        succeeded: false,
        internal_calls: Vec::new(),
        failed_call: None,
        checkpoint: journal.checkpoint(),
    }
}

fn no_bytecode(halt: Halt, contract: AztecAddress, selector: Option<FunctionSelector>) -> Failure {
    Failure { cause: Cause::Halt(halt), calls: vec![(contract, selector)], places: vec![0], data: Vec::new() }
}

impl Frame {
    /// Goes on after a nested call.
    fn resume(&mut self, ended: Ended) {
        self.succeeded = ended.failure.is_none();
        self.returned = ended.returned;
        // Taken from this call before, so the sum is no more than it had.
        self.gas.l2_gas += ended.gas.l2_gas;
        self.gas.da_gas += ended.gas.da_gas;
        if ended.failure.is_some() {
            self.failed_call = ended.failure;
        }
        self.index += 1;
    }

    /// Why the call failed: as the last call it made that failed, if any, else for the cause of its own.
    fn fail(
        &mut self,
        cause: Cause,
        called: (AztecAddress, Option<FunctionSelector>),
        data: impl FnOnce() -> Vec<Fr>,
    ) -> Box<Failure> {
        if let Some(mut failure) = self.failed_call.take() {
            failure.calls.push(called);
            return failure;
        }
        let internal = self.internal_calls.iter().map(|call| call.place);
        let places = internal.chain([self.program.place(self.index)]).collect();
        Box::new(Failure { cause, calls: vec![called], places, data: data() })
    }
}

impl Machine<'_> {
    fn run(&mut self, instructions: &mut u64) -> Result<Stop, AvmError> {
        let program = Arc::clone(&self.frame.program);
        match self.steps(&program, instructions) {
            Ok(stop) => Ok(stop),
            Err(Interrupt::Halt(halt)) => {
                // What halts did not run to its end.
                *instructions -= 1;
                Ok(Stop::Halt(halt))
            }
            Err(Interrupt::Fatal(error)) => Err(*error),
        }
    }

    fn steps(&mut self, program: &Program, count: &mut u64) -> Result<Stop, Interrupt> {
        loop {
            let instruction = program.instruction(self.frame.index);
            *count += 1;
            if self.frame.charge(instruction.l2_gas.into(), instruction.da_gas.into()).is_err() {
                let (contract, journal) = (self.frame.address, &*self.journal);
                let is_cold = |slot| journal.is_cold(public_data_leaf_slot(contract, slot));
                return Err(self.frame.cannot_pay(instruction, is_cold).into());
            }
            match instruction.op {
                Op::Add => arithmetic::add(self.frame, instruction)?,
                Op::Sub => arithmetic::sub(self.frame, instruction)?,
                Op::Mul => arithmetic::mul(self.frame, instruction)?,
                Op::Div => arithmetic::div(self.frame, instruction)?,
                Op::FieldDiv => arithmetic::field_div(self.frame, instruction)?,
                Op::Eq => comparison::eq(self.frame, instruction)?,
                Op::Lt => comparison::lt(self.frame, instruction)?,
                Op::Lte => comparison::lte(self.frame, instruction)?,
                Op::And => bitwise::and(self.frame, instruction)?,
                Op::Or => bitwise::or(self.frame, instruction)?,
                Op::Xor => bitwise::xor(self.frame, instruction)?,
                Op::Not => bitwise::not(self.frame, instruction)?,
                Op::Shl => bitwise::shl(self.frame, instruction)?,
                Op::Shr => bitwise::shr(self.frame, instruction)?,
                Op::Cast => conversion::cast(self.frame, instruction)?,
                Op::ToRadixBe => conversion::to_radix_be(self.frame, instruction)?,
                Op::Set => memory::set(self.frame, instruction, program)?,
                Op::Mov => memory::mov(self.frame, instruction)?,
                Op::CalldataCopy => memory::calldata_copy(self.frame, instruction, self.caller)?,
                Op::ReturndataSize => memory::returndata_size(self.frame, instruction)?,
                Op::ReturndataCopy => memory::returndata_copy(self.frame, instruction)?,
                Op::GetEnvVar => environment::get_env_var(self, instruction)?,
                Op::GetContractInstance => environment::get_contract_instance(self, instruction)?,
                Op::SLoad => storage::sload(self, instruction)?,
                Op::SStore => storage::sstore(self, instruction)?,
                Op::NoteHashExists => trees::note_hash_exists(self, instruction)?,
                Op::EmitNoteHash => trees::emit_note_hash(self, instruction)?,
                Op::NullifierExists => trees::nullifier_exists(self, instruction)?,
                Op::EmitNullifier => trees::emit_nullifier(self, instruction)?,
                Op::L1ToL2MsgExists => trees::l1_to_l2_msg_exists(self, instruction)?,
                Op::EmitPublicLog => effects::emit_public_log(self, instruction)?,
                Op::SendL2ToL1Msg => effects::send_l2_to_l1_msg(self, instruction)?,
                Op::DebugLog => debug::debug_log(self, instruction)?,
                Op::Poseidon2 => hashes::poseidon2(self.frame, instruction)?,
                Op::Sha256Compression => hashes::sha256_compression(self.frame, instruction)?,
                Op::KeccakF1600 => hashes::keccak_f1600(self.frame, instruction)?,
                Op::EcAdd => hashes::ec_add(self.frame, instruction)?,
                Op::SuccessCopy => calls::success_copy(self.frame, instruction)?,
                Op::Call => return Ok(Stop::Call(calls::call(self.frame, instruction, false)?)),
                Op::StaticCall => return Ok(Stop::Call(calls::call(self.frame, instruction, true)?)),
                Op::Return => {
                    let (offset, size) = calls::output(self.frame, instruction)?;
                    return Ok(Stop::Return { offset, size });
                }
                Op::Revert => {
                    let (offset, size) = calls::output(self.frame, instruction)?;
                    return Ok(Stop::Revert { offset, size });
                }
                Op::Jump | Op::JumpI | Op::InternalCall | Op::InternalReturn => {
                    self.frame.index = control::next(self.frame, instruction, program)?;
                    continue;
                }
                Op::Join => {
                    *count -= 1;
                    self.frame.index = instruction.immediate as usize;
                    continue;
                }
                Op::Fault => return Err(program.fault(instruction.immediate).into()),
            }
            self.frame.index += 1;
        }
    }
}
