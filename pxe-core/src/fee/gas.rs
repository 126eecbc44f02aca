//! Gas settings: defaults, prices, what a simulation suggests.
//!
//! Protocol source: `@aztec/wallet-sdk/src/base-wallet/base_wallet.ts`, `@aztec/stdlib/src/gas/gas_settings.ts`,
//! `@aztec/aztec.js/src/contract/get_gas_limits.ts`.

use protocol::gas::{FeePerGas, Gas, GasError, GasFees, GasSettings, GasUsed};

/// How much more gas than a simulation used a transaction may use.
pub const DEFAULT_GAS_PADDING: f64 = 0.1;

/// How far prices may rise above the current minimum before a transaction is in a block: percent of that minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeePadding(pub u32);

/// Half of the minimum.
impl Default for FeePadding {
    fn default() -> Self {
        Self(50)
    }
}

impl FeePadding {
    /// The highest prices to accept, given the current minimum: rounded up, and at most 2^128 − 1.
    #[must_use]
    pub fn max_fees(self, min: GasFees) -> GasFees {
        let padded = |FeePerGas(min)| {
            // min · percent / 100, without overflow before the sum.
            let percent = u128::from(self.0);
            let whole = (min / 100).saturating_mul(percent);
            let rest = (min % 100 * percent).div_ceil(100);
            FeePerGas(min.saturating_add(whole).saturating_add(rest))
        };
        GasFees { fee_per_da_gas: padded(min.fee_per_da_gas), fee_per_l2_gas: padded(min.fee_per_l2_gas) }
    }
}

/// What a user says about gas; the rest is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GasOptions {
    /// Limits of the whole transaction, teardown included.
    pub gas_limits: Option<Gas>,
    /// Part of them for teardown.
    pub teardown_gas_limits: Option<Gas>,
    /// Highest prices.
    pub max_fees_per_gas: Option<GasFees>,
    /// Highest prices on top to be preferred.
    pub max_priority_fees_per_gas: Option<GasFees>,
}

impl GasOptions {
    /// The highest prices: those said, or the node's current minimum with padding.
    fn max_fees(&self, current_min: GasFees, padding: FeePadding) -> GasFees {
        self.max_fees_per_gas.unwrap_or_else(|| padding.max_fees(current_min))
    }

    /// The settings of a transaction that is to be sent.
    #[must_use]
    pub fn complete(&self, current_min: GasFees, padding: FeePadding) -> GasSettings {
        let defaults = GasSettings::with_default_limits(self.max_fees(current_min, padding));
        GasSettings {
            gas_limits: self.gas_limits.unwrap_or(defaults.gas_limits),
            teardown_gas_limits: self.teardown_gas_limits.unwrap_or(defaults.teardown_gas_limits),
            max_priority_fees_per_gas: self.max_priority_fees_per_gas.unwrap_or_default(),
            ..defaults
        }
    }

    /// The settings of a simulation that finds out how much gas is needed: limits that were said count for nothing.
    #[must_use]
    pub fn for_estimation(&self, current_min: GasFees, padding: FeePadding) -> GasSettings {
        GasSettings {
            max_priority_fees_per_gas: self.max_priority_fees_per_gas.unwrap_or_default(),
            ..GasSettings::for_estimation(self.max_fees(current_min, padding))
        }
    }

    /// The same with limits from what a simulation used, where none were said.
    ///
    /// # Errors
    /// If no block processes so much gas.
    pub fn with_estimate(&self, used: &GasUsed, padding: f64) -> Result<Self, GasError> {
        let (gas_limits, teardown_gas_limits) = used.suggested_limits(padding)?;
        Ok(Self {
            gas_limits: self.gas_limits.or(Some(gas_limits)),
            teardown_gas_limits: self.teardown_gas_limits.or(Some(teardown_gas_limits)),
            ..*self
        })
    }
}
