//! What private kernels pass to each other.
//!
//! Protocol source:
//! `@aztec/stdlib/src/kernel/{private_kernel_circuit_public_inputs,private_accumulated_data,private_validation_requests}.ts`.

use alloc::vec::Vec;

use super::{
    ClaimedLengthArray, CountedL2ToL1Message, CountedLogHash, CountedPublicCallRequest,
    KeyValidationRequestAndSeparator, NoteHash, Nullifier, PrivateCallRequest, PrivateLogData, PrivateTxConstantData,
    PublicCallRequest, ReadRequest, Scoped, SideEffectCounter,
};
use crate::address::AztecAddress;
use crate::block::Timestamp;
use crate::codec::{Decode, DecodeError, Encode, FixedFields, Reader};
use crate::constants::{
    MAX_CONTRACT_CLASS_LOGS_PER_TX, MAX_ENQUEUED_CALLS_PER_TX, MAX_KEY_VALIDATION_REQUESTS_PER_TX,
    MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASH_READ_REQUESTS_PER_TX, MAX_NOTE_HASHES_PER_TX,
    MAX_NULLIFIER_READ_REQUESTS_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX,
    MAX_PRIVATE_LOGS_PER_TX, PRIVATE_ACCUMULATED_DATA_LENGTH, PRIVATE_VALIDATION_REQUESTS_LENGTH,
};
use crate::field::Fr;

/// As in the ABI of the circuits. The official constant for it, 2873, is unused and outdated.
const LENGTH: usize = 2884;

wire_struct! {
    /// What a later reset still has to check: 771 fields.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateValidationRequests {
        /// Note hashes that were read.
        pub note_hash_read_requests: ClaimedLengthArray<Scoped<ReadRequest>, MAX_NOTE_HASH_READ_REQUESTS_PER_TX>,
        /// Nullifiers that were read.
        pub nullifier_read_requests: ClaimedLengthArray<Scoped<ReadRequest>, MAX_NULLIFIER_READ_REQUESTS_PER_TX>,
        /// Keys that were used.
        pub scoped_key_validation_requests_and_separators:
            ClaimedLengthArray<Scoped<KeyValidationRequestAndSeparator>, MAX_KEY_VALIDATION_REQUESTS_PER_TX>,
    }
}

wire_struct! {
    /// Side effects of the calls so far: 2059 fields.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct PrivateAccumulatedData {
        /// New note hashes.
        pub note_hashes: ClaimedLengthArray<Scoped<NoteHash>, MAX_NOTE_HASHES_PER_TX>,
        /// New nullifiers.
        pub nullifiers: ClaimedLengthArray<Scoped<Nullifier>, MAX_NULLIFIERS_PER_TX>,
        /// Messages to L1.
        pub l2_to_l1_msgs: ClaimedLengthArray<Scoped<CountedL2ToL1Message>, MAX_L2_TO_L1_MSGS_PER_TX>,
        /// Private logs.
        pub private_logs: ClaimedLengthArray<Scoped<PrivateLogData>, MAX_PRIVATE_LOGS_PER_TX>,
        /// Contract class logs.
        pub contract_class_logs_hashes: ClaimedLengthArray<Scoped<CountedLogHash>, MAX_CONTRACT_CLASS_LOGS_PER_TX>,
        /// Enqueued public calls.
        pub public_call_requests: ClaimedLengthArray<CountedPublicCallRequest, MAX_ENQUEUED_CALLS_PER_TX>,
        /// Private calls still to be verified, the next one last.
        pub private_call_stack: ClaimedLengthArray<PrivateCallRequest, MAX_PRIVATE_CALL_STACK_LENGTH_PER_TX>,
    }
}

/// What init, inner and reset kernels output: 2884 fields.
///
/// Bytes: the members in order; the single counter of type field takes 32 bytes. JSON: the bytes as base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PrivateKernelCircuitPublicInputs {
    /// What stays the same.
    pub constants: PrivateTxConstantData,
    /// Side effects from this counter on are revertible; zero until a call sets it.
    pub min_revertible_side_effect_counter: SideEffectCounter,
    /// What is still to be checked.
    pub validation_requests: PrivateValidationRequests,
    /// Side effects so far.
    pub end: PrivateAccumulatedData,
    /// The teardown call; empty for none.
    pub public_teardown_call_request: PublicCallRequest,
    /// The contract that pays the fee; zero until a call says so.
    pub fee_payer: AztecAddress,
    /// The transaction must be in a block before this time.
    pub expiration_timestamp: Timestamp,
    /// Whether no public call may be enqueued.
    pub is_private_only: bool,
    /// What the first nullifier will be, for the nonces of note hashes; zero when it is the protocol's.
    pub claimed_first_nullifier: Fr,
    /// What the counter of the first revertible side effect will be.
    pub claimed_revertible_counter: SideEffectCounter,
}

macro_rules! for_members {
    ($macro:ident) => {
        crate::$macro!(PrivateKernelCircuitPublicInputs {
            constants: PrivateTxConstantData,
            min_revertible_side_effect_counter: SideEffectCounter,
            validation_requests: PrivateValidationRequests,
            end: PrivateAccumulatedData,
            public_teardown_call_request: PublicCallRequest,
            fee_payer: AztecAddress,
            expiration_timestamp: Timestamp,
            is_private_only: bool,
            claimed_first_nullifier: Fr,
            claimed_revertible_counter: SideEffectCounter,
        });
    };
}
for_members!(wire_fields);
for_members!(any_struct);

const _: () = {
    assert!(<PrivateValidationRequests as FixedFields>::FIELD_COUNT == PRIVATE_VALIDATION_REQUESTS_LENGTH);
    assert!(<PrivateAccumulatedData as FixedFields>::FIELD_COUNT == PRIVATE_ACCUMULATED_DATA_LENGTH);
    assert!(<PrivateKernelCircuitPublicInputs as FixedFields>::FIELD_COUNT == LENGTH);
};

impl Encode for PrivateKernelCircuitPublicInputs {
    fn encode(&self, out: &mut Vec<u8>) {
        self.constants.encode(out);
        self.min_revertible_side_effect_counter.encode_wide(out);
        self.validation_requests.encode(out);
        self.end.encode(out);
        self.public_teardown_call_request.encode(out);
        self.fee_payer.encode(out);
        self.expiration_timestamp.encode(out);
        self.is_private_only.encode(out);
        self.claimed_first_nullifier.encode(out);
        self.claimed_revertible_counter.encode(out);
    }
}

impl Decode for PrivateKernelCircuitPublicInputs {
    // A field is at least a byte.
    const MIN_SIZE: usize = LENGTH;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            constants: reader.member("constants")?,
            min_revertible_side_effect_counter: SideEffectCounter::decode_wide(
                reader,
                "min_revertible_side_effect_counter",
            )?,
            validation_requests: reader.member("validation_requests")?,
            end: reader.member("end")?,
            public_teardown_call_request: reader.member("public_teardown_call_request")?,
            fee_payer: reader.member("fee_payer")?,
            expiration_timestamp: reader.member("expiration_timestamp")?,
            is_private_only: reader.member("is_private_only")?,
            claimed_first_nullifier: reader.member("claimed_first_nullifier")?,
            claimed_revertible_counter: reader.member("claimed_revertible_counter")?,
        })
    }
}

json_is_buffer!(PrivateKernelCircuitPublicInputs, buffer_base64);
