//! Handing transactions in, and following them.

use alloc::string::ToString;
use alloc::vec::Vec;

use protocol::rpc::node::{GetTxEffect, GetTxReceipt, SendTx};
use protocol::tx::{Tx, TxHash, TxReceipt, TxStatus};

use super::{OnProgress, Progress, ProvenTx, Pxe, PxeError};
use crate::node::NodeError;
use crate::store::tags;
use crate::store::txs::{self, Purpose, TxEvent, TxRecord, TxState};

/// What is known of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct TxLookup {
    /// What was recorded when it was sent, and how far it has come since; none if it was not sent from here.
    pub record: Option<TxRecord>,
    /// What the node says now.
    pub receipt: TxReceipt,
}

/// Whether the node is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// What is stored will do.
    Stored,
    /// Ask the node about those that are not final.
    Ask,
}

impl Pxe {
    /// Hands a transaction in. It is recorded first, with what it was made for: if the answer is lost, or this process ends, it is still followed.
    ///
    /// # Errors
    /// If the node refuses it: it is forgotten then, and its tags are free again. If no answer came, the transaction stays
    /// recorded and may be in a block some day.
    pub async fn send(
        &self,
        proven: &ProvenTx,
        purpose: Purpose,
        on_progress: &OnProgress,
    ) -> Result<TxHash, PxeError> {
        let tx = &proven.tx;
        let hash = tx.tx_hash();
        if self.inner.node.call(GetTxEffect { tx_hash: hash }).await?.is_some() {
            return Err(PxeError::AlreadySettled(hash));
        }
        self.record(proven, purpose).await?;
        on_progress(Progress::Submitting { tx: hash });
        self.hand_in(tx).await
    }

    async fn record(&self, proven: &ProvenTx, purpose: Purpose) -> Result<(), PxeError> {
        let (_writing, mut job) = self.begin_offline().await?;
        let data = proven.tx.data();
        let used = &proven.execution.entry.tags;
        let (now, nullifiers) = (self.inner.config.clock.now(), data.nullifiers().copied().collect());
        let mut record = TxRecord::new(proven.hash(), now, data.expiration_timestamp, nullifiers, used);
        record.purpose = purpose;
        txs::record(&mut job, &record).await?;
        txs::keep(&mut job, &proven.tx);
        Ok(job.commit(&*self.inner.config.store).await?)
    }

    async fn hand_in(&self, tx: &Tx) -> Result<TxHash, PxeError> {
        let hash = tx.tx_hash();
        let answer = self.inner.node.call(SendTx { tx: tx.clone() }).await;
        let (_writing, mut job) = self.begin_offline().await?;
        match &answer {
            Ok(()) => drop(txs::update(&mut job, hash, &TxEvent::Accepted).await?),
            Err(NodeError::Refused { error, .. }) => {
                let reason = error.message.to_string();
                txs::update(&mut job, hash, &TxEvent::Refused { reason: &reason }).await?;
                tags::drop_tx(&mut job, hash).await?;
            }
            // Whether it arrived is not known.
            Err(_) => {}
        }
        job.commit(&*self.inner.config.store).await?;
        answer?;
        Ok(hash)
    }

    /// Hands in again what the node does not know and what may never have reached one: this process, or another over the
    /// same store, ended in between. Says whether it did.
    async fn hand_in_again(&self, receipt: &TxReceipt) -> Result<bool, PxeError> {
        if receipt.status != TxStatus::Dropped {
            return Ok(false);
        }
        let Some(tx) = txs::unsent(&self.reading().await?, receipt.tx_hash).await? else { return Ok(false) };
        match self.hand_in(&tx).await {
            // What a node refuses is recorded.
            Ok(_) | Err(PxeError::Node(NodeError::Refused { .. })) => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// What is known of a transaction: what the node says, put into what was recorded. One that no node may have is handed
    /// in again.
    ///
    /// # Errors
    /// If the node does not answer.
    pub async fn lookup(&self, hash: TxHash) -> Result<TxLookup, PxeError> {
        let mut receipt = self.inner.node.call(GetTxReceipt { tx_hash: hash }).await?;
        if self.hand_in_again(&receipt).await? {
            receipt = self.inner.node.call(GetTxReceipt { tx_hash: hash }).await?;
        }
        let (_writing, mut job) = self.begin_offline().await?;
        let record = txs::update(&mut job, hash, &TxEvent::Receipt(&receipt)).await?;
        job.commit(&*self.inner.config.store).await?;
        Ok(TxLookup { record, receipt })
    }

    /// The transactions that were sent from here.
    ///
    /// # Errors
    /// If the store fails, or the node is asked and does not answer.
    pub async fn transactions(&self, lookup: Lookup) -> Result<Vec<TxRecord>, PxeError> {
        if lookup == Lookup::Ask {
            self.follow().await?;
        }
        Ok(txs::all(&self.reading().await?).await?)
    }

    /// Asks the node, in one go, what became of the transactions that are not final. Those that are dropped, reverted or
    /// expired give their tags back.
    async fn follow(&self) -> Result<(), PxeError> {
        let open = txs::open(&self.reading().await?).await?;
        let asked: Vec<_> = open.iter().map(|record| GetTxReceipt { tx_hash: record.hash }).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let mut receipts = self.inner.node.calls(&asked).await?;
        for receipt in &mut receipts {
            if self.hand_in_again(receipt).await? {
                *receipt = self.inner.node.call(GetTxReceipt { tx_hash: receipt.tx_hash }).await?;
            }
        }
        let (_writing, mut job) = self.begin_offline().await?;
        for receipt in &receipts {
            let record = txs::update(&mut job, receipt.tx_hash, &TxEvent::Receipt(receipt)).await?;
            let is_over = |record: &TxRecord| matches!(record.state(), TxState::Refused { .. } | TxState::Expired);
            if record.as_ref().is_some_and(is_over) {
                tags::drop_tx(&mut job, receipt.tx_hash).await?;
            }
        }
        Ok(job.commit(&*self.inner.config.store).await?)
    }
}
