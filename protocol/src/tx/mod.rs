//! Transactions: request, proven transaction, effect, receipt.

crate::field_newtype! {
    /// Hash that names a transaction.
    pub struct TxHash;
}
