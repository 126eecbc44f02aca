//! Messages to L1, as private functions emit them.
//!
//! Protocol source: `@aztec/stdlib/src/messaging/l2_to_l1_message.ts`.

use serde::{Deserialize, Serialize};

use super::padding::empty_when_default;
use super::side_effect::{Counted, SideEffectCounter, counted};
use crate::address::{AztecAddress, EthAddress};
use crate::field::Fr;

wire_struct! {
    /// A message to an L1 contract.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct L2ToL1Message {
        /// The L1 contract that may consume it.
        pub recipient: EthAddress,
        /// What it says, usually a hash.
        pub content: Fr,
    }
}

wire_struct! {
    /// A message with its place in the order of side effects.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct CountedL2ToL1Message {
        /// The message.
        pub message: L2ToL1Message,
        /// Its place.
        pub counter: SideEffectCounter,
    }
}

wire_struct! {
    /// A message with its sender.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct ScopedL2ToL1Message {
        /// The message.
        pub message: L2ToL1Message,
        /// The contract that sends it.
        pub contract_address: AztecAddress,
    }
}

counted!(CountedL2ToL1Message);
empty_when_default!(L2ToL1Message, CountedL2ToL1Message, ScopedL2ToL1Message);
