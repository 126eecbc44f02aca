//! Calls from names and arguments, return values to values.
//!
//! Protocol source: `@aztec/aztec.js/src/contract/contract_function_interaction.ts`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use protocol::abi::{AbiError, Checks, FunctionAbi, FunctionCall, SignatureError, Value, decode_return_values};
use protocol::address::AztecAddress;
use protocol::codec::DecodeError;
use protocol::field::Fr;
use thiserror::Error;

use super::{ContractError, Contracts};
use crate::store::Job;

/// Arguments of a call, one for each parameter.
#[derive(Debug, Clone)]
pub enum Arguments<'a> {
    /// As values.
    Values(&'a [Value]),
    /// As dapps write them, see [`Value::from_json`]; `Option`s at the end may be left out.
    Json(&'a [serde_json::Value]),
}

impl<'a> From<&'a [Value]> for Arguments<'a> {
    fn from(values: &'a [Value]) -> Self {
        Self::Values(values)
    }
}

impl<'a> From<&'a [serde_json::Value]> for Arguments<'a> {
    fn from(values: &'a [serde_json::Value]) -> Self {
        Self::Json(values)
    }
}

impl Arguments<'_> {
    /// The fields, for a function.
    pub(super) fn encode(&self, abi: &FunctionAbi) -> Result<Vec<Fr>, AbiError> {
        match self {
            Self::Values(values) => abi.encode_arguments(values),
            Self::Json(values) => abi.encode_json(values),
        }
    }
}

/// Why a call cannot be made of a name and arguments.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CallError {
    /// The contract or function is unknown.
    #[error(transparent)]
    Contract(#[from] ContractError),
    /// An argument does not fit; the message names its path: `transfer.amount`.
    #[error(transparent)]
    Argument(Box<AbiError>),
    /// The function cannot be called.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

impl From<AbiError> for CallError {
    fn from(error: AbiError) -> Self {
        Self::Argument(Box::new(error))
    }
}

/// A call to a function.
///
/// # Errors
/// If an argument does not fit its parameter.
pub fn call<'a>(
    to: AztecAddress,
    abi: &FunctionAbi,
    arguments: impl Into<Arguments<'a>>,
) -> Result<FunctionCall, CallError> {
    Ok(FunctionCall {
        name: abi.name.clone(),
        to,
        selector: abi.selector()?,
        function_type: abi.function_type,
        hide_msg_sender: false,
        is_static: abi.is_static,
        args: arguments.into().encode(abi)?,
        return_types: abi.return_types.clone(),
    })
}

/// What a call returned: the value of its return type, or an array if it has several or none.
///
/// # Errors
/// If there are fewer fields than the types take.
pub fn returned(call: &FunctionCall, fields: &[Fr]) -> Result<Value, DecodeError> {
    decode_return_values(&call.return_types, fields, Checks::Official)
}

impl Contracts {
    /// A call to the function with a name of a registered contract: private, public or utility.
    ///
    /// # Errors
    /// If contract or function is unknown, or an argument does not fit its parameter.
    pub async fn call<'a>(
        &self,
        job: &Job,
        to: AztecAddress,
        name: &str,
        arguments: impl Into<Arguments<'a>>,
    ) -> Result<FunctionCall, CallError> {
        let abi = self.abi_named(job, to, name).await?;
        call(to, &abi, arguments)
    }
}
