//! What the workloads work on.

use std::collections::BTreeMap;

/// Files by name, as `cargo xtask bench compare` lays them out.
#[derive(Debug, Clone, Default)]
pub struct Inputs(BTreeMap<String, Vec<u8>>);

impl Inputs {
    /// Adds a file.
    pub fn insert(&mut self, name: String, bytes: Vec<u8>) {
        self.0.insert(name, bytes);
    }

    /// A file that must be there.
    ///
    /// # Panics
    /// If it is not: the folder is incomplete.
    #[must_use]
    pub fn get(&self, name: &str) -> &[u8] {
        self.0.get(name).unwrap_or_else(|| panic!("the inputs lack {name}"))
    }
}
