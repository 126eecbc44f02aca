//! Logs whose tags say that they are for the own accounts.
//!
//! Protocol source: `@aztec/pxe/src/logs/log_service.ts`, `@aztec/pxe/src/tagging/recipient_sync/`.

use alloc::collections::{BTreeSet, VecDeque};
use alloc::vec::Vec;
use core::ops::Range;

use protocol::address::AztecAddress;
use protocol::constants::MAX_TX_LIFETIME;
use protocol::field::Fr;
use protocol::log::TxScopedL2Log;
use protocol::tag::{SiloedTag, TaggingSecret};

use super::{SyncError, request};
use crate::keystore::KeyStore;
use crate::node::{Anchor, AnchoredNode};
use crate::store::tags::{self, RecipientIndexes, WINDOW};
use crate::store::{Job, capsules, senders};

/// Tags asked for in one go.
const MAX_TAGS: usize = 4_000;
/// Tags asked for beyond those to look at, when the first ones were used or may have been: a tag costs less than another
/// round trip.
const FIRST_AHEAD: u32 = 8 * WINDOW;
/// How many such tags the secrets of new inboxes share.
const MAX_FIRST_AHEAD: usize = 800;
/// Logs of one secret that are taken in one go; the rest comes the next time.
const MAX_LOGS: usize = 20_000;

/// Secrets by which one account finds the logs that contracts emitted for it.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// The account.
    pub recipient: AztecAddress,
    /// A secret for each sender, in the order in which their logs are wanted.
    pub secrets: Vec<TaggingSecret>,
    /// Whether nobody looked into it before, so that there may be more than the next few logs.
    pub is_new: bool,
}

/// The inboxes of own accounts in a contract, given those wanted and all there are: a secret for each sender of the address
/// book, then for each own account. An address that cannot be written to cannot have written, either.
///
/// # Errors
/// If the keys are locked or an account is not there, or the store fails.
pub async fn inboxes(
    job: &Job,
    keys: &KeyStore,
    contract: AztecAddress,
    recipients: &[AztecAddress],
    accounts: &[AztecAddress],
) -> Result<Vec<Inbox>, SyncError> {
    let (book, mut known) = (senders::all(job).await?, BTreeSet::new());
    let senders: Vec<_> = book.iter().chain(accounts).filter(|sender| known.insert(**sender)).collect();
    let mut inboxes = Vec::with_capacity(recipients.len());
    for recipient in recipients.iter().copied() {
        let secrets = senders.iter().map(|sender| keys.tagging_secret(recipient, **sender, contract, recipient));
        let secrets = secrets.filter_map(Result::transpose).collect::<Result<_, _>>()?;
        inboxes.push(Inbox { recipient, secrets, is_new: false });
    }
    Ok(inboxes)
}

/// Logs that were found for some accounts and that the contract that emitted them was not given yet.
#[derive(Debug)]
pub struct FoundLogs {
    logs: VecDeque<(AztecAddress, TxScopedL2Log)>,
    /// How far the secrets are read when the contract has all the logs.
    indexes: Vec<(TaggingSecret, RecipientIndexes)>,
}

impl FoundLogs {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.logs.len()
    }

    /// Whether the contract has them all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.logs.is_empty()
    }

    /// Appends the next ones to an array of capsules, where the contract looks for them. Gives how many. Only with the last
    /// ones it is noted how far the logs are read: a contract that does not take them finds them later.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn give(
        &mut self,
        job: &mut Job,
        contract: AztecAddress,
        base_slot: Fr,
        most: usize,
    ) -> Result<usize, SyncError> {
        let next = self.logs.drain(..most.min(self.logs.len()));
        let elements: Vec<_> = next.map(|(recipient, log)| request::pending_log(&log, recipient)).collect();
        if !elements.is_empty() {
            capsules::array_push(job, contract, base_slot, &elements).await?;
        }
        if self.logs.is_empty() {
            self.indexes.drain(..).for_each(|(secret, indexes)| tags::save_recipient(job, &secret, &indexes));
        }
        Ok(elements.len())
    }
}

/// Finds the logs for some accounts.
///
/// A log comes again each time until it is so old that no earlier one can follow, so whoever reads it must not mind.
///
/// # Errors
/// If the node does not answer, or the store fails.
pub async fn find(job: &Job, node: &AnchoredNode, inboxes: Vec<Inbox>) -> Result<FoundLogs, SyncError> {
    let mut streams = streams(job, inboxes).await?;
    follow(node, &mut streams).await?;
    let mut found = FoundLogs { logs: VecDeque::new(), indexes: Vec::new() };
    for Stream { recipient, secret, stored, indexes, logs, .. } in streams {
        if indexes != stored {
            found.indexes.push((secret, indexes));
        }
        found.logs.extend(logs.into_iter().map(|log| (recipient, log)));
    }
    Ok(found)
}

/// Asks for the tags that a later [`find`] asks for first, so that it need not wait.
///
/// # Errors
/// If the store fails.
pub async fn first_tags(job: &Job, inboxes: Vec<Inbox>) -> Result<Vec<SiloedTag>, SyncError> {
    Ok(streams(job, inboxes).await?.iter().flat_map(|stream| stream.tags(stream.wanted(u32::MAX))).collect())
}

/// The logs of each secret, from where they were left.
async fn streams(job: &Job, inboxes: Vec<Inbox>) -> Result<Vec<Stream>, SyncError> {
    let new: usize = inboxes.iter().filter(|inbox| inbox.is_new).map(|inbox| inbox.secrets.len()).sum();
    let ahead_if_new = u32::try_from(MAX_FIRST_AHEAD / new.max(1)).unwrap_or(u32::MAX).min(FIRST_AHEAD);
    let mut streams = Vec::new();
    for Inbox { recipient, secrets, is_new } in inboxes {
        for secret in secrets {
            let mut stream = Stream::new(recipient, tags::load_recipient(job, &secret).await?, secret);
            stream.ahead = if is_new { ahead_if_new } else { 0 };
            streams.push(stream);
        }
    }
    Ok(streams)
}

/// The tags to look at first: from the last one that can have no followers before it, to the last one a sender may use.
fn first_window(indexes: &RecipientIndexes) -> Range<u32> {
    let start = indexes.aged.map_or(0, |aged| aged.saturating_add(1));
    start..indexes.finalized.unwrap_or(0).saturating_add(WINDOW + 1)
}

/// The logs of one secret, tag by tag.
struct Stream {
    recipient: AztecAddress,
    secret: TaggingSecret,
    stored: RecipientIndexes,
    indexes: RecipientIndexes,
    /// The tags to look at.
    window: Range<u32>,
    /// All tags before are known, from the first window on.
    known_end: u32,
    /// Logs of the known tags that were not looked at, by tag.
    known: Vec<(u32, Vec<TxScopedL2Log>)>,
    /// How many tags beyond the window to ask for: more each time the window moves.
    ahead: u32,
    logs: Vec<TxScopedL2Log>,
}

impl Stream {
    fn new(recipient: AztecAddress, stored: RecipientIndexes, secret: TaggingSecret) -> Self {
        let window = first_window(&stored);
        let (known_end, known, logs) = (window.start, Vec::new(), Vec::new());
        Self { recipient, secret, stored, indexes: stored, window, known_end, known, ahead: 0, logs }
    }

    /// Whether there are tags to look at.
    fn is_open(&self) -> bool {
        !self.window.is_empty()
    }

    /// The tags to ask for, at most so many beyond those to look at.
    fn wanted(&self, most_ahead: u32) -> Range<u32> {
        let end = self.window.end.saturating_add(self.ahead.min(most_ahead));
        self.known_end.min(end)..end
    }

    fn tags(&self, indexes: Range<u32>) -> impl Iterator<Item = SiloedTag> + '_ {
        indexes.map(|index| SiloedTag::compute(&self.secret, index))
    }

    /// Takes in the logs of the tags asked for, looks at what is known and moves the window.
    fn learn(&mut self, asked: Range<u32>, logs: impl Iterator<Item = Vec<TxScopedL2Log>>, anchor: &Anchor) {
        self.known_end = asked.end;
        self.known.extend(asked.zip(logs));
        while self.is_open() && self.window.end <= self.known_end {
            self.look(anchor);
        }
        self.ahead = (self.ahead * 4).max(FIRST_AHEAD);
    }

    /// Looks at the logs of the window and moves it on, or closes it.
    fn look(&mut self, anchor: &Anchor) {
        let Range { start, end } = self.window;
        let rest = self.known.iter().position(|(index, _)| *index >= end).unwrap_or(self.known.len());
        let (mut aged, mut finalized, before) = (None, None, self.logs.len());
        for (index, logs) in self.known.drain(..rest) {
            for log in logs.into_iter().filter(|log| log.block_number <= anchor.number()) {
                if log.block_number <= anchor.finalized {
                    finalized = Some(index);
                    // A tag that is not final might still be taken back, with all those after it.
                    if anchor.header.timestamp().0.saturating_sub(log.block_timestamp.0) >= MAX_TX_LIFETIME {
                        aged = Some(index);
                    }
                }
                self.logs.push(log);
            }
        }
        debug_assert!(start <= end, "windows move on");
        self.indexes.aged = self.indexes.aged.max(aged);
        self.indexes.finalized = self.indexes.finalized.max(finalized);
        let is_enough = self.logs.len() == before || self.logs.len() >= MAX_LOGS;
        self.window = match finalized.filter(|_| !is_enough) {
            Some(last) => end..last.saturating_add(WINDOW + 1).max(end),
            None => end..end,
        };
    }
}

/// Follows all streams to their ends.
async fn follow(node: &AnchoredNode, streams: &mut [Stream]) -> Result<(), SyncError> {
    loop {
        let open: Vec<&mut Stream> = streams.iter_mut().filter(|stream| stream.is_open()).collect();
        if open.is_empty() {
            return Ok(());
        }
        let most_ahead = u32::try_from(MAX_TAGS / open.len()).unwrap_or(u32::MAX);
        let asked: Vec<_> = open.into_iter().map(|stream| (stream.wanted(most_ahead), stream)).collect();
        let tags: Vec<SiloedTag> = asked.iter().flat_map(|(range, stream)| stream.tags(range.clone())).collect();
        let mut logs = node.private_logs_by_tags(&tags).await?.into_iter();
        for (range, stream) in asked {
            let count = range.len();
            stream.learn(range, logs.by_ref().take(count), node.anchor());
        }
    }
}
