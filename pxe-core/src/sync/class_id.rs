//! Which class a contract runs at the anchor.
//!
//! Protocol source: `readCurrentClassId` in `@aztec/pxe/src/contract_sync/helpers.ts`.

use alloc::format;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::codec::{FixedFields, FromFields};
use protocol::contract::{ContractClassId, DelayedClassId};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::rpc::{Method, node};

use super::SyncError;
use crate::node::{AnchoredNode, NodeError, PublicDataAt, Questions, StorageAt, value_of};

/// What is to be asked to learn the classes of contracts.
#[must_use]
pub fn questions(node: &AnchoredNode, contracts: &[AztecAddress]) -> Questions {
    let mut questions = Questions::new();
    for contract in contracts {
        questions.add(hash_at(node, *contract));
        questions.add_all(value_at(node, *contract));
    }
    questions
}

/// The classes contracts run at the anchor, given those they were made with.
///
/// The registry keeps a hash beside the value: the hash is proven, and zero while no update was ever scheduled; the value
/// must agree with it.
///
/// # Errors
/// If the node does not answer, or an answer is false.
pub async fn current_class_ids(
    node: &AnchoredNode,
    contracts: &[(AztecAddress, ContractClassId)],
) -> Result<Vec<ContractClassId>, SyncError> {
    let addresses: Vec<_> = contracts.iter().map(|(contract, _)| *contract).collect();
    let facts = node.ask(questions(node, &addresses)).await?;
    let time = node.header().timestamp();
    let current = |(contract, original): &(AztecAddress, ContractClassId)| {
        let at = hash_at(node, *contract);
        let hash = value_of(at.leaf_slot, facts.answer(at));
        if hash.is_zero() {
            return Ok(*original);
        }
        let fields = value_at(node, *contract).map(|at| *facts.answer(at));
        let value = DelayedClassId::from_fields(&fields).ok().filter(|_| protocol::hash::poseidon2(&fields) == hash);
        let value = value.ok_or_else(|| NodeError::False {
            method: node::GetPublicStorageAt::NAME,
            what: format!("what the registry has for contract {contract} does not hash to {hash}"),
        })?;
        Ok(value.at(time, *original))
    };
    contracts.iter().map(current).collect()
}

/// The class a contract runs at the anchor, given the one it was made with.
///
/// # Errors
/// If the node does not answer, or an answer is false.
pub async fn current_class_id(
    node: &AnchoredNode,
    contract: AztecAddress,
    original: ContractClassId,
) -> Result<ContractClassId, SyncError> {
    Ok(current_class_ids(node, &[(contract, original)]).await?[0])
}

fn hash_at(node: &AnchoredNode, contract: AztecAddress) -> PublicDataAt {
    let slot = DelayedClassId::hash_slot(contract);
    PublicDataAt { block: node.hash(), leaf_slot: public_data_leaf_slot(DelayedClassId::contract(), slot) }
}

fn value_at(node: &AnchoredNode, contract: AztecAddress) -> [StorageAt; DelayedClassId::FIELD_COUNT] {
    let first = DelayedClassId::slot(contract);
    core::array::from_fn(|index| StorageAt {
        block: node.hash(),
        contract: DelayedClassId::contract(),
        slot: first + Fr::from(index as u64),
    })
}
