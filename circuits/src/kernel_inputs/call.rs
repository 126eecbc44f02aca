//! What shows that a call ran the code of its contract.

use protocol::constants::{FUNCTION_TREE_HEIGHT, PUBLIC_DATA_TREE_HEIGHT};
use protocol::contract::{DelayedClassId, SaltedInitializationHash};
use protocol::field::Fr;
use protocol::keys::PublicKeys;
use protocol::merkle::{IndexedLeafPreimage, MembershipWitness, PublicDataLeaf};

use super::KernelKey;
use crate::abi_struct;

/// A call; what it makes public is a parameter of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateCallData {
    /// The key of the function.
    pub vk: KernelKey,
    /// That the function is the contract's.
    pub verification_key_hints: ContractClassHints,
}

/// What leads from a function's key to the contract's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractClassHints {
    /// Hash of the contract's salt, initialization hash and deployer.
    pub salted_initialization_hash: SaltedInitializationHash,
    /// The contract's keys.
    pub public_keys: PublicKeys,
    /// Hash of the class's artifact.
    pub contract_class_artifact_hash: Fr,
    /// Commitment to the class's public bytecode.
    pub contract_class_public_bytecode_commitment: Fr,
    /// That the function is in the class's tree of private functions.
    pub function_leaf_membership_witness: MembershipWitness<FUNCTION_TREE_HEIGHT>,
    /// Where the hash of a scheduled class is, or would be, in the public data tree.
    pub updated_class_id_witness: MembershipWitness<PUBLIC_DATA_TREE_HEIGHT>,
    /// The leaf there.
    pub updated_class_id_leaf: IndexedLeafPreimage<PublicDataLeaf>,
    /// The scheduled class.
    pub updated_class_id_delayed_public_mutable_values: DelayedClassId,
}

abi_struct!(PrivateCallData { vk, verification_key_hints });
abi_struct!(ContractClassHints {
    salted_initialization_hash,
    public_keys,
    contract_class_artifact_hash,
    contract_class_public_bytecode_commitment,
    function_leaf_membership_witness,
    updated_class_id_witness,
    updated_class_id_leaf,
    updated_class_id_delayed_public_mutable_values,
});
