//! `utility.…`, `notes.…`, `events.…`, `sync.…`.

use alloc::string::String;
use alloc::vec::Vec;

use protocol::abi::{AbiType, Checks, EventDefinition, EventSelector, FunctionCall};
use protocol::address::AztecAddress;
use protocol::block::BlockNumber;
use protocol::field::Fr;
use protocol::log::{LogFilter, LogId};
use protocol::rpc::node::{GetBlockNumber, GetPublicLogs};
use protocol::tx::{AuthWitness, TxHash};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ApiError, Call};
use crate::pxe::{EventQuery, PxeError};
use crate::scopes::Scopes;
use crate::store::events::StoredEvent;
use crate::store::notes::{NoteFilter, NoteStatus};
use crate::wallet::WalletError;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Utility {
    call: FunctionCall,
    scopes: Vec<AztecAddress>,
    #[serde(default)]
    auth_witnesses: Vec<AuthWitness>,
}

pub(super) async fn utility(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Utility { call: function, scopes, auth_witnesses } = call.take()?;
    let scopes = Scopes::Accounts(scopes);
    let values = call.wallet.pxe().utility(&function, &auth_witnesses, &scopes, call.on_progress).await?;
    Ok(json!({ "values": values }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notes {
    contract: AztecAddress,
    owner: Option<AztecAddress>,
    storage_slot: Option<Fr>,
    #[serde(default)]
    nullified: bool,
}

pub(super) async fn notes(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Notes { contract, owner, storage_slot, nullified } = call.take()?;
    let filter = |status| NoteFilter { contract, owner, storage_slot, status, scopes: Scopes::All };
    let pxe = call.wallet.pxe();
    let active = pxe.notes(&filter(NoteStatus::Active), call.on_progress).await?;
    let all = match nullified {
        true => pxe.notes(&filter(NoteStatus::ActiveOrNullified), call.on_progress).await?,
        false => active.clone(),
    };
    let entry = |note: &crate::store::notes::StoredNote| {
        json!({
            "contract": note.contract,
            "owner": note.owner,
            "storageSlot": note.storage_slot,
            "content": note.note.0,
            "noteHash": note.note_hash,
            "txHash": note.tx_hash,
            "blockNumber": note.block.number,
            "nullified": !active.iter().any(|other| other.siloed_nullifier == note.siloed_nullifier),
        })
    };
    Ok(all.iter().map(entry).collect())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Events {
    contract: AztecAddress,
    event: String,
    from_block: Option<BlockNumber>,
    to_block: Option<BlockNumber>,
    scopes: Option<Vec<AztecAddress>>,
    after: Option<LogId>,
}

async fn definition(call: &Call<'_>, contract: AztecAddress, name: &str) -> Result<EventDefinition, ApiError> {
    let artifact = call.wallet.artifact_at(contract).await?;
    let events = || {
        let structs = artifact.outputs.structs.get("events").map(Vec::as_slice).unwrap_or_default();
        structs.iter().filter_map(|ty| match ty {
            AbiType::Struct(ty) => Some(ty),
            _ => None,
        })
    };
    let unknown = || {
        let known: Vec<String> = events().map(|event| event.name().into()).collect();
        ApiError::new("contract.event", alloc::format!("{} has no event {name}", artifact.name))
            .with_hint(alloc::format!("it has {}", known.join(", ")))
    };
    let event = events().find(|event| event.name() == name).ok_or_else(unknown)?;
    EventDefinition::new(event.clone()).map_err(|error| ApiError::new("contract.event", alloc::format!("{error}")))
}

pub(super) async fn private_events(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Events { contract, event, from_block, to_block, scopes, .. } = call.take()?;
    let definition = definition(call, contract, &event).await?;
    let query = EventQuery {
        contract,
        selector: definition.event_selector,
        scopes: scopes.map_or(Scopes::All, Scopes::Accounts),
        tx_hash: None,
        from: from_block,
        to: to_block,
    };
    let mut found = Vec::new();
    for event in call.wallet.pxe().private_events(&query, call.on_progress).await? {
        let value = definition.decode_private(&event.packed, Checks::Official).map_err(WalletError::from)?;
        found.push(json!({
            "event": value.to_json(),
            "txHash": event.tx_hash,
            "blockNumber": event.block.number,
            "blockHash": event.block.hash,
        }));
    }
    Ok(Value::Array(found))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PackedEvents {
    contract: AztecAddress,
    selector: EventSelector,
    tx_hash: Option<TxHash>,
    from_block: Option<BlockNumber>,
    to_block: Option<BlockNumber>,
    scopes: Vec<AztecAddress>,
}

/// Private events as the contract packed them.
pub(super) async fn packed_events(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let PackedEvents { contract, selector, tx_hash, from_block, to_block, scopes } = call.take()?;
    let scopes = Scopes::Accounts(scopes);
    let query = EventQuery { contract, selector, scopes, tx_hash, from: from_block, to: to_block };
    let found = call.wallet.pxe().private_events(&query, call.on_progress).await?;
    let entry = |event: &StoredEvent| {
        json!({
            "packed": event.packed,
            "txHash": event.tx_hash,
            "blockNumber": event.block.number,
            "blockHash": event.block.hash,
        })
    };
    Ok(found.iter().map(entry).collect())
}

pub(super) async fn public_events(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let Events { contract, event, from_block, to_block, after, .. } = call.take()?;
    let definition = definition(call, contract, &event).await?;
    let filter = LogFilter {
        contract_address: Some(contract),
        from_block: from_block.filter(|_| after.is_none()),
        to_block,
        after_log: after,
        ..LogFilter::default()
    };
    let page = call.wallet.pxe().node().call(GetPublicLogs { filter }).await.map_err(PxeError::from)?;
    let mut found = Vec::new();
    for log in &page.logs {
        let value = definition.decode_public(&log.log.fields, Checks::Official).map_err(WalletError::from)?;
        if let Some(value) = value {
            found.push(json!({
                "event": value.to_json(),
                "txHash": log.id.tx_hash,
                "blockNumber": log.id.block_number,
                "blockHash": log.id.block_hash,
            }));
        }
    }
    let next = page.logs.last().filter(|_| page.max_logs_hit).map(|log| log.id);
    Ok(json!({ "events": found, "next": next }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SyncParams {
    contracts: Vec<AztecAddress>,
}

pub(super) async fn sync(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let SyncParams { mut contracts } = call.take()?;
    let pxe = call.wallet.pxe();
    if contracts.is_empty() {
        contracts = pxe.instances().await?.iter().map(|instance| instance.address).collect();
    }
    let header = pxe.sync(&contracts, &Scopes::All, call.on_progress).await?;
    Ok(json!({ "block": header.number() }))
}

/// The newest block of the node. Cheap: nothing is synced.
pub(super) async fn tip(call: &Call<'_>) -> Result<Value, ApiError> {
    let block = call.wallet.pxe().node().call(GetBlockNumber {}).await.map_err(PxeError::from)?;
    Ok(json!({ "block": block }))
}
