//! The client (PXE): holds keys, finds notes, executes the private part of a transaction and proves it.
//!
//! `#![no_std]` always; `std` is a feature.
#![no_std]
