//! The rules of the checkout that a machine can check.
//!
//! * `graph`: which crate may import which.
//! * `lints`: every crate takes the workspace's lints.
//! * `files`: how long source files may be, and what no tracked file may contain.
//! * `npm_lock`: a lock file that works for every registry and platform.
//! * `builds`: crates that must build without an operating system.
use std::fmt;

use crate::{Error, shell};

mod builds;
mod files;
mod graph;
mod lints;
mod npm_lock;

/// A broken rule: where, and what to do.
#[derive(Debug, PartialEq, Eq)]
struct Broken {
    place: String,
    advice: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.advice)
    }
}

/// Checks everything; prints each broken rule.
///
/// # Errors
/// If a rule is broken, or a crate does not build for a bare-metal target.
pub fn run() -> Result<(), Error> {
    let metadata: graph::Metadata = shell::json(&["cargo", "metadata", "--format-version=1", "--no-deps"])?;
    let mut broken = graph::check(&metadata);
    broken.extend(lints::check_all(&metadata)?);
    broken.extend(files::check_all()?);
    broken.extend(npm_lock::check_all()?);
    for rule in &broken {
        println!("{rule}");
    }
    if !broken.is_empty() {
        return Err(Error::Rules(broken.len()));
    }
    builds::run()
}
