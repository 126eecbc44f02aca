//! Side effects that are not there: circuits can pretend that there are more, to hide how many there are.
//!
//! Official clients do not use it, and a transaction that did would stand out among theirs.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/padded_side_effects.ts`,
//! `@aztec/pxe/src/private_kernel/private_kernel_execution_prover.ts`.

use circuits::kernel_inputs::{PaddedSideEffectAmounts, PaddedSideEffects};

/// What a reset pads side effects with: nothing.
pub(in crate::kernel) fn padded_side_effects() -> PaddedSideEffects {
    PaddedSideEffects::default()
}

/// How many side effects the tail pretends there are: as many as there are.
pub(in crate::kernel) fn padded_side_effect_amounts() -> PaddedSideEffectAmounts {
    PaddedSideEffectAmounts::default()
}
