//! Keys and shared secrets.

use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::ToFields;
use protocol::field::{Fr, Point};
use protocol::keys::shared_secret as derive_shared_secret;

use super::{Answer, Call, OracleError};
use crate::scopes::Scopes;

/// Public keys and partial address of an account.
const ACCOUNT_FIELDS: usize = 13;

/// Scopes that name no account do not keep a function from using keys, as they do not officially.
pub(super) fn key_validation_request(call: &Call<'_>, pk_hash: Fr) -> Result<Answer, OracleError> {
    let keys = &call.env.keys;
    if let Scopes::Accounts(accounts) = call.scopes
        && !accounts.is_empty()
    {
        let mut in_scope = false;
        for account in accounts {
            in_scope |= keys.has_key(*account, pk_hash)?;
        }
        if !in_scope {
            return Err(OracleError::KeyOutOfScope { pk_hash });
        }
    }
    let request = keys.key_validation_request(pk_hash, call.contract)?;
    Ok(request.to_fields().into_iter().map(Into::into).collect())
}

pub(super) async fn public_keys_and_partial_address(
    call: &Call<'_>,
    address: AztecAddress,
) -> Result<Answer, OracleError> {
    let complete = call.env.keys.complete_address(call.job, address).await?;
    let mut fields = Vec::with_capacity(ACCOUNT_FIELDS);
    if let Some(complete) = &complete {
        complete.public_keys().write_fields(&mut fields);
        fields.push(complete.partial_address().to_field());
    }
    fields.resize(ACCOUNT_FIELDS, Fr::ZERO);
    Ok(vec![Fr::from(complete.is_some()).into(), fields.into()])
}

pub(super) fn shared_secret(
    call: &Call<'_>,
    address: AztecAddress,
    x: Fr,
    y: Fr,
    is_infinite: bool,
) -> Result<Answer, OracleError> {
    let secret = call.env.keys.address_secret(address)?;
    let shared = derive_shared_secret(secret.as_scalar(), &Point { x, y, is_infinite })?;
    Ok(shared.to_fields().into_iter().map(Into::into).collect())
}
