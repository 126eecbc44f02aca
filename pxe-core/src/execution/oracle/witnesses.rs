//! That something is in a tree, and public storage.

use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::block::BlockHash;
use protocol::codec::ToFields;
use protocol::field::Fr;
use protocol::merkle::{LeafWitness, MembershipWitness};
use protocol::message::{L1ToL2MessageHash, message_nullifier};

use super::arguments::within;
use super::{Answer, Call, OracleError};

/// Slots a contract reads at once.
const MAX_SLOTS: u32 = 1 << 12;

/// Index and path.
fn membership<const N: usize>(witness: MembershipWitness<N>) -> Answer {
    vec![Fr::from(witness.leaf_index.0).into(), witness.sibling_path.into_vec().into()]
}

/// Index, members of the leaf, path.
fn leaf<L: ToFields>(witness: LeafWitness<L>) -> Answer {
    let mut answer: Answer = vec![Fr::from(witness.index.0).into()];
    answer.extend(witness.leaf_preimage.to_fields().into_iter().map(Into::into));
    answer.push(witness.sibling_path.into_nodes().into());
    answer
}

pub(super) async fn note_hash(call: &Call<'_>, block: BlockHash, note_hash: Fr) -> Result<Answer, OracleError> {
    let witness = call.env.node.note_hash_witness(block, note_hash).await?;
    Ok(membership(witness.ok_or(OracleError::NotInTree { what: "note hash", value: note_hash, block })?))
}

pub(super) async fn block_hash(call: &Call<'_>, block: BlockHash, earlier: BlockHash) -> Result<Answer, OracleError> {
    let witness = call.env.node.block_hash_witness(block, earlier).await?;
    Ok(membership(witness.ok_or(OracleError::NotInTree { what: "block", value: earlier.to_field(), block })?))
}

pub(super) async fn nullifier(call: &Call<'_>, block: BlockHash, nullifier: Fr) -> Result<Answer, OracleError> {
    let witness = call.env.node.nullifier_witness(block, nullifier).await?;
    Ok(leaf(witness.ok_or(OracleError::NotInTree { what: "nullifier", value: nullifier, block })?))
}

pub(super) async fn low_nullifier(call: &Call<'_>, block: BlockHash, nullifier: Fr) -> Result<Answer, OracleError> {
    Ok(leaf(call.env.node.low_nullifier_witness(block, nullifier).await?))
}

pub(super) async fn public_data(call: &Call<'_>, block: BlockHash, leaf_slot: Fr) -> Result<Answer, OracleError> {
    Ok(leaf(call.env.node.public_data_witness(block, leaf_slot).await?))
}

/// Official clients look where the chain is now. A function can use only what is there at the anchor.
pub(super) async fn message(
    call: &Call<'_>,
    contract: AztecAddress,
    message: L1ToL2MessageHash,
    secret: Fr,
) -> Result<Answer, OracleError> {
    let witness = call.env.node.message_witness(message).await?;
    let witness = witness.ok_or(OracleError::NoMessage(message))?;
    if super::notes::is_in_tree(call, message_nullifier(contract, message, secret)).await? {
        return Err(OracleError::MessageConsumed(message));
    }
    Ok(vec![Fr::from(witness.0.0).into(), witness.1.into_nodes().into()])
}

pub(super) async fn storage(
    call: &Call<'_>,
    block: BlockHash,
    contract: AztecAddress,
    first_slot: Fr,
    count: u32,
) -> Result<Answer, OracleError> {
    within("count", count, MAX_SLOTS)?;
    let values: Vec<Fr> = call.env.node.storages(block, contract, first_slot, count).await?;
    Ok(vec![values.into()])
}
