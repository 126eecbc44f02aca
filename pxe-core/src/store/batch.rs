//! Writes that are made together or not at all.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Bound;

use super::Table;

/// Writes to one table: values, or removals.
type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Writes by table and key; a later write of a key replaces an earlier one.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Batch(BTreeMap<Table, Writes>);

impl Batch {
    /// No writes.
    #[must_use]
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Sets the value of a key.
    pub fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.0.entry(table).or_default().insert(key, Some(value));
    }

    /// Removes a key, if it is there.
    pub fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.0.entry(table).or_default().insert(key, None);
    }

    /// What is written to a key: nothing, a value, or its removal.
    #[must_use]
    pub fn get(&self, table: Table, key: &[u8]) -> Option<Option<&[u8]>> {
        Some(self.0.get(&table)?.get(key)?.as_deref())
    }

    /// Writes to a table by ascending key, from `from` on.
    pub fn range(&self, table: Table, from: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        let from = (Bound::Included(from), Bound::Unbounded);
        let writes = self.0.get(&table).map(|writes| writes.range::<[u8], _>(from));
        writes.into_iter().flatten().map(|(key, value)| (key.as_slice(), value.as_deref()))
    }

    /// All writes, by table and key.
    pub fn iter(&self) -> impl Iterator<Item = (Table, &[u8], Option<&[u8]>)> {
        let of_table = |(table, writes): (&Table, _)| (*table, writes);
        self.0.iter().map(of_table).flat_map(|(table, writes): (Table, &Writes)| {
            writes.iter().map(move |(key, value)| (table, key.as_slice(), value.as_deref()))
        })
    }

    /// Takes over the writes of another batch, which win.
    pub fn extend(&mut self, other: Self) {
        for (table, writes) in other.0 {
            self.0.entry(table).or_default().extend(writes);
        }
    }

    /// How many keys are written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }

    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(BTreeMap::is_empty)
    }
}

/// Values may be secret to others.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Batch({} writes)", self.len())
    }
}
