//! Some of the kept keys under the development SRS are derived again, from nothing.
//!
//! `cargo xtask dev-params --again all` does that with all of them, in a quarter of an hour or more.

#![cfg(feature = "barretenberg")]

use xtask::dev_params;

/// Small ones, of a circuit, an account and another contract.
const NAMES: [&str; 3] =
    ["hiding_kernel_to_rollup", "SchnorrAccount:constructor", "SponsoredFPC:sponsor_unconditionally"];

#[test]
#[ignore = "needs the official packages and barretenberg's module: ./dev test proofs"]
fn kept_keys_are_those_that_are_derived() {
    let again = NAMES.iter().flat_map(|name| ["--again", name]);
    let words: Vec<String> = again.chain(["--backend", "wasmtime"]).map(str::to_owned).collect();
    dev_params::run(&words).expect("they are the same");
}
