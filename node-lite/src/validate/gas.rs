//! The gas limits of a transaction are possible, its prices are enough, and its payer can pay.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/gas_validator.ts`.

use protocol::constants::{PRIVATE_TX_L2_GAS_OVERHEAD, PUBLIC_TX_L2_GAS_OVERHEAD, TX_DA_GAS_OVERHEAD};
use protocol::gas::{Gas, GasDimension, GasFees};
use protocol::kernel::TailEffects;
use protocol::tx::Tx;

use super::balance::{fee_limit, fee_payer_balance, fee_payer_claim};
use super::{Refusal, Rules};
use crate::state::Fork;
use crate::store::StoreError;

/// The first thing that is wrong.
pub(super) fn check(tx: &Tx, fork: &Fork, prices: GasFees, max: Gas) -> Result<Option<Refusal>, StoreError> {
    match check_limits(tx, max).or_else(|| check_prices(tx, prices)) {
        Some(refusal) => Ok(Some(refusal)),
        None => check_balance(tx, fork),
    }
}

/// The first limit that is impossible.
pub(super) fn check_limits(tx: &Tx, max: Gas) -> Option<Refusal> {
    let limits = tx.gas_settings().gas_limits;
    let min_l2 = match tx.data().effects {
        TailEffects::ForPublic(_) => PUBLIC_TX_L2_GAS_OVERHEAD,
        TailEffects::ForRollup(_) => PRIVATE_TX_L2_GAS_OVERHEAD,
    };
    let da = (GasDimension::Da, limits.da_gas, TX_DA_GAS_OVERHEAD, max.da_gas.min(Rules::PROTOCOL_MAX_GAS.da_gas));
    let l2 = (GasDimension::L2, limits.l2_gas, min_l2, max.l2_gas.min(Rules::PROTOCOL_MAX_GAS.l2_gas));
    let low = [da, l2].into_iter().find(|(_, limit, min, _)| limit < min);
    let low = low.map(|(dimension, limit, min, _)| Refusal::GasBelowMinimum { dimension, limit, min });
    let high = [l2, da].into_iter().find(|(_, limit, _, max)| limit > max);
    low.or_else(|| high.map(|(dimension, limit, _, max)| Refusal::GasAboveMaximum { dimension, limit, max }))
}

fn check_prices(tx: &Tx, prices: GasFees) -> Option<Refusal> {
    let max = tx.gas_settings().max_fees_per_gas;
    let pairs = [
        (GasDimension::Da, max.fee_per_da_gas, prices.fee_per_da_gas),
        (GasDimension::L2, max.fee_per_l2_gas, prices.fee_per_l2_gas),
    ];
    let low = pairs.into_iter().find(|(_, max, price)| max < price);
    low.map(|(dimension, max, price)| Refusal::FeePerGas { dimension, max, price })
}

fn check_balance(tx: &Tx, fork: &Fork) -> Result<Option<Refusal>, StoreError> {
    let payer = tx.data().fee_payer;
    let available = fee_payer_balance(fork, payer)?.saturating_add(fee_payer_claim(tx));
    let needed = fee_limit(tx);
    Ok((available < needed).then_some(Refusal::Balance { payer, available, needed }))
}
