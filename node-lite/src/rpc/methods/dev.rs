//! What a developer may do to a network of their own.

use std::num::NonZeroU64;
use std::time::Duration;

use protocol::merkle::LeafIndex;
use protocol::message::{InboxLeaf, L1ToL2Message};
use protocol::rpc::dev::{
    DevAccount, DevCall, DevInfo, FeeJuiceAmount, FeeJuiceClaim, MiningMode, SentMessage, SnapshotId,
};
use protocol::rpc::{ErrorObject, ReplyTo, Response};

use super::{Result, reply, txs};
use crate::config::{Mining, Network};
use crate::genesis::{TestAccount, test_accounts};
use crate::rpc::context::Reader;
use crate::state::Genesis;

/// A mining mode as clients name it.
pub(in crate::rpc) fn mining_mode(mining: Mining) -> MiningMode {
    match mining {
        Mining::Auto => MiningMode::Auto,
        Mining::Manual => MiningMode::Manual,
        Mining::Interval(interval) => {
            let milliseconds = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
            MiningMode::Interval(NonZeroU64::new(milliseconds).unwrap_or(NonZeroU64::MIN))
        }
    }
}

impl From<MiningMode> for Mining {
    fn from(mode: MiningMode) -> Self {
        match mode {
            MiningMode::Auto => Self::Auto,
            MiningMode::Manual => Self::Manual,
            MiningMode::Interval(milliseconds) => Self::Interval(Duration::from_millis(milliseconds.get())),
        }
    }
}

fn sent((_, leaf): (L1ToL2Message, InboxLeaf)) -> Result<SentMessage> {
    let too_far = || ErrorObject::execution(format!("Message {} is at an index that no checkpoint has.", leaf.leaf));
    Ok(SentMessage {
        message_hash: leaf.leaf,
        message_leaf_index: LeafIndex(leaf.index),
        checkpoint: leaf.checkpoint().ok_or_else(too_far)?,
    })
}

fn info(reader: &Reader<'_>) -> Result<DevInfo> {
    let node = reader.node();
    Ok(DevInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        block_number: reader.snapshot()?.latest_block()?,
        time: node.time(),
        mining: mining_mode(node.mining()),
        latency_ms: reader.context.latency(),
        pending_txs: txs::pending_count(reader),
        verifies_proofs: reader.context.verifies_proofs(),
    })
}

/// The accounts of the official local network, where they are there.
fn accounts(network: &Network) -> Vec<DevAccount> {
    let account = |TestAccount { kind, address, secret, salt }| DevAccount { kind, address, secret, salt };
    match network.test_accounts {
        true => test_accounts(network.parameters.set()).into_iter().map(account).collect(),
        false => Vec::new(),
    }
}

/// Answers a call in the `dev` namespace.
pub(in crate::rpc) fn dev(reader: &Reader<'_>, to: ReplyTo, call: &DevCall) -> Response {
    let node = reader.node();
    match call {
        DevCall::GetInfo(call) => reply(to, call, info(reader)),
        DevCall::GetAccounts(call) => reply(to, call, Ok(accounts(node.network()))),
        DevCall::Mine(call) => reply(to, call, node.mine(call.blocks.unwrap_or(1)).map_err(ErrorObject::from)),
        DevCall::GetMining(call) => reply(to, call, Ok(mining_mode(node.mining()))),
        DevCall::SetMining(call) => {
            node.set_mining(call.mode.into());
            reply(to, call, Ok(()))
        }
        DevCall::SetTime(call) => reply(to, call, node.set_time(call.time).map_err(ErrorObject::from)),
        DevCall::IncreaseTime(call) => reply(to, call, node.increase_time(call.seconds.0).map_err(ErrorObject::from)),
        DevCall::TakeSnapshot(call) => {
            reply(to, call, node.take_snapshot().map(|id| SnapshotId(id.0)).map_err(ErrorObject::from))
        }
        DevCall::Revert(call) => {
            let id = crate::node::SnapshotId(call.snapshot.0);
            reply(to, call, node.revert_to_snapshot(id).map_err(ErrorObject::from))
        }
        DevCall::Reorg(call) => reply(to, call, node.reorg(call.depth).map_err(ErrorObject::from)),
        DevCall::FundAddress(call) => {
            let FeeJuiceAmount(amount) = call.amount.unwrap_or(FeeJuiceAmount(Genesis::DEFAULT_FUNDS));
            reply(to, call, node.fund(call.account, amount).map_err(ErrorObject::from))
        }
        DevCall::SetPublicStorage(call) => {
            let result = node.set_public_storage(call.contract, call.slot, call.value);
            reply(to, call, result.map_err(ErrorObject::from))
        }
        DevCall::DropTx(call) => reply(to, call, node.drop_tx(call.tx_hash).map_err(ErrorObject::from)),
        DevCall::SetLatency(call) => {
            reader.context.set_latency(call.latency);
            reply(to, call, Ok(()))
        }
        DevCall::SendL1ToL2Message(call) => {
            let result = node.send_message(call.sender, call.recipient, call.content, call.secret_hash);
            reply(to, call, result.map_err(ErrorObject::from).and_then(sent))
        }
        DevCall::DepositFeeJuice(call) => {
            let result = node.deposit_fee_juice(call.to, call.amount.0, call.secret_hash);
            let claim = |message| FeeJuiceClaim { claim_amount: call.amount, message };
            reply(to, call, result.map_err(ErrorObject::from).and_then(sent).map(claim))
        }
        DevCall::ConsumeL2ToL1Message(call) => {
            let result = node.consume_message(call.message, call.epoch, call.leaf_index, call.path.clone());
            reply(to, call, result.map_err(ErrorObject::from))
        }
    }
}
