//! The trees: values, places, witnesses, at any block whose state is kept.

use protocol::block::{BlockHash, BlockNumber, BlockParameter};
use protocol::constants::{ARCHIVE_HEIGHT, NOTE_HASH_TREE_HEIGHT};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::merkle::{LeafIndex, MembershipWitness, NullifierMembershipWitness, PublicDataWitness};
use protocol::message::L1ToL2MessageHash;
use protocol::rpc::ErrorObject;
use protocol::rpc::info::WorldStateSyncStatus;
use protocol::rpc::lookup::{DataInBlock, MerkleTreeId, MessageWitness};
use protocol::rpc::node::{FindLeavesIndexes, GetPublicStorageAt};

use super::Result;
use crate::rpc::context::Reader;
use crate::state::View;

/// The number of a block whose state is asked for.
fn number(reader: &Reader<'_>, block: BlockParameter, unknown: fn(BlockHash) -> ErrorObject) -> Result<BlockNumber> {
    let snapshot = reader.snapshot()?;
    match (snapshot.block_number(block)?, block) {
        (Some(number), _) => Ok(number),
        (None, BlockParameter::Number(asked)) => Err(ErrorObject::not_yet_synced(asked, snapshot.latest_block()?)),
        (None, BlockParameter::Hash(hash)) => Err(unknown(hash)),
        (None, BlockParameter::Latest) => Err(ErrorObject::execution("There is no block yet.")),
    }
}

/// The state after a block. That of block 0 is the state the network starts with; official nodes answer with their latest
/// then.
fn view(reader: &Reader<'_>, block: BlockParameter) -> Result<View> {
    let number = number(reader, block, ErrorObject::unknown_state)?;
    Ok(reader.snapshot()?.state_at(number)?)
}

pub(super) fn sync_status(reader: &Reader<'_>) -> Result<WorldStateSyncStatus> {
    let snapshot = reader.snapshot()?;
    let latest = snapshot.latest_block()?;
    let latest_block_hash = snapshot.block_hash(latest)?;
    Ok(WorldStateSyncStatus {
        latest_block_number: latest,
        latest_block_hash: latest_block_hash.ok_or_else(|| ErrorObject::execution("There is no block yet."))?,
        finalized_block_number: snapshot.tips()?.finalized.block.number,
        oldest_historic_block_number: snapshot.oldest_state()?,
        trees_are_synched: true,
    })
}

pub(super) fn find_leaves(
    reader: &Reader<'_>,
    call: &FindLeavesIndexes,
) -> Result<Vec<Option<DataInBlock<LeafIndex>>>> {
    let snapshot = reader.snapshot()?;
    let view = view(reader, call.block)?;
    let place = |leaf: &Fr| {
        let Some(data) = view.find(call.tree, *leaf)? else { return Ok(None) };
        // Leaves of genesis count as those of block 1, once that is there.
        let block = view.block_of_leaf(call.tree, data)?.unwrap_or_default();
        let hash = snapshot.block_hash(block)?;
        Ok(hash.map(|l2_block_hash| DataInBlock { l2_block_number: block, l2_block_hash, data }))
    };
    call.leaves.iter().map(place).collect()
}

pub(super) fn nullifier_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    nullifier: Fr,
) -> Result<Option<NullifierMembershipWitness>> {
    let witness = view(reader, block)?.nullifier_witness(nullifier)?;
    Ok(Some(witness).filter(|witness| witness.leaf_preimage.leaf.nullifier == nullifier))
}

pub(super) fn low_nullifier_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    nullifier: Fr,
) -> Result<NullifierMembershipWitness> {
    Ok(view(reader, block)?.nullifier_witness(nullifier)?)
}

pub(super) fn public_data_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    leaf_slot: Fr,
) -> Result<PublicDataWitness> {
    Ok(view(reader, block)?.public_data_witness(leaf_slot)?)
}

/// Where a value is in a tree, and the path to its root.
fn witness<const N: usize>(view: &View, tree: MerkleTreeId, value: Fr) -> Result<Option<MembershipWitness<N>>> {
    let Some(index) = view.find(tree, value)? else { return Ok(None) };
    Ok(MembershipWitness::new(index, view.sibling_path(tree, index)?))
}

/// A circuit checks the path against the archive that the reference block's header names, which is the one before that
/// block.
pub(super) fn block_hash_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    block_hash: BlockHash,
) -> Result<Option<MembershipWitness<ARCHIVE_HEIGHT>>> {
    let before = |number: BlockNumber| {
        let before = number.0.checked_sub(1).map(BlockNumber);
        before.ok_or_else(|| ErrorObject::execution("BlockNumber must be non-negative, got -1"))
    };
    let number = match block {
        // It is the block before that must be there.
        BlockParameter::Number(asked) => number(reader, before(asked)?.into(), ErrorObject::unknown_block)?,
        block => before(number(reader, block, ErrorObject::unknown_block)?)?,
    };
    witness(&reader.snapshot()?.state_at(number)?, MerkleTreeId::Archive, block_hash.to_field())
}

pub(super) fn note_hash_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    note_hash: Fr,
) -> Result<Option<MembershipWitness<NOTE_HASH_TREE_HEIGHT>>> {
    witness(&view(reader, block)?, MerkleTreeId::NoteHashTree, note_hash)
}

pub(super) fn message_witness(
    reader: &Reader<'_>,
    block: BlockParameter,
    message: L1ToL2MessageHash,
) -> Result<Option<MessageWitness>> {
    let (view, tree) = (view(reader, block)?, MerkleTreeId::L1ToL2MessageTree);
    let Some(index) = view.find(tree, message.to_field())? else { return Ok(None) };
    Ok(Some(MessageWitness(index, view.sibling_path(tree, index)?)))
}

pub(super) fn public_storage(reader: &Reader<'_>, call: &GetPublicStorageAt) -> Result<Fr> {
    Ok(view(reader, call.block)?.public_value(public_data_leaf_slot(call.contract, call.slot))?)
}
