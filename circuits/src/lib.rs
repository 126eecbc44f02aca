//! Verbs on circuits: load one, solve its witness, prove it, verify it.
//!
//! The crate stands on [`protocol`] and is used by both sides: the client proves private functions and kernels, the
//! node verifies them.
//!
//! | Module | Does |
//! |---|---|
//! | [`bb`] | barretenberg, the proof system, behind one port |
//! | [`chonk`] | one proof for all private functions and kernels of a transaction |
//! | `disk` | files: read at any place, replaced in one step (native only) |
//! | [`honk`] | proofs of single circuits, for rollups |
//! | [`set`] | which circuits there are, their keys, and what follows from the keys |
//! | [`program`] | code of an artifact, decoded once, solved many times |
//! | [`witness`] | a circuit's witness values, found from its inputs and the answers of its oracles |
//! | [`abi_map`] | typed values to witnesses and back, by the circuit's own ABI |
//! | [`kernel_inputs`] | what the circuits of the client's kernel take |
//! | [`srs`] | the structured reference string proofs are made and verified with |

pub mod abi_map;
pub mod bb;
pub mod chonk;
#[cfg(not(target_arch = "wasm32"))]
pub mod disk;
pub mod honk;
pub mod kernel_inputs;
pub mod program;
pub mod set;
pub mod srs;
pub mod witness;
