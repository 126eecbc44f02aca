//! Messages from L1, as the inbox reports them, and which of those to L1 were consumed.

use protocol::block::{BlockNumber, CheckpointNumber, EpochNumber, L1BlockHash, L1BlockNumber};
use protocol::codec::{Decode, Reader};
use protocol::field::Fr;
use protocol::message::{InboxLeaf, L1ToL2MessageHash};
use redb::{ReadableTable, WriteTransaction};

use super::tables::{CONSUMED, MESSAGES, MESSAGES_BY_HASH, present};
use crate::store::{Result, Snapshot, StoreError, codec};

/// A message and how it came.
///
/// Protocol source: `@aztec/archiver/src/structs/inbox_message.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxMessage {
    /// Hash and leaf index.
    pub message: InboxLeaf,
    /// Number of the L1 block with the event.
    pub l1_block_number: L1BlockNumber,
    /// Hash of that block.
    pub l1_block_hash: L1BlockHash,
    /// The inbox's hash over all messages up to this one.
    pub rolling_hash: [u8; 16],
}

impl InboxMessage {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = codec::encode(&[&self.message.leaf, &self.l1_block_number, &self.l1_block_hash]);
        bytes.extend(self.rolling_hash);
        bytes
    }

    fn decode(index: u64, bytes: &[u8]) -> Result<Self> {
        codec::read("messages", bytes, |reader: &mut Reader<'_>| {
            Ok(Self {
                message: InboxLeaf { index, leaf: reader.member("leaf")? },
                l1_block_number: reader.member("l1_block_number")?,
                l1_block_hash: L1BlockHash::decode(reader)?,
                rolling_hash: reader.array()?,
            })
        })
    }
}

/// Adds messages in the order of their indices: each follows the last of its checkpoint, or is the first of a later one.
/// A message that is there already is replaced if it is the same but for its L1 block.
///
/// Protocol source: `@aztec/archiver/src/store/message_store.ts`. The rolling hash is for the caller to check.
pub(crate) fn add(transaction: &WriteTransaction, messages: &[InboxMessage]) -> Result<()> {
    let mut table = transaction.open_table(MESSAGES)?;
    let mut by_hash = transaction.open_table(MESSAGES_BY_HASH)?;
    for message in messages {
        let index = message.message.index;
        let last = table.last()?.map(|(last, _)| last.value());
        let known = match table.get(index)? {
            Some(bytes) => Some(InboxMessage::decode(index, bytes.value())?),
            None => None,
        };
        let first_of_checkpoint = match message.message.checkpoint() {
            Some(checkpoint) => InboxLeaf::indexes_of(checkpoint).start,
            None => return Err(StoreError::MessageNotNext { found: index, expected: 0 }),
        };
        let expected = match last {
            Some(last) if last >= first_of_checkpoint => last + 1,
            _ => first_of_checkpoint,
        };
        let again =
            known.is_some_and(|known| known.message == message.message && known.rolling_hash == message.rolling_hash);
        if index != expected && !again {
            return Err(StoreError::MessageNotNext { found: index, expected });
        }
        table.insert(index, message.encode().as_slice())?;
        by_hash.insert(&message.message.leaf.to_field().to_be_bytes(), index)?;
    }
    Ok(())
}

/// Takes the messages from `index` on back: L1 has forgotten them.
pub(crate) fn remove_from(transaction: &WriteTransaction, index: u64) -> Result<()> {
    let mut table = transaction.open_table(MESSAGES)?;
    let mut by_hash = transaction.open_table(MESSAGES_BY_HASH)?;
    for entry in table.range(index..)? {
        let (index, bytes) = entry?;
        let message = InboxMessage::decode(index.value(), bytes.value())?;
        by_hash.remove(&message.message.leaf.to_field().to_be_bytes())?;
    }
    table.retain_in::<u64, _>(index.., |_, _| false)?;
    Ok(())
}

/// Marks a message to L1 as consumed; false when it was before.
pub(crate) fn consume(transaction: &WriteTransaction, epoch: EpochNumber, id: u64, message: Fr) -> Result<bool> {
    let mut consumed = transaction.open_table(CONSUMED)?;
    let known = consumed.insert((epoch.0, id), &message.to_be_bytes())?.is_some();
    Ok(!known)
}

impl Snapshot {
    /// Whether a message to L1 was consumed; `id` is its number in the epoch.
    pub fn is_consumed(&self, epoch: EpochNumber, id: u64) -> Result<bool> {
        Ok(self.transaction().open_table(CONSUMED)?.get((epoch.0, id))?.is_some())
    }

    /// The messages that a checkpoint brings in.
    pub fn messages_of(&self, checkpoint: CheckpointNumber) -> Result<Vec<L1ToL2MessageHash>> {
        let indices = InboxLeaf::indexes_of(checkpoint);
        let mut messages = Vec::new();
        for (entry, expected) in self.transaction().open_table(MESSAGES)?.range(indices.clone())?.zip(indices) {
            let (index, bytes) = entry?;
            present((index.value() == expected).then_some(()), "messages", BlockNumber(0))?;
            messages.push(InboxMessage::decode(expected, bytes.value())?.message.leaf);
        }
        Ok(messages)
    }

    /// Where a message is in its tree, known from L1 before the tree has it.
    pub fn message(&self, hash: L1ToL2MessageHash) -> Result<Option<InboxLeaf>> {
        let index = self.transaction().open_table(MESSAGES_BY_HASH)?.get(&hash.to_field().to_be_bytes())?;
        Ok(index.map(|index| InboxLeaf { index: index.value(), leaf: hash }))
    }

    /// All messages, in the order of their indices.
    pub fn messages(&self) -> Result<impl Iterator<Item = Result<InboxMessage>>> {
        let messages = self.transaction().open_table(MESSAGES)?;
        let all = messages.range::<u64>(..)?;
        Ok(all.map(|entry| {
            let (index, bytes) = entry?;
            InboxMessage::decode(index.value(), bytes.value())
        }))
    }

    /// The last message.
    pub fn last_message(&self) -> Result<Option<InboxMessage>> {
        let messages = self.transaction().open_table(MESSAGES)?;
        messages.last()?.map(|(index, bytes)| InboxMessage::decode(index.value(), bytes.value())).transpose()
    }
}
