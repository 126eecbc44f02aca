//! Accounts, senders and contracts the client is told of.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::artifact::ContractArtifact;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};
use protocol::keys::{CompleteAddress, PartialAddress, SecretKey};
use zeroize::Zeroizing;

use super::work::Work;
use super::{OnProgress, Pxe, PxeError};
use crate::execution::contract_sync;
use crate::keystore::{Account, AccountSecrets, Credential, KdfParams, KeyStore, KeyStoreError, SeedPhrase};
use crate::store::{Job, senders};
use crate::sync::class_id::current_class_id;

impl Pxe {
    /// Whether there are keys.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn has_keys(&self) -> Result<bool, PxeError> {
        Ok(self.inner.keys.read().await.is_some())
    }

    /// Whether keys can be used.
    pub async fn is_unlocked(&self) -> bool {
        self.inner.keys.read().await.as_ref().is_some_and(|keys| keys.is_unlocked())
    }

    /// Makes keys, sealed with a credential, for accounts that follow from a seed.
    ///
    /// # Errors
    /// If there are keys already, or the store fails.
    pub async fn create_keys(
        &self,
        credential: Credential<'_>,
        params: KdfParams,
        seed: Option<&SeedPhrase>,
    ) -> Result<(), PxeError> {
        let (_writing, mut job) = self.begin_offline().await?;
        let keys = KeyStore::create(&mut job, credential, params, Arc::clone(&self.inner.config.rng)).await?;
        if let Some(seed) = seed {
            keys.set_seed(&mut job, seed)?;
        }
        job.commit(&*self.inner.config.store).await?;
        *self.inner.keys.write().await = Some(Arc::new(keys));
        Ok(())
    }

    /// Unlocks the keys.
    ///
    /// # Errors
    /// If the credential is not the one they are sealed with.
    pub async fn unlock(&self, credential: Credential<'_>) -> Result<(), PxeError> {
        let (keys, job) = (self.keys().await?, self.reading().await?);
        Ok(keys.unlock(&job, credential).await?)
    }

    /// Unlocks the keys as another client over the same store had unlocked them: [`KeyStore::session`].
    ///
    /// # Errors
    /// If there are no keys, or the session is of others.
    pub async fn resume(&self, session: Zeroizing<[u8; 32]>) -> Result<(), PxeError> {
        let (keys, job) = (self.keys().await?, self.reading().await?);
        Ok(keys.resume(&job, session).await?)
    }

    /// Forgets the keys until they are unlocked again.
    pub async fn lock(&self) {
        if let Some(keys) = &*self.inner.keys.read().await {
            keys.lock();
        }
    }

    /// The seed the accounts follow from, if they do.
    ///
    /// # Errors
    /// If keys are locked, or what is stored is damaged.
    pub async fn seed(&self) -> Result<Option<SeedPhrase>, PxeError> {
        let (keys, job) = (self.keys().await?, self.reading().await?);
        Ok(keys.seed(&job).await?)
    }

    /// Seals the keys with something else.
    ///
    /// # Errors
    /// If the old credential is wrong.
    pub async fn change_credential(
        &self,
        old: Credential<'_>,
        new: Credential<'_>,
        params: KdfParams,
    ) -> Result<(), PxeError> {
        let keys = self.keys().await?;
        let (_writing, mut job) = self.begin_offline().await?;
        keys.change_credential(&mut job, old, new, params).await?;
        Ok(job.commit(&*self.inner.config.store).await?)
    }

    /// The keys themselves, for who signs.
    ///
    /// # Errors
    /// If there are none.
    pub async fn key_store(&self) -> Result<Arc<KeyStore>, PxeError> {
        self.keys().await
    }

    /// Takes the keys of an account. Again it does nothing.
    ///
    /// # Errors
    /// If keys are locked, or the store fails.
    pub async fn register_account(
        &self,
        secret: SecretKey,
        partial_address: PartialAddress,
        secrets: AccountSecrets,
    ) -> Result<CompleteAddress, PxeError> {
        let keys = self.keys().await?;
        let (_writing, mut job) = self.begin_offline().await?;
        let complete = keys.add_account(&mut job, secret, partial_address, secrets).await?;
        // The account is also one that others of the accounts may have written to.
        contract_sync::forget(&mut job).await?;
        match job.commit(&*self.inner.config.store).await {
            Ok(()) => Ok(complete),
            Err(error) => {
                keys.refresh(&self.reading().await?).await?;
                Err(error.into())
            }
        }
    }

    /// The accounts there are keys of.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, PxeError> {
        Ok(KeyStore::accounts(&self.reading().await?).await?)
    }

    /// An account there are keys of.
    ///
    /// # Errors
    /// If there are none, or the store fails.
    pub async fn account(&self, address: AztecAddress) -> Result<Account, PxeError> {
        let account = KeyStore::account(&self.reading().await?, address).await?;
        account.ok_or_else(|| KeyStoreError::UnknownAccount(address).into())
    }

    /// Looks for messages of an address from now on. Tells whether it is new. An alias replaces the one it had.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn register_sender(&self, sender: AztecAddress, alias: Option<&str>) -> Result<bool, PxeError> {
        self.change(async |job| {
            let new = senders::add(job, sender).await?;
            if let Some(alias) = alias {
                senders::set_alias(job, sender, alias);
            }
            // Its messages may be in blocks that were looked through already.
            contract_sync::forget(job).await?;
            Ok(new)
        })
        .await
    }

    /// Looks for messages of an address no longer. Tells whether it did.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn remove_sender(&self, sender: AztecAddress) -> Result<bool, PxeError> {
        self.change(async |job| Ok(senders::remove(job, sender).await?)).await
    }

    /// Addresses whose messages are looked for, and what they are called.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn senders(&self) -> Result<Vec<(AztecAddress, String)>, PxeError> {
        Ok(senders::aliased(&self.reading().await?).await?)
    }

    /// Takes the code of a class.
    ///
    /// # Errors
    /// If the artifact is malformed.
    pub async fn register_class(&self, artifact: &ContractArtifact) -> Result<ContractClassId, PxeError> {
        self.change(async |job| Ok(self.inner.contracts.register_class(job, artifact).await?)).await
    }

    /// Takes the code of a class, in the official JSON.
    ///
    /// # Errors
    /// If the artifact is malformed.
    pub async fn register_class_json(&self, json: &[u8]) -> Result<ContractClassId, PxeError> {
        self.change(async |job| Ok(self.inner.contracts.register_json(job, json).await?)).await
    }

    /// Fetches code that artifacts lacked and nobody needed yet, so that it is at hand whatever becomes of its source.
    /// Tells how many functions are complete now that were not.
    ///
    /// # Errors
    /// If some of it cannot be had, or the store fails; what was fetched before is kept.
    pub async fn fetch_code(&self) -> Result<usize, PxeError> {
        let contracts = &self.inner.contracts;
        let missing = contracts.missing_code(&self.reading().await?).await?;
        for missing in &missing {
            let code = contracts.fetch_missing(&self.reading().await?, *missing).await?;
            self.change(async |job| Ok(contracts.store_code(job, *missing, &code).await?)).await?;
        }
        Ok(missing.len())
    }

    /// Takes a contract; its class must be known.
    ///
    /// # Errors
    /// If the address does not follow from the instance, or the class is not known.
    pub async fn register_contract(&self, instance: &ContractInstanceWithAddress) -> Result<(), PxeError> {
        self.take_contract(instance, None).await
    }

    /// Takes a contract with the code of its class.
    ///
    /// # Errors
    /// If the address does not follow from the instance, or the artifact is malformed or of another class.
    pub async fn register_contract_with(
        &self,
        instance: &ContractInstanceWithAddress,
        artifact: &ContractArtifact,
    ) -> Result<(), PxeError> {
        self.take_contract(instance, Some(artifact)).await
    }

    async fn take_contract(
        &self,
        instance: &ContractInstanceWithAddress,
        artifact: Option<&ContractArtifact>,
    ) -> Result<(), PxeError> {
        self.change(async |job| {
            let known = self.inner.contracts.instance(job, instance.address).await?;
            self.inner.contracts.register(job, instance, artifact).await?;
            // That the chain says it runs this class was checked for the one it had.
            if known.is_some_and(|known| known != *instance) {
                contract_sync::forget(job).await?;
            }
            Ok(())
        })
        .await
    }

    /// Gives a contract that was updated on the chain the code it runs now.
    ///
    /// # Errors
    /// If the contract is not known, or the artifact is of another class than the one the chain says it runs.
    pub async fn update_contract(
        &self,
        address: AztecAddress,
        artifact: &ContractArtifact,
        on_progress: &OnProgress,
    ) -> Result<(), PxeError> {
        let mut work = self.begin(on_progress).await?;
        let Work { env, job, .. } = &mut work;
        let original = env.contracts.known_instance(job, address).await?.instance.original_contract_class_id;
        let current = current_class_id(&env.node, address, original).await?;
        env.contracts.update(job, address, artifact, current).await?;
        contract_sync::forget(job).await?;
        work.commit().await
    }

    /// The contracts the client knows.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn instances(&self) -> Result<Vec<ContractInstanceWithAddress>, PxeError> {
        Ok(self.inner.contracts.instances(&self.reading().await?).await?)
    }

    /// A contract, if the client knows it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn instance(&self, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>, PxeError> {
        Ok(self.inner.contracts.instance(&self.reading().await?, address).await?)
    }

    /// Changes what is stored, in one step.
    async fn change<T>(&self, change: impl AsyncFnOnce(&mut Job) -> Result<T, PxeError>) -> Result<T, PxeError> {
        let (_writing, mut job) = self.begin_offline().await?;
        let value = change(&mut job).await?;
        job.commit(&*self.inner.config.store).await?;
        Ok(value)
    }
}
