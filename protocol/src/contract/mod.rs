//! Contract classes and instances: their ids, addresses, trees, and the logs that publish them.
//!
//! | File | Subject |
//! |---|---|
//! | `class` | class id, bytecode commitment, the class as nodes serve it |
//! | `function_tree` | private functions of a class and their membership proofs |
//! | `tree` | small trees of fixed height |
//! | `instance` | instances, initialization hash, partial address, address |
//! | `protocol` | the contracts every network starts with |
//! | `event` | logs that publish classes and instances or update instances |
//! | `update` | the class an instance has at a time |
//!
//! Protocol source: `@aztec/stdlib/src/contract/`, `@aztec/protocol-contracts/src/`.

mod class;
mod event;
mod function_tree;
mod instance;
pub mod protocol;
mod tree;
mod update;

pub use class::{
    BytecodeTooLong, ClassError, ClassIdPreimage, ClassMismatch, ContractClass, ContractClassPublic, MembershipProof,
    PrivateFunctionWithProof, UtilityFunctionWithProof, bytecode_commitment,
};
pub use event::{ClassPublished, EventError, InstancePublished, InstanceUpdated};
pub use function_tree::{FunctionMembership, PrivateFunction, PrivateFunctionTree, TooManyFunctions};
pub use instance::{
    AddressMismatch, ContractInstance, ContractInstanceWithAddress, InitializationHash, SaltedInitializationHash,
    Version1,
};
pub(crate) use tree::Tree;
pub use update::{DelayedClassId, ScheduledDelay};

crate::field_newtype! {
    /// Id of a contract class: the hash of its code.
    pub struct ContractClassId;
}
