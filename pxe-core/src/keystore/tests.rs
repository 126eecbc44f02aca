//! What must hold of the key store as a whole.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::sync::atomic::{AtomicU64, Ordering};

use pollster::block_on;
use protocol::address::AztecAddress;
use protocol::codec::Encode;
use protocol::field::Fr;
use protocol::keys::{CompleteAddress, KeyKind, PartialAddress, SecretKey};
use sha2::{Digest, Sha256};

use super::unlocked::Unlocked;
use super::*;
use crate::account::AccountKind;
use crate::port::Rng;
use crate::store::{Job, MemoryStore, StoreError, Table};

/// Different bytes each time, the same in each run.
#[derive(Debug, Default)]
pub(super) struct TestRng(AtomicU64);

impl Rng for TestRng {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::digest(self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

const PASSPHRASE: Credential<'static> = Credential::Passphrase("correct horse battery staple");
const KEY: Credential<'static> = Credential::Key(&[7; 32]);

fn rng() -> Arc<dyn Rng> {
    Arc::new(TestRng::default())
}

async fn created(job: &mut Job, credential: Credential<'_>) -> KeyStore {
    KeyStore::create(job, credential, KdfParams::INSECURE, rng()).await.unwrap()
}

/// The account whose values are recorded from the official packages.
async fn add_known(keys: &KeyStore, job: &mut Job) -> CompleteAddress {
    let (secret, partial) = (SecretKey::from_field(8923u32.into()), PartialAddress::from_field(243_523u32.into()));
    keys.add_account(job, secret, partial, AccountSecrets::default()).await.unwrap()
}

async fn add(keys: &KeyStore, job: &mut Job, secret: Fr, signing: SigningMaterial) -> AztecAddress {
    let extra = AccountSecrets {
        kind: Some(AccountKind::EcdsaR),
        salt: Fr::from(3u32),
        signing,
        seed_index: Some(1),
        alias: "savings".into(),
    };
    let partial = PartialAddress::from_field(5u32.into());
    keys.add_account(job, SecretKey::from_field(secret), partial, extra).await.unwrap().address()
}

fn run(work: impl AsyncFnOnce(&mut Job)) {
    block_on(async { work(&mut Job::begin(&MemoryStore::default()).await.unwrap()).await });
}

/// Recorded from `KeyStore` of `@aztec/key-store`.
#[test]
fn known_keys() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let complete = add_known(&keys, job).await;
        let address = "0x2e54c8067c410d03d417dddd51e1cad76cece48ff39fa0fe908782b93a209a52";
        assert_eq!(complete.address(), address.parse().unwrap());
        let known = [
            (
                KeyKind::Nullifier,
                "0x09b6815f55e30b67becf871db8b6a736bbfdd8529f6beefbe5315654b52f663c",
                "0x165cc265d187ed42f0e3f5adbb5a0055a77e205daeb68dd1735796ee402e502f",
                "0x26dd6f83a99b5b1cea47692f40b7aece47756a1a5e93138c5b8f7e7afd36ed1a",
            ),
            (
                KeyKind::IncomingViewing,
                "0x219812ddfb0134621b789886508080ccd20a9a96840d483d0ddd66de90966800",
                "0x1ef2d52e05ebaac41feb55f22ff926ac271c695ef27a4512d9710256ff2080ba",
                "0x0d3e4402946f2f712d942e1a3962b12fc521effc39fe93777f91285f1ad414cb",
            ),
            (
                KeyKind::OutgoingViewing,
                "0x298d8386c04a96bab523501c2497c3505e856627701a94ec0df7dac8fa8ad4fe",
                "0x058452c94b1d8540a39d9343758fc132af3401237bd1ac2a16c37462a173954a",
                "0x07aefc4492a7ff8ebed7a66c817ee97965e4aae05669be28d5126cf839ef71f3",
            ),
            (
                KeyKind::Tagging,
                "0x1ef54c50b253f846626113dd8f9bd8310e05f03e7722a9593639a3fb11e52aa4",
                "0x03aef65f0cc5f1cf0e8d29851965c45f1eaac5cdb0806a382435e5585e20b7d1",
                "0x19b615d39bc492219435810c2b91352ce290811e71c0a89c3b38e3f5f87c1a06",
            ),
        ];
        for (kind, hash, app_key, master) in known {
            let hash = hash.parse().unwrap();
            let public_key = complete.public_keys().get(kind);
            let request = keys.key_validation_request(hash, AztecAddress::from_u64(624)).unwrap();
            assert_eq!((request.pk_m, request.sk_app.expose()), (public_key, &app_key.parse().unwrap()));
            assert_eq!(keys.master_secret_key(&public_key).unwrap().expose(), &master.parse().unwrap());
            assert!(keys.has_key(complete.address(), hash).unwrap());
        }
        let secret = keys.address_secret(complete.address()).unwrap();
        assert_eq!(Ok(secret.as_scalar().public_key()), complete.address().to_point());
    });
}

#[test]
fn accounts_survive_and_are_listed_while_locked() {
    block_on(async {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        assert!(!KeyStore::exists(&job).await.unwrap());
        assert!(matches!(KeyStore::open(&job, rng()).await, Err(KeyStoreError::NotCreated)));
        let keys = created(&mut job, PASSPHRASE).await;
        let signing = [
            SigningMaterial::None,
            SigningMaterial::Key(SigningKey::new(&[9; 32])),
            SigningMaterial::External { public_key: [4; 64], handle: vec![1, 2, 3] },
        ];
        let mut addresses = Vec::new();
        for (secret, signing) in (1u32..).zip(&signing) {
            addresses.push(add(&keys, &mut job, secret.into(), signing.clone()).await);
        }
        let again = KeyStore::create(&mut job, PASSPHRASE, KdfParams::INSECURE, rng()).await;
        assert!(matches!(again, Err(KeyStoreError::AlreadyCreated)));
        job.commit(&store).await.unwrap();

        let mut job = Job::begin(&store).await.unwrap();
        let keys = KeyStore::open(&job, rng()).await.unwrap();
        assert_eq!(KeyStore::protection(&job).await.unwrap(), Protection::Passphrase(KdfParams::INSECURE));
        let account = KeyStore::account(&job, addresses[1]).await.unwrap().unwrap();
        assert_eq!((account.kind, account.seed_index), (Some(AccountKind::EcdsaR), Some(1)));
        assert_eq!((account.salt, account.alias.as_str()), (Fr::from(3u32), "savings"));
        KeyStore::set_alias(&mut job, addresses[1], "rent".into()).await.unwrap();
        let accounts = KeyStore::accounts(&job).await.unwrap();
        assert_eq!(accounts.len(), 3);
        assert!(accounts.iter().any(|account| account.alias == "rent"));
        let unknown = AztecAddress::from_u64(1);
        assert!(matches!(
            KeyStore::set_alias(&mut job, unknown, String::new()).await,
            Err(KeyStoreError::UnknownAccount(address)) if address == unknown
        ));

        keys.unlock(&job, PASSPHRASE).await.unwrap();
        for ((secret, address), signing) in (1u32..).zip(&addresses).zip(&signing) {
            assert_eq!(*keys.secret_key(*address).unwrap().expose(), Fr::from(secret));
            assert_eq!(keys.signing_material(*address).unwrap(), *signing);
        }
        assert!(keys.remove_account(&mut job, addresses[0]).await.unwrap());
        assert!(!keys.remove_account(&mut job, addresses[0]).await.unwrap());
        assert!(matches!(keys.secret_key(addresses[0]), Err(KeyStoreError::UnknownAccount(_))));
        assert_eq!(KeyStore::accounts(&job).await.unwrap().len(), 2);
    });
}

#[test]
fn what_is_not_there_is_named() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let address = add_known(&keys, job).await.address();
        let (hash, other) = (Fr::from(5u32), AztecAddress::from_u64(6));
        assert!(
            matches!(keys.key_validation_request(hash, other), Err(KeyStoreError::UnknownKey(found)) if found == hash)
        );
        assert!(matches!(keys.address_secret(other), Err(KeyStoreError::UnknownAccount(found)) if found == other));
        assert!(!keys.has_key(address, hash).unwrap());
        assert!(!keys.has_key(other, hash).unwrap());
        let stray = protocol::field::Point::generator();
        assert!(matches!(keys.master_secret_key(&stray), Err(KeyStoreError::UnknownKey(_))));
    });
}

#[test]
fn locking_forgets() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let complete = add_known(&keys, job).await;
        let phrase = SeedPhrase::generate(&TestRng::default(), SeedLength::Words24);
        keys.set_seed(job, &phrase).unwrap();
        assert_eq!(keys.seed(job).await.unwrap(), Some(phrase.clone()));
        let other = AztecAddress::from_field(protocol::field::Point::generator().x);
        assert!(keys.tagging_secret(complete.address(), other, other, other).unwrap().is_some());
        let shared = |unlocked: &Unlocked| Ok(unlocked.account(complete.address())?.shared_with(other));
        let shared = Arc::downgrade(&keys.with(shared).unwrap().unwrap());
        assert!(shared.upgrade().is_some(), "it is remembered");
        keys.lock();
        assert!(!keys.is_unlocked());
        assert!(shared.upgrade().is_none(), "it is wiped");
        let (address, hash) = (complete.address(), complete.public_keys().npk_m.hash());
        let locked = |result: Result<(), KeyStoreError>| matches!(result, Err(KeyStoreError::Locked));
        assert!(locked(keys.secret_key(address).map(drop)));
        assert!(locked(keys.signing_material(address).map(drop)));
        assert!(locked(keys.address_secret(address).map(drop)));
        assert!(locked(keys.master_secret_key(&complete.public_keys().npk_m).map(drop)));
        assert!(locked(keys.key_validation_request(hash, address).map(drop)));
        assert!(locked(keys.has_key(address, hash).map(drop)));
        assert!(locked(keys.set_seed(job, &phrase)));
        assert!(locked(keys.seed(job).await.map(drop)));
        let secret = SecretKey::from_field(1u32.into());
        let partial = PartialAddress::from_field(1u32.into());
        let writes = job.writes().len();
        assert!(locked(keys.add_account(job, secret, partial, AccountSecrets::default()).await.map(drop)));
        assert_eq!(job.writes().len(), writes);
        keys.refresh(job).await.unwrap();
        keys.unlock(job, PASSPHRASE).await.unwrap();
        assert_eq!(keys.seed(job).await.unwrap(), Some(phrase));
        assert!(keys.has_key(address, hash).unwrap());
    });
}

#[test]
fn only_the_right_credential_opens() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        for wrong in ["", "correct horse battery stapl", "Correct horse battery staple"] {
            let error = keys.unlock(job, Credential::Passphrase(wrong)).await.unwrap_err();
            assert!(matches!(error, KeyStoreError::WrongPassphrase), "{error}");
        }
        assert!(matches!(keys.unlock(job, KEY).await, Err(KeyStoreError::NeedsPassphrase)));
        assert!(keys.is_unlocked(), "a wrong passphrase does not lock what is unlocked");
        let error = keys.change_credential(job, KEY, KEY, KdfParams::INSECURE).await.unwrap_err();
        assert!(matches!(error, KeyStoreError::NeedsPassphrase));
        let empty = Credential::Passphrase("");
        let error = keys.change_credential(job, PASSPHRASE, empty, KdfParams::INSECURE).await.unwrap_err();
        assert!(matches!(error, KeyStoreError::EmptyPassphrase));

        let address = add_known(&keys, job).await.address();
        keys.change_credential(job, PASSPHRASE, KEY, KdfParams::INSECURE).await.unwrap();
        assert_eq!(KeyStore::protection(job).await.unwrap(), Protection::Key);
        assert!(matches!(keys.unlock(job, PASSPHRASE).await, Err(KeyStoreError::NeedsKey)));
        assert!(matches!(keys.unlock(job, Credential::Key(&[8; 32])).await, Err(KeyStoreError::WrongKey)));
        keys.lock();
        keys.unlock(job, KEY).await.unwrap();
        assert!(keys.secret_key(address).is_ok());
    });
}

#[test]
fn memory_follows_the_store() {
    block_on(async {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        let keys = created(&mut job, PASSPHRASE).await;
        let kept = add(&keys, &mut job, 1u32.into(), SigningMaterial::None).await;
        job.commit(&store).await.unwrap();
        // One that is never committed.
        let mut dropped = Job::begin(&store).await.unwrap();
        let lost = add(&keys, &mut dropped, 2u32.into(), SigningMaterial::None).await;
        drop(dropped);
        // One that somebody else adds.
        let mut job = Job::begin(&store).await.unwrap();
        let other = KeyStore::open(&job, Arc::new(TestRng(AtomicU64::new(1000)))).await.unwrap();
        other.unlock(&job, PASSPHRASE).await.unwrap();
        let added = add(&other, &mut job, 3u32.into(), SigningMaterial::None).await;
        job.commit(&store).await.unwrap();

        assert!(keys.secret_key(lost).is_ok());
        keys.refresh(&Job::begin(&store).await.unwrap()).await.unwrap();
        assert!(keys.secret_key(lost).is_err());
        assert!(keys.secret_key(kept).is_ok() && keys.secret_key(added).is_ok());
    });
}

/// Everything a job would store, and could be read by others.
async fn dump(job: &Job) -> Vec<(Table, Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    for table in Table::ALL {
        let found = job.scan(table, &[], &[], usize::MAX).await.unwrap();
        entries.extend(found.into_iter().map(|(key, value)| (table, key, value)));
    }
    entries
}

#[test]
fn changed_and_swapped_records_are_refused() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let signing = SigningMaterial::Key(SigningKey::new(&[9; 32]));
        let [first, second] = [
            add(&keys, job, 1u32.into(), signing.clone()).await.to_buffer(),
            add(&keys, job, 2u32.into(), signing).await.to_buffer(),
        ];
        keys.set_seed(job, &SeedPhrase::generate(&TestRng::default(), SeedLength::Words24)).unwrap();
        let good = job.writes().clone();
        let [a, b] = [
            job.get(Table::Secrets, &first).await.unwrap().unwrap(),
            job.get(Table::Secrets, &second).await.unwrap().unwrap(),
        ];
        let refused = async |job: &mut Job| {
            let error = keys.unlock(job, PASSPHRASE).await.unwrap_err();
            assert!(matches!(error, KeyStoreError::ChangedAccount(_)), "{error}");
            job.roll_back(good.clone());
        };
        job.put(Table::Secrets, first.clone(), b.clone());
        job.put(Table::Secrets, second.clone(), a.clone());
        refused(job).await;
        job.put(Table::Secrets, b"seed".to_vec(), a.clone());
        let error = keys.seed(job).await.unwrap_err();
        assert!(matches!(error, KeyStoreError::ChangedSeed), "{error}");
        job.roll_back(good.clone());
        job.delete(Table::Secrets, first.clone());
        refused(job).await;
        for index in [0, 24, 60, a.len() - 1] {
            let mut changed = a.clone();
            changed[index] ^= 1;
            job.put(Table::Secrets, first.clone(), changed);
            refused(job).await;
        }
        // What is in the clear cannot be swapped either: another account's address, or keys that do not give the address.
        let account = job.get(Table::Accounts, &second).await.unwrap().unwrap();
        job.put(Table::Accounts, first.clone(), account.clone());
        job.put(Table::Secrets, first.clone(), b);
        assert!(matches!(keys.unlock(job, PASSPHRASE).await, Err(KeyStoreError::MisplacedAccount(_))));
        job.roll_back(good.clone());
        let mut changed = account;
        changed[100] ^= 1;
        job.put(Table::Accounts, second.clone(), changed);
        let error = keys.unlock(job, PASSPHRASE).await.unwrap_err();
        assert!(matches!(error, KeyStoreError::Store(StoreError::Damaged { table: Table::Accounts, .. })), "{error}");
        job.roll_back(good);
        keys.unlock(job, PASSPHRASE).await.unwrap();
    });
}

#[test]
fn a_changed_data_key_does_not_open() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let good = job.get(Table::Meta, b"keys").await.unwrap().unwrap();
        for index in 0..good.len() {
            let mut changed = good.clone();
            changed[index] ^= 1;
            job.put(Table::Meta, b"keys".to_vec(), changed);
            let error = keys.unlock(job, PASSPHRASE).await.unwrap_err();
            let expected = matches!(
                error,
                KeyStoreError::WrongPassphrase
                    | KeyStoreError::NeedsKey
                    | KeyStoreError::Store(StoreError::Damaged { .. })
            );
            assert!(expected, "{error}");
        }
    });
}

#[test]
fn no_secret_is_in_the_clear() {
    run(async |job| {
        let rng = rng();
        let keys = KeyStore::create(job, PASSPHRASE, KdfParams::INSECURE, Arc::clone(&rng)).await.unwrap();
        let phrase = SeedPhrase::generate(&*rng, SeedLength::Words24);
        let seed = phrase.to_seed();
        let secret = seed.account_secret(0);
        let signing = SigningKey::new(seed.ecdsa_key(protocol::signature::ecdsa::EcdsaCurve::R1, 0).expose());
        let handle = b"handle of a passkey".to_vec();
        let address = add(&keys, job, *secret.expose(), SigningMaterial::Key(signing.clone())).await;
        let external = SigningMaterial::External { public_key: [0x5a; 64], handle: handle.clone() };
        let other = add(&keys, job, *seed.account_secret(1).expose(), external).await;
        keys.set_seed(job, &phrase).unwrap();
        let tagging = protocol::tag::TaggingSecret { secret: rng.field(), app: AztecAddress::from_u64(4) };
        let tag = protocol::tag::PreTag { secret: tagging.clone(), index: 1 };
        let tx_hash = protocol::tx::TxHash::from_field(Fr::from(1u32));
        crate::store::tags::store_pending(job, core::slice::from_ref(&tag), tx_hash).await.unwrap();
        crate::store::tags::save_recipient(job, &tagging, &Default::default());
        let record = crate::store::txs::TxRecord::new(tx_hash, 1.into(), 2.into(), vec![], &[tag]);
        crate::store::txs::record(job, &record).await.unwrap();

        let mut secrets: Vec<Vec<u8>> = vec![
            phrase.entropy().to_vec(),
            phrase.words().as_bytes()[..16].to_vec(),
            signing.expose().to_vec(),
            tagging.secret.to_be_bytes().to_vec(),
            handle,
            b"correct horse".to_vec(),
            keys.data_key().unwrap().expose().to_vec(),
        ];
        for address in [address, other] {
            let secret = keys.secret_key(address).unwrap();
            let master = secret.master_keys();
            let scalars = [&master.nhk_m, &master.ivsk_m, &master.ovsk_m, &master.tsk_m];
            secrets.push(secret.expose().to_be_bytes().to_vec());
            secrets.extend(scalars.map(|scalar| scalar.expose().to_be_bytes().to_vec()));
            secrets.push(master.nhk_m.app_secret_key(KeyKind::Nullifier, other).expose().to_be_bytes().to_vec());
            secrets.push(keys.address_secret(address).unwrap().as_scalar().expose().to_be_bytes().to_vec());
        }
        let backwards: Vec<_> = secrets.iter().map(|secret| secret.iter().rev().copied().collect()).collect();
        secrets.extend(backwards);
        let hex: Vec<_> = secrets.iter().map(|secret| const_hex::encode(secret).into_bytes()).collect();
        secrets.extend(hex);
        // Part of a secret is a secret too.
        let is_told = |bytes: &[u8]| {
            secrets.iter().any(|secret| bytes.windows(12).any(|window| secret.windows(12).any(|part| part == window)))
        };
        assert!(is_told(&[b"x".as_slice(), secret.expose().to_be_bytes().as_slice()].concat()));
        let entries = dump(job).await;
        assert!(entries.len() > 8);
        for (table, key, value) in &entries {
            assert!(!is_told(key) && !is_told(value), "a secret is in table {}", table.name());
        }
        let shown = [
            format!("{keys:?} {job:?} {phrase:?} {seed:?} {PASSPHRASE:?} {KEY:?} {record:?}"),
            format!("{:?}", keys.signing_material(address).unwrap()),
            format!("{:?}", keys.key_validation_request(address_key_hash(&keys, address), other).unwrap()),
            format!("{:?}", KeyStore::accounts(job).await.unwrap()),
        ];
        for text in shown {
            assert!(!is_told(text.as_bytes()), "{text}");
        }
    });
}

fn address_key_hash(keys: &KeyStore, address: AztecAddress) -> Fr {
    keys.secret_key(address).unwrap().master_keys().public_keys().npk_m.hash()
}

#[test]
fn errors_tell_no_secret() {
    run(async |job| {
        let keys = created(job, PASSPHRASE).await;
        let address = add(&keys, job, Fr::from(1u32), SigningMaterial::None).await;
        let good = job.writes().clone();
        let mut errors = Vec::new();
        errors.push(keys.unlock(job, Credential::Passphrase("a wrong passphrase")).await.unwrap_err());
        errors.push(keys.unlock(job, KEY).await.unwrap_err());
        job.put(Table::Secrets, address.to_buffer(), vec![1; 100]);
        errors.push(keys.unlock(job, PASSPHRASE).await.unwrap_err());
        job.roll_back(good);
        keys.lock();
        errors.push(keys.secret_key(address).unwrap_err());
        for error in errors {
            let text = format!("{error} {error:?} {}", error.hint().unwrap_or_default());
            for secret in ["wrong passphrase\"", "correct horse", "battery", "7, 7, 7", "0707"] {
                assert!(!text.contains(secret), "{text}");
            }
        }
    });
}

#[test]
fn another_instance_goes_on_unlocked() {
    block_on(async {
        let store = MemoryStore::default();
        let mut job = Job::begin(&store).await.unwrap();
        let keys = created(&mut job, PASSPHRASE).await;
        let session = keys.session().unwrap();
        let other = KeyStore::open(&job, rng()).await.unwrap();
        let refused = other.resume(&job, session.clone()).await;
        assert!(matches!(refused, Err(KeyStoreError::WrongSession)), "nothing shows that the session is right");
        let account = add_known(&keys, &mut job).await;
        other.resume(&job, session.clone()).await.unwrap();
        let secret = other.secret_key(account.address()).unwrap();
        assert_eq!(secret.expose(), keys.secret_key(account.address()).unwrap().expose());
        other.lock();
        assert!(matches!(other.session(), Err(KeyStoreError::Locked)));
        let mut wrong = session;
        wrong[31] ^= 1;
        assert!(matches!(other.resume(&job, wrong).await, Err(KeyStoreError::WrongSession)));
        assert!(!other.is_unlocked());
    });
}
