//! One moment of the store with the writes of a piece of work on top.

use alloc::sync::Arc;
use alloc::vec::Vec;

use protocol::codec::{Decode, Encode, Reader};

use super::{Batch, Entry, Snapshot, Store, StoreError, Table};

/// A piece of work on the store: it sees the store as it was when the work began, and its own writes. Nothing is stored
/// before [`Job::commit`]; a job that is dropped leaves no trace.
#[derive(Debug)]
pub struct Job {
    snapshot: Arc<dyn Snapshot>,
    writes: Batch,
}

impl Job {
    /// Begins work on a store.
    pub async fn begin(store: &dyn Store) -> Result<Self, StoreError> {
        Ok(Self { snapshot: store.snapshot().await?, writes: Batch::new() })
    }

    /// Stores the writes, all of them or none.
    pub async fn commit(self, store: &dyn Store) -> Result<(), StoreError> {
        let Self { snapshot, writes } = self;
        // A store may have to keep what somebody still looks at.
        drop(snapshot);
        if writes.is_empty() { Ok(()) } else { store.commit(writes).await }
    }

    /// The value of a key.
    pub async fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.writes.get(table, key) {
            Some(written) => Ok(written.map(<[u8]>::to_vec)),
            None => self.snapshot.get(table, key).await,
        }
    }

    /// The value of a key, read.
    pub async fn read<T: Decode>(&self, table: Table, key: &[u8]) -> Result<Option<T>, StoreError> {
        let value = self.get(table, key).await?;
        value.map(|value| decode(table, &value)).transpose()
    }

    /// The entries whose key starts with `prefix` and is not below `from`, by ascending key, at most `limit`.
    pub async fn scan(&self, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Result<Vec<Entry>, StoreError> {
        if limit == 0 {
            return Ok(Vec::new());
        }
        let start = prefix.max(from);
        let written = self.writes.range(table, start).take_while(|(key, _)| key.starts_with(prefix));
        let written: Vec<_> = written.collect();
        if written.is_empty() {
            return self.snapshot.scan(table, prefix, from, limit).await;
        }
        let mut written = written.into_iter().peekable();
        let mut found = Vec::new();
        let mut next = start.to_vec();
        // What is removed here leaves gaps in what was read, so one scan of the snapshot may not be enough.
        loop {
            let wanted = limit - found.len();
            let stored = self.snapshot.scan(table, prefix, &next, wanted).await?;
            let last = stored.len() < wanted;
            let end = stored.last().map(|(key, _)| key.clone());
            for entry in stored {
                while let Some((key, value)) = written.next_if(|(key, _)| *key < entry.0.as_slice()) {
                    found.extend(value.map(|value| (key.to_vec(), value.to_vec())));
                }
                match written.next_if(|(key, _)| *key == entry.0.as_slice()) {
                    Some((key, value)) => found.extend(value.map(|value| (key.to_vec(), value.to_vec()))),
                    None => found.push(entry),
                }
            }
            if last {
                found.extend(written.filter_map(|(key, value)| value.map(|value| (key.to_vec(), value.to_vec()))));
                found.truncate(limit);
                return Ok(found);
            }
            if found.len() >= limit {
                found.truncate(limit);
                return Ok(found);
            }
            let mut after = end.expect("a scan that was not the last found something");
            after.push(0);
            next = after;
        }
    }

    /// All values whose key starts with `prefix`, read, by ascending key.
    pub async fn read_all<T: Decode>(&self, table: Table, prefix: &[u8]) -> Result<Vec<T>, StoreError> {
        let entries = self.scan(table, prefix, &[], usize::MAX).await?;
        entries.iter().map(|(_, value)| decode(table, value)).collect()
    }

    /// Sets the value of a key.
    pub fn put(&mut self, table: Table, key: Vec<u8>, value: Vec<u8>) {
        self.writes.put(table, key, value);
    }

    /// Sets the value of a key.
    pub fn write(&mut self, table: Table, key: Vec<u8>, value: &impl Encode) {
        self.put(table, key, value.to_buffer());
    }

    /// Removes a key, if it is there.
    pub fn delete(&mut self, table: Table, key: Vec<u8>) {
        self.writes.delete(table, key);
    }

    /// The writes so far.
    #[must_use]
    pub fn writes(&self) -> &Batch {
        &self.writes
    }

    /// Forgets the writes made since `earlier` was the state of [`Job::writes`].
    pub fn roll_back(&mut self, earlier: Batch) {
        self.writes = earlier;
    }
}

pub(super) fn decode<T: Decode>(table: Table, value: &[u8]) -> Result<T, StoreError> {
    T::from_buffer(value).map_err(|source| StoreError::Damaged { table, source })
}

/// Reads a value that is nothing but items.
pub(super) fn decode_list<T: Decode>(table: Table, value: &[u8]) -> Result<Vec<T>, StoreError> {
    let mut reader = Reader::new(value);
    let mut items = Vec::with_capacity(value.len() / T::MIN_SIZE.max(1));
    while reader.left() > 0 {
        items.push(T::decode(&mut reader).map_err(|source| StoreError::Damaged { table, source })?);
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::store::MemoryStore;

    fn keys(entries: &[Entry]) -> Vec<u8> {
        entries.iter().map(|(key, _)| key[0]).collect()
    }

    #[test]
    fn sees_its_own_writes_over_the_moment_it_began() {
        block_on(async {
            let store = MemoryStore::default();
            let mut first = Job::begin(&store).await.unwrap();
            for key in 0..10u8 {
                first.put(Table::ActiveNotes, alloc::vec![key], alloc::vec![key]);
            }
            first.commit(&store).await.unwrap();
            let mut job = Job::begin(&store).await.unwrap();
            let mut other = Job::begin(&store).await.unwrap();
            other.put(Table::ActiveNotes, alloc::vec![50], alloc::vec![]);
            other.commit(&store).await.unwrap();
            for key in [0u8, 1, 2, 9] {
                job.delete(Table::ActiveNotes, alloc::vec![key]);
            }
            job.put(Table::ActiveNotes, alloc::vec![4], alloc::vec![40]);
            job.put(Table::ActiveNotes, alloc::vec![11], alloc::vec![11]);
            let scan = async |from: u8, limit| keys(&job.scan(Table::ActiveNotes, &[], &[from], limit).await.unwrap());
            assert_eq!(scan(0, 100).await, [3, 4, 5, 6, 7, 8, 11]);
            assert_eq!(scan(0, 2).await, [3, 4]);
            assert_eq!(scan(5, 3).await, [5, 6, 7]);
            assert_eq!(scan(8, 3).await, [8, 11]);
            assert_eq!(job.get(Table::ActiveNotes, &[4]).await.unwrap(), Some(alloc::vec![40]));
            assert_eq!(job.get(Table::ActiveNotes, &[9]).await.unwrap(), None);
            assert_eq!(job.get(Table::ActiveNotes, &[50]).await.unwrap(), None);
        });
    }
}
