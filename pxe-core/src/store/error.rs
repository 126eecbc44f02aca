//! What can go wrong with a store.

use alloc::boxed::Box;
use alloc::string::String;

use protocol::codec::DecodeError;
use thiserror::Error;

use super::Table;
use super::capsules::CapsuleError;
use super::tags::TagError;
use super::txs::ReceiptError;

/// Why a store cannot do what it is asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The medium fails.
    #[error("cannot {action} the store")]
    Medium {
        /// What was tried: `open`, `read` or `write`.
        action: &'static str,
        /// What the medium said.
        #[source]
        source: Box<dyn core::error::Error + Send + Sync>,
    },
    /// Somebody else has the store open.
    #[error("the store is open in another program")]
    InUse,
    /// A stored value cannot be read.
    #[error("damaged value in table {} of the store", table.name())]
    Damaged {
        /// Where it is.
        table: Table,
        /// What is wrong with it.
        #[source]
        source: DecodeError,
    },
    /// Stored values contradict each other.
    #[error("table {} of the store contradicts itself: {what}", table.name())]
    Inconsistent {
        /// Where.
        table: Table,
        /// How.
        what: &'static str,
    },
    /// The data was written by a version whose form is not known here.
    #[error("the store has schema version {found}; this version reads up to {newest}")]
    Schema {
        /// The version found.
        found: u32,
        /// The newest version known.
        newest: u32,
    },
    /// The data belongs to another network.
    #[error("the store belongs to network {found}, not to {expected}")]
    OtherNetwork {
        /// The network asked for.
        expected: String,
        /// The network of the data.
        found: String,
    },
    /// A contract does something wrong with its capsules.
    #[error(transparent)]
    Capsule(#[from] CapsuleError),
    /// Tags cannot be noted as used.
    #[error(transparent)]
    Tag(#[from] TagError),
    /// A receipt cannot be taken note of.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
}

impl StoreError {
    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::InUse => Some("close the other program"),
            Self::Schema { .. } => Some("update this software: the data was written by a newer version"),
            Self::OtherNetwork { .. } => Some("open the store of this network, or a new one"),
            Self::Tag(error) => error.hint(),
            _ => None,
        }
    }
}
