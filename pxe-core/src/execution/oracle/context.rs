//! The anchor, other blocks, contract instances, authorization witnesses.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::codec::ToFields;
use protocol::field::Fr;

use super::{Answer, Call, OracleError};

/// Values one by one.
fn scalars(values: &impl ToFields) -> Answer {
    values.to_fields().into_iter().map(Into::into).collect()
}

pub(super) fn utility_context(call: &Call<'_>) -> Result<Answer, OracleError> {
    let mut answer = scalars(call.env.node.header());
    answer.push(call.contract.to_field().into());
    Ok(answer)
}

pub(super) async fn block_header(call: &Call<'_>, number: BlockNumber) -> Result<Answer, OracleError> {
    let anchor = call.env.node.number();
    if number > anchor {
        return Err(OracleError::BlockAfterAnchor { number, anchor });
    }
    let header = call.env.node.block_header(number).await?;
    Ok(scalars(&header.ok_or(OracleError::NoBlock(number))?))
}

pub(super) async fn contract_instance(call: &Call<'_>, address: AztecAddress) -> Result<Answer, OracleError> {
    let instance = call.env.contracts.known_instance(call.job, address).await?.instance;
    let mut answer = vec![
        instance.salt.into(),
        instance.deployer.to_field().into(),
        instance.current_contract_class_id.to_field().into(),
        instance.initialization_hash.to_field().into(),
    ];
    answer.extend(scalars(&instance.public_keys));
    Ok(answer)
}

pub(super) fn auth_witness(call: &Call<'_>, message_hash: Fr) -> Result<Answer, OracleError> {
    let witness = call.auth_witnesses.iter().find(|witness| witness.request_hash == message_hash);
    Ok(vec![witness.ok_or(OracleError::NoAuthWitness(message_hash))?.witness.clone().into()])
}
