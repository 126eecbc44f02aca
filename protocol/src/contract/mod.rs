//! Contract classes and instances, their ids and addresses.

crate::field_newtype! {
    /// Id of a contract class: the hash of its code.
    pub struct ContractClassId;
}
