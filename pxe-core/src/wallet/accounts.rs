//! Accounts of the seed, and others.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::artifact::ContractArtifact;
use protocol::contract::ContractClassId;
use protocol::field::Fr;
use protocol::keys::SecretKey;

use super::{Wallet, WalletError};
use crate::account::{Account, AccountKind, LocalSigner, SIMULATED_ACCOUNT, SignatureScheme, SigningKey};
use crate::contract::{ContractError, Override};
use crate::keystore::{self, AccountSecrets, Credential, KdfParams, SeedLength, SeedPhrase, SigningMaterial};
use crate::store::Job;

/// What an account follows from.
#[derive(Debug, Clone)]
pub enum AccountOrigin {
    /// The wallet's seed, as the account with this number; without one, the next that the wallet does not have.
    Seed(Option<u32>),
    /// A secret of its own.
    Secret {
        /// The secret.
        secret: SecretKey,
        /// Salt of the address.
        salt: Fr,
        /// What it signs with; a Schnorr account without one signs with its incoming viewing key, as official wallets do.
        signing_key: Option<SigningKey>,
    },
}

/// An account to add.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Which contract it is.
    pub kind: AccountKind,
    /// What it follows from.
    pub origin: AccountOrigin,
    /// What its owner calls it.
    pub alias: String,
}

impl Wallet {
    /// Makes keys, sealed with a credential, that follow from a seed phrase: a new one unless one is given.
    ///
    /// # Errors
    /// If there are keys already.
    pub async fn create(
        &self,
        credential: Credential<'_>,
        params: KdfParams,
        seed: Option<SeedPhrase>,
    ) -> Result<SeedPhrase, WalletError> {
        let rng = &*self.pxe.config().rng;
        let seed = seed.unwrap_or_else(|| SeedPhrase::generate(rng, SeedLength::Words12));
        self.pxe.create_keys(credential, params, Some(&seed)).await?;
        Ok(seed)
    }

    /// Adds an account: its keys, its contract and its class. Nothing is sent; again it does nothing.
    ///
    /// # Errors
    /// If the keys are locked, there is no seed, or the class cannot be had.
    pub async fn add_account(&self, new: NewAccount) -> Result<Account, WalletError> {
        let NewAccount { kind, origin, alias } = new;
        let (secret, salt, signing_key, seed_index) = match origin {
            AccountOrigin::Secret { secret, salt, signing_key } => {
                let signing_key = signing_key.unwrap_or_else(|| SigningKey::Schnorr(secret.signing_key()));
                (secret, salt, signing_key, None)
            }
            AccountOrigin::Seed(index) => {
                let seed = self.pxe.seed().await?.ok_or(WalletError::NoSeed)?.to_seed();
                let index = match index {
                    Some(index) => index,
                    None => self.next_index().await?,
                };
                let secret = seed.account_secret(index);
                let signing_key = match kind.scheme() {
                    SignatureScheme::Schnorr => SigningKey::Schnorr(secret.signing_key()),
                    SignatureScheme::Ecdsa(curve) => SigningKey::Ecdsa(seed.ecdsa_key(curve, index)),
                };
                (secret, Fr::ZERO, signing_key, Some(index))
            }
        };
        let class = self.class_named(kind.artifact_name()).await?;
        let public_keys = secret.master_keys().public_keys();
        let account = Account::new(kind, class, signing_key.public_key(), public_keys, salt)?;
        self.pxe.register_contract(account.instance()).await?;
        let signing = SigningMaterial::Key(keystore::SigningKey::new(&signing_key.expose()));
        let secrets = AccountSecrets { kind: Some(kind), salt, signing, seed_index, alias };
        let partial = account.instance().instance.partial_address();
        self.pxe.register_account(secret, partial, secrets).await?;
        Ok(account)
    }

    async fn next_index(&self) -> Result<u32, WalletError> {
        let used: Vec<_> = self.pxe.accounts().await?.iter().filter_map(|account| account.seed_index).collect();
        Ok((0..).find(|index| !used.contains(index)).expect("nobody has that many accounts"))
    }

    /// Registers a class the wallet comes with.
    pub(super) async fn class_named(&self, name: &str) -> Result<ContractClassId, WalletError> {
        let artifact = self.artifacts.contract(name).await?;
        Ok(self.pxe.register_class(&artifact).await?)
    }

    /// The code of a contract that comes with the wallet.
    ///
    /// # Errors
    /// If there is none with this name.
    pub async fn artifact(&self, name: &str) -> Result<Arc<ContractArtifact>, WalletError> {
        Ok(self.artifacts.contract(name).await?)
    }

    /// The code that a registered contract runs.
    ///
    /// # Errors
    /// If the contract is not registered.
    pub async fn artifact_at(&self, address: AztecAddress) -> Result<ContractArtifact, WalletError> {
        let job = Job::begin(&*self.pxe.config().store).await?;
        let class = self.pxe.contracts().class_of(&job, address).await?.id;
        let artifact = self.pxe.contracts().artifact(&job, class).await?;
        Ok(artifact.ok_or(ContractError::UnknownClass(class))?)
    }

    /// An account with what signs for it.
    ///
    /// # Errors
    /// If the wallet has no such account, keys are locked, or it signs somewhere else.
    pub async fn signer(&self, address: AztecAddress) -> Result<(Account, LocalSigner), WalletError> {
        let stored = self.pxe.account(address).await?;
        let kind = stored.kind.ok_or(WalletError::KeysOnly(address))?;
        let keys = self.pxe.key_store().await?;
        let SigningMaterial::Key(key) = keys.signing_material(address)? else {
            return Err(WalletError::ExternalSigner(address));
        };
        let key = SigningKey::from_bytes(kind, key.expose())?;
        let instance = self.pxe.instance(address).await?.ok_or(WalletError::KeysOnly(address))?.instance;
        let account = Account::new(
            kind,
            instance.original_contract_class_id,
            key.public_key(),
            *stored.complete.public_keys(),
            stored.salt,
        )?;
        Ok((account, LocalSigner::new(key, Arc::clone(&self.pxe.config().rng))))
    }

    /// What stands in for an account while a transaction is simulated: it accepts every signature.
    pub(super) async fn stand_in(&self, address: AztecAddress) -> Result<Override, WalletError> {
        let artifact = self.artifacts.contract(SIMULATED_ACCOUNT).await?;
        let job = Job::begin(&*self.pxe.config().store).await?;
        let real = self.pxe.contracts().known_instance(&job, address).await?.instance;
        Ok(Override { instance: real, artifact })
    }
}
