//! The wallet page: built with everything it loads, tested in a browser, or served beside a network.

use std::env::consts::EXE_SUFFIX;

use crate::needs::{self, Need};
use crate::{Error, assets, barretenberg, shell, wasm};

/// Builds the page.
fn build() -> Result<(), Error> {
    wasm::run(&[])?;
    assets::run()?;
    shell::run(shell::command(&["npm", "run", "--silent", "build"]))?;
    shell::run(shell::command(&["npm", "run", "--silent", "bundle", "--workspace=www"]))
}

/// Builds the page and tests it in a headless Chromium, against node-lite.
///
/// # Errors
/// If something cannot be built, or a test fails.
pub fn test() -> Result<(), Error> {
    barretenberg::fetch()?;
    build()?;
    // The program as the tests of all crates have it, which are built already: tests of its command line come with it.
    shell::run(shell::command(&["cargo", "test", "--workspace", "--all-features", "--test=cli", "--no-run"]))?;
    let mut line = shell::command(&["npm", "run", "--silent", "test:browser", "--workspace=www"]);
    line.env("NODE_LITE", wasm::target_folder().join(format!("debug/node-lite{EXE_SUFFIX}")));
    shell::run(line)
}

/// Whether options of node-lite, or the environment, say which parameters it has.
fn has_parameters(options: &[String]) -> bool {
    let names = ["--parameters", "--verify-proofs"];
    std::env::var_os("NODE_LITE_PARAMETERS").is_some()
        || options.iter().any(|word| names.iter().any(|name| word.starts_with(name)))
}

/// Builds node-lite and the page, then runs both until Ctrl-C. Unless told otherwise the network has the INSECURE
/// development parameters, under which a browser makes real proofs without downloading anything, and verifies them.
///
/// # Errors
/// If something cannot be built or started.
pub fn up(options: &[String]) -> Result<(), Error> {
    needs::provide(&[Need::Compiler, Need::Targets, Need::Node, Need::NodeModules, Need::Packages])?;
    barretenberg::fetch()?;
    build()?;
    shell::run(shell::command(&["cargo", "build", "--release", "--package=node-lite"]))?;
    let program = wasm::target_folder().join(format!("release/node-lite{EXE_SUFFIX}"));
    let mut line = shell::command(&["node", "www/serve.mjs", "--node-lite"]);
    line.arg(program).arg("--");
    if !has_parameters(options) {
        line.arg("--parameters=development");
    }
    line.args(options);
    shell::run(line)
}
