//! The public inputs of the tail circuits, which are a transaction's data and fix its hash.

use protocol::codec::ToFields;
use protocol::kernel::{PrivateKernelTailCircuitPublicInputs, TxConstantData};
use serde_json::{Value, json};

use super::form::{Answer, bytes_and_fields, decoded, joined, or};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("txConstantData", bytes_and_fields::<TxConstantData>),
    many("tailForRollup", |input| tail(input, false)),
    many("tailForPublic", |input| tail(input, true)),
];

fn tail(input: &Value, for_public: bool) -> Answer {
    let data: PrivateKernelTailCircuitPublicInputs = decoded(input)?;
    if data.for_public().is_some() != for_public {
        return Err("is the other kind".to_owned());
    }
    let fields = data.to_fields();
    if or(PrivateKernelTailCircuitPublicInputs::from_circuit_output(&fields))? != data {
        return Err("field form does not round-trip".to_owned());
    }
    let hash = data.tx_hash();
    Ok(json!({ "fields": joined(&fields), "hash": hash, "txHash": hash }))
}
