//! What a private function is given and what it makes public.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/{private_context_inputs,private_circuit_public_inputs}.ts`.

use alloc::vec::Vec;

use super::{
    CallContext, ClaimedLengthArray, CountedL2ToL1Message, CountedLogHash, CountedPublicCallRequest,
    KeyValidationRequestAndSeparator, NoteHash, Nullifier, PrivateCallRequest, PrivateLogData, PublicCallRequest,
    ReadRequest, Scoped, SideEffectCounter,
};
use crate::block::{BlockHeader, Timestamp};
use crate::codec::{Decode, DecodeError, Encode, FixedFields, Reader};
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_CALL, MAX_ENQUEUED_CALLS_PER_CALL, MAX_KEY_VALIDATION_REQUESTS_PER_CALL,
    MAX_L2_TO_L1_MSGS_PER_CALL, MAX_NOTE_HASH_READ_REQUESTS_PER_CALL, MAX_NOTE_HASHES_PER_CALL,
    MAX_NULLIFIER_READ_REQUESTS_PER_CALL, MAX_NULLIFIERS_PER_CALL, MAX_PRIVATE_CALL_STACK_LENGTH_PER_CALL,
    MAX_PRIVATE_LOGS_PER_CALL, PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH, PRIVATE_CONTEXT_INPUTS_LENGTH,
};
use crate::field::Fr;
use crate::tx::TxContext;

wire_struct! {
    /// The first inputs of every private function: 37 fields.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct PrivateContextInputs {
        /// Who calls what.
        pub call_context: CallContext,
        /// The block whose state the transaction is built on.
        pub anchor_block_header: BlockHeader,
        /// Chain and gas settings.
        pub tx_context: TxContext,
        /// The first counter the call may use.
        pub start_side_effect_counter: SideEffectCounter,
    }
}

/// Declares the struct with its field form; the byte form differs, see below.
macro_rules! circuit_public_inputs {
    ($(#[$meta:meta])* pub struct $name:ident { $($(#[$member_meta:meta])* pub $member:ident : $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        pub struct $name { $($(#[$member_meta])* pub $member: $ty),* }
        crate::wire_fields!($name { $($member: $ty),* });
        crate::any_struct!($name { $($member: $ty),* });
    };
}

circuit_public_inputs! {
    /// What a private function makes public: 870 fields, in the order of its ABI's return value.
    ///
    /// Bytes: the members in order; the five single counters take 32 bytes each. JSON: the bytes as base64.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateCircuitPublicInputs {
        /// Who calls what.
        pub call_context: CallContext,
        /// Hash of the arguments.
        pub args_hash: Fr,
        /// Hash of the return values.
        pub returns_hash: Fr,
        /// The block whose state the transaction is built on.
        pub anchor_block_header: BlockHeader,
        /// Chain and gas settings.
        pub tx_context: TxContext,
        /// Side effects from this counter on are revertible, if the call set it.
        pub min_revertible_side_effect_counter: SideEffectCounter,
        /// Whether the called contract pays the fee.
        pub is_fee_payer: bool,
        /// The transaction must be in a block before this time.
        pub expiration_timestamp: Timestamp,
        /// The first counter the call uses.
        pub start_side_effect_counter: SideEffectCounter,
        /// The counter after the call.
        pub end_side_effect_counter: SideEffectCounter,
        /// Counter up to which the call expects to be non-revertible.
        pub expected_non_revertible_side_effect_counter: SideEffectCounter,
        /// Counter from which the call expects to be revertible.
        pub expected_revertible_side_effect_counter: SideEffectCounter,
        /// Note hashes it read.
        pub note_hash_read_requests: ClaimedLengthArray<Scoped<ReadRequest>, MAX_NOTE_HASH_READ_REQUESTS_PER_CALL>,
        /// Nullifiers it read.
        pub nullifier_read_requests: ClaimedLengthArray<Scoped<ReadRequest>, MAX_NULLIFIER_READ_REQUESTS_PER_CALL>,
        /// Keys it used.
        pub key_validation_requests_and_separators:
            ClaimedLengthArray<KeyValidationRequestAndSeparator, MAX_KEY_VALIDATION_REQUESTS_PER_CALL>,
        /// Private calls it made.
        pub private_call_requests: ClaimedLengthArray<PrivateCallRequest, MAX_PRIVATE_CALL_STACK_LENGTH_PER_CALL>,
        /// Public calls it enqueued.
        pub public_call_requests: ClaimedLengthArray<CountedPublicCallRequest, MAX_ENQUEUED_CALLS_PER_CALL>,
        /// The teardown call it set; empty for none.
        pub public_teardown_call_request: PublicCallRequest,
        /// New note hashes.
        pub note_hashes: ClaimedLengthArray<NoteHash, MAX_NOTE_HASHES_PER_CALL>,
        /// New nullifiers.
        pub nullifiers: ClaimedLengthArray<Nullifier, MAX_NULLIFIERS_PER_CALL>,
        /// Messages to L1.
        pub l2_to_l1_msgs: ClaimedLengthArray<CountedL2ToL1Message, MAX_L2_TO_L1_MSGS_PER_CALL>,
        /// Private logs.
        pub private_logs: ClaimedLengthArray<PrivateLogData, MAX_PRIVATE_LOGS_PER_CALL>,
        /// Contract class logs.
        pub contract_class_logs_hashes: ClaimedLengthArray<CountedLogHash, MAX_CONTRACT_CLASS_LOGS_PER_CALL>,
    }
}

const _: () = {
    assert!(<PrivateContextInputs as FixedFields>::FIELD_COUNT == PRIVATE_CONTEXT_INPUTS_LENGTH);
    assert!(<PrivateCircuitPublicInputs as FixedFields>::FIELD_COUNT == PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH);
};

impl Encode for PrivateCircuitPublicInputs {
    fn encode(&self, out: &mut Vec<u8>) {
        self.call_context.encode(out);
        self.args_hash.encode(out);
        self.returns_hash.encode(out);
        self.anchor_block_header.encode(out);
        self.tx_context.encode(out);
        self.min_revertible_side_effect_counter.encode_wide(out);
        self.is_fee_payer.encode(out);
        self.expiration_timestamp.encode(out);
        self.start_side_effect_counter.encode_wide(out);
        self.end_side_effect_counter.encode_wide(out);
        self.expected_non_revertible_side_effect_counter.encode_wide(out);
        self.expected_revertible_side_effect_counter.encode_wide(out);
        self.note_hash_read_requests.encode(out);
        self.nullifier_read_requests.encode(out);
        self.key_validation_requests_and_separators.encode(out);
        self.private_call_requests.encode(out);
        self.public_call_requests.encode(out);
        self.public_teardown_call_request.encode(out);
        self.note_hashes.encode(out);
        self.nullifiers.encode(out);
        self.l2_to_l1_msgs.encode(out);
        self.private_logs.encode(out);
        self.contract_class_logs_hashes.encode(out);
    }
}

impl Decode for PrivateCircuitPublicInputs {
    // A field is at least a byte.
    const MIN_SIZE: usize = PRIVATE_CIRCUIT_PUBLIC_INPUTS_LENGTH;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let counter = SideEffectCounter::decode_wide;
        Ok(Self {
            call_context: reader.member("call_context")?,
            args_hash: reader.member("args_hash")?,
            returns_hash: reader.member("returns_hash")?,
            anchor_block_header: reader.member("anchor_block_header")?,
            tx_context: reader.member("tx_context")?,
            min_revertible_side_effect_counter: counter(reader, "min_revertible_side_effect_counter")?,
            is_fee_payer: reader.member("is_fee_payer")?,
            expiration_timestamp: reader.member("expiration_timestamp")?,
            start_side_effect_counter: counter(reader, "start_side_effect_counter")?,
            end_side_effect_counter: counter(reader, "end_side_effect_counter")?,
            expected_non_revertible_side_effect_counter: counter(
                reader,
                "expected_non_revertible_side_effect_counter",
            )?,
            expected_revertible_side_effect_counter: counter(reader, "expected_revertible_side_effect_counter")?,
            note_hash_read_requests: reader.member("note_hash_read_requests")?,
            nullifier_read_requests: reader.member("nullifier_read_requests")?,
            key_validation_requests_and_separators: reader.member("key_validation_requests_and_separators")?,
            private_call_requests: reader.member("private_call_requests")?,
            public_call_requests: reader.member("public_call_requests")?,
            public_teardown_call_request: reader.member("public_teardown_call_request")?,
            note_hashes: reader.member("note_hashes")?,
            nullifiers: reader.member("nullifiers")?,
            l2_to_l1_msgs: reader.member("l2_to_l1_msgs")?,
            private_logs: reader.member("private_logs")?,
            contract_class_logs_hashes: reader.member("contract_class_logs_hashes")?,
        })
    }
}

json_is_buffer!(PrivateCircuitPublicInputs, buffer_base64);
