//! What a node thinks of a transaction it was shown.
//!
//! Protocol source: `@aztec/stdlib/src/tx/validator/tx_validator.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// Whether a transaction may be included.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "lowercase")]
pub enum TxValidationResult {
    /// It may.
    Valid,
    /// It may not.
    Invalid {
        /// The codes of the rules it breaks.
        reason: Vec<String>,
    },
    /// Not now: it may become valid.
    Skipped {
        /// Why.
        reason: Vec<String>,
    },
}

crate::any_value!(
    TxValidationResult,
    prop_oneof![
        Just(Self::Valid),
        any::<Vec<String>>().prop_map(|reason| Self::Invalid { reason }),
        any::<Vec<String>>().prop_map(|reason| Self::Skipped { reason }),
    ]
);
