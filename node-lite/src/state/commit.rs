//! Writing blocks' states, taking them back, and forgetting old ones.

use std::collections::BTreeMap;
use std::ops::Range;

use protocol::block::BlockNumber;
use protocol::codec::Encode;
use protocol::field::Fr;
use protocol::merkle::{Hasher, IndexedLeaf, IndexedLeafPreimage, LeafIndex, NodePosition, Poseidon2};
use protocol::rpc::lookup::MerkleTreeId;
use redb::{ReadableTable, Table, WriteTransaction};

use super::Fork;
use super::tables::{self, KEYS, LEAVES, NODES, NodeKey, ROOTS, Roots, TreeState, UPDATED};
use crate::store::{Result, StoreError, codec};

/// Makes the tables, so that readers find them.
pub(crate) fn create_tables(transaction: &WriteTransaction) -> Result<()> {
    Writer::open(transaction).map(drop)
}

/// The latest block; `None` before genesis is written.
pub(crate) fn latest(transaction: &WriteTransaction) -> Result<Option<BlockNumber>> {
    tables::latest(&transaction.open_table(ROOTS)?)
}

/// Stores a fork as the state after the next block; returns its number.
pub(crate) fn append(transaction: &WriteTransaction, fork: &mut Fork) -> Result<BlockNumber> {
    let mut writer = Writer::open(transaction)?;
    let base = fork.base();
    let number = match tables::latest(&writer.roots)? {
        None => BlockNumber(0),
        Some(latest) if latest == base => BlockNumber(base.0 + 1),
        Some(latest) => return Err(StoreError::NotNext { found: BlockNumber(base.0.saturating_add(1)), latest }),
    };
    if let Some(roots) = tables::roots(&writer.roots, base)? {
        let (expected, found) = (fork.base_state(MerkleTreeId::Archive).root, roots.of(MerkleTreeId::Archive).root);
        if expected != found {
            return Err(StoreError::StaleFork { base, expected, found });
        }
    }
    let mut roots = Vec::with_capacity(5);
    for tree in MerkleTreeId::ALL {
        let before = fork.base_state(tree);
        // Fails when the size is beyond what a snapshot counts.
        let root = fork.tree(tree)?.root;
        let (mut nodes, preimages, size) = match tree {
            MerkleTreeId::NullifierTree => leaves(fork.nullifiers.finish()?),
            MerkleTreeId::PublicDataTree => leaves(fork.public_data.finish()?),
            MerkleTreeId::NoteHashTree => fields(fork.note_hashes.finish()?),
            MerkleTreeId::L1ToL2MessageTree => fields(fork.messages.finish()?),
            MerkleTreeId::Archive => fields(fork.archive.finish()?),
        };
        let levels = tables::stored_levels(size, tree.height());
        nodes.retain(|(position, _)| position.level < levels);
        // The nodes that a taller tree has on its left edge, in case only empty leaves made it grow.
        for level in tables::stored_levels(before.size, tree.height())..levels {
            let position = NodePosition { level, index: 0 };
            let node = match tree {
                MerkleTreeId::NullifierTree => fork.nullifiers.node(position)?,
                MerkleTreeId::PublicDataTree => fork.public_data.node(position)?,
                MerkleTreeId::NoteHashTree => fork.note_hashes.node(position)?,
                MerkleTreeId::L1ToL2MessageTree => fork.messages.node(position)?,
                MerkleTreeId::Archive => fork.archive.node(position)?,
            };
            if node != Poseidon2::empty_root(level) {
                nodes.push((position, node));
            }
        }
        writer.write_tree(tree, number, before, &nodes, &preimages)?;
        roots.push(TreeState { root, size });
    }
    let roots = Roots(roots.try_into().expect("there are five trees"));
    writer.roots.insert(number.0, roots.to_buffer().as_slice())?;
    Ok(number)
}

/// Takes all blocks after `block` back.
pub(crate) fn unwind(transaction: &WriteTransaction, block: BlockNumber) -> Result<()> {
    let mut writer = Writer::open(transaction)?;
    let Some(latest) = tables::latest(&writer.roots)? else { return Ok(()) };
    for number in ((block.0 + 1)..=latest.0).rev().map(BlockNumber) {
        for change in writer.changes(number)? {
            change.positions().try_for_each(|position| writer.remove_node(&change, position, number))?;
            writer.updated.remove((number.0, change.tree.into()))?;
        }
        writer.roots.remove(number.0)?;
    }
    Ok(())
}

/// Forgets what only blocks from `first` to before `block` need. Those before `first` were forgotten earlier.
pub(crate) fn prune(transaction: &WriteTransaction, first: BlockNumber, block: BlockNumber) -> Result<()> {
    let mut writer = Writer::open(transaction)?;
    for number in (first.0 + 1)..=block.0 {
        for change in writer.changes(BlockNumber(number))? {
            for position in change.positions() {
                let key = |block| tables::node_key(change.tree, position, BlockNumber(block));
                let (start, end) = (key(0), key(number));
                // A block that only padded a tree has not written the nodes above the padding.
                if writer.nodes.get(&end)?.is_some() {
                    writer.nodes.retain_in::<&NodeKey, _>(&start..&end, |_, _| false)?;
                }
                if change.indexed && position.level == 0 && writer.leaves.get(&end)?.is_some() {
                    writer.leaves.retain_in::<&NodeKey, _>(&start..&end, |_, _| false)?;
                }
            }
        }
    }
    Ok(())
}

type Nodes = Vec<(NodePosition, Fr)>;
/// Encoded leaves and their keys.
type Leaves = BTreeMap<LeafIndex, (Vec<u8>, Fr)>;

fn fields(change: protocol::merkle::AppendOnlyChange) -> (Nodes, Leaves, u64) {
    (change.nodes, Leaves::new(), change.size)
}

fn leaves<L: IndexedLeaf>(change: protocol::merkle::IndexedChange<L>) -> (Nodes, Leaves, u64) {
    let encoded = |preimage: &IndexedLeafPreimage<L>| (preimage.to_buffer(), preimage.leaf.key());
    let preimages = change.preimages.iter().map(|(index, preimage)| (*index, encoded(preimage))).collect();
    (change.nodes, preimages, change.size)
}

/// The leaves of a tree that a block changed: old ones, and those it added.
struct TreeChange {
    tree: MerkleTreeId,
    indexed: bool,
    updated: Vec<LeafIndex>,
    added: Range<u64>,
    levels: u8,
}

impl TreeChange {
    /// Every node the block may have stored, leaves first.
    fn positions(&self) -> impl Iterator<Item = NodePosition> + '_ {
        (0..self.levels).flat_map(|level| {
            let added = match self.added.is_empty() {
                true => 0..0,
                false => (self.added.start >> level)..((self.added.end - 1) >> level) + 1,
            };
            let mut updated: Vec<u64> = self.updated.iter().map(|index| index.0 >> level).collect();
            updated.sort_unstable();
            updated.dedup();
            updated.retain(|index| !added.contains(index));
            updated.into_iter().chain(added).map(move |index| NodePosition { level, index })
        })
    }
}

/// The tables, open for writing.
struct Writer<'a> {
    nodes: Table<'a, &'static NodeKey, &'static [u8; 32]>,
    leaves: Table<'a, &'static NodeKey, &'static [u8]>,
    keys: Table<'a, &'static [u8; 33], u64>,
    roots: Table<'a, u32, &'static [u8]>,
    updated: Table<'a, (u32, u8), &'static [u8]>,
}

impl<'a> Writer<'a> {
    fn open(transaction: &'a WriteTransaction) -> Result<Self> {
        Ok(Self {
            nodes: transaction.open_table(NODES)?,
            leaves: transaction.open_table(LEAVES)?,
            keys: transaction.open_table(KEYS)?,
            roots: transaction.open_table(ROOTS)?,
            updated: transaction.open_table(UPDATED)?,
        })
    }

    fn write_tree(
        &mut self,
        tree: MerkleTreeId,
        block: BlockNumber,
        before: TreeState,
        nodes: &[(NodePosition, Fr)],
        preimages: &Leaves,
    ) -> Result<()> {
        for (position, node) in nodes {
            self.nodes.insert(&tables::node_key(tree, *position, block), &node.to_be_bytes())?;
        }
        for (index, (bytes, key)) in preimages {
            let position = NodePosition::leaf(*index);
            self.leaves.insert(&tables::node_key(tree, position, block), bytes.as_slice())?;
            if index.0 >= before.size {
                self.keys.insert(&tables::value_key(tree, *key), index.0)?;
            }
        }
        if is_indexed(tree) {
            let updated = preimages.keys().copied().filter(|index| index.0 < before.size);
            let updated = tables::encode_indices(updated);
            if !updated.is_empty() {
                self.updated.insert((block.0, tree.into()), updated.as_slice())?;
            }
            return Ok(());
        }
        for (position, leaf) in nodes.iter().take_while(|(position, _)| position.level == 0) {
            let key = tables::value_key(tree, *leaf);
            if self.keys.get(&key)?.is_none() {
                self.keys.insert(&key, position.index)?;
            }
        }
        Ok(())
    }

    fn remove_node(&mut self, change: &TreeChange, position: NodePosition, block: BlockNumber) -> Result<()> {
        let key = tables::node_key(change.tree, position, block);
        let leaf = self.nodes.remove(&key)?.map(|node| codec::decode::<Fr>("state_nodes", node.value())).transpose()?;
        if position.level > 0 {
            return Ok(());
        }
        let mut value = leaf;
        if change.indexed
            && let Some(bytes) = self.leaves.remove(&key)?
        {
            // Every leaf starts with its key.
            value = bytes.value().get(..32).map(|key| codec::decode("state_leaves", key)).transpose()?;
        }
        if let Some(value) = value
            && change.added.contains(&position.index)
        {
            let key = tables::value_key(change.tree, value);
            if self.keys.get(&key)?.is_some_and(|index| index.value() == position.index) {
                self.keys.remove(&key)?;
            }
        }
        Ok(())
    }

    /// What a block changed.
    fn changes(&self, block: BlockNumber) -> Result<Vec<TreeChange>> {
        let missing = |block| StoreError::Missing { table: "state_roots", block };
        let roots = |block| tables::roots(&self.roots, block)?.ok_or_else(|| missing(block));
        let (before, after) = (roots(BlockNumber(block.0 - 1))?, roots(block)?);
        let change = |tree: MerkleTreeId| {
            let updated = self.updated.get((block.0, tree.into()))?;
            let updated = updated.map(|bytes| tables::decode_indices(bytes.value())).transpose()?.unwrap_or_default();
            let added = before.of(tree).size..after.of(tree).size;
            let levels = tables::stored_levels(added.end, tree.height());
            Ok(TreeChange { tree, indexed: is_indexed(tree), updated, added, levels })
        };
        MerkleTreeId::ALL.into_iter().map(change).collect()
    }
}

/// Whether the tree's leaves have keys of their own.
fn is_indexed(tree: MerkleTreeId) -> bool {
    matches!(tree, MerkleTreeId::NullifierTree | MerkleTreeId::PublicDataTree)
}
