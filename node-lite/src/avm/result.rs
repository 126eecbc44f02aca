//! How a call ended.
//!
//! Protocol source: `@aztec/simulator/src/public/avm/avm_contract_call_result.ts`, `CallStackMetadata` in
//! `@aztec/stdlib/src/avm/avm.ts`.

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::gas::Gas;
use protocol::tx::{FailingFunction, NoirCallStack, SimulationError};

use super::halt::Halt;
use super::memory::Memory;

/// Fields of returned data that are kept for whoever asks for the result.
pub const MAX_OUTPUT_FIELDS: u32 = 300;

/// Why a call reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The program reverted.
    Revert,
    /// The machine halted.
    Halt(Halt),
}

/// A reverted call: the innermost one, and how it was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// The calls that led to it, innermost first: contract, and selector if calldata begins with one.
    pub calls: Vec<(AztecAddress, Option<FunctionSelector>)>,
    /// Program counters of the internal calls it was in, outermost first, then its own.
    pub places: Vec<u32>,
    /// What it reverted with, at most [`MAX_OUTPUT_FIELDS`].
    pub data: Vec<Fr>,
}

impl Failure {
    /// The failure as clients see it.
    #[must_use]
    pub fn to_simulation_error(&self) -> SimulationError {
        let functions = self.calls.iter().rev().map(|(contract_address, function_selector)| FailingFunction {
            contract_address: *contract_address,
            contract_name: None,
            function_selector: *function_selector,
            function_name: None,
        });
        SimulationError {
            original_message: match &self.cause {
                Cause::Revert => "Assertion failed: ".to_owned(),
                Cause::Halt(halt) => halt.to_string(),
            },
            function_error_stack: functions.collect(),
            noir_error_stack: Some(NoirCallStack::Opcodes(
                self.places.iter().map(|place| format!("0.{place}")).collect(),
            )),
            revert_data: self.data.clone(),
        }
    }
}

/// How a call from outside ended.
#[derive(Debug, Clone)]
pub struct CallResult {
    /// What it returned or reverted with, at most [`MAX_OUTPUT_FIELDS`].
    pub output: Vec<Fr>,
    /// Gas that was not used.
    pub gas_left: Gas,
    /// Why it reverted, if it did.
    pub failure: Option<Box<Failure>>,
    /// The memory of the call when it ended.
    pub memory: Memory,
    /// Number of instructions that ran, nested calls included.
    pub instructions: u64,
}
