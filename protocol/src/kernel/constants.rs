//! What stays the same through all circuits of a transaction.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{tx_constant_data,private_tx_constant_data,protocol_contracts}.ts`.

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::block::BlockHeader;
use crate::codec::ToFields;
use crate::constants::MAX_PROTOCOL_CONTRACTS;
use crate::field::Fr;
use crate::hash::{DomainSeparator, poseidon2_with_separator};
use crate::tx::TxContext;

wire_struct! {
    /// Constants in the output of the tail.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct TxConstantData {
        /// The block whose state the transaction was built on.
        pub anchor_block_header: BlockHeader,
        /// Chain and gas settings.
        pub tx_context: TxContext,
        /// Root of the tree of circuits that may be used.
        pub vk_tree_root: Fr,
        /// Hash of the protocol contracts.
        pub protocol_contracts_hash: Fr,
    }
}

wire_struct! {
    /// Constants in the output of the private kernels.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct PrivateTxConstantData {
        /// The block whose state the transaction was built on.
        pub anchor_block_header: BlockHeader,
        /// Chain and gas settings.
        pub tx_context: TxContext,
        /// Root of the tree of circuits that may be used.
        pub vk_tree_root: Fr,
        /// The protocol contracts.
        pub protocol_contracts: ProtocolContracts,
    }
}

wire_struct! {
    /// The derived addresses of the protocol contracts, in the order of their small addresses 1 to 11; zero for none.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct ProtocolContracts {
        /// The addresses.
        pub derived_addresses: [AztecAddress; MAX_PROTOCOL_CONTRACTS],
    }
}

impl ProtocolContracts {
    /// The hash that transactions commit to.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2_with_separator(&self.to_fields(), DomainSeparator::ProtocolContracts)
    }
}
