//! Authorization witnesses: what an account signs to let somebody else act for it.
//!
//! Protocol source: `@aztec/aztec.js/src/utils/authwit.ts`, `@aztec/stdlib/src/auth_witness/auth_witness.ts`,
//! `@aztec/aztec.js/src/authorization/call_authorization_request.ts`.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::abi::{AbiType, AuthorizationSelector, FunctionCall, FunctionSelector, FunctionType};
use crate::address::AztecAddress;
use crate::codec::{DecodeError, DecodeErrorKind, FieldReader, FromFields, ToFields};
use crate::contract::protocol::ProtocolContract;
use crate::field::Fr;
use crate::hash::silo::args_hash;
use crate::hash::{DomainSeparator, poseidon2_with_separator};

crate::field_newtype! {
    /// What is authorized, whoever consumes the authorization.
    pub struct InnerHash;
}

crate::field_newtype! {
    /// What an account signs: an inner hash bound to its consumer and network, or the payload of an entrypoint.
    pub struct MessageHash;
}

/// The network an authorization is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChainInfo {
    /// Chain id of its L1.
    pub chain_id: Fr,
    /// Version of its rollup.
    pub version: Fr,
}

impl InnerHash {
    /// The hash of values that the consumer compares in its own way.
    #[must_use]
    pub fn of_values(values: &[Fr]) -> Self {
        Self(poseidon2_with_separator(values, DomainSeparator::AuthwitInner))
    }

    /// The hash of a call by `caller`. Public calls use the arguments hash of private ones as well.
    #[must_use]
    pub fn of_call(caller: AztecAddress, selector: FunctionSelector, args: &[Fr]) -> Self {
        Self::of_hashed_call(caller, selector, args_hash(args))
    }

    fn of_hashed_call(caller: AztecAddress, selector: FunctionSelector, args_hash: Fr) -> Self {
        Self::of_values(&[caller.to_field(), selector.0.into(), args_hash])
    }
}

impl MessageHash {
    /// The outer hash: an inner hash that only `consumer` can use, on one network.
    #[must_use]
    pub fn new(consumer: AztecAddress, chain: ChainInfo, inner_hash: InnerHash) -> Self {
        let values = [consumer.to_field(), chain.chain_id, chain.version, inner_hash.to_field()];
        Self(poseidon2_with_separator(&values, DomainSeparator::AuthwitOuter))
    }
}

/// What to authorize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// Something that `consumer` understands.
    InnerHash {
        /// The contract that checks the authorization.
        consumer: AztecAddress,
        /// What it is for.
        inner_hash: InnerHash,
    },
    /// A call; the contract called checks the authorization.
    Call {
        /// Who may make the call.
        caller: AztecAddress,
        /// The call.
        call: FunctionCall,
    },
}

impl Intent {
    /// The contract that checks the authorization.
    #[must_use]
    pub fn consumer(&self) -> AztecAddress {
        match self {
            Self::InnerHash { consumer, .. } => *consumer,
            Self::Call { call, .. } => call.to,
        }
    }

    /// What is authorized.
    #[must_use]
    pub fn inner_hash(&self) -> InnerHash {
        match self {
            Self::InnerHash { inner_hash, .. } => *inner_hash,
            Self::Call { caller, call } => InnerHash::of_call(*caller, call.selector, &call.args),
        }
    }

    /// What the account signs.
    #[must_use]
    pub fn message_hash(&self, chain: ChainInfo) -> MessageHash {
        MessageHash::new(self.consumer(), chain, self.inner_hash())
    }
}

fn call(to: AztecAddress, name: &str, parameters: &str, function_type: FunctionType, args: Vec<Fr>) -> FunctionCall {
    let signature = alloc::format!("{name}{parameters}");
    FunctionCall {
        name: String::from(name),
        to,
        selector: FunctionSelector::from_signature(&signature).expect("the signatures of this file hold no spaces"),
        function_type,
        hide_msg_sender: false,
        is_static: false,
        args,
        return_types: match function_type {
            FunctionType::Utility => vec![AbiType::Boolean],
            FunctionType::Private | FunctionType::Public => vec![],
        },
    }
}

/// The call by which an account authorizes a message for public functions, or takes the authorization back.
#[must_use]
pub fn set_authorized(message: MessageHash, authorized: bool) -> FunctionCall {
    let args = vec![message.to_field(), Fr::from(authorized)];
    call(ProtocolContract::AuthRegistry.address(), "set_authorized", "(Field,bool)", FunctionType::Public, args)
}

/// The utility call that asks an account whether the witnesses it is given authorize `inner_hash` for `consumer`.
#[must_use]
pub fn lookup_validity(account: AztecAddress, consumer: AztecAddress, inner_hash: InnerHash) -> FunctionCall {
    let args = vec![consumer.to_field(), inner_hash.to_field()];
    call(account, "lookup_validity", "((Field),Field)", FunctionType::Utility, args)
}

/// The utility call that asks whether an account has authorized a message for public functions.
#[must_use]
pub fn is_consumable(account: AztecAddress, message: MessageHash) -> FunctionCall {
    let registry = ProtocolContract::AuthRegistry.address();
    let args = vec![account.to_field(), message.to_field()];
    call(registry, "utility_is_consumable", "((Field),Field)", FunctionType::Utility, args)
}

/// A contract's request, in an offchain effect, to authorize a call.
///
/// Fields: [`Self::SELECTOR`], the members in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallAuthorization {
    /// What is to be authorized.
    pub inner_hash: InnerHash,
    /// Who makes the call.
    pub msg_sender: AztecAddress,
    /// The function called.
    pub function_selector: FunctionSelector,
    /// Hash of the arguments.
    pub args_hash: Fr,
    /// The arguments.
    pub args: Vec<Fr>,
}

crate::any_struct!(CallAuthorization {
    inner_hash: InnerHash,
    msg_sender: AztecAddress,
    function_selector: FunctionSelector,
    args_hash: Fr,
    args: Vec<Fr>,
});

impl CallAuthorization {
    /// First field of such a request: the selector of `CallAuthorization((Field),(u32),Field)`.
    pub const SELECTOR: AuthorizationSelector = AuthorizationSelector(0x52cf_201f);

    /// Whether the hashes are those of the call it shows: sign only then.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        self.args_hash == args_hash(&self.args)
            && self.inner_hash == InnerHash::of_hashed_call(self.msg_sender, self.function_selector, self.args_hash)
    }
}

impl ToFields for CallAuthorization {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        Self::SELECTOR.write_fields(out);
        self.inner_hash.write_fields(out);
        self.msg_sender.write_fields(out);
        self.function_selector.write_fields(out);
        self.args_hash.write_fields(out);
        self.args.write_fields(out);
    }
}

/// Takes everything that is left as arguments.
impl FromFields for CallAuthorization {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        if reader.member::<AuthorizationSelector>("selector")? != Self::SELECTOR {
            return Err(reader
                .error_at(start, DecodeErrorKind::Invalid("not a call authorization"))
                .within("selector"));
        }
        Ok(Self {
            inner_hash: reader.member("inner_hash")?,
            msg_sender: reader.member("msg_sender")?,
            function_selector: reader.member("function_selector")?,
            args_hash: reader.member("args_hash")?,
            args: reader.take(reader.left())?.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_those_of_the_signatures() {
        let signature = "CallAuthorization((Field),(u32),Field)";
        assert_eq!(AuthorizationSelector::from_signature(signature), Ok(CallAuthorization::SELECTOR));
        let validity = lookup_validity(AztecAddress::ZERO, AztecAddress::ZERO, InnerHash::ZERO);
        assert_eq!(validity.selector, FunctionSelector(0xd191_fb1a));
    }

    #[test]
    fn inconsistent_requests_are_noticed() {
        let args = vec![Fr::ONE];
        let (msg_sender, function_selector) = (AztecAddress::from_u64(7), FunctionSelector(9));
        let inner_hash = InnerHash::of_call(msg_sender, function_selector, &args);
        let args_hash = args_hash(&args);
        let request = CallAuthorization { inner_hash, msg_sender, function_selector, args_hash, args };
        assert!(request.is_consistent());
        assert_eq!(CallAuthorization::from_fields(&request.to_fields()), Ok(request.clone()));
        assert!(!CallAuthorization { args: vec![], ..request.clone() }.is_consistent());
        assert!(!CallAuthorization { msg_sender: AztecAddress::ZERO, ..request }.is_consistent());
    }
}
