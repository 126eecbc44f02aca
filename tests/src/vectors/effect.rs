//! Proofs, the effects of transactions and their receipts.

use protocol::tx::{ChonkProof, TxEffect, TxReceipt, TxStatus};
use serde_json::{Value, json};

use super::form::{Answer, arg, as_json, decoded, hex, joined, ok, or};
use super::{Formula, finite, many};

pub(super) const FORMULAS: &[Formula] = &[
    // A proof is 60 kilobytes of no structure: a few will do.
    finite("chonkProof", 15, |input| {
        let proof: ChonkProof = decoded(input)?;
        Ok(json!({ "fields": joined(&proof.fields), "empty": proof.is_empty() }))
    }),
    many("txEffect", |input| {
        let effect: TxEffect = decoded(input)?;
        as_json(&effect)?;
        Ok(json!({ "json": hex(or(serde_json::to_string(&effect))?) }))
    }),
    many("txReceipt", receipt),
];

fn receipt(input: &Value) -> Answer {
    let receipt: TxReceipt = arg(input)?;
    if ok(&receipt)? != *input {
        return Err("is written otherwise".to_owned());
    }
    Ok(json!({
        "mined": receipt.is_mined(),
        "pending": receipt.status == TxStatus::Pending,
        "dropped": receipt.status == TxStatus::Dropped,
        "succeeded": receipt.has_succeeded(),
        "reverted": receipt.has_reverted(),
    }))
}
