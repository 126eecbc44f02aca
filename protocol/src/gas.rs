//! Gas in its two dimensions, data availability and L2, and the fees for it.
//!
//! Protocol source: `@aztec/stdlib/src/gas/`, `@aztec/stdlib/src/fees/transaction_fee.ts`.

use serde::{Deserialize, Serialize};

crate::integer_newtype! {
    /// Fee juice per unit of gas.
    pub struct FeePerGas(u128) as string;
}

wire_struct! {
    /// Amounts of gas.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct Gas {
        /// Data availability gas.
        #[serde(with = "crate::json::number")]
        pub da_gas: u32,
        /// L2 gas, also called mana.
        #[serde(with = "crate::json::number")]
        pub l2_gas: u32,
    }
}

wire_struct! {
    /// Prices of gas.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct GasFees {
        /// Per unit of data availability gas.
        pub fee_per_da_gas: FeePerGas,
        /// Per unit of L2 gas.
        pub fee_per_l2_gas: FeePerGas,
    }
}

wire_struct! {
    /// What a transaction may use and pay.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct GasSettings {
        /// Limits of the whole transaction, teardown included.
        pub gas_limits: Gas,
        /// Part of the limits set aside for teardown.
        pub teardown_gas_limits: Gas,
        /// Highest prices the transaction accepts.
        pub max_fees_per_gas: GasFees,
        /// Highest prices it adds to the base price to be preferred.
        pub max_priority_fees_per_gas: GasFees,
    }
}
