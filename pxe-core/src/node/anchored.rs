//! Questions about the chain as it was at one block.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use alloc::{format, vec};

use async_lock::Mutex;
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockHeader, BlockNumber};
use protocol::constants::{ARCHIVE_HEIGHT, NOTE_HASH_TREE_HEIGHT};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::log::TxScopedL2Log;
use protocol::merkle::{MembershipWitness, NullifierMembershipWitness, PublicDataWitness};
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::lookup::MessageWitness;
use protocol::rpc::{Method, node};
use protocol::tag::{SiloedTag, Tag};
use protocol::tx::{IndexedTxEffect, TxHash};

use super::facts::{Facts, Questions};
use super::question::{
    Anchor, BlockBefore, EffectOf, HeaderNumbered, LowNullifierAt, MessageAt, NoteHashAt, NullifierAt, NullifierLeafOf,
    PrivateLogs, PublicDataAt, PublicLogs, Question,
};
use super::{NodeClient, NodeError};

/// Answers kept, in bytes, more or less. When more are known all are forgotten.
const MAX_WEIGHT: usize = 16 << 20;
/// Up to so many nullifiers are looked up together with the proofs of those that are found.
const FEW_NULLIFIERS: usize = 40;
/// Pages of the logs of one tag that are read.
const MAX_PAGES: u32 = 1000;

/// A node that is asked about the chain as it was at one block, the anchor.
///
/// Each answer is checked against headers whose hash is known, as far as it can be, and kept: asked again, nothing is sent.
/// What cannot be checked says so.
#[derive(Debug)]
pub struct AnchoredNode {
    client: NodeClient,
    anchor: Anchor,
    known: Mutex<Known>,
}

/// Answers that are kept.
#[derive(Debug, Default)]
struct Known {
    facts: Facts,
    /// Answers that do not last, for the work that asked.
    passing: Facts,
    /// What is asked with the next questions.
    later: Questions,
    /// Transactions up to the anchor whose logs are among them.
    seen: BTreeMap<TxHash, SeenTx>,
    weight: usize,
}

/// What a log tells of its transaction, if the node tells the truth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenTx {
    /// Its block.
    pub block: BlockNumber,
    /// Its note hashes, unique.
    pub note_hashes: Vec<Fr>,
    /// Its first nullifier.
    pub first_nullifier: Fr,
}

impl SeenTx {
    fn weight(&self) -> usize {
        128 + self.note_hashes.len() * 32
    }
}

impl Known {
    fn remember(&mut self, learned: &Facts, anchor: BlockNumber) {
        let logs = learned.private_logs.values().chain(learned.public_logs.values()).flatten();
        let seen: BTreeMap<TxHash, SeenTx> = logs
            .filter(|log| log.block_number <= anchor)
            .map(|log| {
                let (block, first_nullifier) = (log.block_number, log.first_nullifier);
                (log.tx_hash, SeenTx { block, note_hashes: log.note_hashes.clone(), first_nullifier })
            })
            .collect();
        let weight = learned.weight() + seen.values().map(SeenTx::weight).sum::<usize>();
        if self.weight + weight > MAX_WEIGHT {
            *self = Self::default();
        }
        if weight <= MAX_WEIGHT {
            self.facts.remember(learned, &mut self.passing);
            self.seen.extend(seen);
            self.weight += weight;
        }
    }
}

impl AnchoredNode {
    /// Asks about the chain at an anchor.
    #[must_use]
    pub fn new(client: NodeClient, anchor: Anchor) -> Self {
        Self { client, anchor, known: Mutex::default() }
    }

    /// The node, to be asked about other moments.
    #[must_use]
    pub fn client(&self) -> &NodeClient {
        &self.client
    }

    /// The anchor.
    #[must_use]
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The anchor's header.
    #[must_use]
    pub fn header(&self) -> &BlockHeader {
        &self.anchor.header
    }

    /// The anchor's hash.
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        self.anchor.hash
    }

    /// The anchor's number.
    #[must_use]
    pub fn number(&self) -> BlockNumber {
        self.anchor.number()
    }

    /// Asks what is not known, in one go.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn ask(&self, mut questions: Questions) -> Result<Facts, NodeError> {
        let mut facts = {
            let mut known = self.known.lock().await;
            let mut facts = questions.take_known(&known.facts);
            facts.extend(questions.take_known(&known.passing));
            if questions.is_empty() {
                return Ok(facts);
            }
            let mut later = core::mem::take(&mut known.later);
            later.take_known(&known.facts);
            questions.extend(later);
            facts
        };
        let mut headers = Questions::new();
        headers.add_all(questions.grounds().into_iter().filter(|hash| *hash != self.anchor.hash).map(super::HeaderOf));
        facts.headers.extend(headers.take_known(&self.known.lock().await.facts).headers);
        questions.extend(headers);
        let mut batch = self.client.batch();
        let sent = questions.add_to(&mut batch, &self.anchor)?;
        let mut replies = batch.send().await?;
        let mut learned = Facts { headers: facts.headers.clone(), ..Facts::default() };
        sent.check(&mut replies, &self.anchor, &mut learned)?;
        self.known.lock().await.remember(&learned, self.number());
        facts.extend(learned);
        Ok(facts)
    }

    /// What will be asked soon travels with the next questions that are sent.
    pub(crate) async fn ask_later(&self, questions: Questions) {
        self.known.lock().await.later.extend(questions);
    }

    /// Whether nothing would be sent to answer these.
    pub(crate) async fn knows(&self, questions: &Questions) -> bool {
        let known = self.known.lock().await;
        let mut unknown = questions.clone();
        unknown.take_known(&known.facts);
        unknown.take_known(&known.passing);
        unknown.is_empty()
    }

    /// A piece of work begins: what may have changed since another one asked is asked again.
    pub(crate) async fn begin(&self) {
        let mut known = self.known.lock().await;
        known.weight -= known.passing.weight();
        known.passing = Facts::default();
        known.later = Questions::default();
    }

    /// Asks one question.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn ask_one<Q: Question>(&self, question: Q) -> Result<Q::Answer, NodeError> {
        let mut questions = Questions::new();
        questions.add(question);
        Ok(self.ask(questions).await?.answer(question).clone())
    }

    /// Asks questions of one kind; answers are in their order.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn ask_all<Q: Question>(&self, asked: &[Q]) -> Result<Vec<Q::Answer>, NodeError> {
        let mut questions = Questions::new();
        questions.add_all(asked.iter().copied());
        let facts = self.ask(questions).await?;
        Ok(asked.iter().map(|question| facts.answer(*question).clone()).collect())
    }

    /// Proof that a siloed nullifier is in the tree of a block, if it is.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn nullifier_witness(
        &self,
        block: BlockHash,
        nullifier: Fr,
    ) -> Result<Option<NullifierMembershipWitness>, NodeError> {
        self.ask_one(NullifierAt { block, nullifier }).await
    }

    /// The leaf at or below a siloed nullifier in the tree of a block.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn low_nullifier_witness(
        &self,
        block: BlockHash,
        nullifier: Fr,
    ) -> Result<NullifierMembershipWitness, NodeError> {
        self.ask_one(LowNullifierAt { block, nullifier }).await
    }

    /// The leaf at or below a siloed slot in the public data tree of a block.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn public_data_witness(&self, block: BlockHash, leaf_slot: Fr) -> Result<PublicDataWitness, NodeError> {
        self.ask_one(PublicDataAt { block, leaf_slot }).await
    }

    /// What a contract has in a slot of its public storage, proven.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn storage(&self, block: BlockHash, contract: AztecAddress, slot: Fr) -> Result<Fr, NodeError> {
        let values = self.storages(block, contract, slot, 1).await?;
        Ok(values[0])
    }

    /// What a contract has in consecutive slots of its public storage, proven.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn storages(
        &self,
        block: BlockHash,
        contract: AztecAddress,
        first: Fr,
        count: u32,
    ) -> Result<Vec<Fr>, NodeError> {
        let slots: Vec<_> = (0..count)
            .map(|offset| public_data_leaf_slot(contract, first + Fr::from(offset)))
            .map(|leaf_slot| PublicDataAt { block, leaf_slot })
            .collect();
        let witnesses = self.ask_all(&slots).await?;
        Ok(slots.iter().zip(&witnesses).map(|(slot, witness)| value_of(slot.leaf_slot, witness)).collect())
    }

    /// Proof that a unique note hash is in the tree of a block, if it is.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn note_hash_witness(
        &self,
        block: BlockHash,
        note_hash: Fr,
    ) -> Result<Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>>, NodeError> {
        self.ask_one(NoteHashAt { block, note_hash }).await
    }

    /// Proof that a block is in the archive as it was before another one, if it is.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn block_hash_witness(
        &self,
        block: BlockHash,
        earlier: BlockHash,
    ) -> Result<Option<MembershipWitness<ARCHIVE_HEIGHT>>, NodeError> {
        self.ask_one(BlockBefore { block, earlier }).await
    }

    /// Index of a message from L1 in the tree of the anchor and its path, if it is there.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn message_witness(&self, message: L1ToL2MessageHash) -> Result<Option<MessageWitness>, NodeError> {
        self.ask_one(MessageAt { block: self.anchor.hash, message }).await
    }

    /// The header of a block of the anchor's chain, proven to be on it. There is none after the anchor.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn block_header(&self, number: BlockNumber) -> Result<Option<BlockHeader>, NodeError> {
        if number >= self.number() {
            return Ok((number == self.number()).then_some(self.anchor.header));
        }
        let Some(header) = self.ask_one(HeaderNumbered(number)).await? else { return Ok(None) };
        let earlier = header.hash();
        let witness = self.block_hash_witness(self.anchor.hash, earlier).await?;
        // Blocks are the leaves of the archive, from block 0 on.
        if witness.is_none_or(|witness| witness.leaf_index.0 != u64::from(number.0)) {
            let what = format!("block {earlier} is not block {number} before block {}", self.anchor.hash);
            return Err(NodeError::False { method: node::GetBlockHeader::NAME, what });
        }
        Ok(Some(header))
    }

    /// Which siloed nullifiers are in the tree, and the block each came with. That one is there is proven; the block is
    /// what the node says, and so is that one is not there.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn find_nullifiers(&self, nullifiers: &[Fr]) -> Result<Vec<Option<BlockNumber>>, NodeError> {
        let block = self.anchor.hash;
        let mut facts = self.ask(self.nullifier_questions(nullifiers)).await?;
        if nullifiers.len() > FEW_NULLIFIERS {
            let mut questions = Questions::new();
            let found = nullifiers.iter().filter(|nullifier| facts.answer(NullifierLeafOf(**nullifier)).is_some());
            questions.add_all(found.copied().map(|nullifier| NullifierAt { block, nullifier }));
            facts.extend(self.ask(questions).await?);
        }
        nullifiers.iter().map(|nullifier| proven(&facts, block, *nullifier)).collect()
    }

    /// What [`AnchoredNode::find_nullifiers`] asks first.
    #[must_use]
    pub fn nullifier_questions(&self, nullifiers: &[Fr]) -> Questions {
        let mut questions = Questions::new();
        questions.add_all(nullifiers.iter().copied().map(NullifierLeafOf));
        // The witness of what is not there is short, so that few may be asked for in advance.
        if nullifiers.len() <= FEW_NULLIFIERS {
            let block = self.anchor.hash;
            questions.add_all(nullifiers.iter().map(|nullifier| NullifierAt { block, nullifier: *nullifier }));
        }
        questions
    }

    /// Which of some transactions are known from their logs, and what is known. All are in blocks up to the anchor.
    pub(crate) async fn seen(&self, txs: &BTreeSet<TxHash>) -> BTreeMap<TxHash, SeenTx> {
        let known = self.known.lock().await;
        txs.iter().filter_map(|tx| known.seen.get(tx).map(|seen| (*tx, seen.clone()))).collect()
    }

    /// All private logs of each tag, those of blocks after the anchor included.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn private_logs_by_tags(&self, tags: &[SiloedTag]) -> Result<Vec<Vec<TxScopedL2Log>>, NodeError> {
        self.pages(tags, |tag, page| PrivateLogs { page, tag }).await
    }

    /// All public logs of a contract with each tag, those of blocks after the anchor included.
    ///
    /// # Errors
    /// If the node does not answer, or an answer is false.
    pub async fn public_logs_by_tags(
        &self,
        contract: AztecAddress,
        tags: &[Tag],
    ) -> Result<Vec<Vec<TxScopedL2Log>>, NodeError> {
        self.pages(tags, |tag, page| PublicLogs { contract, page, tag }).await
    }

    /// All pages of logs of each tag.
    async fn pages<T: Copy, Q: Question<Answer = Vec<TxScopedL2Log>>>(
        &self,
        tags: &[T],
        question: impl Fn(T, u32) -> Q,
    ) -> Result<Vec<Vec<TxScopedL2Log>>, NodeError> {
        let mut logs = vec![Vec::new(); tags.len()];
        let mut open: Vec<usize> = (0..tags.len()).collect();
        for page in 0..MAX_PAGES {
            let asked: Vec<Q> = open.iter().map(|index| question(tags[*index], page)).collect();
            let mut answers = self.ask_all(&asked).await?.into_iter();
            // A page that is not full is the last one.
            open.retain(|index| {
                let answer = answers.next().expect("an answer for each question");
                let is_full = answer.len() == node::MAX_LOGS_PER_TAG;
                logs[*index].extend(answer);
                is_full
            });
            if open.is_empty() {
                break;
            }
        }
        Ok(logs)
    }

    /// What a transaction did, if the node knows it: what it says, see [`EffectOf`]. It may be in a block after the anchor.
    ///
    /// # Errors
    /// If the node does not answer, or the answer is false.
    pub async fn tx_effect(&self, tx: TxHash) -> Result<Option<IndexedTxEffect>, NodeError> {
        self.ask_one(EffectOf(tx)).await
    }
}

/// The value of a slot that a witness shows.
pub(crate) fn value_of(leaf_slot: Fr, witness: &PublicDataWitness) -> Fr {
    let leaf = witness.leaf_preimage.leaf;
    if leaf.slot == leaf_slot { leaf.value } else { Fr::ZERO }
}

/// The block a nullifier came with, if it is proven to be there.
fn proven(facts: &Facts, block: BlockHash, nullifier: Fr) -> Result<Option<BlockNumber>, NodeError> {
    let said = facts.answer(NullifierLeafOf(nullifier));
    let at = NullifierAt { block, nullifier };
    let shown = NullifierAt::known(facts).get(&at).and_then(Option::as_ref);
    match (said, shown) {
        (None, None) => Ok(None),
        (Some(said), Some(shown)) if said.data == shown.index => Ok(Some(said.l2_block_number)),
        _ => Err(NodeError::False {
            method: node::FindLeavesIndexes::NAME,
            what: format!("the place of nullifier {nullifier} is not that of its witness"),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::StorageAt;

    #[test]
    fn what_is_kept_is_bounded() {
        let mut known = Known::default();
        let log = TxScopedL2Log {
            tx_hash: TxHash::ZERO,
            block_number: BlockNumber(1),
            block_timestamp: protocol::block::Timestamp(0),
            log_data: vec![Fr::ONE; 16],
            note_hashes: vec![Fr::ONE; 64],
            first_nullifier: Fr::ONE,
        };
        for round in 0..30u32 {
            let mut learned = Facts::default();
            for index in 0..500u32 {
                let tag = Fr::from(round * 500 + index).into();
                learned.private_logs.insert(PrivateLogs { page: 0, tag }, vec![log.clone()]);
            }
            known.remember(&learned, BlockNumber(1));
            assert!(known.weight <= MAX_WEIGHT && known.facts.weight() <= MAX_WEIGHT);
            assert!(known.facts.private_logs.len() >= 500);
        }
        let at = StorageAt { block: BlockHash::ZERO, contract: AztecAddress::ZERO, slot: Fr::ONE };
        assert_eq!(StorageAt::weight(&Fr::ONE) + size_of_val(&at), 256);
    }
}
