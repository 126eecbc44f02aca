//! Calls and requests for calls.
//!
//! Protocol source: `@aztec/stdlib/src/tx/call_context.ts`,
//! `@aztec/stdlib/src/kernel/{private_call_request,public_call_request}.ts`.

use serde::{Deserialize, Serialize};

use super::padding::empty_when_default;
use super::side_effect::{Counted, SideEffectCounter, counted};
use crate::abi::FunctionSelector;
use crate::address::AztecAddress;
use crate::field::Fr;
use crate::hash::silo::calldata_hash;

wire_struct! {
    /// Who calls what.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct CallContext {
        /// The caller; [`AztecAddress::NULL_MSG_SENDER`] for the entry call and hidden senders.
        pub msg_sender: AztecAddress,
        /// The contract that is called.
        pub contract_address: AztecAddress,
        /// The function.
        pub function_selector: FunctionSelector,
        /// Whether the call must not have side effects.
        pub is_static_call: bool,
    }
}

wire_struct! {
    /// A private call another private call has made.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct PrivateCallRequest {
        /// Who calls what.
        pub call_context: CallContext,
        /// Hash of the arguments.
        pub args_hash: Fr,
        /// Hash of the return values.
        pub returns_hash: Fr,
        /// The first counter the call uses.
        pub start_side_effect_counter: SideEffectCounter,
        /// The counter after the call.
        pub end_side_effect_counter: SideEffectCounter,
    }
}

wire_struct! {
    /// A public call to make later. Its selector is the first field of its calldata.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct PublicCallRequest {
        /// The caller.
        pub msg_sender: AztecAddress,
        /// The contract to call.
        pub contract_address: AztecAddress,
        /// Whether the call must not have side effects.
        pub is_static_call: bool,
        /// Hash of the calldata.
        pub calldata_hash: Fr,
    }
}

impl PublicCallRequest {
    /// The request to call a contract with `calldata`, selector first.
    #[must_use]
    pub fn new(msg_sender: AztecAddress, contract: AztecAddress, is_static_call: bool, calldata: &[Fr]) -> Self {
        Self { msg_sender, contract_address: contract, is_static_call, calldata_hash: calldata_hash(calldata) }
    }
}

wire_struct! {
    /// A public call with its place in the order of side effects.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct CountedPublicCallRequest {
        /// The call.
        pub inner: PublicCallRequest,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

counted!(CountedPublicCallRequest);
empty_when_default!(CallContext, PrivateCallRequest, PublicCallRequest, CountedPublicCallRequest);
