//! What a new block and a reorganization change.
//!
//! Protocol source: `handleMinedBlock` and `handlePrunedBlocks` in
//! `@aztec/p2p/src/mem_pools/tx_pool_v2/tx_pool_v2_impl.ts`, `eviction/*_rule.ts` beside it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, GlobalVariables, L2Block};
use protocol::rpc::lookup::MerkleTreeId;
use protocol::tx::TxHash;

use super::Pool;
use super::admission::unpaid;
use super::pending::PendingTx;
use super::refusal::DropReason;
use crate::state::Fork;
use crate::store::StoreError;
use crate::validate::{Amount, Rules, fee_payer_balance};

impl Pool {
    /// Follows the chain to its new latest block; `state` is the one after it. Its transactions are pending no more; what
    /// cannot follow them is dropped and returned.
    pub fn on_block(&mut self, block: &L2Block, state: &Fork) -> Result<Vec<TxHash>, StoreError> {
        let (number, time) = (block.number(), block.header.timestamp());
        let effects = &block.body.tx_effects;
        let payers = effects.iter().filter_map(|effect| Some(self.pending.get(effect.tx_hash)?.fee_payer));
        let balances = balances(payers, state)?;
        for (place, effect) in effects.iter().enumerate() {
            self.dropped.forget(effect.tx_hash);
            if let Some(tx) = self.pending.remove(effect.tx_hash) {
                self.mined.insert(number, place, tx);
            }
        }
        let mut dropped = Vec::new();
        for nullifier in effects.iter().flat_map(|effect| &effect.nullifiers) {
            if let Some(hash) = self.pending.with_nullifier(*nullifier).map(|tx| tx.hash) {
                self.drop_tx(hash, DropReason::NullifierInBlock { block: number }, &mut dropped);
            }
        }
        for (expires, hash) in self.pending.expired(time) {
            self.drop_tx(hash, DropReason::Expired { expires, block: time }, &mut dropped);
        }
        self.drop_unpaid(&balances, &mut dropped);
        Ok(dropped)
    }

    /// Follows the chain back to `latest`; `state` is the one after it and `next` the block to come. Transactions of the
    /// blocks taken back are pending again if the rules allow; what has no place any more is dropped and returned.
    /// Nothing changes when the state cannot be read.
    pub fn on_reorg(
        &mut self,
        latest: BlockNumber,
        rules: &Rules,
        state: &Fork,
        next: &GlobalVariables,
    ) -> Result<Vec<TxHash>, StoreError> {
        let mut verdicts = HashMap::new();
        for tx in self.mined.after(latest) {
            verdicts.insert(tx.hash, rules.reenter(&tx.tx, state, next)?);
        }
        let anchors: BTreeSet<_> = self.pending.by_priority().map(|tx| tx.anchor).collect();
        let mut gone = BTreeSet::new();
        for anchor in anchors {
            if state.find(MerkleTreeId::Archive, anchor.to_field())?.is_none() {
                gone.insert(anchor);
            }
        }
        let again = self.mined.after(latest).map(|tx| tx.fee_payer);
        let balances = balances(self.pending.payers().chain(again), state)?;

        let mut dropped = Vec::new();
        for tx in self.mined.take_after(latest) {
            match verdicts.remove(&tx.hash) {
                Some(verdict) if !verdict.is_valid() => {
                    self.dropped.insert(tx.hash, DropReason::Refused(verdict));
                    dropped.push(tx.hash);
                }
                _ => self.add_again(tx, &mut dropped),
            }
        }
        let homeless: Vec<_> = self.pending.by_priority().filter(|tx| gone.contains(&tx.anchor)).collect();
        let homeless: Vec<_> = homeless.into_iter().map(|tx| (tx.hash, tx.anchor)).collect();
        for (hash, anchor) in homeless {
            self.drop_tx(hash, DropReason::AnchorGone { anchor }, &mut dropped);
        }
        self.drop_unpaid(&balances, &mut dropped);
        while self.len() > self.max_pending
            && let Some(lowest) = self.pending.lowest()
        {
            self.drop_tx(lowest.hash, DropReason::PoolFull, &mut dropped);
        }
        Ok(dropped)
    }

    /// Makes a transaction pending unless one that is preferred has a nullifier of it.
    fn add_again(&mut self, tx: PendingTx, dropped: &mut Vec<TxHash>) {
        let conflicting = self.pending.conflicting(&tx);
        if let Some(preferred) = conflicting.iter().max().filter(|other| **other > tx.priority()) {
            self.dropped.insert(tx.hash, DropReason::Replaced { by: preferred.hash });
            dropped.push(tx.hash);
            return;
        }
        for other in conflicting {
            self.drop_tx(other.hash, DropReason::Replaced { by: tx.hash }, dropped);
        }
        self.pending.insert(tx);
    }

    fn drop_unpaid(&mut self, balances: &BTreeMap<AztecAddress, Amount>, dropped: &mut Vec<TxHash>) {
        for (payer, balance) in balances {
            for hash in unpaid(&self.pending, *payer, *balance) {
                self.drop_tx(hash, DropReason::FeePayerBalance { payer: *payer }, dropped);
            }
        }
    }

    fn drop_tx(&mut self, hash: TxHash, reason: DropReason, dropped: &mut Vec<TxHash>) {
        if self.remove(hash, reason) {
            dropped.push(hash);
        }
    }
}

fn balances(
    payers: impl Iterator<Item = AztecAddress>,
    state: &Fork,
) -> Result<BTreeMap<AztecAddress, Amount>, StoreError> {
    let payers: BTreeSet<_> = payers.collect();
    payers.into_iter().map(|payer| Ok((payer, fee_payer_balance(state, payer)?))).collect()
}
