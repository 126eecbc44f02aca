//! What the circuits of the client's kernel take.
//!
//! One struct per circuit, its members named as the circuit's parameters; [`CircuitMap`]
//! fits them to a circuit.
//!
//! | Circuit | Inputs | Output |
//! |---|---|---|
//! | `private_kernel_init` | [`KernelInitInputs`] | [`PrivateKernelCircuitPublicInputs`] |
//! | `private_kernel_inner` | [`KernelInnerInputs`] | [`PrivateKernelCircuitPublicInputs`] |
//! | `private_kernel_reset`, any dimensions | [`KernelResetInputs`] | [`PrivateKernelCircuitPublicInputs`] |
//! | `private_kernel_tail` | [`KernelTailInputs`] | [`PrivateKernelTailCircuitPublicInputs`] |
//! | `private_kernel_tail_to_public` | [`KernelTailToPublicInputs`] | [`PrivateKernelTailCircuitPublicInputs`] |
//! | `hiding_kernel_to_rollup`, `…_to_public` | [`HidingKernelInputs`] | [`PrivateKernelTailCircuitPublicInputs`] |
//!
//! Protocol source: `@aztec/noir-protocol-circuits-types/src/types/index.ts`, `@aztec/stdlib/src/kernel/`.

mod call;
mod key;
mod reset;

pub use call::{ContractClassHints, PrivateCallData};
pub use key::{KernelKey, KernelKeyError, KernelKeyMembership, PreviousKernel};
pub use reset::{
    KeyValidationHint, NoteHashLeaf, PaddedSideEffects, PendingReadHint, ReadRequestAction, ReadRequestHints,
    ResetHints, SettledReadHint, TransientDataSquashingHint,
};

use protocol::block::Timestamp;
use protocol::field::Fr;
use protocol::kernel::{
    PrivateCircuitPublicInputs, PrivateKernelCircuitPublicInputs, PrivateKernelTailCircuitPublicInputs,
    ProtocolContracts, SideEffectCounter,
};
use protocol::tx::TxRequest;

use crate::abi_map::CircuitMap;
use crate::abi_struct;

/// The map of the first kernel circuit.
pub type KernelInitMap = CircuitMap<KernelInitInputs, PrivateKernelCircuitPublicInputs>;
/// The map of the kernel circuit for all calls but the first.
pub type KernelInnerMap = CircuitMap<KernelInnerInputs, PrivateKernelCircuitPublicInputs>;
/// The map of a reset circuit.
pub type KernelResetMap = CircuitMap<KernelResetInputs, PrivateKernelCircuitPublicInputs>;
/// The map of the tail circuit of transactions without public calls.
pub type KernelTailMap = CircuitMap<KernelTailInputs, PrivateKernelTailCircuitPublicInputs>;
/// The map of the tail circuit of transactions with public calls.
pub type KernelTailToPublicMap = CircuitMap<KernelTailToPublicInputs, PrivateKernelTailCircuitPublicInputs>;
/// The map of a hiding circuit.
pub type HidingKernelMap = CircuitMap<HidingKernelInputs, PrivateKernelTailCircuitPublicInputs>;

/// What the first kernel circuit takes: the request and its first call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelInitInputs {
    /// The request.
    pub tx_request: TxRequest,
    /// Root of the tree of circuit keys.
    pub vk_tree_root: Fr,
    /// The protocol contracts.
    pub protocol_contracts: ProtocolContracts,
    /// The first call.
    pub private_call: PrivateCallData,
    /// Whether the transaction will have no public calls.
    pub is_private_only: bool,
    /// The first nullifier of the transaction, if a call makes it; else 0, and the kernel makes it of the request.
    pub first_nullifier_hint: Fr,
    /// The counter from which side effects will be revertible.
    pub revertible_counter_hint: SideEffectCounter,
    /// What the first call makes public.
    pub app_public_inputs: PrivateCircuitPublicInputs,
}

/// What the kernel circuit for all calls but the first takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelInnerInputs {
    /// The kernel before.
    pub previous_kernel: PreviousKernel,
    /// What it returned.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// The call.
    pub private_call: PrivateCallData,
    /// What the call makes public.
    pub app_public_inputs: PrivateCircuitPublicInputs,
}

/// What a reset circuit takes. The lists in the hints are as long as the circuit's dimensions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelResetInputs {
    /// The kernel before.
    pub previous_kernel: PreviousKernel,
    /// What it returned.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// Side effects that hide how many there really are.
    pub padded_side_effects: PaddedSideEffects,
    /// What settles the requests.
    pub hints: ResetHints,
}

/// What the tail circuit of a transaction without public calls takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelTailInputs {
    /// The kernel before.
    pub previous_kernel: PreviousKernel,
    /// What it returned.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// The transaction shall expire no later.
    pub expiration_timestamp_upper_bound: Timestamp,
}

/// What the tail circuit of a transaction with public calls takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelTailToPublicInputs {
    /// The kernel before.
    pub previous_kernel: PreviousKernel,
    /// What it returned.
    pub previous_kernel_public_inputs: PrivateKernelCircuitPublicInputs,
    /// How many side effects there seem to be.
    pub padded_side_effect_amounts: PaddedSideEffectAmounts,
    /// The transaction shall expire no later.
    pub expiration_timestamp_upper_bound: Timestamp,
}

/// What a hiding circuit takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HidingKernelInputs {
    /// What the tail returned.
    pub previous_kernel_public_inputs: PrivateKernelTailCircuitPublicInputs,
    /// The key of the tail.
    pub previous_kernel_vk_data: KernelKeyMembership,
}

/// How many side effects of each kind a transaction with public calls seems to have at least; 0 for what it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PaddedSideEffectAmounts {
    /// Note hashes that stay even if the app logic reverts.
    pub non_revertible_note_hashes: u32,
    /// Note hashes that go if the app logic reverts.
    pub revertible_note_hashes: u32,
    /// Nullifiers that stay even if the app logic reverts.
    pub non_revertible_nullifiers: u32,
    /// Nullifiers that go if the app logic reverts.
    pub revertible_nullifiers: u32,
    /// Private logs that stay even if the app logic reverts.
    pub non_revertible_private_logs: u32,
    /// Private logs that go if the app logic reverts.
    pub revertible_private_logs: u32,
}

abi_struct!(KernelInitInputs {
    tx_request,
    vk_tree_root,
    protocol_contracts,
    private_call,
    is_private_only,
    first_nullifier_hint,
    revertible_counter_hint,
    app_public_inputs,
});
abi_struct!(KernelInnerInputs { previous_kernel, previous_kernel_public_inputs, private_call, app_public_inputs });
abi_struct!(KernelResetInputs { previous_kernel, previous_kernel_public_inputs, padded_side_effects, hints });
abi_struct!(KernelTailInputs { previous_kernel, previous_kernel_public_inputs, expiration_timestamp_upper_bound });
abi_struct!(KernelTailToPublicInputs {
    previous_kernel,
    previous_kernel_public_inputs,
    padded_side_effect_amounts,
    expiration_timestamp_upper_bound,
});
abi_struct!(HidingKernelInputs { previous_kernel_public_inputs, previous_kernel_vk_data });
abi_struct!(PaddedSideEffectAmounts {
    non_revertible_note_hashes,
    revertible_note_hashes,
    non_revertible_nullifiers,
    revertible_nullifiers,
    non_revertible_private_logs,
    revertible_private_logs,
});
