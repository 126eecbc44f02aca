//! The command line of `node-lite`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
