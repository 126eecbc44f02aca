//! Accounts whose keys are in the key store.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

use async_trait::async_trait;
use protocol::address::AztecAddress;
use protocol::authwit::MessageHash;
use protocol::contract::{ContractClassId, ContractInstanceWithAddress};
use protocol::field::Fr;
use protocol::keys::SecretKey;

use super::{
    Account, AccountError, AccountKind, Signature, SignatureScheme, Signer, SignerError, SigningKey, SigningPublicKey,
};
use crate::contract::Contracts;
use crate::keystore::{self, AccountSecrets, KeyStore, KeyStoreError, SigningMaterial};
use crate::port::Rng;
use crate::store::Job;

/// An account that is to be kept.
#[derive(Debug)]
pub struct NewAccount {
    /// Its kind.
    pub kind: AccountKind,
    /// The class of the kind's artifact, registered.
    pub class: ContractClassId,
    /// Its secret.
    pub secret: SecretKey,
    /// Salt of its address.
    pub salt: Fr,
    /// How it signs.
    pub signing: SigningMaterial,
    /// Which account of the seed it is, if it is one.
    pub seed_index: Option<u32>,
    /// What its owner calls it.
    pub alias: String,
}

impl NewAccount {
    /// Keeps the account's keys and registers its contract.
    ///
    /// # Errors
    /// If the keys are locked, the signing key is of the wrong curve, or the class is not registered.
    pub async fn keep(self, keys: &KeyStore, contracts: &Contracts, job: &mut Job) -> Result<Account, AccountError> {
        let Self { kind, class, secret, salt, signing, seed_index, alias } = self;
        let public_keys = secret.master_keys().public_keys();
        let signing_key = match &signing {
            SigningMaterial::None if kind.scheme() == SignatureScheme::Schnorr => {
                Some(SigningKey::Schnorr(secret.signing_key()).public_key())
            }
            material => public_key(kind, material)?,
        };
        let signing_key = signing_key.ok_or(AccountError::NoSigningKey(kind))?;
        let account = Account::new(kind, class, signing_key, public_keys, salt)?;
        contracts.register(job, account.instance(), None).await?;
        let partial_address = account.instance().instance.partial_address();
        let extra = AccountSecrets { kind: Some(kind), salt, signing, seed_index, alias };
        keys.add_account(job, secret, partial_address, extra).await?;
        Ok(account)
    }
}

/// The public key of signing material that says it by itself.
fn public_key(kind: AccountKind, material: &SigningMaterial) -> Result<Option<SigningPublicKey>, AccountError> {
    Ok(match material {
        SigningMaterial::None => None,
        SigningMaterial::Key(key) => Some(SigningKey::from_bytes(kind, key.expose())?.public_key()),
        SigningMaterial::External { public_key, .. } => Some(SigningPublicKey::from_bytes(kind, public_key)?),
    })
}

/// The key an account signs with; none if it is somewhere else.
fn signing_key(keys: &KeyStore, kind: AccountKind, address: AztecAddress) -> Result<Option<SigningKey>, AccountError> {
    Ok(match keys.signing_material(address)? {
        SigningMaterial::Key(key) => Some(SigningKey::from_bytes(kind, key.expose())?),
        // It follows from the account's secret, as official wallets choose it when they are not told another.
        SigningMaterial::None if kind.scheme() == SignatureScheme::Schnorr => {
            Some(SigningKey::Schnorr(keys.secret_key(address)?.signing_key()))
        }
        SigningMaterial::None | SigningMaterial::External { .. } => None,
    })
}

impl Account {
    /// An account of the key store, at its registered instance. The keys must be unlocked.
    ///
    /// # Errors
    /// If the keys are locked, or nothing but keys is known of the account.
    pub async fn kept(keys: &KeyStore, job: &Job, instance: ContractInstanceWithAddress) -> Result<Self, AccountError> {
        let address = instance.address;
        let keystore::Account { kind, .. } =
            KeyStore::account(job, address).await?.ok_or(KeyStoreError::UnknownAccount(address))?;
        let kind = kind.ok_or(AccountError::UnknownKind(address))?;
        let public_key = match signing_key(keys, kind, address)? {
            Some(key) => Some(key.public_key()),
            None => public_key(kind, &keys.signing_material(address)?)?,
        };
        Self::at(kind, public_key.ok_or(AccountError::NoSigningKey(kind))?, instance)
    }
}

/// Signs with keys of the key store, for as long as they are unlocked.
#[derive(Debug, Clone)]
pub struct KeptSigner {
    keys: Arc<KeyStore>,
    rng: Arc<dyn Rng>,
    kind: AccountKind,
    address: AztecAddress,
}

impl KeptSigner {
    /// The signer of an account. Accounts that sign with a key that is somewhere else need another.
    #[must_use]
    pub fn new(keys: Arc<KeyStore>, rng: Arc<dyn Rng>, account: &Account) -> Self {
        Self { keys, rng, kind: account.kind(), address: account.address() }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl Signer for KeptSigner {
    async fn sign(&self, message: MessageHash) -> Result<Signature, SignerError> {
        match signing_key(&self.keys, self.kind, self.address) {
            Ok(Some(key)) => Ok(key.sign(message, &*self.rng)),
            Ok(None) => Err(SignerError::Elsewhere),
            Err(AccountError::KeyStore(KeyStoreError::Locked)) => Err(SignerError::Locked),
            Err(error) => Err(SignerError::Failed(Box::new(error))),
        }
    }
}
