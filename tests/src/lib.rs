//! Conformance of the crates with the official packages, runnable natively and as WebAssembly.
