//! Entrypoints: the one function a transaction starts with, and the calls it is told to make.
//!
//! Protocol source: `@aztec/entrypoints/src/encoding.ts`, `@aztec/entrypoints/src/account_entrypoint.ts`,
//! `@aztec/entrypoints/src/default_multi_call_entrypoint.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::abi::{FunctionCall, FunctionSelector, FunctionType};
use crate::address::AztecAddress;
use crate::authwit::MessageHash;
use crate::codec::ToFields;
use crate::contract::protocol::ProtocolContract;
use crate::field::Fr;
use crate::hash::silo::args_hash;
use crate::hash::{DomainSeparator, poseidon2_with_separator};
use crate::tx::HashedValues;

/// Calls of a payload. Fewer are padded with [`FunctionCall::empty`].
pub const MAX_CALLS: usize = 5;

/// `entrypoint` of account contracts.
pub const ACCOUNT_ENTRYPOINT: FunctionSelector = FunctionSelector(0x9d57_a239);
/// `entrypoint` of [`ProtocolContract::MultiCallEntrypoint`].
pub const MULTI_CALL_ENTRYPOINT: FunctionSelector = FunctionSelector(0xf049_08a9);

/// More calls than a payload holds.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("a payload holds at most {MAX_CALLS} calls, found {found}")]
pub struct TooManyCalls {
    /// Calls given.
    pub found: usize,
}

/// Who pays for the transaction, as the account entrypoint is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum FeePaymentMethod {
    /// Another contract.
    #[default]
    External = 0,
    /// The account, from fee juice it has already.
    PreexistingFeeJuice = 1,
    /// The account, from fee juice it claims in the same transaction.
    FeeJuiceWithClaim = 2,
}

wire_struct! {
    /// A call as entrypoints see it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct EncodedCall {
        /// Hash of the arguments; of a public call, of selector and arguments.
        pub args_hash: Fr,
        /// The function.
        pub function_selector: FunctionSelector,
        /// The contract.
        pub target_address: AztecAddress,
        /// Whether the function is public.
        pub is_public: bool,
        /// Whether a public call hides its sender.
        pub hide_msg_sender: bool,
        /// Whether the call must leave state alone.
        pub is_static: bool,
    }
}

wire_struct! {
    /// The calls of a transaction. Fields: 31.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct AppPayload {
        /// The calls.
        pub function_calls: [EncodedCall; MAX_CALLS],
        /// Makes the payload unique. Of two cancellable transactions with the same nonce only one can succeed.
        pub tx_nonce: Fr,
    }
}

fn encode_call(call: &FunctionCall) -> (EncodedCall, HashedValues) {
    let is_public = call.function_type == FunctionType::Public;
    let hashed = if is_public {
        let selector = Fr::from(call.selector.0);
        HashedValues::from_calldata(core::iter::once(selector).chain(call.args.iter().copied()).collect())
    } else {
        HashedValues::from_args(call.args.clone())
    };
    let encoded = EncodedCall {
        args_hash: hashed.hash,
        function_selector: call.selector,
        target_address: call.to,
        is_public,
        hide_msg_sender: call.hide_msg_sender,
        is_static: call.is_static,
    };
    (encoded, hashed)
}

impl AppPayload {
    /// The payload of at most [`MAX_CALLS`] calls, and what each of them, padding included, is hashed over.
    pub fn new(calls: &[FunctionCall], tx_nonce: Fr) -> Result<(Self, [HashedValues; MAX_CALLS]), TooManyCalls> {
        if calls.len() > MAX_CALLS {
            return Err(TooManyCalls { found: calls.len() });
        }
        let mut encoded = [const { None }; MAX_CALLS];
        for (slot, call) in encoded.iter_mut().zip(calls) {
            *slot = Some(encode_call(call));
        }
        let padding = encode_call(&FunctionCall::empty());
        let encoded = encoded.map(|call| call.unwrap_or_else(|| padding.clone()));
        let function_calls = [0, 1, 2, 3, 4].map(|index: usize| encoded[index].0);
        Ok((Self { function_calls, tx_nonce }, encoded.map(|(_, hashed)| hashed)))
    }

    /// What the account signs.
    #[must_use]
    pub fn hash(&self) -> MessageHash {
        MessageHash::from_field(poseidon2_with_separator(&self.to_fields(), DomainSeparator::SignaturePayload))
    }
}

/// A call to an entrypoint with everything that belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrypointCall {
    /// The call.
    pub call: FunctionCall,
    /// Hash of its arguments.
    pub args_hash: Fr,
    /// What the calls of the payload are hashed over: the request carries it, so that circuits can ask for the values.
    pub hashed_calls: [HashedValues; MAX_CALLS],
    /// What the account signs. The multi-call entrypoint checks no signature.
    pub payload_hash: MessageHash,
}

/// How an account is to run a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountOptions {
    /// Random, or the nonce of the transaction to replace.
    pub tx_nonce: Fr,
    /// Who pays.
    pub fee_payment_method: FeePaymentMethod,
    /// Whether another transaction with the same nonce may take its place.
    pub cancellable: bool,
}

impl EntrypointCall {
    /// A call to an account's `entrypoint`.
    pub fn account(
        account: AztecAddress,
        calls: &[FunctionCall],
        options: AccountOptions,
    ) -> Result<Self, TooManyCalls> {
        let more = [Fr::from(options.fee_payment_method as u8), Fr::from(options.cancellable)];
        Self::new(account, ACCOUNT_ENTRYPOINT, calls, options.tx_nonce, &more)
    }

    /// A call to the multi-call entrypoint, which makes the calls of whoever asks.
    pub fn multi_call(calls: &[FunctionCall], tx_nonce: Fr) -> Result<Self, TooManyCalls> {
        let to = ProtocolContract::MultiCallEntrypoint.address();
        Self::new(to, MULTI_CALL_ENTRYPOINT, calls, tx_nonce, &[])
    }

    fn new(
        to: AztecAddress,
        selector: FunctionSelector,
        calls: &[FunctionCall],
        tx_nonce: Fr,
        more: &[Fr],
    ) -> Result<Self, TooManyCalls> {
        let (payload, hashed_calls) = AppPayload::new(calls, tx_nonce)?;
        let mut args = payload.to_fields();
        args.extend_from_slice(more);
        Ok(Self {
            args_hash: args_hash(&args),
            hashed_calls,
            payload_hash: payload.hash(),
            call: FunctionCall {
                name: "entrypoint".into(),
                to,
                selector,
                function_type: FunctionType::Private,
                hide_msg_sender: false,
                is_static: false,
                args,
                return_types: Vec::new(),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;
    use crate::codec::FixedFields;

    #[test]
    fn selectors_are_those_of_the_signatures() {
        let call = "(Field,(u32),(Field),bool,bool,bool)";
        let payload = format!("([{call};5],Field)");
        let account = format!("entrypoint({payload},u8,bool)");
        assert_eq!(FunctionSelector::from_signature(&account), Ok(ACCOUNT_ENTRYPOINT));
        let multi_call = format!("entrypoint({payload})");
        assert_eq!(FunctionSelector::from_signature(&multi_call), Ok(MULTI_CALL_ENTRYPOINT));
        assert_eq!(AppPayload::FIELD_COUNT, 31);
    }

    #[test]
    fn arguments_follow_the_payload() {
        let options = AccountOptions {
            tx_nonce: Fr::from(9u8),
            fee_payment_method: FeePaymentMethod::FeeJuiceWithClaim,
            cancellable: true,
        };
        let entrypoint = EntrypointCall::account(AztecAddress::from_u64(77), &[], options).unwrap();
        assert_eq!(entrypoint.call.args[30..], [9u8, 2, 1].map(Fr::from));
        assert_eq!(
            entrypoint.payload_hash.to_field(),
            "0x0c4414b0ec67e557ea59dd055141132ada03922d5d63d30a417d6fe69dc89f52".parse().unwrap()
        );
        let multi_call = EntrypointCall::multi_call(&[], options.tx_nonce).unwrap();
        assert_eq!(multi_call.call.args, entrypoint.call.args[..31]);
        let six = [(); 6].map(|()| FunctionCall::empty());
        assert_eq!(EntrypointCall::multi_call(&six, Fr::ONE), Err(TooManyCalls { found: 6 }));
    }
}
