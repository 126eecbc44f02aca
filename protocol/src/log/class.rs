//! Contract class logs.
//!
//! Protocol source: `@aztec/stdlib/src/logs/contract_class_log.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::address::AztecAddress;
use crate::codec::Array;
use crate::constants::CONTRACT_CLASS_LOG_SIZE_IN_FIELDS;
use crate::field::Fr;
use crate::hash::poseidon2;

wire_struct! {
    /// The payload of a contract class log: 3023 fields, zeros after the emitted ones.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct ContractClassLogFields {
        /// The fields.
        pub fields: Array<Fr, CONTRACT_CLASS_LOG_SIZE_IN_FIELDS>,
    }
}

impl ContractClassLogFields {
    /// The payload that emits `fields`, if there are at most 3023.
    #[must_use]
    pub fn from_emitted_fields(fields: Vec<Fr>) -> Option<Self> {
        Array::padded(fields, Fr::ZERO).map(|fields| Self { fields })
    }

    /// The first `length` fields.
    #[must_use]
    pub fn emitted_fields(&self, length: u32) -> &[Fr] {
        super::emitted(&self.fields, length)
    }

    /// The hash that kernels carry in place of the log: over all fields, padding included.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2(&self.fields)
    }
}

wire_struct! {
    /// A log that publishes a contract class.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub struct ContractClassLog {
        /// The contract that emitted it.
        pub contract_address: AztecAddress,
        /// The payload.
        pub fields: ContractClassLogFields,
        /// How many fields were emitted. Not checked when decoded.
        #[serde(with = "crate::json::number")]
        pub emitted_length: u32,
    }
}

impl ContractClassLog {
    /// The fields that were emitted.
    #[must_use]
    pub fn emitted_fields(&self) -> &[Fr] {
        self.fields.emitted_fields(self.emitted_length)
    }

    /// The hash of the payload.
    #[must_use]
    pub fn hash(&self) -> Fr {
        self.fields.hash()
    }
}
