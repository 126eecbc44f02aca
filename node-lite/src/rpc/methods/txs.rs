//! Transactions: handing in, checking, simulating, and what became of them.

use std::time::{Duration, Instant};

use protocol::gas::GasFees;
use protocol::rpc::lookup::TxValidationOptions;
use protocol::rpc::node::MAX_RPC_TXS_LEN;
use protocol::tx::{IndexedTxEffect, PublicSimulationOutput, Tx, TxHash, TxReceipt, TxValidationResult};

use super::Result;
use crate::config::Mining;
use crate::public::FeeEnforcement;
use crate::rpc::context::Reader;

/// How long a client waits for the block of its transaction, when blocks are made by themselves.
const INCLUSION: Duration = Duration::from_secs(1);
/// How often that is looked for.
const LOOK: Duration = Duration::from_millis(2);

/// With automatic mining the reply comes when the transaction is in a block: official clients ask for the receipt at once,
/// and then only every second.
pub(super) fn send(reader: &Reader<'_>, tx: &Tx) -> Result<()> {
    let (node, hash) = (reader.node(), tx.tx_hash());
    node.send_tx(tx.clone())?;
    let start = Instant::now();
    while node.mining() == Mining::Auto && start.elapsed() < INCLUSION && node.pending_tx(hash).is_some() {
        std::thread::sleep(LOOK);
    }
    Ok(())
}

pub(super) fn receipt(reader: &Reader<'_>, tx: TxHash) -> Result<TxReceipt> {
    Ok(reader.node().receipt(tx)?)
}

pub(super) fn effect(reader: &Reader<'_>, tx: TxHash) -> Result<Option<IndexedTxEffect>> {
    Ok(reader.snapshot()?.tx_effect(tx)?)
}

pub(super) fn pending(reader: &Reader<'_>, limit: Option<u32>, after: Option<TxHash>) -> Vec<Tx> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(MAX_RPC_TXS_LEN);
    reader.node().pending(limit, after).iter().map(|tx| Tx::clone(tx)).collect()
}

pub(super) fn pending_count(reader: &Reader<'_>) -> u32 {
    u32::try_from(reader.node().pending_count()).unwrap_or(u32::MAX)
}

pub(super) fn by_hash(reader: &Reader<'_>, tx: TxHash) -> Option<Tx> {
    reader.node().tx(tx).map(|tx| Tx::clone(&tx))
}

pub(super) fn by_hashes(reader: &Reader<'_>, txs: &[TxHash]) -> Vec<Tx> {
    txs.iter().filter_map(|tx| by_hash(reader, *tx)).collect()
}

pub(super) fn simulate(reader: &Reader<'_>, tx: &Tx, skip_fee_enforcement: bool) -> Result<PublicSimulationOutput> {
    let enforcement = match skip_fee_enforcement {
        true => FeeEnforcement::Skipped,
        false => FeeEnforcement::Required,
    };
    Ok(reader.node().simulate(tx, enforcement)?)
}

pub(super) fn check(reader: &Reader<'_>, tx: &Tx, options: TxValidationOptions) -> Result<TxValidationResult> {
    Ok(reader.node().check_tx(tx, options)?)
}

pub(super) fn min_fees(reader: &Reader<'_>) -> Result<GasFees> {
    Ok(reader.node().min_fees()?)
}
