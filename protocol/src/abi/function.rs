//! Functions: what they take, return and fail with, and calls to them.
//!
//! Protocol source: `@aztec/stdlib/src/abi/abi.ts`, `@aztec/stdlib/src/abi/function_call.ts`.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::types::{AbiParameter, AbiType, TypeError, signature};
use super::{FunctionSelector, SelectorError};
use crate::address::AztecAddress;
use crate::field::Fr;

/// Where a function runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FunctionType {
    /// On the user's device, proven.
    Private,
    /// On the network.
    Public,
    /// On the user's device, not proven: reads state, changes none.
    Utility,
}

crate::integer_newtype! {
    /// Names an error a function can fail with: the first field of an assertion payload. JSON: decimal string.
    pub struct ErrorSelector(u64) as string;
}

/// An error a function can fail with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorType {
    /// A fixed message.
    String(String),
    /// A message with holes, as many items as it has.
    FmtString {
        /// Code units of the template.
        length: u32,
        /// Types of the items.
        item_types: Vec<AbiType>,
    },
    /// A value.
    Custom(AbiType),
}

/// The interface of a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionAbi {
    /// Name.
    pub name: String,
    /// Where it runs.
    pub function_type: FunctionType,
    /// Whether only the contract itself may call it.
    pub is_only_self: bool,
    /// Whether it leaves state alone.
    pub is_static: bool,
    /// Whether it initializes the contract.
    pub is_initializer: bool,
    /// Parameters.
    pub parameters: Vec<AbiParameter>,
    /// Types of what it returns.
    pub return_types: Vec<AbiType>,
    /// Errors it can fail with.
    pub error_types: BTreeMap<ErrorSelector, ErrorType>,
}

/// A function has no selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Its parameters cannot be written in a signature.
    #[error("function {name}: {source}")]
    Type {
        /// Name of the function.
        name: String,
        /// The reason.
        source: TypeError,
    },
    /// Its signature has no selector.
    #[error(transparent)]
    Selector(#[from] SelectorError),
}

impl FunctionAbi {
    /// The signature: `transfer((Field),u128)`.
    pub fn signature(&self) -> Result<String, SignatureError> {
        function_signature(&self.name, &self.parameters)
    }

    /// The selector.
    pub fn selector(&self) -> Result<FunctionSelector, SignatureError> {
        FunctionSelector::from_name_and_parameters(&self.name, &self.parameters)
    }
}

/// The signature of a function: `transfer((Field),u128)`.
pub fn function_signature(name: &str, parameters: &[AbiParameter]) -> Result<String, SignatureError> {
    signature(name, parameters.iter().map(|parameter| &parameter.ty))
        .map_err(|source| SignatureError::Type { name: name.into(), source })
}

impl FunctionSelector {
    /// The selector of a function.
    pub fn from_name_and_parameters(name: &str, parameters: &[AbiParameter]) -> Result<Self, SignatureError> {
        Ok(Self::from_signature(&function_signature(name, parameters)?)?)
    }
}

/// A call to a function, its arguments encoded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FunctionCall {
    /// Name of the function.
    pub name: String,
    /// The contract called.
    pub to: AztecAddress,
    /// The function called.
    pub selector: FunctionSelector,
    /// Where it runs.
    #[serde(rename = "type")]
    pub function_type: FunctionType,
    /// Whether an enqueued public call hides its sender.
    pub hide_msg_sender: bool,
    /// Whether the call must leave state alone.
    pub is_static: bool,
    /// Encoded arguments.
    pub args: Vec<Fr>,
    /// Types of what it returns.
    pub return_types: Vec<AbiType>,
}

impl FunctionCall {
    /// The call that pads lists of calls: public, to nobody.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            name: String::new(),
            to: AztecAddress::ZERO,
            selector: FunctionSelector(0),
            function_type: FunctionType::Public,
            hide_msg_sender: false,
            is_static: false,
            args: Vec::new(),
            return_types: Vec::new(),
        }
    }
}

crate::any_value!(FunctionType, prop_oneof![Just(Self::Private), Just(Self::Public), Just(Self::Utility)]);
crate::any_value!(
    FunctionCall,
    (
        ("[a-z_]{0,12}", any::<AztecAddress>(), any::<FunctionSelector>(), any::<FunctionType>()),
        (any::<bool>(), any::<bool>(), any::<Vec<Fr>>(), proptest::collection::vec(any::<AbiType>(), 0..2)),
    )
        .prop_map(|((name, to, selector, function_type), (hide_msg_sender, is_static, args, return_types))| {
            Self { name, to, selector, function_type, hide_msg_sender, is_static, args, return_types }
        })
);
