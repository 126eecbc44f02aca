//! The fee: a write to the payer's balance.
//!
//! Protocol source: `@aztec/protocol-contracts/src/fee-juice/index.ts`, `payFee` in
//! `@aztec/simulator/src/public/public_tx_simulator/public_tx_simulator.ts`.

use protocol::address::AztecAddress;
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::hash::silo::{map_slot, public_data_leaf_slot};

use super::error::ProcessError;
use crate::avm::{Journal, PublicState, Writer};

/// Storage slot of the map of balances in the fee juice contract.
const BALANCES_SLOT: Fr = Fr::ONE;

/// Whether the fee must be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FeeEnforcement {
    /// It must.
    #[default]
    Required,
    /// A simulation: a payer without money is taken to have just enough, and nobody need pay.
    Skipped,
}

/// Key in the public data tree of the balance a fee is taken from.
#[must_use]
pub fn fee_payer_balance_slot(payer: AztecAddress) -> Fr {
    public_data_leaf_slot(ProtocolContract::FeeJuice.address(), map_slot(BALANCES_SLOT, payer.to_field()))
}

/// Takes the fee of a transaction with public calls.
pub(super) fn pay(
    state: &dyn PublicState,
    journal: &mut Journal,
    payer: AztecAddress,
    fee: Fr,
    enforcement: FeeEnforcement,
) -> Result<(), ProcessError> {
    match (payer.is_zero(), enforcement) {
        (true, FeeEnforcement::Required) => Err(ProcessError::NoFeePayer),
        (true, FeeEnforcement::Skipped) => Ok(()),
        (false, _) => deduct(state, journal, payer, fee, enforcement),
    }
}

/// Takes the fee from a balance.
pub(super) fn deduct(
    state: &dyn PublicState,
    journal: &mut Journal,
    payer: AztecAddress,
    fee: Fr,
    enforcement: FeeEnforcement,
) -> Result<(), ProcessError> {
    let slot = fee_payer_balance_slot(payer);
    let mut balance = journal.read(state, slot)?;
    if balance < fee {
        if enforcement == FeeEnforcement::Required {
            return Err(ProcessError::InsufficientBalance { payer, balance, fee });
        }
        balance = fee;
    }
    Ok(journal.write(slot, balance - fee, Writer::Protocol)?)
}
