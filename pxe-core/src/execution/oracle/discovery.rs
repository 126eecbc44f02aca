//! Finding notes and events in logs.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;

use super::{Answer, Call, OracleError};
use crate::execution::contract_sync::inboxes;
use crate::sync;

/// Logs a contract that is synced is given at once: it runs again for the rest. What a function takes from its memory it
/// gives back at its end, so that a run takes more the more logs there are, some 300 kB for each.
const LOGS_AT_ONCE: usize = 256;

/// Appends logs that may be for an account to the array of capsules at `logs`: the next ones of those found for this
/// contract when it is synced, otherwise all there are.
pub(super) async fn fetch_tagged_logs(call: &mut Call<'_>, logs: Fr) -> Result<Answer, OracleError> {
    match &mut call.found {
        Some(found) => found.give(call.job, call.contract, logs, LOGS_AT_ONCE).await?,
        None => {
            let inboxes = inboxes(call.env, call.job, call.contract, call.scopes).await?;
            let mut found = sync::logs::find(call.job, &call.env.node, inboxes).await?;
            found.give(call.job, call.contract, logs, usize::MAX).await?
        }
    };
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
