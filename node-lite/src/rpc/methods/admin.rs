//! What operators ask. Most of it is about parts that a node of this kind does not have.

use protocol::block::BlockNumber;
use protocol::rpc::admin::{AdminCall, NodeSettings};
use protocol::rpc::{ErrorObject, ReplyTo, Response};
use serde_json::{Map, Value};

use super::{Result, reply};
use crate::rpc::context::Reader;

/// What the node does not have.
fn not_available(method: &str, why: &str) -> ErrorObject {
    ErrorObject::execution(format!("{method} is not available on this node: {why}"))
}

/// Settings that have an official name.
fn settings(reader: &Reader<'_>) -> NodeSettings {
    let network = reader.node().network();
    let settings: [(&str, Value); 8] = [
        ("l1ChainId", network.l1_chain_id.0.into()),
        ("rollupVersion", network.rollup_version.0.into()),
        ("realProofs", reader.context.verifies_proofs().into()),
        ("coinbase", network.coinbase.to_string().into()),
        ("aztecSlotDuration", network.slot_duration.get().into()),
        ("aztecEpochDuration", network.epoch_duration.get().into()),
        ("ethereumSlotDuration", network.l1_slot_duration.get().into()),
        ("p2pEnabled", false.into()),
    ];
    NodeSettings(settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}

/// Goes back to a block; its transactions are pending again.
fn rollback(reader: &Reader<'_>, block: BlockNumber, force: bool) -> Result<()> {
    let snapshot = reader.snapshot()?;
    let (latest, finalized) = (snapshot.latest_block()?, snapshot.tips()?.finalized.block.number);
    if block > latest {
        return Err(ErrorObject::not_yet_synced(block, latest));
    }
    if block < finalized && !force {
        let message = format!("Cannot rollback to block {block} as it is before finalized {finalized}");
        return Err(ErrorObject::execution(message));
    }
    match latest.0 - block.0 {
        0 => Ok(()),
        depth => Ok(reader.node().reorg(depth).map(drop)?),
    }
}

/// Answers a call in the `nodeAdmin` namespace.
pub(in crate::rpc) fn admin(reader: &Reader<'_>, to: ReplyTo, call: &AdminCall) -> Response {
    const MAKES_THE_CHAIN: &str = "it makes the chain itself, there is none to follow";
    let method = call.name();
    match call {
        AdminCall::GetConfig(call) => reply(to, call, Ok(settings(reader))),
        AdminCall::RollbackTo(call) => reply(to, call, rollback(reader, call.block, call.force.unwrap_or_default())),
        AdminCall::SetConfig(call) => {
            reply(to, call, Err(not_available(method, "settings are given when it starts, see node-lite --help")))
        }
        AdminCall::StartSnapshotUpload(call) => {
            reply(to, call, Err(not_available(method, "GET /dev/state answers with the whole chain")))
        }
        AdminCall::PauseSync(call) => reply(to, call, Err(not_available(method, MAKES_THE_CHAIN))),
        AdminCall::ResumeSync(call) => reply(to, call, Err(not_available(method, MAKES_THE_CHAIN))),
        AdminCall::ReloadKeystore(call) => reply(to, call, Err(not_available(method, "it has no keys of validators"))),
        // In the words of an official node without a slasher.
        AdminCall::GetSlashPayloads(call) => reply(to, call, Err(ErrorObject::execution("Slasher client not enabled"))),
        AdminCall::GetSlashOffenses(call) => reply(to, call, Err(ErrorObject::execution("Slasher client not enabled"))),
    }
}
