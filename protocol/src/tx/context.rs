//! What a transaction is told about where and how it runs.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{tx_context,function_data}.ts`.

use serde::{Deserialize, Serialize};

use crate::abi::FunctionSelector;
use crate::codec::FixedFields;
use crate::constants::TX_CONTEXT_LENGTH;
use crate::field::Fr;
use crate::gas::GasSettings;

wire_struct! {
    /// Chain and gas settings.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct TxContext {
        /// Id of the L1 chain.
        pub chain_id: Fr,
        /// Version of the rollup.
        pub version: Fr,
        /// What the transaction may use and pay.
        pub gas_settings: GasSettings,
    }
}

wire_struct! {
    /// Which function a request calls.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct FunctionData {
        /// The function.
        pub selector: FunctionSelector,
        /// Whether it is private.
        pub is_private: bool,
    }
}

const _: () = assert!(<TxContext as FixedFields>::FIELD_COUNT == TX_CONTEXT_LENGTH);
