//! What must hold of every store. Whoever implements [`Store`] runs [`run`] in its tests.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

use async_trait::async_trait;
use futures_util::future::{join, join_all};

use super::{Batch, Entry, Snapshot, Store, Table};
use crate::port::{MaybeSend, MaybeSync};

/// Makes the stores that are tested.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Medium: MaybeSend + MaybeSync {
    /// A store with nothing in it.
    async fn create(&self) -> Arc<dyn Store>;

    /// Closes a store and opens it again from what it kept; nothing, if it keeps nothing.
    async fn reopen(&self, store: Arc<dyn Store>) -> Option<Arc<dyn Store>>;
}

/// Runs the whole suite. Panics where something does not hold.
pub async fn run(medium: &dyn Medium) {
    keeps_what_is_committed(&*medium.create().await).await;
    snapshots_stay_as_they_are(&*medium.create().await).await;
    tables_are_apart(&*medium.create().await).await;
    scans_are_in_order(&*medium.create().await).await;
    large_values_and_keys_come_back(&*medium.create().await).await;
    readers_see_whole_batches(&*medium.create().await).await;
    behaves_as_a_map(&*medium.create().await).await;
    outlives_being_closed(medium).await;
}

/// Different numbers each time, the same in each run.
struct Numbers(u64);

impl Numbers {
    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.below(256) as u8).collect()
    }
}

async fn snapshot(store: &dyn Store) -> Arc<dyn Snapshot> {
    store.snapshot().await.expect("a snapshot can be taken")
}

async fn commit(store: &dyn Store, writes: impl IntoIterator<Item = (Table, Vec<u8>, Option<Vec<u8>>)>) {
    let mut batch = Batch::new();
    for (table, key, value) in writes {
        match value {
            Some(value) => batch.put(table, key, value),
            None => batch.delete(table, key),
        }
    }
    store.commit(batch).await.expect("a batch can be committed");
}

async fn get(snapshot: &dyn Snapshot, table: Table, key: &[u8]) -> Option<Vec<u8>> {
    snapshot.get(table, key).await.expect("a value can be read")
}

async fn scan(snapshot: &dyn Snapshot, table: Table, prefix: &[u8], from: &[u8], limit: usize) -> Vec<Entry> {
    snapshot.scan(table, prefix, from, limit).await.expect("a table can be scanned")
}

const TABLE: Table = Table::ActiveNotes;

/// What is committed is there, what is removed is gone, and what was never there can be removed.
pub async fn keeps_what_is_committed(store: &dyn Store) {
    let empty = snapshot(store).await;
    assert_eq!(get(&*empty, TABLE, b"a").await, None, "a new store has nothing in it");
    assert_eq!(scan(&*empty, TABLE, b"", b"", usize::MAX).await, [], "a new store has nothing in it");
    commit(store, []).await;
    let put = |key: &[u8], value: &[u8]| (TABLE, key.to_vec(), Some(value.to_vec()));
    let delete = |key: &[u8]| (TABLE, key.to_vec(), None);
    commit(store, [put(b"a", b"1"), put(b"b", b""), put(b"", b"0"), delete(b"z")]).await;
    let now = snapshot(store).await;
    assert_eq!(get(&*now, TABLE, b"a").await.as_deref(), Some(b"1".as_slice()));
    assert_eq!(get(&*now, TABLE, b"b").await.as_deref(), Some(b"".as_slice()), "no value is not the same as nothing");
    assert_eq!(get(&*now, TABLE, b"").await.as_deref(), Some(b"0".as_slice()), "the empty key is a key");
    commit(store, [put(b"a", b"2"), delete(b"b"), delete(b"b"), put(b"c", b"3")]).await;
    let now = snapshot(store).await;
    assert_eq!(get(&*now, TABLE, b"a").await.as_deref(), Some(b"2".as_slice()));
    assert_eq!(get(&*now, TABLE, b"b").await, None);
    let keys: Vec<_> = scan(&*now, TABLE, b"", b"", usize::MAX).await.into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [b"".to_vec(), b"a".to_vec(), b"c".to_vec()]);
}

/// A snapshot does not change when something is added, replaced or removed later.
pub async fn snapshots_stay_as_they_are(store: &dyn Store) {
    let mut moments = Vec::new();
    for round in 0..20u8 {
        moments.push(snapshot(store).await);
        let key = |key: u8| Vec::from([key]);
        let removed = round.checked_sub(5).map(|old| (TABLE, key(old), None));
        commit(
            store,
            [(TABLE, key(round), Some(key(round))), (TABLE, key(99), Some(key(round)))].into_iter().chain(removed),
        )
        .await;
    }
    for (round, moment) in (0..20u8).zip(&moments) {
        let expected: Vec<Entry> = (round.saturating_sub(5)..round).map(|key| (vec![key], vec![key])).collect();
        let last = round.checked_sub(1).map(|last| (vec![99], vec![last]));
        let expected: Vec<Entry> = expected.into_iter().chain(last).collect();
        assert_eq!(scan(&**moment, TABLE, b"", b"", usize::MAX).await, expected, "the moment before round {round}");
        for (key, value) in expected {
            assert_eq!(get(&**moment, TABLE, &key).await, Some(value));
        }
    }
}

/// One key has a value in each table.
pub async fn tables_are_apart(store: &dyn Store) {
    commit(store, Table::ALL.map(|table| (table, b"key".to_vec(), Some(vec![table as u8])))).await;
    commit(store, [(Table::Meta, b"key".to_vec(), None)]).await;
    let now = snapshot(store).await;
    for table in Table::ALL {
        let expected = (table != Table::Meta).then(|| vec![table as u8]);
        assert_eq!(get(&*now, table, b"key").await, expected, "{}", table.name());
        let entries = scan(&*now, table, b"", b"", usize::MAX).await;
        assert_eq!(entries.len(), usize::from(expected.is_some()), "{}", table.name());
    }
}

/// Scans are by ascending key, begin where they should, stay within the prefix and stop at the limit.
pub async fn scans_are_in_order(store: &dyn Store) {
    let mut keys: Vec<Vec<u8>> = vec![
        vec![],
        vec![0],
        vec![0, 0],
        vec![1],
        vec![1, 0],
        vec![1, 0, 7],
        vec![1, 2],
        vec![1, 255],
        vec![1, 255, 255],
        vec![2],
        vec![128],
        vec![255],
        vec![255, 0],
        vec![255, 255],
        vec![255, 255, 255],
    ];
    let entry = |key: &Vec<u8>| (TABLE, key.clone(), Some(key.iter().rev().copied().collect()));
    commit(store, keys.iter().rev().map(entry)).await;
    // Neighbours in other tables must not show.
    commit(store, [Table::Instances, Table::NullifiedNotes].map(|table| (table, vec![1, 1], Some(vec![])))).await;
    keys.sort();
    let now = snapshot(store).await;
    let prefixes: [&[u8]; 9] = [&[], &[0], &[1], &[1, 0], &[1, 255], &[2], &[3], &[255], &[255, 255]];
    let starts: [&[u8]; 8] =
        [&[], &[0, 0, 0], &[1], &[1, 0, 8], &[1, 255, 1], &[2, 0], &[255, 255], &[255, 255, 255, 0]];
    for prefix in prefixes {
        for from in starts {
            let all: Vec<_> =
                keys.iter().filter(|key| key.starts_with(prefix) && key.as_slice() >= from).cloned().collect();
            for limit in [0, 1, 2, 3, all.len(), usize::MAX] {
                let found = scan(&*now, TABLE, prefix, from, limit).await;
                let expected: Vec<Entry> =
                    all.iter().take(limit).map(|key| (key.clone(), entry(key).2.expect("put"))).collect();
                assert_eq!(found, expected, "prefix {prefix:?} from {from:?} limit {limit}");
            }
        }
    }
}

/// Values of megabytes, keys of hundreds of bytes, thousands of keys.
pub async fn large_values_and_keys_come_back(store: &dyn Store) {
    let mut numbers = Numbers(7);
    let large = numbers.bytes(3 << 20);
    let long: Vec<Vec<u8>> = (0..3).map(|last| [vec![5; 400], vec![last]].concat()).collect();
    commit(store, [(TABLE, long[1].clone(), Some(large.clone())), (TABLE, long[2].clone(), Some(vec![2]))]).await;
    let many = (0..5000u16).map(|number| (Table::Capsules, number.to_be_bytes().to_vec(), Some(vec![number as u8])));
    commit(store, many).await;
    let now = snapshot(store).await;
    assert_eq!(get(&*now, TABLE, &long[0]).await, None);
    assert!(get(&*now, TABLE, &long[1]).await == Some(large), "a large value comes back as it was");
    assert_eq!(get(&*now, TABLE, &long[2]).await, Some(vec![2]));
    let found = scan(&*now, Table::Capsules, &[], &4000u16.to_be_bytes(), usize::MAX).await;
    assert_eq!(found.len(), 1000);
    assert_eq!(found.last().map(|(key, _)| key.clone()), Some(4999u16.to_be_bytes().to_vec()));
}

/// Writes the same number into every table, again and again. Run beside [`check_round`].
pub async fn write_rounds(store: &dyn Store, rounds: u32) {
    for round in 0..rounds {
        commit(store, Table::ALL.map(|table| (table, vec![1], Some(round.to_be_bytes().to_vec())))).await;
    }
}

/// Checks that a reader sees a batch of [`write_rounds`] as a whole or not at all.
pub async fn check_round(store: &dyn Store) {
    let now = snapshot(store).await;
    let expected = get(&*now, Table::Meta, &[1]).await;
    for table in Table::ALL {
        assert_eq!(get(&*now, table, &[1]).await, expected, "a batch is one transaction ({})", table.name());
    }
}

/// Readers beside a writer see whole batches.
pub async fn readers_see_whole_batches(store: &dyn Store) {
    let readers = (0..4).map(|_| async {
        for _ in 0..25 {
            check_round(store).await;
        }
    });
    join(write_rounds(store, 50), join_all(readers)).await;
    check_round(store).await;
}

type Model = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

async fn agrees(snapshot: &dyn Snapshot, model: &Model, numbers: &mut Numbers) {
    for table in [Table::ActiveNotes, Table::Capsules] {
        let prefix = [[0, 1, 127, 255][numbers.below(4)]];
        let expected = |prefix: &[u8]| -> Vec<Entry> {
            let entries = model.iter().filter(|((of, key), _)| *of == table && key.starts_with(prefix));
            entries.map(|((_, key), value)| (key.clone(), value.clone())).collect()
        };
        assert_eq!(scan(snapshot, table, &[], &[], usize::MAX).await, expected(&[]));
        assert_eq!(scan(snapshot, table, &prefix, &[], usize::MAX).await, expected(&prefix));
    }
}

/// Random batches lead to what they lead to in a map, for old snapshots too.
pub async fn behaves_as_a_map(store: &dyn Store) {
    let mut numbers = Numbers(42);
    let mut model = Model::new();
    let mut moments: Vec<(Arc<dyn Snapshot>, Model)> = Vec::new();
    for _ in 0..60 {
        let count = numbers.below(12);
        let mut writes = Vec::with_capacity(count);
        for _ in 0..count {
            let table = [Table::ActiveNotes, Table::Capsules][numbers.below(2)];
            // Few different keys, so that they meet.
            let length = numbers.below(3);
            let key: Vec<u8> = (0..length).map(|_| [0, 1, 127, 255][numbers.below(4)]).collect();
            let length = numbers.below(40);
            let value = (numbers.below(3) > 0).then(|| numbers.bytes(length));
            match &value {
                Some(value) => model.insert((table, key.clone()), value.clone()),
                None => model.remove(&(table, key.clone())),
            };
            writes.push((table, key, value));
        }
        commit(store, writes).await;
        moments.push((snapshot(store).await, model.clone()));
        if moments.len() > 5 {
            moments.remove(numbers.below(5));
        }
        for (moment, model) in &moments {
            agrees(&**moment, model, &mut numbers).await;
        }
    }
}

/// What was committed is there after the store was closed and opened again.
pub async fn outlives_being_closed(medium: &dyn Medium) {
    let store = medium.create().await;
    let mut numbers = Numbers(3);
    let mut model = Model::new();
    for round in 0..10u8 {
        let (key, value) = (vec![round % 7], numbers.bytes(100));
        model.insert((TABLE, key.clone()), value.clone());
        commit(&*store, [(TABLE, key, Some(value))]).await;
    }
    commit(&*store, [(TABLE, vec![3], None)]).await;
    model.remove(&(TABLE, vec![3]));
    let Some(store) = medium.reopen(store).await else { return };
    agrees(&*snapshot(&*store).await, &model, &mut numbers).await;
    commit(&*store, [(TABLE, vec![3], Some(vec![1]))]).await;
    let Some(store) = medium.reopen(store).await else { panic!("a store that was opened again can be closed again") };
    assert_eq!(get(&*snapshot(&*store).await, TABLE, &[3]).await, Some(vec![1]));
}
