//! Which tag the next log to somebody gets.
//!
//! A sender counts the logs of each secret. Transactions of other devices with the same keys count too, so the chain is
//! looked at; and transactions that are not in a block yet, until they are final or will never be.
//!
//! Protocol source: `@aztec/pxe/src/tagging/sender_sync/`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use core::ops::Range;

use protocol::address::AztecAddress;
use protocol::tag::{PreTag, SiloedTag, TaggingSecret};
use protocol::tx::{TxHash, TxReceipt, TxStatus};

use super::SyncError;
use crate::keystore::KeyStore;
use crate::node::{AnchoredNode, Facts, PrivateLogs, Questions, ReceiptOf};
use crate::store::tags::{self, WINDOW};
use crate::store::txs::{self, TxState};
use crate::store::{Job, StoreError, senders};

/// Tags that are asked for before it is known whether they will be looked at.
const MAX_AHEAD: u32 = 640;
/// Transactions that are not final of which the receipts are asked for in advance.
const MAX_RECEIPTS: usize = 100;

/// The index of the tag for the next log of a secret, as its sender: one more than the last one used.
///
/// # Errors
/// If the node does not answer, or the store fails or refuses.
pub async fn next_index_as_sender(
    job: &mut Job,
    node: &AnchoredNode,
    secret: &TaggingSecret,
) -> Result<u32, SyncError> {
    synchronize(job, node, secret).await?;
    Ok(tags::load_sender(job, secret).await?.last_used().map_or(0, |last| last.saturating_add(1)))
}

/// The tags [`next_index_as_sender`] looks up first, for logs of an account to everybody in the address book and to all own
/// accounts: asked in advance, it need not wait. Of contracts that are new here, more than the next few may be used.
///
/// # Errors
/// If the keys are locked, or the store fails.
pub async fn first_tags(
    job: &Job,
    keys: &KeyStore,
    sender: AztecAddress,
    contracts: &BTreeSet<AztecAddress>,
    new: &BTreeSet<AztecAddress>,
) -> Result<Vec<SiloedTag>, SyncError> {
    let accounts = KeyStore::addresses(job).await?;
    let recipients: BTreeSet<_> = senders::all(job).await?.into_iter().chain(accounts).collect();
    let mut tags = Vec::new();
    for (contract, recipient) in contracts.iter().flat_map(|contract| recipients.iter().map(move |to| (contract, to))) {
        // Nobody can write to an address without a point.
        if let Some(secret) = keys.tagging_secret(sender, *recipient, *contract, *recipient)? {
            let Range { start, end } = first_window(tags::load_sender(job, &secret).await?.finalized);
            let end = if new.contains(contract) { end.saturating_add(WINDOW) } else { end };
            tags.extend((start..end).map(|index| SiloedTag::compute(&secret, index)));
        }
    }
    Ok(tags)
}

/// Questions after transactions whose tags are not known to be used for good.
///
/// # Errors
/// If the store fails.
pub async fn receipts_of_pending(job: &Job) -> Result<impl Iterator<Item = ReceiptOf> + use<>, SyncError> {
    Ok(tags::pending_txs(job).await?.into_iter().take(MAX_RECEIPTS).map(ReceiptOf))
}

/// Questions after the transactions that use some tags, as the node told.
pub fn receipts_of_users(tags: &[SiloedTag], facts: &Facts) -> Questions {
    let logs = tags.iter().flat_map(|tag| facts.answer(PrivateLogs { page: 0, tag: *tag }));
    let users: BTreeSet<TxHash> = logs.map(|log| log.tx_hash).collect();
    let mut questions = Questions::new();
    questions.add_all(users.into_iter().take(MAX_RECEIPTS).map(ReceiptOf));
    questions
}

fn first_window(finalized: Option<u32>) -> Range<u32> {
    let start = finalized.map_or(0, |last| last.saturating_add(1));
    start..start.saturating_add(WINDOW)
}

/// Notes which tags of a secret are used, as far as node and chain tell.
async fn synchronize(job: &mut Job, node: &AnchoredNode, secret: &TaggingSecret) -> Result<(), SyncError> {
    let mut known = KnownTags::default();
    let mut finalized = tags::load_sender(job, secret).await?.finalized;
    let mut window = first_window(finalized);
    loop {
        let pending = tags::load_sender(job, secret).await?.pending_in(window.clone());
        known.learn(node, secret, window.clone(), &pending).await?;
        for (tx_hash, index) in known.used(window.clone()) {
            note(job, secret, index, tx_hash).await?;
        }
        let pending = tags::load_sender(job, secret).await?.pending_in(window.clone());
        if pending.is_empty() {
            return Ok(());
        }
        known.learn(node, secret, window.clone(), &pending).await?;
        for tx_hash in pending {
            match known.fate(tx_hash) {
                Fate::Final => tags::finalize(job, tx_hash).await?,
                Fate::Lost if !is_on_its_way(job, tx_hash).await? => tags::drop_tx(job, tx_hash).await?,
                Fate::Lost | Fate::Open => {}
            }
        }
        let now = tags::load_sender(job, secret).await?.finalized;
        match now.filter(|_| now != finalized) {
            // Up to where a recipient looks from the last final one.
            Some(last) => window = window.end..last.saturating_add(WINDOW + 1),
            None => return Ok(()),
        }
        finalized = now;
    }
}

/// Notes that a transaction on chain uses a tag. Where more is noted already, the rest was squashed.
async fn note(job: &mut Job, secret: &TaggingSecret, index: u32, tx_hash: TxHash) -> Result<(), StoreError> {
    let pending = tags::load_sender(job, secret).await?.pending;
    if pending.iter().any(|(noted, noted_for)| *noted_for == tx_hash && *noted >= index) {
        return Ok(());
    }
    tags::store_pending(job, &[PreTag { secret: secret.clone(), index }], tx_hash).await
}

/// Whether a node need not know a transaction yet: it was recorded here and is being handed in.
async fn is_on_its_way(job: &Job, tx_hash: TxHash) -> Result<bool, StoreError> {
    Ok(txs::get(job, tx_hash).await?.is_some_and(|record| *record.state() == TxState::Sending))
}

/// What becomes of the tags of a transaction.
enum Fate {
    /// They are used for good.
    Final,
    /// They are free.
    Lost,
    /// Not known yet.
    Open,
}

/// What the node told of the tags of one secret and of transactions.
#[derive(Default)]
struct KnownTags {
    /// Transactions by the tags they use.
    users: BTreeMap<u32, Vec<TxHash>>,
    /// All tags before are looked up, from the first window on.
    end: u32,
    receipts: BTreeMap<TxHash, TxReceipt>,
    ahead: u32,
}

impl KnownTags {
    /// Learns who uses the tags of a window and what became of transactions. When something is asked, so is what comes
    /// next: ever more tags, and all transactions seen.
    async fn learn(
        &mut self,
        node: &AnchoredNode,
        secret: &TaggingSecret,
        window: Range<u32>,
        pending: &[TxHash],
    ) -> Result<(), SyncError> {
        let lacks_tags = window.end > self.end && !window.is_empty();
        let seen = self.users.values().flatten().chain(pending);
        let open: Vec<TxHash> = seen.filter(|tx| !self.receipts.contains_key(tx)).copied().collect();
        if !lacks_tags && pending.iter().all(|tx| self.receipts.contains_key(tx)) {
            return Ok(());
        }
        let start = self.end.max(window.start);
        let tags = |indexes: Range<u32>| indexes.map(|index| SiloedTag::compute(secret, index)).collect::<Vec<_>>();
        let (mut end, mut questions) = (window.end.max(start), Questions::new());
        let mut siloed = tags(start..end);
        questions.add_all(siloed.iter().map(|tag| PrivateLogs { page: 0, tag: *tag }));
        if !node.knows(&questions).await {
            let more = tags(end..end.saturating_add(self.ahead));
            questions.add_all(more.iter().map(|tag| PrivateLogs { page: 0, tag: *tag }));
            siloed.extend(more);
            end = end.saturating_add(self.ahead);
        }
        self.ahead = (self.ahead * 4).clamp(8 * WINDOW, MAX_AHEAD);
        questions.add_all(open.iter().copied().map(ReceiptOf));
        let facts = node.ask(questions).await?;
        self.receipts.extend(open.into_iter().map(|tx| (tx, facts.answer(ReceiptOf(tx)).clone())));
        // Only a tag with many logs has more than one page.
        let logs = node.private_logs_by_tags(&siloed).await?;
        for (index, logs) in (start..end).zip(logs) {
            if !logs.is_empty() {
                self.users.insert(index, logs.into_iter().map(|log| log.tx_hash).collect());
            }
        }
        self.end = end;
        Ok(())
    }

    /// The transactions that use tags of a window, with the highest one each uses.
    fn used(&self, window: Range<u32>) -> BTreeMap<TxHash, u32> {
        // Ascending, so that the highest stays.
        let users = self.users.range(window);
        users.flat_map(|(index, users)| users.iter().map(|user| (*user, *index))).collect()
    }

    fn fate(&self, tx_hash: TxHash) -> Fate {
        let Some(receipt) = self.receipts.get(&tx_hash) else { return Fate::Open };
        if receipt.status == TxStatus::Finalized && receipt.has_succeeded() {
            Fate::Final
        } else if receipt.status == TxStatus::Dropped || receipt.has_reverted() {
            Fate::Lost
        } else {
            Fate::Open
        }
    }
}
