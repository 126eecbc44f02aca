//! Which network a store belongs to and in which form its data is.
//!
//! A store belongs to one network for good: callers keep one for each. Its data has a schema version. Data of an older
//! version is brought into the present form when the store is opened, all of it or nothing; nothing is ever wiped.

use alloc::boxed::Box;
use core::fmt;

use async_trait::async_trait;
use protocol::address::EthAddress;
use protocol::rpc::info::{L1ChainId, RollupVersion};

use super::{Job, Store, StoreError, Table};
use crate::port::{MaybeSend, MaybeSync};

/// What tells networks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NetworkId {
    /// The L1 chain.
    pub l1_chain_id: L1ChainId,
    /// Version of the rollup.
    pub rollup_version: RollupVersion,
    /// The rollup contract on L1.
    pub rollup_address: EthAddress,
}

protocol::wire_bytes!(NetworkId { l1_chain_id: L1ChainId, rollup_version: RollupVersion, rollup_address: EthAddress });

/// A text that can be the name of a store: `31337-344372055-0x…`.
impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.l1_chain_id, self.rollup_version, self.rollup_address)
    }
}

/// Brings the data of one schema version into the form of the next.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
trait Migration: MaybeSend + MaybeSync {
    async fn run(&self, job: &mut Job) -> Result<(), StoreError>;
}

/// Item `n` brings version `n + 1` to version `n + 2`. What is here stays: stores of any age are opened.
const MIGRATIONS: &[&dyn Migration] = &[&TxPurposes];

/// Version 2: what a transaction was made for.
struct TxPurposes;

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Migration for TxPurposes {
    async fn run(&self, job: &mut Job) -> Result<(), StoreError> {
        super::txs::add_purposes(job).await
    }
}

/// The version of the present form.
pub const SCHEMA: u32 = 1 + MIGRATIONS.len() as u32;

const SCHEMA_KEY: &[u8] = b"schema";
const NETWORK_KEY: &[u8] = b"network";

/// Makes a store ready for a network. A new store becomes one of this network; an old one is migrated. Refused, without
/// a change, are stores of other networks and of newer versions.
pub async fn open(store: &dyn Store, network: &NetworkId) -> Result<(), StoreError> {
    open_with(store, network, MIGRATIONS).await
}

/// The network of a store; nothing, if it is new.
pub async fn network(job: &Job) -> Result<Option<NetworkId>, StoreError> {
    job.read(Table::Meta, NETWORK_KEY).await
}

async fn open_with(store: &dyn Store, network: &NetworkId, migrations: &[&dyn Migration]) -> Result<(), StoreError> {
    let mut job = Job::begin(store).await?;
    let newest = 1 + migrations.len() as u32;
    let Some(found) = job.read::<u32>(Table::Meta, SCHEMA_KEY).await? else {
        must_be_empty(&job).await?;
        job.write(Table::Meta, SCHEMA_KEY.to_vec(), &newest);
        job.write(Table::Meta, NETWORK_KEY.to_vec(), network);
        return job.commit(store).await;
    };
    let missing = found.checked_sub(1).and_then(|done| migrations.get(done as usize..));
    let missing = missing.ok_or(StoreError::Schema { found, newest })?;
    for migration in missing {
        migration.run(&mut job).await?;
    }
    job.write(Table::Meta, SCHEMA_KEY.to_vec(), &newest);
    let what = "there is a schema version but no network";
    let inconsistent = StoreError::Inconsistent { table: Table::Meta, what };
    let stored: NetworkId = job.read(Table::Meta, NETWORK_KEY).await?.ok_or(inconsistent)?;
    if stored != *network {
        let [expected, found] = [*network, stored].map(|network| alloc::format!("{network}"));
        return Err(StoreError::OtherNetwork { expected, found });
    }
    if missing.is_empty() { Ok(()) } else { job.commit(store).await }
}

/// A store without a schema version has nothing in it, or was not written by this software.
async fn must_be_empty(job: &Job) -> Result<(), StoreError> {
    for table in Table::ALL {
        if !job.scan(table, &[], &[], 1).await?.is_empty() {
            return Err(StoreError::Inconsistent { table, what: "there is data but no schema version" });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use pollster::block_on;
    use protocol::codec::Encode;

    use super::*;
    use crate::store::MemoryStore;

    const HERE: NetworkId = NetworkId {
        l1_chain_id: L1ChainId(31337),
        rollup_version: RollupVersion(344_372_055),
        rollup_address: EthAddress::ZERO,
    };

    /// The first made-up version kept senders as texts, the second as bytes in another table, the third as the present.
    struct TextsToBytes;
    struct OtherTable;
    struct Fails;

    #[async_trait]
    impl Migration for TextsToBytes {
        async fn run(&self, job: &mut Job) -> Result<(), StoreError> {
            for (key, _) in job.scan(Table::Capsules, b"sender:", &[], usize::MAX).await? {
                job.put(Table::Capsules, key[7..].iter().map(|byte| byte - b'0').collect(), Vec::new());
                job.delete(Table::Capsules, key);
            }
            Ok(())
        }
    }

    #[async_trait]
    impl Migration for OtherTable {
        async fn run(&self, job: &mut Job) -> Result<(), StoreError> {
            for (key, value) in job.scan(Table::Capsules, &[], &[], usize::MAX).await? {
                job.put(Table::Senders, key.clone(), value);
                job.delete(Table::Capsules, key);
            }
            Ok(())
        }
    }

    #[async_trait]
    impl Migration for Fails {
        async fn run(&self, job: &mut Job) -> Result<(), StoreError> {
            job.put(Table::Senders, Vec::new(), Vec::new());
            Err(StoreError::Inconsistent { table: Table::Senders, what: "it cannot be migrated" })
        }
    }

    async fn dump(store: &MemoryStore) -> Vec<(Table, Vec<u8>, Vec<u8>)> {
        let job = Job::begin(store).await.unwrap();
        let mut found = Vec::new();
        for table in Table::ALL {
            let entries = job.scan(table, &[], &[], usize::MAX).await.unwrap();
            found.extend(entries.into_iter().map(|(key, value)| (table, key, value)));
        }
        found
    }

    /// A store as the made-up version 1 left it.
    async fn old_store(schema: u32) -> MemoryStore {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        job.write(Table::Meta, SCHEMA_KEY.to_vec(), &schema);
        job.write(Table::Meta, NETWORK_KEY.to_vec(), &HERE);
        job.put(Table::Capsules, b"sender:12".to_vec(), Vec::new());
        job.put(Table::Capsules, b"sender:345".to_vec(), Vec::new());
        job.commit(&store).await.unwrap();
        store
    }

    #[test]
    fn new_stores_belong_to_a_network_for_good() {
        block_on(async {
            let store = MemoryStore::default();
            open(&store, &HERE).await.unwrap();
            open(&store, &HERE).await.unwrap();
            assert_eq!(network(&Job::begin(&store).await.unwrap()).await.unwrap(), Some(HERE));
            let before = dump(&store).await;
            let others = [
                NetworkId { l1_chain_id: L1ChainId(1), ..HERE },
                NetworkId { rollup_version: RollupVersion(1), ..HERE },
                NetworkId { rollup_address: EthAddress::from_bytes([1; 20]), ..HERE },
            ];
            for other in others {
                let error = open(&store, &other).await.unwrap_err();
                assert!(error.hint().is_some());
                let StoreError::OtherNetwork { expected, found } = error else { panic!("{error}") };
                assert_eq!((expected, found), (alloc::format!("{other}"), alloc::format!("{HERE}")));
            }
            assert_eq!(dump(&store).await, before);
        });
    }

    #[test]
    fn old_data_is_migrated_step_by_step() {
        block_on(async {
            for (schema, expected) in [(1, [[1, 2].as_slice(), &[3, 4, 5]]), (2, [b"sender:12", b"sender:345"])] {
                let store = old_store(schema).await;
                open_with(&store, &HERE, &[&TextsToBytes, &OtherTable]).await.unwrap();
                let job = Job::begin(&store).await.unwrap();
                let senders = job.scan(Table::Senders, &[], &[], usize::MAX).await.unwrap();
                assert_eq!(senders.iter().map(|(key, _)| key.as_slice()).collect::<Vec<_>>(), expected);
                assert!(job.scan(Table::Capsules, &[], &[], 1).await.unwrap().is_empty());
                assert_eq!(job.read::<u32>(Table::Meta, SCHEMA_KEY).await.unwrap(), Some(3));
                // Once is enough.
                let before = dump(&store).await;
                open_with(&store, &HERE, &[&TextsToBytes, &OtherTable]).await.unwrap();
                assert_eq!(dump(&store).await, before);
            }
        });
    }

    #[test]
    fn what_cannot_be_opened_stays_as_it_is() {
        block_on(async {
            let store = old_store(1).await;
            let before = dump(&store).await;
            assert!(open_with(&store, &HERE, &[&TextsToBytes, &Fails]).await.is_err());
            let other = NetworkId { l1_chain_id: L1ChainId(1), ..HERE };
            assert!(open_with(&store, &other, &[&TextsToBytes, &OtherTable]).await.is_err());
            assert_eq!(dump(&store).await, before);
            for schema in [0, SCHEMA + 1, u32::MAX] {
                let store = old_store(schema).await;
                let before = dump(&store).await;
                let error = open(&store, &HERE).await.unwrap_err();
                assert!(matches!(error, StoreError::Schema { found, newest: SCHEMA } if found == schema), "{error}");
                assert_eq!(dump(&store).await, before);
            }
            let store = MemoryStore::default();
            let mut job = Job::begin(&store).await.unwrap();
            job.put(Table::Senders, HERE.to_buffer(), Vec::new());
            job.commit(&store).await.unwrap();
            let error = open(&store, &HERE).await.unwrap_err();
            assert!(matches!(error, StoreError::Inconsistent { table: Table::Senders, .. }), "{error}");
        });
    }
}
