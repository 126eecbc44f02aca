//! Gas in its two dimensions, data availability and L2, and the fees for it.
//!
//! Protocol source: `@aztec/stdlib/src/gas/`, `@aztec/stdlib/src/fees/transaction_fee.ts`.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::constants::{
    AVM_EMITNOTEHASH_BASE_L2_GAS, AVM_EMITNULLIFIER_BASE_L2_GAS, AVM_SENDL2TOL1MSG_BASE_L2_GAS, DA_GAS_PER_FIELD,
    DEFAULT_DA_GAS_LIMIT, DEFAULT_L2_GAS_LIMIT, DEFAULT_TEARDOWN_DA_GAS_LIMIT, DEFAULT_TEARDOWN_L2_GAS_LIMIT,
    FIXED_AVM_STARTUP_L2_GAS, GAS_ESTIMATION_DA_GAS_LIMIT, GAS_ESTIMATION_L2_GAS_LIMIT,
    GAS_ESTIMATION_TEARDOWN_DA_GAS_LIMIT, GAS_ESTIMATION_TEARDOWN_L2_GAS_LIMIT, L2_GAS_PER_CONTRACT_CLASS_LOG,
    L2_GAS_PER_L2_TO_L1_MSG, L2_GAS_PER_NOTE_HASH, L2_GAS_PER_NULLIFIER, L2_GAS_PER_PRIVATE_LOG,
    MAX_PROCESSABLE_L2_GAS, PRIVATE_TX_L2_GAS_OVERHEAD, PUBLIC_TX_L2_GAS_OVERHEAD, TX_DA_GAS_OVERHEAD,
};
use crate::field::Fr;

crate::integer_newtype! {
    /// Fee juice per unit of gas.
    pub struct FeePerGas(u128) as string;
}

crate::integer_newtype! {
    /// What a transaction pays, in fee juice.
    pub struct TransactionFee(u128) as string;
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

impl Gas {
    /// Gas of both dimensions together with `other`, unless it does not fit in 32 bits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self { da_gas: self.da_gas.checked_add(other.da_gas)?, l2_gas: self.l2_gas.checked_add(other.l2_gas)? })
    }

    /// What is left after `other`, unless that is more in either dimension.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Some(Self { da_gas: self.da_gas.checked_sub(other.da_gas)?, l2_gas: self.l2_gas.checked_sub(other.l2_gas)? })
    }

    /// Whether either dimension is more than in `other`.
    #[must_use]
    pub fn exceeds(self, other: Self) -> bool {
        self.da_gas > other.da_gas || self.l2_gas > other.l2_gas
    }

    /// Gas times a factor, rounded up, and at most 2^32 − 1.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let scale = |gas: u32| {
            let exact = f64::from(gas) * factor;
            // Casts cut off the fraction and saturate, which is meant.
            let whole = exact as u32;
            whole.saturating_add(u32::from(f64::from(whole) < exact))
        };
        Self { da_gas: scale(self.da_gas), l2_gas: scale(self.l2_gas) }
    }

    /// What this gas costs. Below 2^161, so it is exact as a field.
    #[must_use]
    pub fn fee(self, fees: &GasFees) -> Fr {
        let cost = |gas: u32, fee: FeePerGas| Fr::from(gas) * Fr::from(fee.0);
        cost(self.da_gas, fees.fee_per_da_gas) + cost(self.l2_gas, fees.fee_per_l2_gas)
    }
}

/// A dimension of gas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GasDimension {
    /// Data availability.
    Da,
    /// Execution.
    L2,
}

impl core::fmt::Display for GasDimension {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Da => "DA",
            Self::L2 => "L2",
        })
    }
}

/// Gas or its price is outside of what the protocol allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum GasError {
    /// The block's price is above the highest the transaction accepts.
    #[error("{dimension} gas costs {price}, above the maximum of {max} the transaction accepts")]
    PriceAboveMax {
        /// Which gas.
        dimension: GasDimension,
        /// What the block asks.
        price: FeePerGas,
        /// What the transaction accepts.
        max: FeePerGas,
    },
    /// A transaction needs more L2 gas than any block processes.
    #[error("the transaction needs {needed} L2 gas, more than the {MAX_PROCESSABLE_L2_GAS} that can be processed")]
    NotProcessable {
        /// L2 gas needed, padding included.
        needed: u32,
    },
    /// An amount of gas does not fit in 32 bits.
    #[error("{dimension} gas does not fit in 32 bits")]
    Overflow {
        /// Which gas.
        dimension: GasDimension,
    },
}

impl GasSettings {
    /// The settings a client uses when it is told only what to pay.
    #[must_use]
    pub fn with_default_limits(max_fees_per_gas: GasFees) -> Self {
        Self {
            gas_limits: Gas { da_gas: DEFAULT_DA_GAS_LIMIT, l2_gas: DEFAULT_L2_GAS_LIMIT },
            teardown_gas_limits: Gas { da_gas: DEFAULT_TEARDOWN_DA_GAS_LIMIT, l2_gas: DEFAULT_TEARDOWN_L2_GAS_LIMIT },
            max_fees_per_gas,
            max_priority_fees_per_gas: GasFees::default(),
        }
    }

    /// The settings for a simulation that finds out how much gas is needed: limits no transaction may really have.
    #[must_use]
    pub fn for_estimation(max_fees_per_gas: GasFees) -> Self {
        Self {
            gas_limits: Gas { da_gas: GAS_ESTIMATION_DA_GAS_LIMIT, l2_gas: GAS_ESTIMATION_L2_GAS_LIMIT },
            teardown_gas_limits: Gas {
                da_gas: GAS_ESTIMATION_TEARDOWN_DA_GAS_LIMIT,
                l2_gas: GAS_ESTIMATION_TEARDOWN_L2_GAS_LIMIT,
            },
            max_fees_per_gas,
            max_priority_fees_per_gas: GasFees::default(),
        }
    }

    /// The most the transaction can cost: what its payer must have.
    #[must_use]
    pub fn fee_limit(&self) -> Fr {
        self.gas_limits.fee(&self.max_fees_per_gas)
    }

    /// The prices the transaction pays in a block that asks `base`: with as much priority fee as its maximum allows.
    pub fn effective_fees(&self, base: &GasFees) -> Result<GasFees, GasError> {
        let effective = |dimension, base: FeePerGas, max: FeePerGas, priority: FeePerGas| {
            let room = max.0.checked_sub(base.0).ok_or(GasError::PriceAboveMax { dimension, price: base, max })?;
            Ok(FeePerGas(base.0 + room.min(priority.0)))
        };
        let (max, priority) = (&self.max_fees_per_gas, &self.max_priority_fees_per_gas);
        let da = effective(GasDimension::Da, base.fee_per_da_gas, max.fee_per_da_gas, priority.fee_per_da_gas)?;
        let l2 = effective(GasDimension::L2, base.fee_per_l2_gas, max.fee_per_l2_gas, priority.fee_per_l2_gas)?;
        Ok(GasFees { fee_per_da_gas: da, fee_per_l2_gas: l2 })
    }

    /// What the transaction pays in a block that asks `base`, for the gas it is billed.
    pub fn transaction_fee(&self, base: &GasFees, billed: Gas) -> Result<Fr, GasError> {
        self.effective_fees(base).map(|fees| billed.fee(&fees))
    }
}

/// Gas of a whole transaction. The fee follows from `billed_gas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GasUsed {
    /// Private and public part, with the gas teardown really used.
    pub total_gas: Gas,
    /// Public part, with the gas teardown really used.
    pub public_gas: Gas,
    /// The gas teardown really used.
    pub teardown_gas: Gas,
    /// Private and public part, with teardown at its limit.
    pub billed_gas: Gas,
}

crate::any_struct!(GasUsed { total_gas: Gas, teardown_gas: Gas, public_gas: Gas, billed_gas: Gas });

impl GasUsed {
    /// Limits for a transaction that used this much in a simulation: gas limits and teardown limits, each with
    /// `padding` more (0.1 is usual).
    ///
    /// Protocol source: `@aztec/aztec.js/src/contract/get_gas_limits.ts`.
    pub fn suggested_limits(&self, padding: f64) -> Result<(Gas, Gas), GasError> {
        let gas_limits = self.total_gas.scaled(1.0 + padding);
        if gas_limits.l2_gas > MAX_PROCESSABLE_L2_GAS {
            return Err(GasError::NotProcessable { needed: gas_limits.l2_gas });
        }
        Ok((gas_limits, self.teardown_gas.scaled(1.0 + padding)))
    }
}

/// How many side effects the private part of a transaction has: what its gas depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SideEffectCounts {
    /// Note hashes.
    pub note_hashes: u64,
    /// Nullifiers.
    pub nullifiers: u64,
    /// Messages to L1.
    pub l2_to_l1_msgs: u64,
    /// Private logs.
    pub private_logs: u64,
    /// Emitted fields of all private logs.
    pub private_log_fields: u64,
    /// Contract class logs.
    pub contract_class_logs: u64,
    /// Emitted fields of all contract class logs.
    pub contract_class_log_fields: u64,
    /// Public calls enqueued for setup and app logic.
    pub public_calls: u64,
}

impl core::ops::Add for SideEffectCounts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            note_hashes: self.note_hashes + other.note_hashes,
            nullifiers: self.nullifiers + other.nullifiers,
            l2_to_l1_msgs: self.l2_to_l1_msgs + other.l2_to_l1_msgs,
            private_logs: self.private_logs + other.private_logs,
            private_log_fields: self.private_log_fields + other.private_log_fields,
            contract_class_logs: self.contract_class_logs + other.contract_class_logs,
            contract_class_log_fields: self.contract_class_log_fields + other.contract_class_log_fields,
            public_calls: self.public_calls + other.public_calls,
        }
    }
}

impl SideEffectCounts {
    /// Gas of a transaction without public calls, as the tail circuit meters it.
    ///
    /// Protocol source: `@aztec/pxe/src/contract_function_simulator/contract_function_simulator.ts`, which stands in for
    /// the circuit in simulations and counts one field more per contract class log than the circuit does.
    pub fn private_only_gas(&self) -> Result<Gas, GasError> {
        self.gas(
            PRIVATE_TX_L2_GAS_OVERHEAD,
            [L2_GAS_PER_NOTE_HASH, L2_GAS_PER_NULLIFIER, L2_GAS_PER_L2_TO_L1_MSG],
            Gas::default(),
        )
    }

    /// Gas of the private part of a transaction with public calls, as the tail circuit meters it. A teardown call is
    /// charged at its limits.
    ///
    /// Protocol source: as for [`Self::private_only_gas`].
    pub fn gas_with_public_calls(&self, teardown_limits: Option<Gas>) -> Result<Gas, GasError> {
        self.gas(
            PUBLIC_TX_L2_GAS_OVERHEAD,
            [AVM_EMITNOTEHASH_BASE_L2_GAS, AVM_EMITNULLIFIER_BASE_L2_GAS, AVM_SENDL2TOL1MSG_BASE_L2_GAS],
            teardown_limits.unwrap_or_default(),
        )
    }

    /// Fields the private effects take in a block.
    #[must_use]
    pub fn da_fields(&self) -> u64 {
        // A private log adds its length, a contract class log its contract.
        self.note_hashes
            + self.nullifiers
            + self.l2_to_l1_msgs
            + self.private_log_fields
            + self.private_logs
            + self.contract_class_log_fields
            + self.contract_class_logs
    }

    fn gas(&self, overhead: u32, [note_hash, nullifier, message]: [u32; 3], extra: Gas) -> Result<Gas, GasError> {
        let da = [(self.da_fields(), DA_GAS_PER_FIELD), (1, TX_DA_GAS_OVERHEAD), (1, extra.da_gas)];
        let l2 = [
            (1, overhead),
            (self.note_hashes, note_hash),
            (self.nullifiers, nullifier),
            (self.l2_to_l1_msgs, message),
            (self.private_logs, L2_GAS_PER_PRIVATE_LOG),
            (self.contract_class_logs, L2_GAS_PER_CONTRACT_CLASS_LOG),
            (self.public_calls, FIXED_AVM_STARTUP_L2_GAS),
            (1, extra.l2_gas),
        ];
        let sum = |dimension, parts: &[(u64, u32)]| {
            let total = parts.iter().map(|(count, gas)| u128::from(*count) * u128::from(*gas)).sum::<u128>();
            u32::try_from(total).map_err(|_| GasError::Overflow { dimension })
        };
        Ok(Gas { da_gas: sum(GasDimension::Da, &da)?, l2_gas: sum(GasDimension::L2, &l2)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_part_is_metered_by_its_side_effects() {
        let counts = SideEffectCounts {
            note_hashes: 2,
            nullifiers: 3,
            l2_to_l1_msgs: 1,
            private_logs: 2,
            private_log_fields: 20,
            contract_class_logs: 1,
            contract_class_log_fields: 100,
            public_calls: 0,
        };
        // 2 + 3 + 1 + (20 + 2) + (100 + 1) fields.
        let da_gas = 96 + 32 * 129;
        let l2_gas = 440_000 + 2 * 9200 + 3 * 16000 + 5200 + 2 * 2500 + 73000;
        assert_eq!(counts.private_only_gas(), Ok(Gas { da_gas, l2_gas }));
        let limits = Gas { da_gas: 7, l2_gas: 1_000_000 };
        let l2_gas = 540_000 + 2 * 19275 + 3 * 30800 + 5239 + 2 * 2500 + 73000 + 2 * 20000 + 1_000_000;
        let with_calls = SideEffectCounts { public_calls: 2, ..counts };
        assert_eq!(with_calls.gas_with_public_calls(Some(limits)), Ok(Gas { da_gas: da_gas + 7, l2_gas }));
        let absurd = SideEffectCounts { private_log_fields: 1 << 40, ..counts };
        assert_eq!(absurd.private_only_gas(), Err(GasError::Overflow { dimension: GasDimension::Da }));
    }

    #[test]
    fn estimates_are_padded_as_javascript_pads_them() {
        let used = GasUsed {
            total_gas: Gas { da_gas: 50, l2_gas: 1_000_000 },
            teardown_gas: Gas { da_gas: 0, l2_gas: 3 },
            ..GasUsed::default()
        };
        // 50 × 1.1 is 55.00000000000001 there.
        let limits = (Gas { da_gas: 56, l2_gas: 1_100_000 }, Gas { da_gas: 0, l2_gas: 4 });
        assert_eq!(used.suggested_limits(0.1), Ok(limits));
        let too_much = GasUsed { total_gas: Gas { da_gas: 0, l2_gas: 6_000_000 }, ..used };
        assert!(matches!(too_much.suggested_limits(0.1), Err(GasError::NotProcessable { .. })));
        assert_eq!(Gas { da_gas: u32::MAX, l2_gas: 1 }.scaled(2.0), Gas { da_gas: u32::MAX, l2_gas: 2 });
    }
}
