//! The types of [`protocol`].

use protocol::abi::FunctionSelector;
use protocol::address::{AztecAddress, EthAddress};
use protocol::artifact::VerificationKeyHash;
use protocol::block::{
    AppendOnlyTreeSnapshot, BlockHeader, BlockNumber, GlobalVariables, PartialStateReference, SlotNumber,
    StateReference, Timestamp,
};
use protocol::codec::{FixedFields, FromFields, ToFields};
use protocol::contract::{DelayedClassId, SaltedInitializationHash};
use protocol::field::{Fq, Fr, Point};
use protocol::gas::{FeePerGas, Gas, GasFees, GasSettings};
use protocol::kernel::{
    CallContext, ClaimedLengthArray, CountedL2ToL1Message, CountedLogHash, CountedPublicCallRequest,
    KeyValidationRequest, KeyValidationRequestAndSeparator, L2ToL1Message, LogHash, NoteHash, Nullifier,
    PrivateAccumulatedData, PrivateCallRequest, PrivateCircuitPublicInputs, PrivateContextInputs,
    PrivateKernelCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs, PrivateLogData,
    PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData, PrivateTxConstantData, PrivateValidationRequests,
    ProtocolContracts, PublicCallRequest, ReadRequest, Scoped, ScopedL2ToL1Message, SideEffectCounter, TailEffects,
    TailForPublic, TxConstantData,
};
use protocol::keys::{PublicKeys, SecretScalar};
use protocol::log::PrivateLog;
use protocol::merkle::{IndexedLeafPreimage, LeafIndex, MembershipWitness, NullifierLeaf, PublicDataLeaf};
use protocol::tx::{FunctionData, TxContext, TxRequest};

use super::{AbiMapped, MapError, MapErrorKind, Plan, ReadSlot, Shape, WriteSlot};
use crate::{abi_newtype, abi_struct};

abi_newtype!(
    AztecAddress as Fr,
    SaltedInitializationHash as Fr,
    VerificationKeyHash as Fr,
    FunctionSelector as u32,
    BlockNumber as u32,
    SlotNumber as u32,
    SideEffectCounter as u32,
    Timestamp as u64,
    LeafIndex as u64,
    FeePerGas as u128,
);

impl AbiMapped for EthAddress {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        Fr::fit(shape)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.set(self.to_field());
        Ok(())
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let expected = "an Ethereum address";
        Self::from_field(slot.get()).ok_or_else(|| MapError::new(MapErrorKind::NotA { expected }))
    }
}

/// Of its two halves, the low one is the first member.
impl AbiMapped for SecretScalar {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        let mut members = shape.members()?;
        members.add_type::<Fr>("lo")?;
        members.add_type::<Fr>("hi")?;
        members.finish()
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        let mut members = slot.members();
        members.write("lo", &self.expose().lo())?;
        members.write("hi", &self.expose().hi())
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let mut members = slot.members();
        let (lo, hi): (Fr, Fr) = (members.read("lo")?, members.read("hi")?);
        let scalar = Fq::from_hi_lo(hi, lo);
        scalar.map(Self::from_scalar).map_err(|_| MapError::new(MapErrorKind::NotA { expected: "a Grumpkin scalar" }))
    }
}

/// Packed into three fields.
impl AbiMapped for DelayedClassId {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        const { assert!(Self::FIELD_COUNT == 3) };
        <[Fr; 3]>::fit(shape)
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        slot.items(&self.to_fields())
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let expected = "a class id with a delay";
        Self::from_fields(&slot.items::<Fr>()?).map_err(|_| MapError::new(MapErrorKind::NotA { expected }))
    }
}

abi_struct!(Point { x, y, is_infinite });
abi_struct!(PublicKeys { npk_m: "npk_m.inner", ivpk_m: "ivpk_m.inner", ovpk_m: "ovpk_m.inner", tpk_m: "tpk_m.inner" });

abi_struct!(Gas { da_gas, l2_gas });
abi_struct!(GasFees { fee_per_da_gas, fee_per_l2_gas });
abi_struct!(GasSettings { gas_limits, teardown_gas_limits, max_fees_per_gas, max_priority_fees_per_gas });

abi_struct!(AppendOnlyTreeSnapshot { root, next_available_leaf_index });
abi_struct!(PartialStateReference { note_hash_tree, nullifier_tree, public_data_tree });
abi_struct!(StateReference { l1_to_l2_message_tree, partial });
abi_struct!(GlobalVariables {
    chain_id,
    version,
    block_number,
    slot_number,
    timestamp,
    coinbase,
    fee_recipient,
    gas_fees,
});
abi_struct!(BlockHeader { last_archive, state, sponge_blob_hash, global_variables, total_fees, total_mana_used });

abi_struct!(impl [const N: usize] MembershipWitness<N> { leaf_index, sibling_path });
abi_struct!(PublicDataLeaf { slot, value });
abi_struct!(NullifierLeaf { nullifier });

/// The members of the leaf stand beside those that link it.
macro_rules! leaf_preimage {
    ($leaf:ident { $($member:ident),* } $next_key:literal) => {
        impl AbiMapped for IndexedLeafPreimage<$leaf> {
            fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
                let mut members = shape.members()?;
                $(members.add(stringify!($member), |it: &Self| &it.leaf.$member)?;)*
                members.add($next_key, |it: &Self| &it.next_key)?;
                members.add("next_index", |it: &Self| &it.next_index)?;
                members.finish()
            }

            fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
                let mut members = slot.members();
                $(members.write(stringify!($member), &self.leaf.$member)?;)*
                members.write($next_key, &self.next_key)?;
                members.write("next_index", &self.next_index)
            }

            fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
                let mut members = slot.members();
                let leaf = $leaf { $($member: members.read(stringify!($member))?),* };
                Ok(Self { leaf, next_key: members.read($next_key)?, next_index: members.read("next_index")? })
            }
        }
    };
}
leaf_preimage!(PublicDataLeaf { slot, value } "next_slot");
leaf_preimage!(NullifierLeaf { nullifier } "next_nullifier");

abi_struct!(FunctionData { selector, is_private });
abi_struct!(TxContext { chain_id, version, gas_settings });
abi_struct!(TxRequest { origin, args_hash, tx_context, function_data, salt });
abi_struct!(ProtocolContracts { derived_addresses });
abi_struct!(TxConstantData { anchor_block_header, tx_context, vk_tree_root, protocol_contracts_hash });
abi_struct!(PrivateTxConstantData { anchor_block_header, tx_context, vk_tree_root, protocol_contracts });

abi_struct!(impl [T: AbiMapped] Scoped<T> { inner, contract_address });
abi_struct!(impl [T: AbiMapped, const N: usize] ClaimedLengthArray<T, N> { array, claimed_length: "length" });
abi_struct!(NoteHash { value: "inner", counter });
abi_struct!(Nullifier { value: "inner.value", note_hash: "inner.note_hash", counter });
abi_struct!(ReadRequest { value: "inner", counter });
abi_struct!(PrivateLog { fields, emitted_length: "length" });
abi_struct!(PrivateLogData { log: "inner.log", note_hash_counter: "inner.note_hash_counter", counter });
abi_struct!(LogHash { value, length });
abi_struct!(CountedLogHash { log_hash: "inner", counter });
abi_struct!(L2ToL1Message { recipient, content });
abi_struct!(CountedL2ToL1Message { message: "inner", counter });
abi_struct!(ScopedL2ToL1Message { message: "inner", contract_address });
abi_struct!(KeyValidationRequest { pk_m, sk_app });
abi_struct!(KeyValidationRequestAndSeparator { request, key_type_domain_separator });

abi_struct!(CallContext { msg_sender, contract_address, function_selector, is_static_call });
abi_struct!(PrivateCallRequest {
    call_context,
    args_hash,
    returns_hash,
    start_side_effect_counter,
    end_side_effect_counter,
});
abi_struct!(PublicCallRequest { msg_sender, contract_address, is_static_call, calldata_hash });
abi_struct!(CountedPublicCallRequest { inner, counter });
abi_struct!(PrivateContextInputs { call_context, anchor_block_header, tx_context, start_side_effect_counter });
abi_struct!(PrivateCircuitPublicInputs {
    call_context,
    args_hash,
    returns_hash,
    anchor_block_header,
    tx_context,
    min_revertible_side_effect_counter,
    is_fee_payer,
    expiration_timestamp,
    start_side_effect_counter,
    end_side_effect_counter,
    expected_non_revertible_side_effect_counter,
    expected_revertible_side_effect_counter,
    note_hash_read_requests,
    nullifier_read_requests,
    key_validation_requests_and_separators,
    private_call_requests,
    public_call_requests,
    public_teardown_call_request,
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
});

abi_struct!(PrivateValidationRequests {
    note_hash_read_requests,
    nullifier_read_requests,
    scoped_key_validation_requests_and_separators,
});
abi_struct!(PrivateAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests,
    private_call_stack,
});
abi_struct!(PrivateKernelCircuitPublicInputs {
    constants,
    min_revertible_side_effect_counter,
    validation_requests,
    end,
    public_teardown_call_request,
    fee_payer,
    expiration_timestamp,
    is_private_only,
    claimed_first_nullifier,
    claimed_revertible_counter,
});

abi_struct!(PrivateToRollupAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
});
abi_struct!(PrivateToPublicAccumulatedData {
    note_hashes,
    nullifiers,
    l2_to_l1_msgs,
    private_logs,
    contract_class_logs_hashes,
    public_call_requests,
});

/// Members of what tails return for public execution, and of what they return otherwise.
const FOR_PUBLIC: [&str; 3] =
    ["non_revertible_accumulated_data", "revertible_accumulated_data", "public_teardown_call_request"];
const FOR_ROLLUP: &str = "end";
const SHARED: [&str; 4] = ["constants", "gas_used", "fee_payer", "expiration_timestamp"];

/// Which of the two forms it takes, the circuit tells.
impl AbiMapped for PrivateKernelTailCircuitPublicInputs {
    fn fit(shape: Shape<'_>) -> Result<Plan, MapError> {
        let mut members = shape.members()?;
        let [constants, gas_used, fee_payer, expiration_timestamp] = SHARED;
        members.add(constants, |it: &Self| &it.constants)?;
        members.add(gas_used, |it: &Self| &it.gas_used)?;
        members.add(fee_payer, |it: &Self| &it.fee_payer)?;
        members.add(expiration_timestamp, |it: &Self| &it.expiration_timestamp)?;
        if shape.has_member(FOR_ROLLUP) {
            members.add_type::<PrivateToRollupAccumulatedData>(FOR_ROLLUP)?;
        } else {
            let [non_revertible, revertible, teardown] = FOR_PUBLIC;
            members.add(non_revertible, |it: &TailForPublic| &it.non_revertible_accumulated_data)?;
            members.add(revertible, |it: &TailForPublic| &it.revertible_accumulated_data)?;
            members.add(teardown, |it: &TailForPublic| &it.public_teardown_call_request)?;
        }
        members.finish()
    }

    fn write(&self, slot: WriteSlot<'_>) -> Result<(), MapError> {
        let mut members = slot.members();
        let [constants, gas_used, fee_payer, expiration_timestamp] = SHARED;
        members.write(constants, &self.constants)?;
        members.write(gas_used, &self.gas_used)?;
        members.write(fee_payer, &self.fee_payer)?;
        members.write(expiration_timestamp, &self.expiration_timestamp)?;
        match (&self.effects, members.left() == 1) {
            (TailEffects::ForRollup(end), true) => members.write(FOR_ROLLUP, end),
            (TailEffects::ForPublic(effects), false) => {
                let [non_revertible, revertible, teardown] = FOR_PUBLIC;
                members.write(non_revertible, &effects.non_revertible_accumulated_data)?;
                members.write(revertible, &effects.revertible_accumulated_data)?;
                members.write(teardown, &effects.public_teardown_call_request)
            }
            (_, for_rollup) => {
                let expected = if for_rollup { "effects without public calls" } else { "effects with public calls" };
                Err(MapError::new(MapErrorKind::Variant { expected }))
            }
        }
    }

    fn read(slot: ReadSlot<'_>) -> Result<Self, MapError> {
        let mut members = slot.members();
        let [constants, gas_used, fee_payer, expiration_timestamp] = SHARED;
        Ok(Self {
            constants: members.read(constants)?,
            gas_used: members.read(gas_used)?,
            fee_payer: members.read(fee_payer)?,
            expiration_timestamp: members.read(expiration_timestamp)?,
            effects: if members.left() == 1 {
                TailEffects::ForRollup(members.read(FOR_ROLLUP)?)
            } else {
                let [non_revertible, revertible, teardown] = FOR_PUBLIC;
                TailEffects::ForPublic(Box::new(TailForPublic {
                    non_revertible_accumulated_data: members.read(non_revertible)?,
                    revertible_accumulated_data: members.read(revertible)?,
                    public_teardown_call_request: members.read(teardown)?,
                }))
            },
        })
    }
}
