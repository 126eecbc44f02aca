//! Writes that are made together or not at all.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::Table;

/// Writes by table and key; a later write of a key replaces an earlier one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch(BTreeMap<(Table, Vec<u8>), Option<Vec<u8>>>);

impl Batch {
    /// No writes.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets the value of a key.
    pub fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.0.insert((table, key), Some(value));
    }

    /// Removes a key, if it is there.
    pub fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.0.insert((table, key), None);
    }

    /// What is written to a key: nothing, a value, or its removal.
    #[must_use]
    pub fn get(&self, table: Table, key: &[u8]) -> Option<Option<&[u8]>> {
        // A borrowed form of the pair does not exist; keys are short.
        self.0.get(&(table, key.to_vec())).map(Option::as_deref)
    }

    /// Writes to a table by ascending key, from `from` on.
    pub fn range(&self, table: Table, from: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let writes = self.0.range((table, from.to_vec())..);
        writes.take_while(move |((of, _), _)| *of == table).map(|((_, key), value)| (key.as_slice(), value.as_deref()))
    }

    /// All writes, by table and key.
    pub fn iter(&self) -> impl Iterator<Item = (Table, &[u8], Option<&[u8]>)> {
        self.0.iter().map(|((table, key), value)| (*table, key.as_slice(), value.as_deref()))
    }

    /// Takes over the writes of another batch, which win.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// How many keys are written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Values may be secret to others.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({} writes)", self.len())
    }
}
