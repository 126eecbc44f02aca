//! Oracles asked one by one.

mod calls;
mod capsules;
mod chain;
mod effects;
mod hostile;
mod identity;
mod notes;

use alloc::vec::Vec;

use circuits::witness::ForeignValue;
use protocol::field::Fr;

use super::table::answer;
use super::{Answer, Call, OracleError};

/// Asks an oracle.
async fn ask<const N: usize>(
    call: &mut Call<'_>,
    name: &str,
    inputs: [ForeignValue; N],
) -> Result<Answer, OracleError> {
    answer(call, name, inputs.into()).await
}

/// A single value.
fn one(value: impl Into<Fr>) -> ForeignValue {
    ForeignValue::Single(value.into())
}

/// A list.
fn list(values: &[u64]) -> ForeignValue {
    ForeignValue::Array(fields(values))
}

fn fields(values: &[u64]) -> Vec<Fr> {
    values.iter().map(|value| Fr::from(*value)).collect()
}

/// The values of single results.
fn singles(answer: &Answer) -> Vec<Fr> {
    answer
        .iter()
        .map(|value| match value {
            ForeignValue::Single(value) => *value,
            ForeignValue::Array(_) => panic!("a list where a single value is expected"),
        })
        .collect()
}

/// What an oracle says it cannot do.
fn refusal(result: Result<Answer, OracleError>) -> alloc::string::String {
    alloc::string::ToString::to_string(&result.unwrap_err())
}
