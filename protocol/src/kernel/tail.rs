//! The output of the last private kernel: the data of a transaction, which fixes its hash.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/private_kernel_tail_circuit_public_inputs.ts`,
//! `@aztec/stdlib/src/kernel/private_to_{rollup,public}_kernel_circuit_public_inputs.ts`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{
    IsEmpty, LogHash, PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData, PublicCallRequest, Scoped,
    ScopedL2ToL1Message, TxConstantData, non_empty,
};
use crate::address::AztecAddress;
use crate::block::Timestamp;
use crate::codec::{
    Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields, Unit,
};
use crate::constants::{
    PRIVATE_TO_PUBLIC_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH as FOR_PUBLIC_LENGTH,
    PRIVATE_TO_ROLLUP_KERNEL_CIRCUIT_PUBLIC_INPUTS_LENGTH as FOR_ROLLUP_LENGTH,
};
use crate::field::Fr;
use crate::gas::{Gas, SideEffectCounts};
use crate::hash::{DomainSeparator, poseidon2_with_separator};
use crate::log::PrivateLog;
use crate::tx::TxHash;

wire_struct! {
    /// Side effects of a transaction with public calls.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct TailForPublic {
        /// What stays even if the app logic reverts.
        pub non_revertible_accumulated_data: PrivateToPublicAccumulatedData,
        /// What goes if the app logic reverts.
        pub revertible_accumulated_data: PrivateToPublicAccumulatedData,
        /// The teardown call; empty for none.
        pub public_teardown_call_request: PublicCallRequest,
    }
}

/// Side effects of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TailEffects {
    /// Without public calls: nothing more is executed.
    ForRollup(PrivateToRollupAccumulatedData),
    /// With public calls.
    ForPublic(Box<TailForPublic>),
}

crate::any_value!(
    TailEffects,
    prop_oneof![
        any::<PrivateToRollupAccumulatedData>().prop_map(Self::ForRollup),
        any::<TailForPublic>().prop_map(|effects| Self::ForPublic(Box::new(effects))),
    ]
);

/// What the tail circuits output.
///
/// Bytes: whether it is for public execution, then all but the effects, then the effects. Fields: 1281 without public
/// calls, 2784 with; the effects follow the constants. JSON: the bytes as base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PrivateKernelTailCircuitPublicInputs {
    /// Anchor block, chain and gas settings.
    pub constants: TxConstantData,
    /// Gas used by the private part, overheads and the teardown limits included.
    pub gas_used: Gas,
    /// The contract that pays the fee.
    pub fee_payer: AztecAddress,
    /// The transaction must be in a block before this time.
    pub expiration_timestamp: Timestamp,
    /// The side effects.
    pub effects: TailEffects,
}

crate::any_struct!(PrivateKernelTailCircuitPublicInputs {
    constants: TxConstantData,
    gas_used: Gas,
    fee_payer: AztecAddress,
    expiration_timestamp: Timestamp,
    effects: TailEffects,
});

/// Length of the part that both forms share.
const SHARED_LENGTH: usize = TxConstantData::FIELD_COUNT + Gas::FIELD_COUNT + 2;
const _: () = {
    assert!(SHARED_LENGTH + PrivateToRollupAccumulatedData::FIELD_COUNT == FOR_ROLLUP_LENGTH);
    assert!(SHARED_LENGTH + TailForPublic::FIELD_COUNT == FOR_PUBLIC_LENGTH);
};

/// The items of one member of all effects, padding left out.
macro_rules! non_empty_effects {
    ($self:ident, $member:ident) => {{
        let (first, second) = match &$self.effects {
            TailEffects::ForRollup(end) => (&end.$member[..], &[][..]),
            TailEffects::ForPublic(public) => {
                (&public.non_revertible_accumulated_data.$member[..], &public.revertible_accumulated_data.$member[..])
            }
        };
        non_empty(first).chain(non_empty(second))
    }};
}

impl PrivateKernelTailCircuitPublicInputs {
    /// The value of the 1281 or 2784 fields a tail or hiding circuit returned.
    pub fn from_circuit_output(fields: &[Fr]) -> Result<Self, DecodeError> {
        let for_public = match fields.len() {
            FOR_ROLLUP_LENGTH => false,
            FOR_PUBLIC_LENGTH => true,
            found => {
                let kind = DecodeErrorKind::WrongLength { found, expected: FOR_ROLLUP_LENGTH };
                return Err(DecodeError::new(Unit::Field, 0, kind));
            }
        };
        let reader = &mut FieldReader::new(fields);
        let constants = reader.member("constants")?;
        let effects = match for_public {
            true => TailEffects::ForPublic(Box::new(TailForPublic::read_fields(reader)?)),
            false => TailEffects::ForRollup(reader.member("end")?),
        };
        Ok(Self {
            constants,
            gas_used: reader.member("gas_used")?,
            fee_payer: reader.member("fee_payer")?,
            expiration_timestamp: reader.member("expiration_timestamp")?,
            effects,
        })
    }

    /// The hash of the transaction this is the data of.
    #[must_use]
    pub fn tx_hash(&self) -> TxHash {
        let separator = match self.effects {
            TailEffects::ForRollup(_) => DomainSeparator::PrivateTxHash,
            TailEffects::ForPublic(_) => DomainSeparator::PublicTxHash,
        };
        poseidon2_with_separator(&self.to_fields(), separator).into()
    }

    /// The part for public execution, when there is one.
    #[must_use]
    pub fn for_public(&self) -> Option<&TailForPublic> {
        match &self.effects {
            TailEffects::ForRollup(_) => None,
            TailEffects::ForPublic(effects) => Some(effects),
        }
    }

    /// Note hashes, non-revertible ones first.
    pub fn note_hashes(&self) -> impl Iterator<Item = &Fr> + Clone {
        non_empty_effects!(self, note_hashes)
    }

    /// Nullifiers, non-revertible ones first. The first one makes the transaction unique.
    pub fn nullifiers(&self) -> impl Iterator<Item = &Fr> + Clone {
        non_empty_effects!(self, nullifiers)
    }

    /// Messages to L1, non-revertible ones first.
    pub fn l2_to_l1_msgs(&self) -> impl Iterator<Item = &ScopedL2ToL1Message> + Clone {
        non_empty_effects!(self, l2_to_l1_msgs)
    }

    /// Private logs, non-revertible ones first.
    pub fn private_logs(&self) -> impl Iterator<Item = &PrivateLog> + Clone {
        non_empty_effects!(self, private_logs)
    }

    /// What contract class logs are known by, non-revertible ones first.
    pub fn contract_class_log_hashes(&self) -> impl Iterator<Item = &Scoped<LogHash>> + Clone {
        non_empty_effects!(self, contract_class_logs_hashes)
    }

    /// Calls of the setup phase.
    pub fn setup_calls(&self) -> impl Iterator<Item = &PublicCallRequest> + Clone {
        let calls = self.for_public().map(|public| &public.non_revertible_accumulated_data.public_call_requests[..]);
        non_empty(calls.unwrap_or_default())
    }

    /// Calls of the app logic phase.
    pub fn app_logic_calls(&self) -> impl Iterator<Item = &PublicCallRequest> + Clone {
        let calls = self.for_public().map(|public| &public.revertible_accumulated_data.public_call_requests[..]);
        non_empty(calls.unwrap_or_default())
    }

    /// The call of the teardown phase.
    #[must_use]
    pub fn teardown_call(&self) -> Option<&PublicCallRequest> {
        self.for_public().map(|public| &public.public_teardown_call_request).filter(|request| !request.is_empty())
    }

    /// All public calls in the order they are made.
    pub fn public_calls(&self) -> impl Iterator<Item = &PublicCallRequest> + Clone {
        self.setup_calls().chain(self.app_logic_calls()).chain(self.teardown_call())
    }

    /// How much of what there is, for gas. The teardown call is not counted: its limits are charged instead.
    #[must_use]
    pub fn counts(&self) -> SideEffectCounts {
        match &self.effects {
            TailEffects::ForRollup(end) => end.counts(),
            TailEffects::ForPublic(public) => {
                public.non_revertible_accumulated_data.counts() + public.revertible_accumulated_data.counts()
            }
        }
    }
}

impl Encode for PrivateKernelTailCircuitPublicInputs {
    fn encode(&self, out: &mut Vec<u8>) {
        matches!(self.effects, TailEffects::ForPublic(_)).encode(out);
        self.constants.encode(out);
        self.gas_used.encode(out);
        self.fee_payer.encode(out);
        self.expiration_timestamp.encode(out);
        match &self.effects {
            TailEffects::ForRollup(end) => end.encode(out),
            TailEffects::ForPublic(effects) => effects.encode(out),
        }
    }
}

impl Decode for PrivateKernelTailCircuitPublicInputs {
    const MIN_SIZE: usize =
        1 + TxConstantData::MIN_SIZE + Gas::MIN_SIZE + 40 + PrivateToRollupAccumulatedData::MIN_SIZE;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let for_public = reader.member("is_for_public")?;
        Ok(Self {
            constants: reader.member("constants")?,
            gas_used: reader.member("gas_used")?,
            fee_payer: reader.member("fee_payer")?,
            expiration_timestamp: reader.member("expiration_timestamp")?,
            effects: match for_public {
                true => TailEffects::ForPublic(Box::new(reader.member("for_public")?)),
                false => TailEffects::ForRollup(reader.member("end").map_err(|error| error.within("for_rollup"))?),
            },
        })
    }
}

impl ToFields for PrivateKernelTailCircuitPublicInputs {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.reserve_exact(match self.effects {
            TailEffects::ForRollup(_) => FOR_ROLLUP_LENGTH,
            TailEffects::ForPublic(_) => FOR_PUBLIC_LENGTH,
        });
        self.constants.write_fields(out);
        match &self.effects {
            TailEffects::ForRollup(end) => end.write_fields(out),
            TailEffects::ForPublic(effects) => effects.write_fields(out),
        }
        self.gas_used.write_fields(out);
        self.fee_payer.write_fields(out);
        self.expiration_timestamp.write_fields(out);
    }
}

json_is_buffer!(PrivateKernelTailCircuitPublicInputs, buffer_base64);
