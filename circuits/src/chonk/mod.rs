//! Chonk: one proof for all private functions and kernels of a transaction.
//!
//! Circuits are accumulated one after the other, in the order in which they run; the last is the hiding kernel.
//!
//! | Module | Subject |
//! |---|---|
//! | `proof` | the proof, as transactions carry it and as barretenberg takes it |
//! | `prover` | a proof in the making, fed with circuits as they are solved |
//! | `inputs` | the file in which the official tools keep solved circuits |

mod inputs;
mod proof;
mod prover;

pub use inputs::{InputsError, read_inputs};
pub use proof::{Part, PrivateProof, ProofError};
pub use prover::{ChonkCircuit, ChonkError, ChonkProver, OnProgress, Progress, queue};
