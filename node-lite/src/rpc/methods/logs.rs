//! Logs, by tag and by filter.

use protocol::block::BlockHash;
use protocol::log::{ExtendedContractClassLog, ExtendedPublicLog, LogFilter, TxScopedL2Log};
use protocol::rpc::ErrorObject;
use protocol::rpc::lookup::LogPage;
use protocol::rpc::node::{GetPrivateLogsByTags, GetPublicLogsByTagsFromContract};

use super::Result;
use crate::rpc::context::Reader;

/// A client names the block it is at: if the node does not have that, its logs are of another chain. The block does not
/// bound the logs.
fn check_reference(reader: &Reader<'_>, block: Option<BlockHash>) -> Result<()> {
    let Some(block) = block else { return Ok(()) };
    match reader.snapshot()?.block_by_hash(block)? {
        Some(_) => Ok(()),
        None => Err(ErrorObject::unknown_reference_block(block)),
    }
}

pub(super) fn private_by_tags(reader: &Reader<'_>, call: &GetPrivateLogsByTags) -> Result<Vec<Vec<TxScopedL2Log>>> {
    check_reference(reader, call.reference_block)?;
    Ok(reader.snapshot()?.private_logs_by_tags(&call.tags, call.page.unwrap_or_default())?)
}

pub(super) fn public_by_tags(
    reader: &Reader<'_>,
    call: &GetPublicLogsByTagsFromContract,
) -> Result<Vec<Vec<TxScopedL2Log>>> {
    check_reference(reader, call.reference_block)?;
    Ok(reader.snapshot()?.public_logs_by_tags(call.contract, &call.tags, call.page.unwrap_or_default())?)
}

pub(super) fn public(reader: &Reader<'_>, filter: &LogFilter) -> Result<LogPage<ExtendedPublicLog>> {
    Ok(reader.snapshot()?.public_logs(filter)?)
}

pub(super) fn contract_class(reader: &Reader<'_>, filter: &LogFilter) -> Result<LogPage<ExtendedContractClassLog>> {
    Ok(reader.snapshot()?.contract_class_logs(filter)?)
}
