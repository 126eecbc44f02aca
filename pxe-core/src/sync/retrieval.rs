//! Logs that contracts ask for by tag: they complete partial notes.
//!
//! Protocol source: `bulkRetrieveLogs` in `@aztec/pxe/src/logs/log_service.ts`.

use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::log::TxScopedL2Log;

use super::SyncError;
use super::request::{LogRequest, log_response, read_all};
use crate::node::{AnchoredNode, Facts, PrivateLogs, PublicLogs, Questions};
use crate::store::{Job, capsules};

/// Answers the requests in one array of capsules in another, in their order, and empties the first. Gives how many logs
/// were found.
///
/// # Errors
/// If a request cannot be read, a tag has several logs, the node does not answer, or the store fails.
pub async fn bulk_retrieve_logs(
    job: &mut Job,
    node: &AnchoredNode,
    contract: AztecAddress,
    request_base_slot: Fr,
    response_base_slot: Fr,
) -> Result<usize, SyncError> {
    let requests: Vec<LogRequest> = read_all(job, contract, request_base_slot).await?;
    let mut questions = Questions::new();
    questions.add_all(requests.iter().map(public));
    questions.add_all(requests.iter().map(private));
    let facts = node.ask(questions).await?;
    let logs = requests.iter().map(|request| found(request, &facts, node)).collect::<Result<Vec<_>, _>>()?;
    let responses: Vec<_> = logs.iter().map(|log| log_response(*log)).collect();
    capsules::array_clear(job, contract, request_base_slot).await?;
    capsules::array_clear(job, contract, response_base_slot).await?;
    capsules::array_push(job, contract, response_base_slot, &responses).await?;
    Ok(logs.iter().flatten().count())
}

fn public(request: &LogRequest) -> PublicLogs {
    PublicLogs { contract: request.contract, page: 0, tag: request.tag }
}

fn private(request: &LogRequest) -> PrivateLogs {
    PrivateLogs { page: 0, tag: request.tag.silo(request.contract) }
}

/// The log of a request, if there is one up to the anchor.
fn found<'a>(
    request: &LogRequest,
    facts: &'a Facts,
    node: &AnchoredNode,
) -> Result<Option<&'a TxScopedL2Log>, SyncError> {
    let logs = facts.answer(public(request)).iter().chain(facts.answer(private(request)));
    let logs: Vec<_> = logs.filter(|log| log.block_number <= node.number()).collect();
    match logs[..] {
        [] => Ok(None),
        [log] => Ok(Some(log)),
        _ => Err(SyncError::SeveralLogs { contract: request.contract, tag: request.tag, count: logs.len() }),
    }
}
