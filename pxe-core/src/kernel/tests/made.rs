//! Calls without code.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use circuits::program::Program;
use circuits::witness::WitnessMap;
use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::artifact::{Bytecode, VerificationKey};
use protocol::field::{Fr, Point};
use protocol::kernel::{
    CallContext, ClaimedLengthArray, KeyValidationRequest, KeyValidationRequestAndSeparator, NoteHash, Nullifier,
    PrivateCircuitPublicInputs, PrivateLogData, ReadRequest, Scoped, SideEffectCounter,
};
use protocol::log::PrivateLog;

use crate::execution::PrivateCall;

/// A circuit without opcodes, compressed.
const NOTHING: [u8; 33] = [
    0x1f, 0x8b, 0x8, 0x0, 0x0, 0x0, 0x0, 0x0, 0x2, 0x3, 0x63, 0x9e, 0x34, 0x71, 0xfa, 0x92, 0xdc, 0xc4, 0xcc, 0x3c,
    0x86, 0x9, 0x60, 0x0, 0x0, 0x96, 0x59, 0x89, 0x90, 0x10, 0x0, 0x0, 0x0,
];

fn nothing() -> Program {
    Program::decode(&Bytecode::from_bytes(NOTHING.to_vec())).unwrap()
}

pub(super) fn contract(number: u64) -> AztecAddress {
    AztecAddress::from_u64(number)
}

pub(super) fn note_hash(value: u64, counter: u32) -> NoteHash {
    NoteHash { value: value.into(), counter: SideEffectCounter(counter) }
}

pub(super) fn nullifier(value: u64, note_hash: u64, counter: u32) -> Nullifier {
    Nullifier { value: value.into(), note_hash: note_hash.into(), counter: SideEffectCounter(counter) }
}

pub(super) fn log(note_hash: u32, counter: u32) -> PrivateLogData {
    let (note_hash_counter, counter) = (SideEffectCounter(note_hash), SideEffectCounter(counter));
    PrivateLogData { log: PrivateLog::default(), note_hash_counter, counter }
}

pub(super) fn read(value: u64, counter: u32, of: u64) -> Scoped<ReadRequest> {
    scoped(ReadRequest { value: value.into(), counter: SideEffectCounter(counter) }, of)
}

pub(super) fn key(x: u64) -> KeyValidationRequestAndSeparator {
    let pk_m = Point { x: x.into(), ..Point::default() };
    let request = KeyValidationRequest { pk_m, sk_app: Fr::ZERO };
    KeyValidationRequestAndSeparator { request, key_type_domain_separator: Fr::ZERO }
}

pub(super) fn scoped<T>(inner: T, contract: u64) -> Scoped<T> {
    Scoped { inner, contract_address: AztecAddress::from_u64(contract) }
}

/// What a call makes public, as lists.
#[derive(Debug, Clone, Default)]
pub(super) struct Made {
    pub(super) contract: u64,
    pub(super) note_hashes: Vec<NoteHash>,
    pub(super) nullifiers: Vec<Nullifier>,
    pub(super) logs: Vec<PrivateLogData>,
    pub(super) note_hash_reads: Vec<Scoped<ReadRequest>>,
    pub(super) nullifier_reads: Vec<Scoped<ReadRequest>>,
    pub(super) keys: Vec<KeyValidationRequestAndSeparator>,
    pub(super) nullified: BTreeMap<SideEffectCounter, SideEffectCounter>,
    pub(super) nested: Vec<Made>,
}

fn list<T: Default + Clone, const N: usize>(items: Vec<T>) -> ClaimedLengthArray<T, N> {
    ClaimedLengthArray::from_items(items).expect("a call makes no more")
}

impl Made {
    pub(super) fn call(self) -> PrivateCall {
        PrivateCall {
            contract_name: String::from("Made"),
            function_name: String::from("up"),
            program: nothing(),
            verification_key: VerificationKey::from_bytes(Vec::new()),
            witness: WitnessMap::new(),
            public_inputs: PrivateCircuitPublicInputs {
                call_context: CallContext {
                    contract_address: contract(self.contract),
                    function_selector: FunctionSelector(1),
                    ..CallContext::default()
                },
                is_fee_payer: true,
                note_hashes: list(self.note_hashes),
                nullifiers: list(self.nullifiers),
                private_logs: list(self.logs),
                note_hash_read_requests: list(self.note_hash_reads),
                nullifier_read_requests: list(self.nullifier_reads),
                key_validation_requests_and_separators: list(self.keys),
                ..PrivateCircuitPublicInputs::default()
            },
            return_values: Vec::new(),
            new_notes: Vec::new(),
            nullified_notes: self.nullified,
            offchain_effects: Vec::new(),
            tags: Vec::new(),
            contract_class_logs: Vec::new(),
            nested: self.nested.into_iter().map(Self::call).collect(),
        }
    }
}
