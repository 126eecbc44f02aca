//! Private logs.
//!
//! Protocol source: `@aztec/stdlib/src/logs/private_log.ts`.

use serde::{Deserialize, Serialize};

use crate::constants::PRIVATE_LOG_SIZE_IN_FIELDS;
use crate::field::Fr;

wire_struct! {
    /// A private log: 516 bytes, 17 fields. In what a transaction emits, the first field is siloed by the contract.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct PrivateLog {
        /// The payload, zeros after the emitted length.
        pub fields: [Fr; PRIVATE_LOG_SIZE_IN_FIELDS],
        /// How many fields were emitted. Not checked when decoded.
        #[serde(with = "crate::json::number")]
        pub emitted_length: u32,
    }
}

impl PrivateLog {
    /// The log that emits `fields`, if there are at most 16.
    #[must_use]
    pub fn from_emitted_fields(fields: &[Fr]) -> Option<Self> {
        let mut padded = [Fr::ZERO; PRIVATE_LOG_SIZE_IN_FIELDS];
        padded.get_mut(..fields.len())?.copy_from_slice(fields);
        Some(Self { fields: padded, emitted_length: u32::try_from(fields.len()).ok()? })
    }

    /// The fields that were emitted.
    #[must_use]
    pub fn emitted_fields(&self) -> &[Fr] {
        super::emitted(&self.fields, self.emitted_length)
    }

    /// Whether this is padding: nothing was emitted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.emitted_length == 0
    }
}
