//! That a call ran the code of its contract.
//!
//! Protocol source: `createPrivateCallData` in `@aztec/pxe/src/private_kernel/private_kernel_execution_prover.ts`,
//! `@aztec/pxe/src/private_kernel/private_kernel_oracle.ts`.

use circuits::kernel_inputs::{ContractClassHints, KernelKey, KernelKeyError, PrivateCallData};
use protocol::codec::Array;
use protocol::constants::PUBLIC_DATA_TREE_HEIGHT;
use protocol::contract::{
    ClassIdPreimage, ContractClassId, ContractInstance, DelayedClassId, FunctionMembership, PrivateFunction,
};
use protocol::merkle::{IndexedLeafPreimage, LeafIndex, MembershipWitness, PublicDataLeaf, PublicDataWitness};

use crate::execution::PrivateCall;
use crate::kernel::error::KernelError;

/// What the instance registry says about the class of a contract, and that it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatedClass {
    /// Where the hash of the scheduled class is, or would be, in the public data tree.
    pub witness: MembershipWitness<PUBLIC_DATA_TREE_HEIGHT>,
    /// The leaf there.
    pub leaf: IndexedLeafPreimage<PublicDataLeaf>,
    /// The scheduled class.
    pub values: DelayedClassId,
}

impl UpdatedClass {
    /// What a node says about [`DelayedClassId::hash_slot`] with the values before it; `None` if the path is not one of
    /// the public data tree.
    #[must_use]
    pub fn new(witness: PublicDataWitness, values: DelayedClassId) -> Option<Self> {
        let PublicDataWitness { index, leaf_preimage, sibling_path } = witness;
        Some(Self { witness: MembershipWitness::new(index, sibling_path)?, leaf: leaf_preimage, values })
    }
}

/// What leads from the key of a function to the address of its contract. `class` and `membership` are of the class that
/// the contract runs at the anchor block.
#[must_use]
pub fn contract_class_hints(
    instance: &ContractInstance,
    class: &ClassIdPreimage,
    membership: &FunctionMembership,
    updated: UpdatedClass,
) -> ContractClassHints {
    let path = Array::new(membership.sibling_path.to_vec()).expect("it has the height of the tree");
    let UpdatedClass { witness, leaf, values } = updated;
    ContractClassHints {
        salted_initialization_hash: instance.salted_initialization_hash(),
        public_keys: instance.public_keys,
        contract_class_artifact_hash: class.artifact_hash,
        contract_class_public_bytecode_commitment: class.public_bytecode_commitment,
        function_leaf_membership_witness: MembershipWitness {
            leaf_index: LeafIndex(membership.leaf_index as u64),
            sibling_path: path,
        },
        updated_class_id_witness: witness,
        updated_class_id_leaf: leaf,
        updated_class_id_delayed_public_mutable_values: values,
    }
}

/// A call as kernels take it.
pub(in crate::kernel) fn private_call(
    call: &PrivateCall,
    hints: &ContractClassHints,
) -> Result<PrivateCallData, KernelError> {
    let vk = key(call).map_err(|source| KernelError::FunctionKey {
        contract: call.contract(),
        function: call.function_name.clone(),
        source,
    })?;
    check_class(call, &vk, hints)?;
    Ok(PrivateCallData { vk, verification_key_hints: hints.clone() })
}

fn key(call: &PrivateCall) -> Result<KernelKey, KernelKeyError> {
    let key = &call.verification_key;
    KernelKey::new(key, key.mega_hash()?)
}

/// Refuses a call of a class that the contract does not run any more, or not yet. Kernels do too, but do not tell which.
fn check_class(call: &PrivateCall, vk: &KernelKey, hints: &ContractClassHints) -> Result<(), KernelError> {
    let time = call.public_inputs.anchor_block_header.global_variables.timestamp;
    let current = hints.updated_class_id_delayed_public_mutable_values.at(time, ContractClassId::ZERO);
    if current.is_zero() {
        return Ok(());
    }
    let leaf = PrivateFunction { selector: call.selector(), vk_hash: vk.hash.to_field() }.leaf();
    let executed = ClassIdPreimage {
        artifact_hash: hints.contract_class_artifact_hash,
        private_functions_root: hints.function_leaf_membership_witness.root(leaf),
        public_bytecode_commitment: hints.contract_class_public_bytecode_commitment,
    }
    .class_id();
    if executed == current {
        return Ok(());
    }
    Err(KernelError::OutdatedClass { contract: call.contract(), executed, current })
}
