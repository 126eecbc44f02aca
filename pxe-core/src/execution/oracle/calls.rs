//! Private functions that call private functions.

use alloc::borrow::Cow;
use alloc::vec;

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::field::Fr;
use protocol::kernel::SideEffectCounter;

use super::{Answer, Call, OracleError};
use crate::execution::contract_sync;
use crate::execution::private::{self, Shared, Target};
use crate::keystore::KeyStore;
use crate::scopes::Scopes;

/// Functions that wait for each other. Accounts, entrypoints and fee contracts add up to less than ten.
const MAX_DEPTH: usize = 64;
/// Private functions of a transaction. Each costs a kernel, so that nobody would prove that many.
const MAX_CALLS: usize = 1024;

pub(super) async fn call_private(
    call: &mut Call<'_>,
    contract: AztecAddress,
    selector: FunctionSelector,
    args_hash: Fr,
    counter: SideEffectCounter,
    is_static: bool,
) -> Result<Answer, OracleError> {
    let (env, own_contract) = (call.env, call.contract);
    let scopes = scopes_for(call, contract).await?;
    let state = call.private()?;
    if state.depth >= MAX_DEPTH {
        return Err(OracleError::TooDeep { limit: MAX_DEPTH });
    }
    if state.tx.calls >= MAX_CALLS {
        return Err(OracleError::TooManyCalls { limit: MAX_CALLS });
    }
    let (depth, sender_for_tags, calldata_fields) = (state.depth + 1, state.sender_for_tags, state.calldata_fields);
    let is_static = is_static || state.context.is_static_call;
    contract_sync::ensure_synced(env, call.job, contract, Some(selector), &scopes).await?;

    let target = Target {
        msg_sender: own_contract,
        contract,
        selector,
        args_hash,
        counter,
        is_static: Some(is_static),
        sender_for_tags,
        calldata_fields,
        depth,
    };
    let shared = Shared { env, auth_witnesses: call.auth_witnesses, capsules: call.capsules };
    let tx = &mut *call.private.as_mut().ok_or(OracleError::PrivateOnly)?.tx;
    let made = private::execute(shared, call.job, call.budget, tx, &scopes, target).await?;
    if is_static && !made.is_without_effects() {
        return Err(OracleError::StaticCall { contract: made.contract_name, function: made.function_name });
    }
    let inputs = &made.public_inputs;
    let answer = vec![Fr::from(inputs.end_side_effect_counter.0), inputs.returns_hash];
    call.private()?.nested.push(made);
    Ok(vec![answer.into()])
}

/// An own account that is called may use its own notes and keys.
async fn scopes_for<'a>(call: &Call<'a>, contract: AztecAddress) -> Result<Cow<'a, Scopes>, OracleError> {
    let (scopes, job) = (call.scopes, &call.job);
    Ok(match !scopes.contains(contract) && KeyStore::has_account(job, contract).await? {
        true => Cow::Owned(scopes.with(contract)),
        false => Cow::Borrowed(scopes),
    })
}
