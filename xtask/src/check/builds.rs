//! What must build where there is no operating system: hashing, keys, ABI and the client's core.
use crate::{Error, shell};

const CRATES: &[&str] = &["protocol", "pxe-core"];
const TARGETS: &[&str] = &["riscv32imac-unknown-none-elf", "wasm32-unknown-unknown"];

pub(super) fn run() -> Result<(), Error> {
    for target in TARGETS {
        let mut command = shell::command(&["cargo", "build", "--no-default-features", "--target", target]);
        // Nobody runs the result, so nothing is optimised.
        command.args(["--config", "profile.dev.opt-level=0", "--config", "profile.dev.package.'*'.opt-level=0"]);
        for name in CRATES {
            command.args(["--package", name]);
        }
        shell::run(command)?;
    }
    Ok(())
}
