//! What private functions and private kernels tell each other.
//!
//! A private function emits side effects with counters; the kernel scopes them by contract and accumulates them over the
//! calls of a transaction; the tail sorts, silos and flattens them into the data a transaction is sent with.
//!
//! | Step | Public inputs | Fields |
//! |---|---|---|
//! | a private function | [`PrivateCircuitPublicInputs`] | 870 |
//! | init, inner, reset | [`PrivateKernelCircuitPublicInputs`] | 2884 |
//! | tail, hiding | [`PrivateKernelTailCircuitPublicInputs`] | 1281 or 2784 |

mod accumulated;
mod call;
mod circuit;
mod claimed;
mod constants;
mod key_validation;
mod message;
mod padding;
mod private;
mod side_effect;
mod tail;
#[cfg(test)]
mod tests;

pub use accumulated::{PrivateToAvmAccumulatedData, PrivateToPublicAccumulatedData, PrivateToRollupAccumulatedData};
pub use call::{CallContext, CountedPublicCallRequest, PrivateCallRequest, PublicCallRequest};
pub use circuit::{PrivateCircuitPublicInputs, PrivateContextInputs};
pub use claimed::ClaimedLengthArray;
pub use constants::{PrivateTxConstantData, ProtocolContracts, TxConstantData};
pub use key_validation::{KeyValidationRequest, KeyValidationRequestAndSeparator};
pub use message::{CountedL2ToL1Message, L2ToL1Message, ScopedL2ToL1Message};
pub use padding::{IsEmpty, non_empty};
pub use private::{PrivateAccumulatedData, PrivateKernelCircuitPublicInputs, PrivateValidationRequests};
pub use side_effect::{
    Counted, CountedLogHash, LogHash, NoteHash, Nullifier, PrivateLogData, ReadRequest, Scoped, SideEffectCounter,
};
pub use tail::{PrivateKernelTailCircuitPublicInputs, TailEffects, TailForPublic};
