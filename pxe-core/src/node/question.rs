//! What a node is asked, and how each answer is checked against headers that are known.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::cell::RefCell;
use core::fmt;

use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockHeader, BlockNumber};
use protocol::constants::{
    ARCHIVE_HEIGHT, MAX_NOTE_HASHES_PER_TX, MAX_PUBLIC_LOG_SIZE_IN_FIELDS, NOTE_HASH_TREE_HEIGHT,
    PRIVATE_LOG_SIZE_IN_FIELDS,
};
use protocol::field::Fr;
use protocol::log::TxScopedL2Log;
use protocol::merkle::{
    LeafIndex, MembershipWitness, NullifierMembershipWitness, PathRoots, Poseidon2, PublicDataWitness,
};
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::lookup::{DataInBlock, MerkleTreeId, MessageWitness};
use protocol::rpc::{Method, node};
use protocol::tag::{SiloedTag, Tag};
use protocol::tx::{IndexedTxEffect, TxHash, TxReceipt, TxStatus};

use super::NodeError;
use super::facts::{Facts, Questions};

/// The block whose state is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// Its header.
    pub header: BlockHeader,
    /// Its hash.
    pub hash: BlockHash,
    /// The last block that could not be undone when the anchor was chosen.
    pub finalized: BlockNumber,
}

impl Anchor {
    /// The anchor at a header.
    #[must_use]
    pub fn new(header: BlockHeader, finalized: BlockNumber) -> Self {
        Self { header, hash: header.hash(), finalized }
    }

    /// The number of the block.
    #[must_use]
    pub fn number(&self) -> BlockNumber {
        self.header.number()
    }
}

/// Headers that answers are checked against.
#[derive(Debug)]
pub struct Grounds<'a> {
    anchor: &'a Anchor,
    headers: &'a BTreeMap<HeaderOf, Option<BlockHeader>>,
    roots: RefCell<PathRoots>,
}

impl<'a> Grounds<'a> {
    pub(super) fn new(anchor: &'a Anchor, headers: &'a BTreeMap<HeaderOf, Option<BlockHeader>>) -> Self {
        Self { anchor, headers, roots: RefCell::default() }
    }

    /// The root that follows from a leaf of a tree.
    fn root(&self, siblings: &[Fr], leaf: Fr, index: LeafIndex) -> Fr {
        self.roots.borrow_mut().root(siblings, leaf, index)
    }

    fn header<M: Method>(&self, block: BlockHash) -> Result<&BlockHeader, NodeError> {
        if block == self.anchor.hash {
            return Ok(&self.anchor.header);
        }
        let header = self.headers.get(&HeaderOf(block)).and_then(Option::as_ref);
        header.ok_or_else(|| lie::<M>(format!("the node knows no header of block {block}")))
    }

    /// Checks what is said of a block: that it is not above the anchor, and if it is the anchor, its hash.
    fn check_block<M: Method>(&self, number: BlockNumber, hash: BlockHash) -> Result<(), NodeError> {
        let anchor = self.anchor;
        if number > anchor.number() {
            return Err(lie::<M>(format!("block {number} is above block {}, which was asked for", anchor.number())));
        }
        if number == anchor.number() && number != BlockNumber(0) && hash != anchor.hash {
            return Err(lie::<M>(format!("block {number} has hash {}, not {hash}", anchor.hash)));
        }
        Ok(())
    }
}

/// A question, with what makes it one of its kind. Questions that `joins` allows travel in one call.
pub trait Question: Copy + Ord + fmt::Debug + 'static {
    /// The call that asks.
    type Call: Method;
    /// A checked answer.
    type Answer: Clone + 'static;
    /// How many questions a call takes.
    const PER_CALL: usize = 1;
    /// Whether both can be asked in one call.
    fn joins(&self, _: &Self) -> bool {
        true
    }

    /// The block whose header the answer is checked against.
    fn grounds(&self) -> Option<BlockHash> {
        None
    }

    /// The call that asks these; there is one at least.
    fn call(group: &[Self], anchor: &Anchor) -> Self::Call;

    /// The answers, one for each question, or what is false about the result.
    fn check(
        group: &[Self],
        grounds: &Grounds<'_>,
        result: <Self::Call as Method>::Result,
    ) -> Result<Vec<Self::Answer>, NodeError>;

    /// Whether an answer is kept as long as the anchor is.
    fn lasts(_: &Self::Answer) -> bool {
        true
    }

    /// About how many bytes an answer takes in memory.
    fn weight(_: &Self::Answer) -> usize {
        2048
    }

    /// Where questions of this kind are collected.
    fn of(questions: &mut Questions) -> &mut alloc::collections::BTreeSet<Self>;

    /// Where answers of this kind are kept.
    fn known(facts: &Facts) -> &BTreeMap<Self, Self::Answer>;
}

fn lie<M: Method>(what: String) -> NodeError {
    NodeError::False { method: M::NAME, what }
}

/// Checks that a list has an item for each of `count` questions.
fn check_count<M: Method, T>(items: &[T], count: usize) -> Result<(), NodeError> {
    if items.len() == count {
        return Ok(());
    }
    Err(lie::<M>(format!("{} answers to {count} questions", items.len())))
}

fn check_root<M: Method>(leaf: impl fmt::Display, found: Fr, root: Fr, of: &str) -> Result<(), NodeError> {
    if found == root {
        return Ok(());
    }
    Err(lie::<M>(format!("the path of {leaf} leads to root {found}, the {of} tree has {root}")))
}

/// A nullifier in the tree of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NullifierAt {
    /// The block.
    pub block: BlockHash,
    /// The siloed nullifier.
    pub nullifier: Fr,
}

fn check_nullifier<M: Method>(
    block: BlockHash,
    nullifier: Fr,
    grounds: &Grounds<'_>,
    witness: &NullifierMembershipWitness,
) -> Result<(), NodeError> {
    let tree = grounds.header::<M>(block)?.state.partial.nullifier_tree;
    let root = grounds.root(witness.sibling_path.nodes(), witness.leaf_preimage.hash(), witness.index);
    check_root::<M>(format_args!("nullifier {nullifier}"), root, tree.root, "nullifier")
}

impl Question for NullifierAt {
    type Call = node::GetNullifierMembershipWitness;
    type Answer = Option<NullifierMembershipWitness>;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, nullifier } = group[0];
        Self::Call { block: block.into(), nullifier }
    }

    fn check(
        group: &[Self],
        grounds: &Grounds<'_>,
        result: Option<NullifierMembershipWitness>,
    ) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, nullifier } = group[0];
        if let Some(witness) = &result {
            let found = witness.leaf_preimage.leaf.nullifier;
            if found != nullifier {
                return Err(lie::<Self::Call>(format!("witness of nullifier {found}, not of {nullifier}")));
            }
            check_nullifier::<Self::Call>(block, nullifier, grounds, witness)?;
        }
        Ok(vec![result])
    }

    topic!(nullifiers);
}

/// The leaf at or below a nullifier in the tree of a block: shows whether the nullifier is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LowNullifierAt {
    /// The block.
    pub block: BlockHash,
    /// The siloed nullifier.
    pub nullifier: Fr,
}

impl Question for LowNullifierAt {
    type Call = node::GetLowNullifierMembershipWitness;
    type Answer = NullifierMembershipWitness;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, nullifier } = group[0];
        Self::Call { block: block.into(), nullifier }
    }

    fn check(
        group: &[Self],
        grounds: &Grounds<'_>,
        result: Option<NullifierMembershipWitness>,
    ) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, nullifier } = group[0];
        let witness =
            result.ok_or_else(|| lie::<Self::Call>(format!("no leaf is at or below nullifier {nullifier}")))?;
        if !witness.leaf_preimage.covers(nullifier) {
            let found = witness.leaf_preimage.leaf.nullifier;
            return Err(lie::<Self::Call>(format!("leaf {found} says nothing of nullifier {nullifier}")));
        }
        check_nullifier::<Self::Call>(block, nullifier, grounds, &witness)?;
        Ok(vec![witness])
    }

    topic!(low_nullifiers);
}

/// The leaf at or below a slot in the public data tree of a block: shows the slot's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicDataAt {
    /// The block.
    pub block: BlockHash,
    /// The storage slot, siloed by its contract.
    pub leaf_slot: Fr,
}

impl Question for PublicDataAt {
    type Call = node::GetPublicDataWitness;
    type Answer = PublicDataWitness;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, leaf_slot } = group[0];
        Self::Call { block: block.into(), leaf_slot }
    }

    fn check(
        group: &[Self],
        grounds: &Grounds<'_>,
        result: Option<PublicDataWitness>,
    ) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, leaf_slot } = group[0];
        let witness = result.ok_or_else(|| lie::<Self::Call>(format!("no leaf is at or below slot {leaf_slot}")))?;
        if !witness.leaf_preimage.covers(leaf_slot) {
            let found = witness.leaf_preimage.leaf.slot;
            return Err(lie::<Self::Call>(format!("leaf {found} says nothing of slot {leaf_slot}")));
        }
        let root = grounds.header::<Self::Call>(block)?.state.partial.public_data_tree.root;
        let found = grounds.root(witness.sibling_path.nodes(), witness.leaf_preimage.hash(), witness.index);
        check_root::<Self::Call>(format_args!("slot {leaf_slot}"), found, root, "public data")?;
        Ok(vec![witness])
    }

    topic!(public_data);
}

/// A contract's public storage. The answer is what the node says: whoever asks checks it by other means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StorageAt {
    /// The block.
    pub block: BlockHash,
    /// The contract.
    pub contract: AztecAddress,
    /// The slot.
    pub slot: Fr,
}

impl Question for StorageAt {
    type Call = node::GetPublicStorageAt;
    type Answer = Fr;

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, contract, slot } = group[0];
        Self::Call { block: block.into(), contract, slot }
    }

    fn check(_: &[Self], _: &Grounds<'_>, result: Fr) -> Result<Vec<Fr>, NodeError> {
        Ok(vec![result])
    }

    fn weight(_: &Fr) -> usize {
        160
    }

    topic!(storage);
}

/// A unique note hash in the tree of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NoteHashAt {
    /// The block.
    pub block: BlockHash,
    /// The unique note hash.
    pub note_hash: Fr,
}

impl Question for NoteHashAt {
    type Call = node::GetNoteHashMembershipWitness;
    type Answer = Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>>;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, note_hash } = group[0];
        Self::Call { block: block.into(), note_hash }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, note_hash } = group[0];
        if let Some(witness) = &result {
            let root = grounds.header::<Self::Call>(block)?.state.partial.note_hash_tree.root;
            let leaf = format_args!("note hash {note_hash}");
            let found = grounds.root(&witness.sibling_path, note_hash, witness.leaf_index);
            check_root::<Self::Call>(leaf, found, root, "note hash")?;
        }
        Ok(vec![result])
    }

    topic!(note_hashes);
}

/// A block in the archive as it was before another block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BlockBefore {
    /// The later block.
    pub block: BlockHash,
    /// The earlier one.
    pub earlier: BlockHash,
}

impl Question for BlockBefore {
    type Call = node::GetBlockHashMembershipWitness;
    type Answer = Option<MembershipWitness<ARCHIVE_HEIGHT>>;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, earlier } = group[0];
        Self::Call { block: block.into(), block_hash: earlier }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, earlier } = group[0];
        if let Some(witness) = &result {
            check_ancestor(earlier, grounds.header::<Self::Call>(block)?, witness)?;
        }
        Ok(vec![result])
    }

    topic!(blocks);
}

/// Checks that a block is in the archive before `later`.
pub(crate) fn check_ancestor(
    earlier: BlockHash,
    later: &BlockHeader,
    witness: &MembershipWitness<ARCHIVE_HEIGHT>,
) -> Result<(), NodeError> {
    let (root, leaf) = (witness.root(earlier.to_field()), format_args!("block {earlier}"));
    check_root::<node::GetBlockHashMembershipWitness>(leaf, root, later.last_archive.root, "archive")
}

/// A message from L1 in the tree of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageAt {
    /// The block.
    pub block: BlockHash,
    /// The message.
    pub message: L1ToL2MessageHash,
}

impl Question for MessageAt {
    type Call = node::GetL1ToL2MessageMembershipWitness;
    type Answer = Option<MessageWitness>;

    fn grounds(&self) -> Option<BlockHash> {
        Some(self.block)
    }

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        let Self { block, message } = group[0];
        Self::Call { block: block.into(), message }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let Self { block, message } = group[0];
        if let Some(MessageWitness(index, path)) = &result {
            let root = grounds.header::<Self::Call>(block)?.state.l1_to_l2_message_tree.root;
            let found = path.root::<Poseidon2>(message.to_field(), *index);
            check_root::<Self::Call>(format_args!("message {message}"), found, root, "L1 to L2 message")?;
        }
        Ok(vec![result])
    }

    topic!(messages);
}

/// The header of a block, by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeaderOf(pub BlockHash);

impl Question for HeaderOf {
    type Call = node::GetBlockHeader;
    type Answer = Option<BlockHeader>;

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        Self::Call { block: Some(group[0].0.into()) }
    }

    fn check(group: &[Self], _: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let asked = group[0].0;
        match result.map(|header| header.hash()) {
            Some(found) if found != asked => {
                Err(lie::<Self::Call>(format!("the header hashes to {found}, asked for was {asked}")))
            }
            _ => Ok(vec![result]),
        }
    }

    topic!(headers);
}

/// The header of a block, by its number. That the block is on the anchor's chain is shown by [`BlockBefore`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeaderNumbered(pub BlockNumber);

impl Question for HeaderNumbered {
    type Call = node::GetBlockHeader;
    type Answer = Option<BlockHeader>;

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        Self::Call { block: Some(group[0].0.into()) }
    }

    fn check(group: &[Self], _: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let asked = group[0].0;
        match result.map(|header| header.number()) {
            Some(found) if found != asked => {
                Err(lie::<Self::Call>(format!("the header is of block {found}, asked for was {asked}")))
            }
            _ => Ok(vec![result]),
        }
    }

    topic!(numbered_headers);
}

macro_rules! leaf_questions {
    ($($(#[$meta:meta])* $name:ident: $tree:ident, $size:ident, $topic:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub Fr);

        impl Question for $name {
            type Call = node::FindLeavesIndexes;
            type Answer = Option<DataInBlock<LeafIndex>>;
            const PER_CALL: usize = node::MAX_RPC_LEN;

            fn call(group: &[Self], anchor: &Anchor) -> Self::Call {
                let leaves = group.iter().map(|Self(leaf)| *leaf).collect();
                Self::Call { block: anchor.hash.into(), tree: MerkleTreeId::$tree, leaves }
            }

            fn check(
                group: &[Self],
                grounds: &Grounds<'_>,
                result: Vec<Self::Answer>,
            ) -> Result<Vec<Self::Answer>, NodeError> {
                check_count::<Self::Call, _>(&result, group.len())?;
                let size = grounds.anchor.header.state.partial.$size.next_available_leaf_index;
                for found in result.iter().flatten() {
                    grounds.check_block::<Self::Call>(found.l2_block_number, found.l2_block_hash)?;
                    if found.data.0 >= size.into() {
                        let tree = MerkleTreeId::$tree;
                        return Err(lie::<Self::Call>(format!("leaf {} of {tree:?}, which has {size}", found.data)));
                    }
                }
                Ok(result)
            }

            fn weight(_: &Self::Answer) -> usize {
                192
            }

            topic!($topic);
        }
    )*};
}

leaf_questions! {
    /// Which block a nullifier came with, at the anchor. The answer is what the node says; [`NullifierAt`] proves that
    /// the nullifier is there.
    NullifierLeafOf: NullifierTree, nullifier_tree, nullifier_leaves;
    /// Which block a unique note hash came with, at the anchor. The answer is what the node says; [`NoteHashAt`] proves
    /// that the note hash is there.
    NoteHashLeafOf: NoteHashTree, note_hash_tree, note_hash_leaves;
}

fn check_logs<M: Method>(
    tag: Fr,
    logs: &[TxScopedL2Log],
    most_fields: usize,
    grounds: &Grounds<'_>,
) -> Result<(), NodeError> {
    if logs.len() > node::MAX_LOGS_PER_TAG {
        return Err(lie::<M>(format!("{} logs of one tag in a page", logs.len())));
    }
    for log in logs {
        let TxScopedL2Log { tx_hash, block_number, log_data, note_hashes, .. } = log;
        let what = if log_data.first() != Some(&tag) {
            format!("a log of transaction {tx_hash} does not have tag {tag}, which was asked for")
        } else if log_data.len() > most_fields {
            format!("a log of transaction {tx_hash} has {} fields", log_data.len())
        } else if note_hashes.len() > MAX_NOTE_HASHES_PER_TX {
            format!("transaction {tx_hash} has {} note hashes", note_hashes.len())
        } else if *block_number <= grounds.anchor.number() && log.block_timestamp > grounds.anchor.header.timestamp() {
            format!("block {block_number} is later than block {}", grounds.anchor.number())
        } else {
            continue;
        };
        return Err(lie::<M>(what));
    }
    Ok(())
}

fn weight_of_logs(logs: &[TxScopedL2Log]) -> usize {
    logs.iter().map(|log| 160 + 32 * (log.log_data.len() + log.note_hashes.len())).sum::<usize>() + 96
}

/// A page of the private logs of a tag, those of blocks after the anchor included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrivateLogs {
    /// Which page.
    pub page: u32,
    /// The tag as it is on chain.
    pub tag: SiloedTag,
}

impl Question for PrivateLogs {
    type Call = node::GetPrivateLogsByTags;
    type Answer = Vec<TxScopedL2Log>;
    const PER_CALL: usize = node::MAX_RPC_LEN;

    fn joins(&self, other: &Self) -> bool {
        self.page == other.page
    }

    fn call(group: &[Self], anchor: &Anchor) -> Self::Call {
        let tags = group.iter().map(|question| question.tag).collect();
        Self::Call { tags, page: Some(group[0].page), reference_block: Some(anchor.hash) }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Vec<Self::Answer>) -> Result<Vec<Self::Answer>, NodeError> {
        check_count::<Self::Call, _>(&result, group.len())?;
        for (Self { tag, .. }, logs) in group.iter().zip(&result) {
            check_logs::<Self::Call>(tag.to_field(), logs, PRIVATE_LOG_SIZE_IN_FIELDS, grounds)?;
        }
        Ok(result)
    }

    fn weight(answer: &Self::Answer) -> usize {
        weight_of_logs(answer)
    }

    topic!(private_logs);
}

/// A page of the public logs of a contract with a tag, those of blocks after the anchor included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PublicLogs {
    /// The contract.
    pub contract: AztecAddress,
    /// Which page.
    pub page: u32,
    /// The tag.
    pub tag: Tag,
}

impl Question for PublicLogs {
    type Call = node::GetPublicLogsByTagsFromContract;
    type Answer = Vec<TxScopedL2Log>;
    const PER_CALL: usize = node::MAX_RPC_LEN;

    fn joins(&self, other: &Self) -> bool {
        (self.contract, self.page) == (other.contract, other.page)
    }

    fn call(group: &[Self], anchor: &Anchor) -> Self::Call {
        let Self { contract, page, .. } = group[0];
        let tags = group.iter().map(|question| question.tag).collect();
        Self::Call { contract, tags, page: Some(page), reference_block: Some(anchor.hash) }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Vec<Self::Answer>) -> Result<Vec<Self::Answer>, NodeError> {
        check_count::<Self::Call, _>(&result, group.len())?;
        for (Self { tag, .. }, logs) in group.iter().zip(&result) {
            check_logs::<Self::Call>(tag.to_field(), logs, MAX_PUBLIC_LOG_SIZE_IN_FIELDS, grounds)?;
        }
        Ok(result)
    }

    fn weight(answer: &Self::Answer) -> usize {
        weight_of_logs(answer)
    }

    topic!(public_logs);
}

/// What a transaction did. That its note hashes and nullifiers are on the anchor's chain is shown by their witnesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EffectOf(pub TxHash);

impl Question for EffectOf {
    type Call = node::GetTxEffect;
    type Answer = Option<IndexedTxEffect>;

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        Self::Call { tx_hash: group[0].0 }
    }

    fn check(group: &[Self], grounds: &Grounds<'_>, result: Self::Answer) -> Result<Vec<Self::Answer>, NodeError> {
        let asked = group[0].0;
        if let Some(effect) = &result {
            let found = effect.data.tx_hash;
            if found != asked {
                return Err(lie::<Self::Call>(format!("effect of transaction {found}, asked for was {asked}")));
            }
            let number = effect.l2_block_number;
            if number <= grounds.anchor.number() {
                grounds.check_block::<Self::Call>(number, effect.l2_block_hash)?;
            }
        }
        Ok(vec![result])
    }

    fn weight(answer: &Self::Answer) -> usize {
        let Some(IndexedTxEffect { data, .. }) = answer else { return 96 };
        let public: usize = data.public_logs.iter().map(|log| log.fields.len() + 4).sum();
        let fields = data.note_hashes.len() + data.nullifiers.len() + data.l2_to_l1_msgs.len();
        let classes = data.contract_class_logs.len() * 100_000;
        32 * (fields + 2 * data.public_data_writes.len() + 17 * data.private_logs.len() + public) + classes + 512
    }

    topic!(effects);
}

/// What became of a transaction, when that was first asked after the anchor was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptOf(pub TxHash);

impl Question for ReceiptOf {
    type Call = node::GetTxReceipt;
    type Answer = TxReceipt;

    fn call(group: &[Self], _: &Anchor) -> Self::Call {
        Self::Call { tx_hash: group[0].0 }
    }

    fn check(group: &[Self], _: &Grounds<'_>, result: TxReceipt) -> Result<Vec<TxReceipt>, NodeError> {
        let asked = group[0].0;
        if result.tx_hash != asked {
            let found = result.tx_hash;
            return Err(lie::<Self::Call>(format!("receipt of transaction {found}, asked for was {asked}")));
        }
        Ok(vec![result])
    }

    /// A transaction that is not known now may be the next moment.
    fn lasts(receipt: &TxReceipt) -> bool {
        receipt.status != TxStatus::Dropped
    }

    topic!(receipts);
}
