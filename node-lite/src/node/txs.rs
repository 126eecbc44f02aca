//! Transactions: taking, checking, simulating them, and telling what became of them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use protocol::address::{AztecAddress, EthAddress};
use protocol::block::{BlockNumber, GlobalVariables};
use protocol::field::Fr;
use protocol::gas::{GasFees, TransactionFee};
use protocol::log::DebugLog;
use protocol::rpc::lookup::TxValidationOptions;
use protocol::tx::{PublicSimulationOutput, Tx, TxHash, TxReceipt, TxStatus, TxValidationResult};

use super::keeping::Change;
use super::{Node, NodeError, Result, lock};
use crate::avm::{DebugLogs, Host};
use crate::pool::{Added, DropReason, PendingTx};
use crate::public::{FeeEnforcement, process};
use crate::store::{Snapshot, StoreError};
use crate::validate::{Verdict, fee_payer_balance};

/// L2 gas a simulated transaction may use, teardown included.
const MAX_SIMULATION_GAS: u64 = 10_000_000_000;

/// What the contracts of recent transactions printed. Forgets the oldest.
#[derive(Debug, Default)]
pub(super) struct Prints {
    by_tx: HashMap<TxHash, Arc<Vec<DebugLog>>>,
    order: VecDeque<(TxHash, usize)>,
    fields: usize,
}

impl Prints {
    /// Fields of logs that are kept.
    const MAX_FIELDS: usize = 1 << 20;

    pub(super) fn keep(&mut self, tx: TxHash, logs: Vec<DebugLog>) {
        if logs.is_empty() {
            return;
        }
        let fields = logs.iter().map(|log| 4 + log.message.len() / 32 + log.fields.len()).sum();
        self.fields += fields;
        self.order.push_back((tx, fields));
        self.by_tx.insert(tx, Arc::new(logs));
        while self.fields > Self::MAX_FIELDS
            && let Some((oldest, fields)) = self.order.pop_front()
        {
            self.by_tx.remove(&oldest);
            self.fields -= fields;
        }
    }
}

impl Node {
    /// Takes a transaction that follows all rules, to include it in a block. It is kept until then, restarts included.
    pub fn send_tx(&self, tx: Tx) -> Result<()> {
        let hash = tx.tx_hash();
        let verdict = self.verdict(&tx, TxValidationOptions::default())?;
        if !verdict.is_valid() {
            tracing::info!(%hash, why = verdict.explanation(), "transaction refused");
            return Err(NodeError::InvalidTx { tx: hash, verdict });
        }
        let tx = PendingTx::new(Arc::new(tx));
        let body = Arc::clone(&tx.tx);
        let balance = fee_payer_balance(&self.snapshot()?.fork()?, tx.fee_payer)?;
        let Added::New { evicted } = lock(&self.pool).add(tx, balance)? else { return Ok(()) };
        let change = Change { add: body, remove: evicted.iter().map(|tx| tx.tx_hash()).collect() };
        if let Err(error) = self.keeper.keep(&self.chain().store, change) {
            lock(&self.pool).take_back(hash, evicted);
            return Err(NodeError::NotKept { tx: hash, source: error });
        }
        tracing::debug!(%hash, "transaction pending");
        self.arrived.notify_one();
        Ok(())
    }

    /// Whether a transaction could be handed in now.
    pub fn check_tx(&self, tx: &Tx, options: TxValidationOptions) -> Result<TxValidationResult> {
        Ok(self.verdict(tx, options)?.result())
    }

    fn verdict(&self, tx: &Tx, options: TxValidationOptions) -> Result<Verdict> {
        let snapshot = self.chain().store.snapshot()?;
        let next = self.next_globals(&snapshot, self.config.network.coinbase, AztecAddress::ZERO)?;
        Ok(self.rules.receive(tx, &snapshot.fork()?, &next, &options)?)
    }

    /// Runs the public part of a transaction on the latest state, in a block that would come next.
    pub fn simulate(&self, tx: &Tx, enforcement: FeeEnforcement) -> Result<PublicSimulationOutput> {
        let settings = tx.gas_settings();
        let (limit, teardown_limit) = (settings.gas_limits.l2_gas.into(), settings.teardown_gas_limits.l2_gas.into());
        if limit + teardown_limit > MAX_SIMULATION_GAS {
            return Err(NodeError::SimulationGas { limit, teardown_limit, max: MAX_SIMULATION_GAS });
        }
        let snapshot = self.chain().store.snapshot()?;
        let globals = self.next_globals(&snapshot, EthAddress::ZERO, AztecAddress::ZERO)?;
        let fork = snapshot.fork()?;
        let debug_logs = Some(DebugLogs::default());
        let host = Host { state: &fork, programs: &self.programs, globals: &globals, debug_logs };
        let processed = process(&host, tx, enforcement)?;
        Ok(PublicSimulationOutput {
            revert_reason: processed.revert_reason,
            global_variables: globals,
            tx_effect: processed.effect,
            public_return_values: processed.return_values,
            gas_used: processed.gas_used,
            debug_logs: processed.debug_logs,
        })
    }

    /// What the next block's transactions will be able to read of it.
    pub(super) fn next_globals(
        &self,
        snapshot: &Snapshot,
        coinbase: EthAddress,
        fee_recipient: AztecAddress,
    ) -> Result<GlobalVariables> {
        let latest = snapshot.latest_block()?;
        let header = snapshot.block_header(latest)?.ok_or(StoreError::Missing { table: "blocks", block: latest })?;
        let slot_number =
            self.chain().constants.slot_at(self.time()).max(protocol::block::SlotNumber(header.slot().0 + 1));
        let network = &self.config.network;
        Ok(GlobalVariables {
            chain_id: network.l1_chain_id.0.into(),
            version: network.rollup_version.0.into(),
            block_number: BlockNumber(latest.0 + 1),
            slot_number,
            timestamp: self.chain().constants.slot_start(slot_number),
            coinbase,
            fee_recipient,
            gas_fees: self.fees_after(snapshot)?,
        })
    }

    /// What became of a transaction; one the node does not know counts as dropped.
    pub fn receipt(&self, tx: TxHash) -> Result<TxReceipt> {
        // In this order: a transaction leaves the pool once it is in a block.
        let (pending, dropped) = {
            let pool = lock(&self.pool);
            (pool.is_pending(tx), pool.dropped(tx).map(ToString::to_string))
        };
        let snapshot = self.chain().store.snapshot()?;
        let Some(found) = snapshot.tx_effect(tx)? else {
            if pending {
                return Ok(TxReceipt::new(tx, TxStatus::Pending));
            }
            let error = Some(dropped.unwrap_or_else(|| "Tx dropped by P2P node".to_owned()));
            return Ok(TxReceipt { error, ..TxReceipt::new(tx, TxStatus::Dropped) });
        };
        let tips = snapshot.tips()?;
        let block = found.l2_block_number;
        let status = match block {
            _ if block <= tips.finalized.block.number => TxStatus::Finalized,
            _ if block <= tips.proven.block.number => TxStatus::Proven,
            _ if block <= tips.checkpointed.block.number => TxStatus::Checkpointed,
            _ => TxStatus::Proposed,
        };
        let header = snapshot.block_header(block)?.ok_or(StoreError::Missing { table: "blocks", block })?;
        Ok(TxReceipt {
            execution_result: Some(found.data.revert_code.into()),
            transaction_fee: Some(TransactionFee(fee_of(found.data.transaction_fee))),
            block_hash: Some(found.l2_block_hash),
            block_number: Some(block),
            epoch_number: Some(self.chain().constants.epoch_of(header.slot())),
            debug_logs: lock(&self.prints).by_tx.get(&tx).map(|logs| logs.to_vec()),
            ..TxReceipt::new(tx, status)
        })
    }

    /// Pending transactions, the most preferred first, at most `limit`, those after `after`.
    #[must_use]
    pub fn pending(&self, limit: usize, after: Option<TxHash>) -> Vec<Arc<Tx>> {
        lock(&self.pool).page(limit, after)
    }

    /// How many transactions are pending.
    #[must_use]
    pub fn pending_count(&self) -> usize {
        lock(&self.pool).len()
    }

    /// A pending transaction.
    #[must_use]
    pub fn pending_tx(&self, tx: TxHash) -> Option<Arc<Tx>> {
        lock(&self.pool).pending(tx).cloned()
    }

    /// A pending transaction, or one that was mined lately: its block can still be taken back.
    #[must_use]
    pub fn tx(&self, tx: TxHash) -> Option<Arc<Tx>> {
        lock(&self.pool).get(tx).cloned()
    }

    /// Forgets a pending transaction. False when it is not pending.
    pub fn drop_tx(&self, tx: TxHash) -> Result<bool> {
        let dropped = lock(&self.pool).remove(tx, DropReason::Removed);
        if dropped {
            self.chain().store.write(|batch| batch.remove_pending(tx))?;
        }
        Ok(dropped)
    }

    /// The priority fees of the most preferred pending transaction.
    #[must_use]
    pub fn max_priority_fees(&self) -> GasFees {
        lock(&self.pool).max_priority_fees()
    }

    /// Puts what was pending before a restart back into the pool; what cannot be included any more is forgotten.
    pub(super) fn restore_pending(&self, snapshot: &Snapshot) -> Result<()> {
        let fork = snapshot.fork()?;
        let next = self.next_globals(snapshot, self.config.network.coinbase, AztecAddress::ZERO)?;
        let mut gone = Vec::new();
        for tx in snapshot.pending()? {
            let tx = PendingTx::new(Arc::new(tx));
            let hash = tx.hash;
            let balance = fee_payer_balance(&fork, tx.fee_payer)?;
            let valid = self.rules.reenter(&tx.tx, &fork, &next)?.is_valid();
            if !valid || lock(&self.pool).add(tx, balance).is_err() {
                gone.push(hash);
            }
        }
        if !gone.is_empty() {
            self.chain().store.write(|batch| gone.iter().try_for_each(|tx| batch.remove_pending(*tx)))?;
        }
        if !lock(&self.pool).is_empty() {
            self.arrived.notify_one();
        }
        Ok(())
    }
}

/// Fees are products of 128-bit prices and 32-bit gas; what an account can pay fits into 128 bits.
fn fee_of(fee: Fr) -> u128 {
    let limbs = fee.to_limbs();
    u128::from(limbs[0]) | u128::from(limbs[1]) << 64
}
