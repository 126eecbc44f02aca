//! Hash, calldata and class logs of a transaction are what its data says.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/data_validator.ts`.

use protocol::constants::MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS;
use protocol::field::Fr;
use protocol::hash::silo::calldata_hash;
use protocol::log::ContractClassLogFields;
use protocol::tx::Tx;

use super::Refusal;

/// The first thing that is wrong.
pub(super) fn check(tx: &Tx) -> Option<Refusal> {
    tx.verify_hash().map_err(Refusal::Hash).err().or_else(|| calldata(tx)).or_else(|| class_logs(tx))
}

fn calldata(tx: &Tx) -> Option<Refusal> {
    let (found, expected) = (tx.public_function_calldata().len(), tx.data().public_calls().count());
    if found != expected {
        return Some(Refusal::CalldataCount { found, expected });
    }
    let (found, max) = (tx.calldata_length(), MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS);
    if found > max {
        return Some(Refusal::CalldataTooLarge { found, max });
    }
    tx.data().public_calls().enumerate().find_map(|(call, request)| {
        // Calldata that was left out counts as empty.
        let found = calldata_hash(tx.calldata(request).unwrap_or_default());
        let expected = request.calldata_hash;
        (found != expected).then_some(Refusal::Calldata { call, expected, found })
    })
}

fn class_logs(tx: &Tx) -> Option<Refusal> {
    let payloads = tx.contract_class_log_fields();
    let (found, expected) = (payloads.len(), tx.data().contract_class_log_hashes().count());
    if found != expected {
        return Some(Refusal::ClassLogCount { found, expected });
    }
    let hashes: Vec<Fr> = payloads.iter().map(ContractClassLogFields::hash).collect();
    tx.data().contract_class_log_hashes().enumerate().find_map(|(log, claimed)| {
        let claimed = claimed.inner;
        let (expected, found) = (claimed.value, hashes[log]);
        if found != expected {
            return Some(match hashes.iter().position(|hash| *hash == expected) {
                Some(found) => Refusal::ClassLogOrder { log, found },
                None => Refusal::ClassLog { log, expected, found },
            });
        }
        let needed = payloads[log].fields.iter().rposition(|field| !field.is_zero()).map_or(0, |last| last + 1);
        let claimed = claimed.length;
        ((claimed as usize) < needed).then_some(Refusal::ClassLogLength { log, claimed, needed })
    })
}
