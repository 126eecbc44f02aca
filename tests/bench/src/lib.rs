//! Workloads that run natively, as WebAssembly and, written for the official packages, in JavaScript: one run of
//! `cargo xtask bench` times all three and prints the ratios.
