//! The price of L2 gas.
//!
//! Protocol source: `l1-contracts/src/core/libraries/rollup/FeeLib.sol`.

use num_bigint::BigUint;
use protocol::gas::{FeePerGas, GasFees};

/// Mana a checkpoint should use.
pub const MANA_TARGET: u64 = 100_000_000;
/// Mana a checkpoint can use.
pub const MANA_LIMIT: u64 = 2 * MANA_TARGET;

/// L1 gas that proposing a checkpoint takes.
const PROPOSE_GAS: u128 = 300_000;
/// Blobs a checkpoint is charged for.
const CHARGED_BLOBS: u128 = 3;
const GAS_PER_BLOB: u128 = 1 << 17;
/// L1 gas that proving an epoch takes.
const PROVE_GAS: u128 = 3_600_000;
/// What proving a unit of mana costs, in wei.
const PROVING_COST_PER_MANA: u128 = 100;
/// Wei per unit of the fee asset, times 10^12, at the start.
const ETH_PER_FEE_ASSET: u128 = 10_000_000;
const ETH_PER_FEE_ASSET_PRECISION: u128 = 1_000_000_000_000;
/// What 1 is as a congestion multiplier.
const MULTIPLIER_ONE: u128 = 1_000_000_000;
/// Excess mana at which the multiplier is e.
const CONGESTION_DIVISOR: u128 = MANA_TARGET as u128 * 854_700_854 / 100_000_000;

/// What L1 gas costs, in wei.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct L1GasPrices {
    /// A unit of execution gas.
    pub base_fee: u128,
    /// A unit of blob gas.
    pub blob_fee: u128,
}

impl L1GasPrices {
    /// What a chain without other users comes to.
    pub const IDLE: Self = Self { base_fee: 7, blob_fee: 1 };
}

/// Excess mana after a checkpoint: what was used beyond the target and not yet made good.
#[must_use]
pub fn next_excess(excess: u64, mana_used: u64) -> u64 {
    excess.saturating_add(mana_used).saturating_sub(MANA_TARGET)
}

/// What a transaction must pay at least per unit of gas in a checkpoint before which there is `excess` mana.
#[must_use]
pub fn min_fees(prices: L1GasPrices, epoch_duration: u32, excess: u64) -> GasFees {
    let target = u128::from(MANA_TARGET);
    let sequencer = (PROPOSE_GAS * prices.base_fee + CHARGED_BLOBS * GAS_PER_BLOB * prices.blob_fee).div_ceil(target);
    let epoch = u128::from(epoch_duration.max(1));
    let prover = (PROVE_GAS * prices.base_fee).div_ceil(epoch).div_ceil(target) + PROVING_COST_PER_MANA;
    let costs = BigUint::from(sequencer + prover);
    let congestion = &costs * congestion_multiplier(excess) / MULTIPLIER_ONE - &costs;
    let converted = |wei: BigUint| {
        let scaled: BigUint = wei * ETH_PER_FEE_ASSET_PRECISION + (ETH_PER_FEE_ASSET - 1);
        scaled / ETH_PER_FEE_ASSET
    };
    let total = converted(sequencer.into()) + converted(prover.into()) + converted(congestion);
    let fee_per_l2_gas = FeePerGas(u128::try_from(total).unwrap_or(u128::MAX));
    GasFees { fee_per_da_gas: FeePerGas(0), fee_per_l2_gas }
}

/// 10^9 times e to the power of the excess over the divisor, as the contract approximates it.
fn congestion_multiplier(excess: u64) -> BigUint {
    let exponent = u128::from(excess).min(100 * CONGESTION_DIVISOR);
    let mut term = BigUint::from(MULTIPLIER_ONE * CONGESTION_DIVISOR);
    let mut sum = BigUint::ZERO;
    let mut factor = 1u128;
    while term > BigUint::ZERO {
        sum += &term;
        term = term * exponent / (CONGESTION_DIVISOR * factor);
        factor += 1;
    }
    sum / CONGESTION_DIVISOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn l2(prices: L1GasPrices, excess: u64) -> u128 {
        min_fees(prices, 2, excess).fee_per_l2_gas.0
    }

    /// Prices seen on the official local network: at its start, and once its L1 was idle.
    #[test]
    fn prices_of_the_local_network() {
        assert_eq!(l2(L1GasPrices { base_fee: 1_000_000_000, blob_fee: 1 }, 0), 2_100_010_100_000);
        assert_eq!(l2(L1GasPrices::IDLE, 0), 10_200_000);
    }

    #[test]
    fn congestion_makes_gas_dearer_by_an_eighth_per_target() {
        let mut excess = 0;
        let mut last = l2(L1GasPrices::IDLE, excess);
        for _ in 0..20 {
            excess = next_excess(excess, MANA_LIMIT);
            let fee = l2(L1GasPrices::IDLE, excess);
            let ratio = fee as f64 / last as f64;
            assert!((1.10..1.15).contains(&ratio), "{ratio}");
            last = fee;
        }
        assert_eq!(next_excess(excess, 0), excess - MANA_TARGET);
        assert!(l2(L1GasPrices::IDLE, u64::MAX) > last);
    }
}
