//! What a fee payer has, claims, and may have to pay.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/fee_payer_balance.ts`.

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::contract::protocol::ProtocolContract;
use protocol::tx::Tx;

use super::Amount;
use crate::public::fee_payer_balance_slot;
use crate::state::Fork;
use crate::store::StoreError;

/// `_increase_public_balance(to, amount)` of the fee juice contract.
pub(super) const INCREASE_PUBLIC_BALANCE: FunctionSelector = FunctionSelector(0xe7f0_45ff);

/// Fee juice of an account in a state.
pub fn fee_payer_balance(fork: &Fork, payer: AztecAddress) -> Result<Amount, StoreError> {
    fork.public_value(fee_payer_balance_slot(payer)).map(Amount::from)
}

/// Fee juice that a transaction brings its payer in setup, by a claim of what was bridged.
#[must_use]
pub fn fee_payer_claim(tx: &Tx) -> Amount {
    let fee_juice = ProtocolContract::FeeJuice.address();
    let calls = tx
        .data()
        .setup_calls()
        .filter(|call| call.contract_address == fee_juice && call.msg_sender == fee_juice && !call.is_static_call);
    let mut claims = calls.filter_map(|call| match tx.calldata(call)? {
        [selector, to, amount, ..] => {
            let is_claim = selector.to_u32() == Some(INCREASE_PUBLIC_BALANCE.0);
            (is_claim && *to == tx.data().fee_payer.to_field()).then_some(Amount::from(*amount))
        }
        _ => None,
    });
    claims.next().unwrap_or_default()
}

/// The most a transaction can cost.
pub(crate) fn fee_limit(tx: &Tx) -> Amount {
    tx.gas_settings().fee_limit().into()
}
