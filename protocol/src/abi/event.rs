//! Events: how logs become named values.
//!
//! Protocol source: `@aztec/stdlib/src/abi/event_metadata_definition.ts`, `@aztec/aztec.js/src/api/events.ts`,
//! `@aztec/builder/src/contract-interface-gen/typescript.ts`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::decode::{Checks, decode};
use super::function::SignatureError;
use super::selector::EventSelector;
use super::types::{AbiType, StructType, signature};
use super::value::Value;
use crate::codec::DecodeError;
use crate::field::Fr;

/// What it takes to recognize and decode an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventDefinition {
    /// Names the event.
    pub event_selector: EventSelector,
    /// Its struct.
    pub abi_type: AbiType,
    /// Names of the struct's members.
    pub field_names: Vec<String>,
}

impl EventDefinition {
    /// The definition of an event struct, as artifacts list them.
    pub fn new(ty: StructType) -> Result<Self, SignatureError> {
        let signature = signature(ty.name(), ty.fields.iter().map(|field| &field.ty))
            .map_err(|source| SignatureError::Type { name: ty.name().into(), source })?;
        Ok(Self {
            event_selector: EventSelector::from_signature(&signature)?,
            field_names: ty.fields.iter().map(|field| field.name.clone()).collect(),
            abi_type: AbiType::Struct(ty),
        })
    }

    /// The event in the packed fields of a private event.
    pub fn decode_private(&self, packed: &[Fr], checks: Checks) -> Result<Value, DecodeError> {
        decode(&self.abi_type, packed, checks)
    }

    /// The event in the fields of a public log, whose last one is the selector. None when it is another event.
    pub fn decode_public(&self, log: &[Fr], checks: Checks) -> Result<Option<Value>, DecodeError> {
        match log.split_last() {
            Some((selector, fields)) if selector.to_u32() == Some(self.event_selector.0) => {
                decode(&self.abi_type, fields, checks).map(Some)
            }
            _ => Ok(None),
        }
    }
}
