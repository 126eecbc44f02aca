//! What circuits pass to each other: side effects, requests, public inputs.

use protocol::kernel::{
    CallContext, CountedL2ToL1Message, CountedLogHash, CountedPublicCallRequest, KeyValidationRequestAndSeparator,
    L2ToL1Message, LogHash, NoteHash, Nullifier, PrivateCallRequest, PrivateCircuitPublicInputs,
    PrivateKernelCircuitPublicInputs, PublicCallRequest, ReadRequest, Scoped, ScopedL2ToL1Message,
};
use protocol::keys::KeyValidationRequest;
use protocol::tx::PublicDataWrite;
use serde_json::json;

use super::form::{all_forms, bytes_and_fields, decoded};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("callContext", all_forms::<CallContext>),
    many("logHash", bytes_and_fields::<LogHash>),
    many("countedLogHash", bytes_and_fields::<CountedLogHash>),
    many("scopedLogHash", bytes_and_fields::<Scoped<LogHash>>),
    many("scopedCountedLogHash", bytes_and_fields::<Scoped<CountedLogHash>>),
    many("noteHash", bytes_and_fields::<NoteHash>),
    many("scopedNoteHash", bytes_and_fields::<Scoped<NoteHash>>),
    many("nullifier", bytes_and_fields::<Nullifier>),
    many("scopedNullifier", bytes_and_fields::<Scoped<Nullifier>>),
    many("publicCallRequest", all_forms::<PublicCallRequest>),
    many("countedPublicCallRequest", bytes_and_fields::<CountedPublicCallRequest>),
    many("privateCallRequest", bytes_and_fields::<PrivateCallRequest>),
    many("readRequest", bytes_and_fields::<ReadRequest>),
    many("scopedReadRequest", bytes_and_fields::<Scoped<ReadRequest>>),
    many("keyValidationRequest", bytes_and_fields::<KeyValidationRequest>),
    many("keyValidationRequestAndSeparator", bytes_and_fields::<KeyValidationRequestAndSeparator>),
    many("scopedKeyValidationRequestAndSeparator", bytes_and_fields::<Scoped<KeyValidationRequestAndSeparator>>),
    many("l2ToL1Message", all_forms::<L2ToL1Message>),
    many("countedL2ToL1Message", all_forms::<CountedL2ToL1Message>),
    many("scopedL2ToL1Message", all_forms::<ScopedL2ToL1Message>),
    many("scopedCountedL2ToL1Message", all_forms::<Scoped<CountedL2ToL1Message>>),
    many("publicDataWrite", all_forms::<PublicDataWrite>),
    many("privateCircuitPublicInputs", bytes_and_fields::<PrivateCircuitPublicInputs>),
    // The official type has no field form.
    many("privateKernelCircuitPublicInputs", |input| {
        decoded::<PrivateKernelCircuitPublicInputs>(input).map(|_| json!({}))
    }),
];
