//! Verbs on circuits: load one, solve its witness, prove it, verify it.
//!
//! The crate stands on [`protocol`] and is used by both sides: the client proves private functions and kernels, the
//! node verifies them.
#![no_std]
