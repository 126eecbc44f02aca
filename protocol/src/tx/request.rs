//! The request a user makes, whole and as circuits see it.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{tx_request,tx_execution_request}.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::payload::list;
use super::{AuthWitness, Capsule, FunctionData, HashedValues, TxContext};
use crate::abi::FunctionSelector;
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, Encode, FixedFields, Reader, ToFields, encode_vec_u32};
use crate::constants::TX_REQUEST_LENGTH;
use crate::field::Fr;
use crate::hash::silo::protocol_nullifier;
use crate::hash::{DomainSeparator, poseidon2_with_separator};

wire_struct! {
    /// The request as circuits see it: 15 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct TxRequest {
        /// The account, or other contract, that is called first.
        pub origin: AztecAddress,
        /// Hash of the arguments of that call.
        pub args_hash: Fr,
        /// Chain and gas settings.
        pub tx_context: TxContext,
        /// The function that is called.
        pub function_data: FunctionData,
        /// Random, so that the request's hash tells nothing.
        pub salt: Fr,
    }
}

const _: () = assert!(<TxRequest as FixedFields>::FIELD_COUNT == TX_REQUEST_LENGTH);

impl TxRequest {
    /// The hash by which the request is unique.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_with_separator(&self.to_fields(), DomainSeparator::TxRequest)
    }

    /// The nullifier that the kernel emits first when no other nullifier comes first.
    #[must_use]
    pub fn protocol_nullifier(&self) -> Fr {
        protocol_nullifier(self.hash())
    }
}

/// Everything needed to run a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TxExecutionRequest {
    /// The account, or other contract, that is called first.
    pub origin: AztecAddress,
    /// The function that is called.
    pub function_selector: FunctionSelector,
    /// Hash of the arguments of that call.
    pub first_call_args_hash: Fr,
    /// Chain and gas settings.
    pub tx_context: TxContext,
    /// Arguments of the calls, which name them by hash.
    pub args_of_calls: Vec<HashedValues>,
    /// Authorizations the calls may ask for.
    pub auth_witnesses: Vec<AuthWitness>,
    /// Capsules the calls may read.
    pub capsules: Vec<Capsule>,
    /// Random, so that the request's hash tells nothing.
    pub salt: Fr,
}

crate::any_struct!(TxExecutionRequest {
    origin: AztecAddress,
    function_selector: FunctionSelector,
    first_call_args_hash: Fr,
    tx_context: TxContext,
    args_of_calls: Vec<HashedValues>,
    auth_witnesses: Vec<AuthWitness>,
    capsules: Vec<Capsule>,
    salt: Fr,
});

impl TxExecutionRequest {
    /// The request as circuits see it. The first call is always private.
    #[must_use]
    pub fn to_tx_request(&self) -> TxRequest {
        TxRequest {
            origin: self.origin,
            args_hash: self.first_call_args_hash,
            tx_context: self.tx_context,
            function_data: FunctionData { selector: self.function_selector, is_private: true },
            salt: self.salt,
        }
    }
}

impl Encode for TxExecutionRequest {
    fn encode(&self, out: &mut Vec<u8>) {
        self.origin.encode(out);
        self.function_selector.encode(out);
        self.first_call_args_hash.encode(out);
        self.tx_context.encode(out);
        encode_vec_u32(&self.args_of_calls, out);
        encode_vec_u32(&self.auth_witnesses, out);
        encode_vec_u32(&self.capsules, out);
        self.salt.encode(out);
    }
}

impl Decode for TxExecutionRequest {
    const MIN_SIZE: usize = 256;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            origin: reader.member("origin")?,
            function_selector: reader.member("function_selector")?,
            first_call_args_hash: reader.member("first_call_args_hash")?,
            tx_context: reader.member("tx_context")?,
            args_of_calls: list(reader, "args_of_calls")?,
            auth_witnesses: list(reader, "auth_witnesses")?,
            capsules: list(reader, "capsules")?,
            salt: reader.member("salt")?,
        })
    }
}
