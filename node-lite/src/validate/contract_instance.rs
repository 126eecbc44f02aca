//! The instances a transaction publishes have the addresses they claim.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/contract_instance_validator.ts`.

use protocol::contract::{AddressMismatch, InstancePublished};
use protocol::tx::Tx;

use super::Refusal;

/// The first thing that is wrong.
pub(super) fn check(tx: &Tx) -> Option<Refusal> {
    tx.data().private_logs().find_map(|log| match InstancePublished::from_log(&log.fields)? {
        Err(error) => Some(Refusal::InstanceLog(error)),
        Ok(InstancePublished(instance)) => match instance.verify() {
            Ok(()) => None,
            Err(AddressMismatch::Address { claimed, derived }) => Some(Refusal::InstanceAddress { claimed, derived }),
            Err(error @ AddressMismatch::Keys { .. }) => Some(Refusal::InstanceKeys(error)),
        },
    })
}
