//! Tags of logs that are sent.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::tag::Tag;

use super::{Answer, Call, OracleError};
use crate::sync;

pub(super) fn sender(call: &mut Call<'_>) -> Result<Answer, OracleError> {
    let sender = call.private()?.sender_for_tags;
    Ok(vec![Fr::from(sender.is_some()).into(), sender.unwrap_or_default().to_field().into()])
}

pub(super) fn set_sender(call: &mut Call<'_>, sender: AztecAddress) -> Result<Answer, OracleError> {
    call.private()?.sender_for_tags = Some(sender);
    Ok(vec![])
}

/// The tag of the next log to a recipient. A secret that the transaction did not use yet is synced first: other devices
/// may have used it.
pub(super) async fn next_as_sender(
    call: &mut Call<'_>,
    sender: AztecAddress,
    recipient: AztecAddress,
) -> Result<Answer, OracleError> {
    let secret = call.env.keys.tagging_secret(sender, recipient, call.contract, recipient)?;
    let secret = secret.ok_or(OracleError::Recipient { recipient })?;
    if let Some(index) = call.private()?.tx.tags.use_next(&secret) {
        return Ok(vec![Tag::compute(&secret, index).to_field().into()]);
    }
    call.keep(2)?;
    let index = sync::tags::next_index_as_sender(call.job, &call.env.node, &secret).await?;
    let tag = Tag::compute(&secret, index);
    call.private()?.tx.tags.use_first(secret, index);
    Ok(vec![tag.to_field().into()])
}
