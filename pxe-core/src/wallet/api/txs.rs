//! `tx.…`, `authwit.…`, `fees.…`.

use alloc::vec::Vec;

use protocol::authwit::{Intent, set_authorized};
use protocol::rpc::node::GetCurrentMinFees;
use protocol::tx::TxStatus;
use serde_json::{Map, Value, json};

use super::params::{Authorize, AuthorizePublicly, Of, OfTx, Send, options};
use super::{ApiError, Call, reply, text};
use crate::execution::OffchainEffect;
use crate::pxe::{Lookup, PxeError, TxLookup};
use crate::store::txs::{Called, Certainty, MAX_NAME, TxRecord, TxState};
use crate::wallet::TxRequestOptions;

fn effects(effects: &[OffchainEffect]) -> Vec<Value> {
    let effect = |effect: &OffchainEffect| json!({ "data": effect.data, "contractAddress": effect.contract_address });
    effects.iter().map(effect).collect()
}

pub(super) async fn simulate(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Send { payload, from, fee, additional_scopes, estimate_gas, .. } = call.take()?;
    let options = options(from, &fee, additional_scopes)?;
    let estimate = match estimate_gas {
        true => call.wallet.estimate(payload, &options, call.on_progress).await?,
        false => call.wallet.try_out(payload, &options, call.on_progress).await?,
    };
    Ok(json!({
        "returns": estimate.returns,
        "gasUsed": estimate.gas_used,
        "gasLimits": estimate.gas.gas_limits,
        "teardownGasLimits": estimate.gas.teardown_gas_limits,
        "offchainEffects": effects(&estimate.offchain_effects),
    }))
}

pub(super) async fn send(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Send { payload, from, fee, additional_scopes, name, .. } = call.take()?;
    if name.len() > MAX_NAME {
        return Err(ApiError::new("params", alloc::format!("the name of a request has at most {MAX_NAME} characters")));
    }
    let options = TxRequestOptions { name, ..options(from, &fee, additional_scopes)? };
    let sent = call.wallet.send(payload, &options, call.on_progress).await?;
    Ok(json!({ "txHash": sent.tx_hash, "offchainEffects": effects(&sent.offchain_effects) }))
}

pub(super) async fn profile(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Send { payload, from, fee, additional_scopes, count_gates, .. } = call.take()?;
    let options = options(from, &fee, additional_scopes)?;
    let profile = call.wallet.profile(payload, &options, count_gates, call.on_progress).await?;
    let gates = |index: usize| profile.gates.as_ref().and_then(|gates| gates.get(index).copied());
    let step = |(index, step): (usize, &crate::kernel::StepReport)| {
        json!({
            "name": step.name,
            "acirOpcodes": step.acir_opcodes,
            "brilligOpcodes": step.brillig_opcodes,
            "witnesses": step.witnesses,
            "milliseconds": step.milliseconds,
            "gates": gates(index),
        })
    };
    let steps: Vec<_> = profile.steps.iter().enumerate().map(step).collect();
    Ok(json!({ "steps": steps, "executionMilliseconds": profile.execution_milliseconds }))
}

fn certainty(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Proposed => "proposed",
        Certainty::Checkpointed => "checkpointed",
        Certainty::Proven => "proven",
        Certainty::Finalized => "finalized",
    }
}

/// The status of a transaction that was sent from here, with why it failed.
fn state(record: &TxRecord) -> (&'static str, Option<&str>) {
    match record.state() {
        TxState::Sending => ("unknown", None),
        TxState::Pending => ("pending", None),
        TxState::Included { certainty: how, .. } => (certainty(*how), None),
        TxState::Missing { reason } => ("unknown", Some(reason)),
        TxState::Refused { reason } => ("dropped", Some(reason)),
        TxState::Expired => ("expired", None),
        TxState::Replaced => ("dropped", Some("another transaction took its place")),
    }
}

pub(super) async fn receipt(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let OfTx { tx_hash } = call.take()?;
    let TxLookup { record, receipt } = call.wallet.pxe().lookup(tx_hash).await?;
    let mut out = Map::new();
    let (status, reason) = match &record {
        Some(record) => {
            let (status, reason) = state(record);
            (status.into(), reason)
        }
        // Of a transaction of others a node's "dropped" says only that it does not know it.
        None if receipt.status == TxStatus::Dropped => ("unknown".into(), None),
        None => (text(&receipt.status), None),
    };
    out.insert("txHash".into(), json!(tx_hash));
    out.insert("status".into(), Value::String(status));
    if let Some(error) = receipt.error.as_deref().or(reason).filter(|error| !error.is_empty()) {
        out.insert("error".into(), json!(error));
    }
    if receipt.is_mined() {
        out.insert("executionResult".into(), json!(receipt.execution_result));
        out.insert("transactionFee".into(), json!(receipt.transaction_fee));
        out.insert("blockNumber".into(), json!(receipt.block_number));
        out.insert("blockHash".into(), json!(receipt.block_hash));
    }
    out.retain(|_, value| !value.is_null());
    Ok(Value::Object(out))
}

pub(super) async fn list(call: &Call<'_>) -> Result<Value, ApiError> {
    let mut records = call.wallet.pxe().transactions(Lookup::Ask).await?;
    records.sort_by_key(|record| core::cmp::Reverse(record.created));
    let known = super::contracts::known(call).await?;
    let called = |called: &Called| {
        let name = known.iter().find(|(known, _)| known.address == called.contract).map(|(_, name)| name);
        json!({ "contract": called.contract, "name": name, "function": called.function })
    };
    let entry = |record: &TxRecord| {
        let (status, error) = state(record);
        let block = match record.state() {
            TxState::Included { block, .. } => Some(block.number),
            _ => None,
        };
        let mut out = Map::new();
        out.insert("txHash".into(), json!(record.hash));
        out.insert("status".into(), json!(status));
        out.insert("sentAt".into(), json!(record.created.0));
        out.insert("blockNumber".into(), json!(block));
        out.insert("error".into(), json!(error));
        out.insert("from".into(), json!(Some(record.purpose.from).filter(|from| !from.is_zero())));
        out.insert("calls".into(), record.purpose.calls.iter().map(called).collect());
        out.retain(|_, value| !value.is_null());
        Value::Object(out)
    };
    Ok(records.iter().map(entry).collect())
}

pub(super) async fn authorize(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Authorize { from, intent, .. } = call.take()?;
    reply(&call.wallet.authorize(from, &intent.into()).await?)
}

/// The call by which an account allows something publicly, or no longer.
pub(super) async fn authorize_publicly(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let AuthorizePublicly { intent, authorized } = call.take()?;
    let message = Intent::from(intent).message_hash(call.wallet.pxe().chain());
    reply(&set_authorized(message, authorized))
}

pub(super) async fn lookup_authorization(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Authorize { from, intent, witness } = call.take()?;
    let intent = intent.into();
    let private = match witness {
        Some(witness) => call.wallet.is_authorized_privately(from, &intent, &witness, call.on_progress).await?,
        None => false,
    };
    let public = call.wallet.is_authorized_publicly(from, &intent, call.on_progress).await?;
    Ok(json!({ "private": private, "public": public }))
}

pub(super) async fn balance(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Of { address } = call.take()?;
    reply(&call.wallet.fee_juice(address).await?)
}

pub(super) async fn current_fees(call: &Call<'_>) -> Result<Value, ApiError> {
    reply(&call.wallet.pxe().node().call(GetCurrentMinFees {}).await.map_err(PxeError::from)?)
}
