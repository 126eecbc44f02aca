//! Transactions: request, proven transaction, effect, receipt.

mod context;

pub use context::{FunctionData, TxContext};

crate::field_newtype! {
    /// Hash that names a transaction.
    pub struct TxHash;
}
