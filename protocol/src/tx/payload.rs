//! What a transaction is built from.
//!
//! Protocol source: `@aztec/stdlib/src/tx/{hashed_values,capsule,execution_payload}.ts`,
//! `@aztec/stdlib/src/auth_witness/auth_witness.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::abi::FunctionCall;
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, Encode, Reader, encode_vec_u32};
use crate::field::Fr;
use crate::hash::silo::{args_hash, calldata_hash};

/// Reads a list whose only bound is the input.
pub(super) fn list<T: Decode>(reader: &mut Reader<'_>, name: &str) -> Result<Vec<T>, DecodeError> {
    reader.vec_u32(usize::MAX).map_err(|error| error.within(name))
}

/// A list of fields and its hash, which is how calls name their arguments.
///
/// Bytes: the list behind a four-byte count, the hash. Nothing checks the hash when decoded.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct HashedValues {
    /// The fields.
    pub values: Vec<Fr>,
    /// Their hash.
    pub hash: Fr,
}

impl HashedValues {
    /// Arguments of a private call.
    #[must_use]
    pub fn from_args(values: Vec<Fr>) -> Self {
        Self { hash: args_hash(&values), values }
    }

    /// Calldata of a public call, selector first.
    #[must_use]
    pub fn from_calldata(values: Vec<Fr>) -> Self {
        Self { hash: calldata_hash(&values), values }
    }
}

impl Encode for HashedValues {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_vec_u32(&self.values, out);
        self.hash.encode(out);
    }
}

impl Decode for HashedValues {
    const MIN_SIZE: usize = 36;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { values: list(reader, "values")?, hash: reader.member("hash")? })
    }
}

/// Fields that authorize something, such as a signature, under the hash of what they authorize.
///
/// Bytes: the hash, the fields behind a four-byte count. JSON: the bytes as `0x` hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct AuthWitness {
    /// Hash of what is authorized.
    pub request_hash: Fr,
    /// The authorization, in the form the account contract reads.
    pub witness: Vec<Fr>,
}

impl Encode for AuthWitness {
    fn encode(&self, out: &mut Vec<u8>) {
        self.request_hash.encode(out);
        encode_vec_u32(&self.witness, out);
    }
}

impl Decode for AuthWitness {
    const MIN_SIZE: usize = 36;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { request_hash: reader.member("request_hash")?, witness: list(reader, "witness")? })
    }
}

json_is_buffer!(AuthWitness, buffer_hex);

/// Data a contract can read while it runs privately, for this transaction only.
///
/// Bytes: contract, slot, the fields behind a four-byte count. JSON: the bytes as `0x` hex.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Capsule {
    /// The contract that can read it.
    pub contract_address: AztecAddress,
    /// Where it looks.
    pub storage_slot: Fr,
    /// What it finds.
    pub data: Vec<Fr>,
}

impl Encode for Capsule {
    fn encode(&self, out: &mut Vec<u8>) {
        self.contract_address.encode(out);
        self.storage_slot.encode(out);
        encode_vec_u32(&self.data, out);
    }
}

impl Decode for Capsule {
    const MIN_SIZE: usize = 68;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract_address: reader.member("contract_address")?,
            storage_slot: reader.member("storage_slot")?,
            data: list(reader, "data")?,
        })
    }
}

json_is_buffer!(Capsule, buffer_hex);

crate::any_struct!(HashedValues { values: Vec<Fr>, hash: Fr });
crate::any_struct!(AuthWitness { request_hash: Fr, witness: Vec<Fr> });
crate::any_struct!(Capsule { contract_address: AztecAddress, storage_slot: Fr, data: Vec<Fr> });

/// Calls and what they need, before an account wraps them into one transaction.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionPayload {
    /// The calls.
    pub calls: Vec<FunctionCall>,
    /// Authorizations the calls may ask for.
    pub auth_witnesses: Vec<AuthWitness>,
    /// Capsules the calls may read.
    pub capsules: Vec<Capsule>,
    /// Arguments the calls name by hash.
    #[serde(default)]
    pub extra_hashed_args: Vec<HashedValues>,
    /// Who pays the fee, when a call of the payload settles that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_payer: Option<AztecAddress>,
}

/// Payloads that are to be merged name different fee payers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("payloads name two fee payers, {first} and {second}")]
pub struct FeePayerConflict {
    /// The first one named.
    pub first: AztecAddress,
    /// Another one.
    pub second: AztecAddress,
}

impl ExecutionPayload {
    /// One payload with everything in `payloads`, in order.
    pub fn merge(payloads: impl IntoIterator<Item = Self>) -> Result<Self, FeePayerConflict> {
        let mut merged = Self::default();
        for payload in payloads {
            match (merged.fee_payer, payload.fee_payer) {
                (Some(first), Some(second)) if first != second => return Err(FeePayerConflict { first, second }),
                (first, second) => merged.fee_payer = first.or(second),
            }
            merged.calls.extend(payload.calls);
            merged.auth_witnesses.extend(payload.auth_witnesses);
            merged.capsules.extend(payload.capsules);
            merged.extra_hashed_args.extend(payload.extra_hashed_args);
        }
        Ok(merged)
    }
}
