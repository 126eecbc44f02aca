//! Finding notes and events in logs.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;

use super::{Answer, Call, OracleError};
use crate::execution::contract_sync::inboxes;
use crate::sync;

/// Appends the logs that may be for an account to the array of capsules at `logs`.
pub(super) async fn fetch_tagged_logs(call: &mut Call<'_>, logs: Fr) -> Result<Answer, OracleError> {
    let inboxes = match call.inboxes.take() {
        Some(inboxes) => inboxes,
        None => inboxes(call.env, call.job, call.contract, call.scopes).await?,
    };
    sync::logs::fetch(call.job, &call.env.node, call.contract, inboxes, logs).await?;
    Ok(vec![])
}

/// Stores the notes and events that the arrays of capsules request, and empties the arrays.
pub(super) async fn validate_and_store(
    call: &mut Call<'_>,
    contract: AztecAddress,
    notes: Fr,
    events: Fr,
) -> Result<Answer, OracleError> {
    call.own(contract)?;
    let Call { env, job, .. } = call;
    sync::notes::validate_and_store(job, &env.node, contract, notes, events).await?;
    Ok(vec![])
}

/// Answers the requests for logs in one array of capsules in another.
pub(super) async fn retrieve_logs(
    call: &mut Call<'_>,
    contract: AztecAddress,
    requests: Fr,
    responses: Fr,
) -> Result<Answer, OracleError> {
    call.own(contract)?;
    let Call { env, job, .. } = call;
    sync::retrieval::bulk_retrieve_logs(job, &env.node, contract, requests, responses).await?;
    Ok(vec![])
}
