//! The project's build logic, run as `cargo xtask COMMAND`.
fn main() {}
