//! How the trees lie in the database.
//!
//! Every node and every leaf is stored under the block that wrote it; its value at a block is the last one written until
//! then. Nothing is overwritten, so that readers of any kept block, writers and unwinding need no other mechanism.

use protocol::block::{AppendOnlyTreeSnapshot, BlockNumber, PartialStateReference, StateReference};
use protocol::codec::{Decode, Encode, Reader};
use protocol::field::Fr;
use protocol::merkle::{LeafIndex, NodePosition, TreeHeight};
use protocol::rpc::lookup::MerkleTreeId;
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, TableDefinition};

use crate::store::{Result, StoreError, codec};

/// Tree, level, index and block of a node, each big-endian.
pub(super) type NodeKey = [u8; 12];

/// Nodes: [`NodeKey`] to 32 bytes.
pub(super) const NODES: TableDefinition<'_, &NodeKey, &[u8; 32]> = TableDefinition::new("state_nodes");
/// Leaves of indexed trees: [`NodeKey`] of level 0 to leaf, next key, next index.
pub(super) const LEAVES: TableDefinition<'_, &NodeKey, &[u8]> = TableDefinition::new("state_leaves");
/// Tree and key of a leaf, or the leaf where it is a field: to the first index with it.
pub(super) const KEYS: TableDefinition<'_, &[u8; 33], u64> = TableDefinition::new("state_keys");
/// Block to root and size of each tree.
pub(super) const ROOTS: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("state_roots");
/// Block and tree to the leaves the block changed that were there before.
pub(super) const UPDATED: TableDefinition<'_, (u32, u8), &[u8]> = TableDefinition::new("state_updated");

/// The key of a node at a block.
pub(super) fn node_key(tree: MerkleTreeId, position: NodePosition, block: BlockNumber) -> NodeKey {
    let mut key = [0; 12];
    key[0] = tree.into();
    key[1] = position.level;
    // Trees have at most 2^42 leaves.
    key[2..8].copy_from_slice(&position.index.to_be_bytes()[2..]);
    key[8..].copy_from_slice(&block.0.to_be_bytes());
    key
}

/// The key under which a leaf is found by value.
pub(super) fn value_key(tree: MerkleTreeId, value: Fr) -> [u8; 33] {
    let mut key = [0; 33];
    key[0] = tree.into();
    key[1..].copy_from_slice(&value.to_be_bytes());
    key
}

/// The levels of a tree that can hold more than one node: above them only the root is stored, with the block.
pub(super) fn stored_levels(size: u64, height: TreeHeight) -> u8 {
    let occupied = size.next_power_of_two().trailing_zeros() as u8;
    (occupied + 1).min(height.levels())
}

/// Root and size of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TreeState {
    pub(crate) root: Fr,
    pub(crate) size: u64,
}

impl TreeState {
    pub(super) fn snapshot(self) -> AppendOnlyTreeSnapshot {
        let next_available_leaf_index =
            u32::try_from(self.size).expect("sizes are checked to fit when they are stored");
        AppendOnlyTreeSnapshot { root: self.root, next_available_leaf_index }
    }
}

/// The state of all trees, by the number of the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roots(pub(crate) [TreeState; 5]);

impl Roots {
    pub(crate) fn of(&self, tree: MerkleTreeId) -> TreeState {
        self.0[usize::from(u8::from(tree))]
    }

    pub(crate) fn snapshot(&self, tree: MerkleTreeId) -> AppendOnlyTreeSnapshot {
        self.of(tree).snapshot()
    }

    pub(crate) fn state_reference(&self) -> StateReference {
        StateReference {
            l1_to_l2_message_tree: self.snapshot(MerkleTreeId::L1ToL2MessageTree),
            partial: PartialStateReference {
                note_hash_tree: self.snapshot(MerkleTreeId::NoteHashTree),
                nullifier_tree: self.snapshot(MerkleTreeId::NullifierTree),
                public_data_tree: self.snapshot(MerkleTreeId::PublicDataTree),
            },
        }
    }
}

impl Encode for Roots {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|state| state.snapshot().encode(out));
    }
}

impl Decode for Roots {
    const MIN_SIZE: usize = 5 * AppendOnlyTreeSnapshot::MIN_SIZE;

    fn decode(reader: &mut Reader<'_>) -> core::result::Result<Self, protocol::codec::DecodeError> {
        let mut states = [TreeState { root: Fr::ZERO, size: 0 }; 5];
        for state in &mut states {
            let AppendOnlyTreeSnapshot { root, next_available_leaf_index } = reader.member("snapshot")?;
            *state = TreeState { root, size: next_available_leaf_index.into() };
        }
        Ok(Self(states))
    }
}

/// The roots of a block; `None` when there is no such block.
pub(super) fn roots(table: &impl ReadableTable<u32, &'static [u8]>, block: BlockNumber) -> Result<Option<Roots>> {
    table.get(block.0)?.map(|bytes| codec::decode("state_roots", bytes.value())).transpose()
}

/// The latest block.
pub(super) fn latest(table: &impl ReadableTable<u32, &'static [u8]>) -> Result<Option<BlockNumber>> {
    Ok(table.last()?.map(|(block, _)| BlockNumber(block.value())))
}

/// Writes indices of leaves as eight bytes each.
pub(super) fn encode_indices(indices: impl Iterator<Item = LeafIndex>) -> Vec<u8> {
    indices.flat_map(|index| index.0.to_be_bytes()).collect()
}

/// Reads what [`encode_indices`] wrote.
pub(super) fn decode_indices(bytes: &[u8]) -> Result<Vec<LeafIndex>> {
    codec::read("state_updated", bytes, |reader| reader.items(reader.left() / 8))
}

/// The tables as one reader sees them.
#[derive(Debug)]
pub(crate) struct StateTables {
    pub(super) nodes: ReadOnlyTable<&'static NodeKey, &'static [u8; 32]>,
    pub(super) leaves: ReadOnlyTable<&'static NodeKey, &'static [u8]>,
    pub(super) keys: ReadOnlyTable<&'static [u8; 33], u64>,
    pub(super) roots: ReadOnlyTable<u32, &'static [u8]>,
}

impl StateTables {
    pub(crate) fn open(transaction: &ReadTransaction) -> Result<Self> {
        Ok(Self {
            nodes: transaction.open_table(NODES)?,
            leaves: transaction.open_table(LEAVES)?,
            keys: transaction.open_table(KEYS)?,
            roots: transaction.open_table(ROOTS)?,
        })
    }

    /// The latest block.
    pub(crate) fn latest(&self) -> Result<BlockNumber> {
        latest(&self.roots)?.ok_or(StoreError::Missing { table: "state_roots", block: BlockNumber(0) })
    }

    /// The roots of a block that is there.
    pub(crate) fn roots(&self, block: BlockNumber) -> Result<Roots> {
        roots(&self.roots, block)?.ok_or(StoreError::Missing { table: "state_roots", block })
    }
}
