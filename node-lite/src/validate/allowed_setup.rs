//! The public functions that setup may call on every network.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/allowed_public_setup.ts`.

use protocol::abi::FunctionSelector;
use protocol::contract::protocol::ProtocolContract;
use protocol::rpc::info::{AllowedElement, AllowedTarget};

use super::balance::INCREASE_PUBLIC_BALANCE;

/// `_set_authorized(approver, message_hash, authorize)`: what a private function asks for.
const SET_AUTHORIZED_PRIVATELY: FunctionSelector = FunctionSelector(0x6196_6b7c);
/// `set_authorized(message_hash, authorize)`: what an account asks for.
const SET_AUTHORIZED: FunctionSelector = FunctionSelector(0xb839_de91);

/// The public functions that setup may call on every network: authorizations, and claims of bridged fee juice.
#[must_use]
pub fn default_allowed_setup() -> Vec<AllowedElement> {
    let element = |contract: ProtocolContract, selector, calldata_length| AllowedElement {
        target: AllowedTarget::Address(contract.address()),
        selector,
        calldata_length: Some(calldata_length),
        only_self: None,
        reject_null_msg_sender: None,
    };
    let registry = ProtocolContract::AuthRegistry;
    vec![
        AllowedElement {
            only_self: Some(true),
            reject_null_msg_sender: Some(true),
            ..element(registry, SET_AUTHORIZED_PRIVATELY, 4)
        },
        AllowedElement { reject_null_msg_sender: Some(true), ..element(registry, SET_AUTHORIZED, 3) },
        AllowedElement { only_self: Some(true), ..element(ProtocolContract::FeeJuice, INCREASE_PUBLIC_BALANCE, 3) },
    ]
}
