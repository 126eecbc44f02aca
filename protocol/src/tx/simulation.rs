//! What simulating the public part of a transaction tells.
//!
//! Protocol source: `@aztec/stdlib/src/tx/public_simulation_output.ts`, `@aztec/stdlib/src/errors/simulation_error.ts`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::TxEffect;
use crate::abi::FunctionSelector;
use crate::address::AztecAddress;
use crate::block::GlobalVariables;
use crate::field::Fr;
use crate::gas::GasUsed;
use crate::log::DebugLog;

/// Return values of a call and of the calls it made.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct NestedProcessReturnValues {
    /// What the call returned; none when it reverted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Fr>>,
    /// What the calls it made returned.
    pub nested: Vec<NestedProcessReturnValues>,
}

/// A function on the way to a failure.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingFunction {
    /// Its contract.
    pub contract_address: AztecAddress,
    /// Name of the contract, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract_name: Option<String>,
    /// Its selector, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_selector: Option<FunctionSelector>,
    /// Its name, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function_name: Option<String>,
}

/// `Contract.function`, or address and selector where the names are not known.
impl fmt::Display for FailingFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.contract_name {
            Some(name) => f.write_str(name)?,
            None => self.contract_address.fmt(f)?,
        }
        match (&self.function_name, self.function_selector) {
            (Some(name), _) => write!(f, ".{name}"),
            (None, Some(selector)) => write!(f, ".{selector}"),
            (None, None) => Ok(()),
        }
    }
}

/// Functions on the way to a failure, `Contract.function > Contract.function: `; nothing, if there are none.
#[derive(Debug, Clone, Copy)]
pub struct WayToFailure<'a>(pub &'a [FailingFunction]);

impl fmt::Display for WayToFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, function) in self.0.iter().enumerate() {
            write!(f, "{}{function}", if index == 0 { "" } else { " > " })?;
        }
        f.write_str(if self.0.is_empty() { "" } else { ": " })
    }
}

/// A place in Noir source code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SourceCodeLocation {
    /// The file.
    pub file_path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Text of the whole file.
    pub file_source: String,
    /// Text of the place.
    pub location_text: String,
}

/// The Noir calls on the way to a failure, outermost first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum NoirCallStack {
    /// As places in the source code.
    Source(Vec<SourceCodeLocation>),
    /// As places in the bytecode, before they are looked up.
    Opcodes(Vec<String>),
}

/// Why a simulation failed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[error("{original_message}")]
#[serde(rename_all = "camelCase")]
pub struct SimulationError {
    /// The reason.
    pub original_message: String,
    /// The functions on the way to it, outermost first.
    pub function_error_stack: Vec<FailingFunction>,
    /// The Noir calls inside the last function.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noir_error_stack: Option<NoirCallStack>,
    /// What the last function reverted with.
    pub revert_data: Vec<Fr>,
}

/// What simulating the public part of a transaction gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicSimulationOutput {
    /// Why something reverted, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revert_reason: Option<SimulationError>,
    /// The block it was simulated in.
    pub global_variables: GlobalVariables,
    /// What the transaction would do.
    pub tx_effect: TxEffect,
    /// What each app logic call returned.
    pub public_return_values: Vec<NestedProcessReturnValues>,
    /// The gas it would use.
    pub gas_used: GasUsed,
    /// What its contracts printed.
    #[serde(default)]
    pub debug_logs: Vec<DebugLog>,
}

crate::any_value!(
    NestedProcessReturnValues,
    any::<Option<Vec<Fr>>>().prop_map(|values| Self { values, nested: Vec::new() }).prop_recursive(3, 8, 3, |inner| {
        (any::<Option<Vec<Fr>>>(), proptest::collection::vec(inner, 0..3))
            .prop_map(|(values, nested)| Self { values, nested })
    })
);
crate::any_struct!(FailingFunction {
    contract_address: AztecAddress,
    contract_name: Option<String>,
    function_selector: Option<FunctionSelector>,
    function_name: Option<String>,
});
crate::any_struct!(SourceCodeLocation {
    file_path: String,
    line: u32,
    column: u32,
    file_source: String,
    location_text: String,
});
// An empty list reads as source locations.
crate::any_value!(
    NoirCallStack,
    prop_oneof![
        proptest::collection::vec(any::<SourceCodeLocation>(), 0..3).prop_map(Self::Source),
        proptest::collection::vec(any::<String>(), 1..3).prop_map(Self::Opcodes),
    ]
);
crate::any_value!(
    SimulationError,
    (
        any::<String>(),
        proptest::collection::vec(any::<FailingFunction>(), 0..3),
        any::<Option<NoirCallStack>>(),
        any::<Vec<Fr>>(),
    )
        .prop_map(|(original_message, function_error_stack, noir_error_stack, revert_data)| Self {
            original_message,
            function_error_stack,
            noir_error_stack,
            revert_data,
        })
);
crate::any_value!(
    PublicSimulationOutput,
    (
        any::<Option<SimulationError>>(),
        any::<GlobalVariables>(),
        any::<TxEffect>(),
        proptest::collection::vec(any::<NestedProcessReturnValues>(), 0..3),
        any::<GasUsed>(),
        proptest::collection::vec(any::<DebugLog>(), 0..3),
    )
        .prop_map(|(revert_reason, global_variables, tx_effect, public_return_values, gas_used, debug_logs)| {
            Self { revert_reason, global_variables, tx_effect, public_return_values, gas_used, debug_logs }
        })
);
