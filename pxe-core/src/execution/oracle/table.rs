//! Every oracle: its name, who may call it, what it takes, who answers.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/oracle/{oracle,interfaces}.ts`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use async_trait::async_trait;
use circuits::witness::{ForeignCall, ForeignCallError, ForeignCalls, ForeignValue};
use protocol::abi::{FunctionSelector, NoteSelector};
use protocol::address::AztecAddress;
use protocol::block::{BlockHash, BlockNumber};
use protocol::field::Fr;
use protocol::kernel::SideEffectCounter;
use protocol::log::ContractClassLogFields;
use protocol::message::L1ToL2MessageHash;

use super::arguments::Arguments;
use super::{
    Answer, Call, OracleError, calls, capsules, context, crypto, discovery, effects, keys, misc, notes, tags, witnesses,
};
use crate::execution::pick_notes::{Picking, Properties};
use crate::execution::{ContractStep, NewNote};

/// Who may call an oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// Every function.
    Misc,
    /// Utility functions, and private ones too.
    Utility,
    /// Private functions only.
    Private,
}

/// An oracle, without its handler.
#[derive(Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "tests walk through the table"))]
pub(super) struct Oracle {
    pub(super) name: &'static str,
    pub(super) level: Level,
    pub(super) arguments: &'static [&'static str],
}

macro_rules! oracles {
    ($call:ident: $($level:ident $name:ident($($argument:ident: $ty:ty),*) => $answer:expr;)*) => {
        /// All oracles.
        #[cfg_attr(not(test), expect(dead_code, reason = "tests walk through the table"))]
        pub(super) const ORACLES: &[Oracle] = &[$(
            Oracle { name: stringify!($name), level: Level::$level, arguments: &[$(stringify!($argument)),*] },
        )*];

        /// Answers a call of the running function.
        pub(super) async fn answer(
            $call: &mut Call<'_>,
            name: &str,
            inputs: Vec<ForeignValue>,
        ) -> Result<Answer, OracleError> {
            match name {
                $(stringify!($name) => {
                    if Level::$level == Level::Private {
                        $call.private()?;
                    }
                    const ARGUMENTS: &[&str] = &[$(stringify!($argument)),*];
                    #[allow(unused_mut, unused_variables, reason = "some oracles take no arguments")]
                    let mut arguments = Arguments::new(inputs, ARGUMENTS.len())?;
                    $(let $argument: $ty = arguments.next(stringify!($argument))?;)*
                    $answer
                })*
                _ => Err(OracleError::Unknown),
            }
        }
    };
}

oracles! { call:
    Misc utilityAssertCompatibleOracleVersion(version: u32) => misc::assert_version(version);
    Misc utilityGetRandomField() => misc::random_field(call);
    Misc utilityLog(level: u32, message: Vec<Fr>, length: u32, fields: Vec<Fr>) => {
        let _ = length;
        misc::log(call, level, &message, fields)
    };

    Utility utilityGetUtilityContext() => context::utility_context(call);
    Utility utilityGetBlockHeader(number: BlockNumber) => context::block_header(call, number).await;
    Utility utilityGetContractInstance(address: AztecAddress) => context::contract_instance(call, address).await;
    Utility utilityGetAuthWitness(message_hash: Fr) => context::auth_witness(call, message_hash);

    Utility utilityGetKeyValidationRequest(pk_hash: Fr, key_index: Fr) => {
        // Official clients do not look at it: the hash tells which key it is.
        let _ = key_index;
        keys::key_validation_request(call, pk_hash)
    };
    Utility utilityTryGetPublicKeysAndPartialAddress(address: AztecAddress) => {
        keys::public_keys_and_partial_address(call, address).await
    };
    Utility utilityGetSharedSecret(address: AztecAddress, x: Fr, y: Fr, is_infinite: bool) => {
        keys::shared_secret(call, address, x, y, is_infinite)
    };
    Utility utilityAes128Decrypt(ciphertext: Vec<Fr>, length: u32, iv: [u8; 16], key: [u8; 16]) => {
        Ok(crypto::aes128_decrypt(&ciphertext, length, iv, key))
    };

    Utility utilityGetNoteHashMembershipWitness(block: BlockHash, note_hash: Fr) => {
        witnesses::note_hash(call, block, note_hash).await
    };
    Utility utilityGetBlockHashMembershipWitness(block: BlockHash, earlier: BlockHash) => {
        witnesses::block_hash(call, block, earlier).await
    };
    Utility utilityGetNullifierMembershipWitness(block: BlockHash, nullifier: Fr) => {
        witnesses::nullifier(call, block, nullifier).await
    };
    Utility utilityGetLowNullifierMembershipWitness(block: BlockHash, nullifier: Fr) => {
        witnesses::low_nullifier(call, block, nullifier).await
    };
    Utility utilityGetPublicDataWitness(block: BlockHash, leaf_slot: Fr) => {
        witnesses::public_data(call, block, leaf_slot).await
    };
    Utility utilityGetL1ToL2MembershipWitness(contract: AztecAddress, message: L1ToL2MessageHash, secret: Fr) => {
        witnesses::message(call, contract, message, secret).await
    };
    Utility utilityStorageRead(block: BlockHash, contract: AztecAddress, first_slot: Fr, count: u32) => {
        witnesses::storage(call, block, contract, first_slot, count).await
    };

    Utility utilityGetNotes(
        has_owner: bool, owner: AztecAddress, storage_slot: Fr,
        select_count: u32, select_indexes: Vec<u32>, select_offsets: Vec<u32>, select_lengths: Vec<u32>,
        select_values: Vec<Fr>, select_comparators: Vec<u32>,
        sort_indexes: Vec<u32>, sort_offsets: Vec<u32>, sort_lengths: Vec<u32>, sort_orders: Vec<u32>,
        limit: u32, offset: u32, status: u32, max_notes: u32, packed_length: u32
    ) => {
        let selects = Properties { indexes: &select_indexes, offsets: &select_offsets, lengths: &select_lengths };
        let sorts = Properties { indexes: &sort_indexes, offsets: &sort_offsets, lengths: &sort_lengths };
        let picking = Picking::new()
            .select(select_count as usize, selects, &select_values, &select_comparators)?
            .sort(sorts, &sort_orders)?
            .page(offset, limit);
        let slot = notes::Slot { owner: has_owner.then_some(owner), storage_slot, status };
        notes::get(call, &slot, &picking, max_notes, packed_length).await
    };
    Utility utilityCheckNullifierExists(inner_nullifier: Fr) => notes::nullifier_exists(call, inner_nullifier).await;
    Private privateNotifyCreatedNote(
        owner: AztecAddress, storage_slot: Fr, randomness: Fr, note_type: NoteSelector, note: Vec<Fr>, note_hash: Fr,
        counter: SideEffectCounter
    ) => {
        let note_type_id = note_type.number().into();
        let note = protocol::note::Note(note);
        notes::created(call, NewNote { note, owner, storage_slot, randomness, note_type_id, note_hash, counter })
    };
    Private privateNotifyNullifiedNote(inner_nullifier: Fr, note_hash: Fr, counter: SideEffectCounter) => {
        notes::nullified(call, inner_nullifier, note_hash, counter)
    };
    Private privateNotifyCreatedNullifier(inner_nullifier: Fr) => notes::created_nullifier(call, inner_nullifier);
    Private privateIsNullifierPending(inner_nullifier: Fr, contract: AztecAddress) => {
        notes::is_nullifier_pending(call, inner_nullifier, contract)
    };
    Private privateNotifySetMinRevertibleSideEffectCounter(counter: SideEffectCounter) => {
        notes::begin_revertible_phase(call, counter)
    };
    Private privateIsSideEffectCounterRevertible(counter: SideEffectCounter) => notes::is_revertible(call, counter);

    Utility utilityStoreCapsule(contract: AztecAddress, slot: Fr, capsule: Vec<Fr>) => {
        capsules::store(call, contract, slot, &capsule)
    };
    Utility utilityLoadCapsule(contract: AztecAddress, slot: Fr, length: u32) => {
        capsules::load(call, contract, slot, length).await
    };
    Utility utilityDeleteCapsule(contract: AztecAddress, slot: Fr) => capsules::delete(call, contract, slot);
    Utility utilityCopyCapsule(contract: AztecAddress, from: Fr, to: Fr, count: u32) => {
        capsules::copy(call, contract, from, to, count).await
    };

    Utility utilityFetchTaggedLogs(logs: Fr) => discovery::fetch_tagged_logs(call, logs).await;
    Utility utilityValidateAndStoreEnqueuedNotesAndEvents(contract: AztecAddress, notes: Fr, events: Fr) => {
        discovery::validate_and_store(call, contract, notes, events).await
    };
    Utility utilityBulkRetrieveLogs(contract: AztecAddress, requests: Fr, responses: Fr) => {
        discovery::retrieve_logs(call, contract, requests, responses).await
    };

    Private privateGetSenderForTags() => tags::sender(call);
    Private privateSetSenderForTags(sender: AztecAddress) => tags::set_sender(call, sender);
    Private privateGetNextAppTagAsSender(sender: AztecAddress, recipient: AztecAddress) => {
        tags::next_as_sender(call, sender, recipient).await
    };

    Private privateStoreInExecutionCache(values: Vec<Fr>, hash: Fr) => effects::store_values(call, values, hash);
    Private privateLoadFromExecutionCache(hash: Fr) => effects::load_values(call, hash);
    Private privateNotifyCreatedContractClassLog(
        contract: AztecAddress, fields: ContractClassLogFields, length: u32, counter: SideEffectCounter
    ) => effects::contract_class_log(call, contract, fields, length, counter);
    Private privateNotifyEnqueuedPublicFunctionCall(
        contract: AztecAddress, calldata_hash: Fr, counter: SideEffectCounter, is_static: bool
    ) => {
        let _ = (contract, counter, is_static);
        effects::public_call(call, calldata_hash)
    };
    Private privateNotifySetPublicTeardownFunctionCall(
        contract: AztecAddress, calldata_hash: Fr, counter: SideEffectCounter, is_static: bool
    ) => {
        let _ = (contract, counter, is_static);
        effects::public_call(call, calldata_hash)
    };
    Private utilityEmitOffchainEffect(data: Vec<Fr>) => effects::offchain_effect(call, data);

    Private privateCallPrivateFunction(
        contract: AztecAddress, selector: FunctionSelector, args_hash: Fr, counter: SideEffectCounter, is_static: bool
    ) => calls::call_private(call, contract, selector, args_hash, counter, is_static).await;
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl ForeignCalls for Call<'_> {
    async fn call(&mut self, ForeignCall { name, inputs }: ForeignCall) -> Result<Vec<ForeignValue>, ForeignCallError> {
        let env = self.env;
        env.tell(&ContractStep::Asks { oracle: &name, inputs: &inputs });
        let answered = answer(self, &name, inputs).await;
        env.tell(&match &answered {
            Ok(outputs) => ContractStep::Answers { outputs },
            Err(error) => ContractStep::Refuses { error },
        });
        answered.map_err(|error| Box::new(error) as ForeignCallError)
    }
}
