//! The nullifiers of a transaction are new.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/double_spend_validator.ts`.

use std::collections::HashSet;

use protocol::tx::Tx;

use super::Refusal;
use crate::state::Fork;
use crate::store::StoreError;

pub(super) fn check(tx: &Tx, fork: &Fork) -> Result<Option<Refusal>, StoreError> {
    let mut seen = HashSet::new();
    if let Some(twice) = tx.data().nullifiers().find(|nullifier| !seen.insert(**nullifier)) {
        return Ok(Some(Refusal::DuplicateNullifier(*twice)));
    }
    for nullifier in tx.data().nullifiers() {
        if fork.low_nullifier(*nullifier)?.already_present {
            return Ok(Some(Refusal::ExistingNullifier(*nullifier)));
        }
    }
    Ok(None)
}
