//! Requests and transactions.

use protocol::tx::{AuthWitness, Capsule, FunctionData, HashedValues, Tx, TxContext, TxExecutionRequest, TxRequest};
use serde_json::{Value, json};

use super::form::{Answer, all_forms, as_json, bytes_and_fields, bytes_and_json, decoded, hex, or, with};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("txContext", all_forms::<TxContext>),
    many("functionData", all_forms::<FunctionData>),
    many("hashedValues", bytes_and_json::<HashedValues>),
    many("authWitness", bytes_and_json::<AuthWitness>),
    many("capsule", bytes_and_json::<Capsule>),
    many("txRequest", |input| {
        let hash = decoded::<TxRequest>(input)?.hash();
        with(bytes_and_fields::<TxRequest>(input), json!({ "hash": hash }))
    }),
    many("txExecutionRequest", |input| {
        let hash = decoded::<TxExecutionRequest>(input)?.to_tx_request().hash();
        with(bytes_and_json::<TxExecutionRequest>(input), json!({ "hash": hash }))
    }),
    many("tx", tx),
];

fn tx(input: &Value) -> Answer {
    let tx: Tx = decoded(input)?;
    or(tx.verify_hash())?;
    as_json(&tx)?;
    // Every call finds its calldata.
    if tx.data().public_calls().any(|call| tx.calldata(call).is_none()) {
        return Err("a call has no calldata".to_owned());
    }
    // Every class log is the one whose hash the data holds.
    if !tx.contract_class_logs().map(|log| log.hash()).eq(tx.data().contract_class_log_hashes().map(|h| h.inner.value))
    {
        return Err("a class log does not match its hash".to_owned());
    }
    Ok(json!({
        "hash": tx.tx_hash(),
        "json": hex(or(serde_json::to_string(&tx))?),
        "size": tx.size(),
        "publicCalls": tx.data().public_calls().count(),
        "effectsFields": tx.private_effects_size_in_fields(),
    }))
}
