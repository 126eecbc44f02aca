//! Keys, locked and unlocked.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use protocol::address::AztecAddress;
use protocol::codec::{Decode, Encode};
use protocol::field::{Fr, Point};
use protocol::keys::{AddressSecret, CompleteAddress, KeyValidationRequest, PartialAddress, SecretKey, SecretScalar};
use protocol::tag::TaggingSecret;
use spin::RwLock;
use zeroize::Zeroizing;

use super::KeyStoreError;
use super::account::{Account, AccountSecrets, Sealed, SigningMaterial};
use super::kdf::KdfParams;
use super::protection::{Credential, Protection, SealedDataKey};
use super::seal::SealingKey;
use super::seed::SeedPhrase;
use super::unlocked::{Keys, SEED, Unlocked};
use crate::port::Rng;
use crate::store::{Job, StoreError, Table};

/// Key of the sealed data key in the table of meta data.
const DATA_KEY: &[u8] = b"keys";

/// The secrets of the own accounts: sealed in the store, and in memory while they are unlocked.
///
/// One key store serves all work at once. Its writes are part of the job they are made in; after a job with an
/// [`add_account`](Self::add_account) or [`remove_account`](Self::remove_account) that was not committed, and after others
/// wrote to the store, [`refresh`](Self::refresh) makes memory agree with the store again.
pub struct KeyStore {
    rng: Arc<dyn Rng>,
    /// Held only to look something up or to replace it: never while waiting or deriving.
    state: RwLock<Option<Unlocked>>,
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.state.read() {
            None => f.write_str("KeyStore(locked)"),
            Some(unlocked) => write!(f, "KeyStore({} accounts)", unlocked.accounts.len()),
        }
    }
}

async fn read_data_key(job: &Job) -> Result<SealedDataKey, KeyStoreError> {
    job.read(Table::Meta, DATA_KEY).await?.ok_or(KeyStoreError::NotCreated)
}

fn read_account(key: &[u8], value: &[u8]) -> Result<Account, KeyStoreError> {
    let damaged = |source| StoreError::Damaged { table: Table::Accounts, source };
    let account = Account::from_buffer(value).map_err(damaged)?;
    let address = account.complete.address();
    if address.to_buffer() == key { Ok(account) } else { Err(KeyStoreError::MisplacedAccount(address)) }
}

async fn read_keys(job: &Job, data_key: &SealingKey, account: &Account) -> Result<Keys, KeyStoreError> {
    let address = account.complete.address();
    let changed = || KeyStoreError::ChangedAccount(address);
    let key = address.to_buffer();
    let sealed = job.get(Table::Secrets, &key).await?.ok_or_else(changed)?;
    let sealed: Sealed = data_key.open_secret(&key, &sealed).map_err(|_| changed())?;
    let keys = Keys::derive(sealed, account.complete.partial_address());
    if keys.complete == account.complete { Ok(keys) } else { Err(changed()) }
}

impl KeyStore {
    /// Whether the store has keys.
    pub async fn exists(job: &Job) -> Result<bool, KeyStoreError> {
        Ok(job.get(Table::Meta, DATA_KEY).await?.is_some())
    }

    /// Makes the keys of a store that has none. They are unlocked. Takes as long as the parameters say.
    pub async fn create(
        job: &mut Job,
        credential: Credential<'_>,
        params: KdfParams,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, KeyStoreError> {
        if Self::exists(job).await? {
            return Err(KeyStoreError::AlreadyCreated);
        }
        let data_key = SealingKey::random(&*rng);
        job.write(Table::Meta, DATA_KEY.to_vec(), &SealedDataKey::seal(&data_key, credential, params, &*rng)?);
        Ok(Self { rng, state: RwLock::new(Some(Unlocked::new(data_key))) })
    }

    /// The keys of a store, locked.
    pub async fn open(job: &Job, rng: Arc<dyn Rng>) -> Result<Self, KeyStoreError> {
        read_data_key(job).await?;
        Ok(Self { rng, state: RwLock::new(None) })
    }

    /// What opens the keys.
    pub async fn protection(job: &Job) -> Result<Protection, KeyStoreError> {
        Ok(read_data_key(job).await?.protection())
    }

    /// Unlocks the keys. Takes as long as deriving a key from the passphrase does, and blocks for that time.
    pub async fn unlock(&self, job: &Job, credential: Credential<'_>) -> Result<(), KeyStoreError> {
        self.open_accounts(job, read_data_key(job).await?.open(credential)?).await
    }

    async fn open_accounts(&self, job: &Job, data_key: SealingKey) -> Result<(), KeyStoreError> {
        let mut unlocked = Unlocked::new(data_key);
        for account in Self::accounts(job).await? {
            unlocked.add(read_keys(job, unlocked.data_key(), &account).await?);
        }
        *self.state.write() = Some(unlocked);
        Ok(())
    }

    /// What another instance over the same store [resumes](Self::resume) with, without the credential. As secret as the
    /// keys, and good until the store has others.
    pub fn session(&self) -> Result<Zeroizing<[u8; 32]>, KeyStoreError> {
        self.with(|unlocked| Ok(Zeroizing::new(*unlocked.data_key().expose())))
    }

    /// Unlocks the keys as another instance had unlocked them.
    pub async fn resume(&self, job: &Job, session: Zeroizing<[u8; 32]>) -> Result<(), KeyStoreError> {
        let data_key = SealingKey::new(session);
        match job.scan(Table::Secrets, &[], &[], 1).await?.pop() {
            Some((key, sealed)) if data_key.opens(&key, &sealed) => self.open_accounts(job, data_key).await,
            _ => Err(KeyStoreError::WrongSession),
        }
    }

    /// Forgets all secrets. Work that goes on and needs one fails.
    pub fn lock(&self) {
        *self.state.write() = None;
    }

    /// Whether secrets can be used.
    #[must_use]
    pub fn is_unlocked(&self) -> bool {
        self.state.read().is_some()
    }

    /// Changes what opens the keys. The old credential is asked for even while they are unlocked.
    pub async fn change_credential(
        &self,
        job: &mut Job,
        old: Credential<'_>,
        new: Credential<'_>,
        params: KdfParams,
    ) -> Result<(), KeyStoreError> {
        let data_key = read_data_key(job).await?.open(old)?;
        job.write(Table::Meta, DATA_KEY.to_vec(), &SealedDataKey::seal(&data_key, new, params, &*self.rng)?);
        Ok(())
    }

    /// Makes the unlocked accounts those of the store. Nothing to do while locked.
    pub async fn refresh(&self, job: &Job) -> Result<(), KeyStoreError> {
        let Ok((data_key, known)) = self
            .with(|unlocked| Ok((unlocked.data_key().clone(), unlocked.accounts.keys().copied().collect::<Vec<_>>())))
        else {
            return Ok(());
        };
        let accounts = Self::accounts(job).await?;
        let mut added = Vec::new();
        for account in accounts.iter().filter(|account| !known.contains(&account.complete.address())) {
            added.push(read_keys(job, &data_key, account).await?);
        }
        if let Some(unlocked) = &mut *self.state.write() {
            unlocked
                .accounts
                .retain(|address, _| accounts.iter().any(|account| account.complete.address() == *address));
            added.into_iter().for_each(|keys| unlocked.add(keys));
        }
        Ok(())
    }

    /// Adds an account, or replaces what is kept of it.
    pub async fn add_account(
        &self,
        job: &mut Job,
        secret: SecretKey,
        partial_address: PartialAddress,
        extra: AccountSecrets,
    ) -> Result<CompleteAddress, KeyStoreError> {
        let AccountSecrets { kind, salt, signing, seed_index, alias } = extra;
        let data_key = self.data_key()?;
        let keys = Keys::derive(Sealed { secret, signing }, partial_address);
        let complete = keys.complete;
        let key = complete.address().to_buffer();
        let sealed = data_key.seal_secret(&*self.rng, &key, &keys.sealed.to_plaintext());
        job.put(Table::Secrets, key.clone(), sealed);
        job.write(Table::Accounts, key, &Account { complete, kind, salt, seed_index, alias });
        match &mut *self.state.write() {
            Some(unlocked) => unlocked.add(keys),
            None => return Err(KeyStoreError::Locked),
        }
        Ok(complete)
    }

    /// Removes an account and its secrets. What is known of its notes stays. Possible while locked. Says whether it was
    /// there.
    pub async fn remove_account(&self, job: &mut Job, address: AztecAddress) -> Result<bool, KeyStoreError> {
        let key = address.to_buffer();
        let was_there = job.get(Table::Accounts, &key).await?.is_some();
        job.delete(Table::Accounts, key.clone());
        job.delete(Table::Secrets, key);
        if let Some(unlocked) = &mut *self.state.write() {
            unlocked.accounts.remove(&address);
        }
        Ok(was_there)
    }

    /// All accounts, by address. Possible while locked.
    pub async fn accounts(job: &Job) -> Result<Vec<Account>, KeyStoreError> {
        let entries = job.scan(Table::Accounts, &[], &[], usize::MAX).await?;
        entries.iter().map(|(key, value)| read_account(key, value)).collect()
    }

    /// The addresses of all accounts. Possible while locked.
    pub async fn addresses(job: &Job) -> Result<Vec<AztecAddress>, KeyStoreError> {
        let entries = job.scan(Table::Accounts, &[], &[], usize::MAX).await?;
        let damaged = |source| StoreError::Damaged { table: Table::Accounts, source };
        let addresses = entries.iter().map(|(key, _)| AztecAddress::from_buffer(key).map_err(damaged));
        Ok(addresses.collect::<Result<_, _>>()?)
    }

    /// Whether an account is one of those here. Possible while locked.
    pub async fn has_account(job: &Job, address: AztecAddress) -> Result<bool, KeyStoreError> {
        Ok(job.get(Table::Accounts, &address.to_buffer()).await?.is_some())
    }

    /// What the address of an account commits to. Possible while locked, but then it is checked each time.
    pub async fn complete_address(
        &self,
        job: &Job,
        address: AztecAddress,
    ) -> Result<Option<CompleteAddress>, KeyStoreError> {
        match self.with(|unlocked| Ok(unlocked.account(address)?.complete)) {
            Ok(complete) => Ok(Some(complete)),
            Err(_) => Ok(Self::account(job, address).await?.map(|account| account.complete)),
        }
    }

    /// An account. Possible while locked.
    pub async fn account(job: &Job, address: AztecAddress) -> Result<Option<Account>, KeyStoreError> {
        let key = address.to_buffer();
        let value = job.get(Table::Accounts, &key).await?;
        value.map(|value| read_account(&key, &value)).transpose()
    }

    /// Calls an account something else. Possible while locked.
    pub async fn set_alias(job: &mut Job, address: AztecAddress, alias: String) -> Result<(), KeyStoreError> {
        let account = Self::account(job, address).await?.ok_or(KeyStoreError::UnknownAccount(address))?;
        job.write(Table::Accounts, address.to_buffer(), &Account { alias, ..account });
        Ok(())
    }

    /// Keeps the seed phrase, sealed.
    pub fn set_seed(&self, job: &mut Job, seed: &SeedPhrase) -> Result<(), KeyStoreError> {
        let sealed = self.data_key()?.seal_secret(&*self.rng, SEED, &seed.entropy());
        job.put(Table::Secrets, SEED.to_vec(), sealed);
        Ok(())
    }

    /// The seed phrase, if one is kept.
    pub async fn seed(&self, job: &Job) -> Result<Option<SeedPhrase>, KeyStoreError> {
        let data_key = self.data_key()?;
        let Some(sealed) = job.get(Table::Secrets, SEED).await? else { return Ok(None) };
        data_key.open_secret(SEED, &sealed).map(Some).map_err(|_| KeyStoreError::ChangedSeed)
    }

    /// What a contract may know of the key with this hash, and what the kernel checks about it.
    pub fn key_validation_request(
        &self,
        pk_hash: Fr,
        app: AztecAddress,
    ) -> Result<KeyValidationRequest, KeyStoreError> {
        let (keys, kind) = self.with(|unlocked| unlocked.by_hash(pk_hash).ok_or(KeyStoreError::UnknownKey(pk_hash)))?;
        let pk_m = keys.complete.public_keys().get(kind);
        Ok(KeyValidationRequest { pk_m, sk_app: keys.master.get(kind).app_secret_key(kind, app) })
    }

    /// Whether an account has a key with this hash. Of no account that is not here.
    pub fn has_key(&self, address: AztecAddress, pk_hash: Fr) -> Result<bool, KeyStoreError> {
        self.with(|unlocked| {
            Ok(unlocked.accounts.get(&address).is_some_and(|keys| keys.kind_of_hash(pk_hash).is_some()))
        })
    }

    /// The secret behind a master public key.
    pub fn master_secret_key(&self, public_key: &Point) -> Result<SecretScalar, KeyStoreError> {
        self.with(|unlocked| {
            let (keys, kind) = unlocked.by_point(public_key).ok_or(KeyStoreError::UnknownKey(public_key.hash()))?;
            Ok(keys.master.get(kind).clone())
        })
    }

    /// The secret behind the point of an account's address.
    pub fn address_secret(&self, address: AztecAddress) -> Result<AddressSecret, KeyStoreError> {
        self.with(|unlocked| Ok(unlocked.account(address)?.address_secret.clone()))
    }

    /// The secret between an account and somebody for logs that a contract emits to `recipient`, one of the two; nothing if
    /// that somebody has no point, so that nobody can write to them. What the two share is derived once while the keys are
    /// unlocked.
    pub fn tagging_secret(
        &self,
        account: AztecAddress,
        external: AztecAddress,
        app: AztecAddress,
        recipient: AztecAddress,
    ) -> Result<Option<TaggingSecret>, KeyStoreError> {
        let keys = self.with(|unlocked| unlocked.account(account).cloned())?;
        Ok(keys.shared_with(external).map(|shared| TaggingSecret::from_shared(&shared, app, recipient)))
    }

    /// How an account signs.
    pub fn signing_material(&self, address: AztecAddress) -> Result<SigningMaterial, KeyStoreError> {
        self.with(|unlocked| Ok(unlocked.account(address)?.sealed.signing.clone()))
    }

    /// The secret of an account, for deriving what follows from it and for export.
    pub fn secret_key(&self, address: AztecAddress) -> Result<SecretKey, KeyStoreError> {
        self.with(|unlocked| Ok(unlocked.account(address)?.sealed.secret.clone()))
    }

    pub(super) fn data_key(&self) -> Result<SealingKey, KeyStoreError> {
        self.with(|unlocked| Ok(unlocked.data_key().clone()))
    }

    pub(super) fn with<T>(&self, look: impl FnOnce(&Unlocked) -> Result<T, KeyStoreError>) -> Result<T, KeyStoreError> {
        look(self.state.read().as_ref().ok_or(KeyStoreError::Locked)?)
    }
}
