//! The keys while they are unlocked, in memory.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use protocol::address::AztecAddress;
use protocol::codec::Decode;
use protocol::field::{Fr, Point};
use protocol::keys::{AddressSecret, CompleteAddress, KeyKind, MasterSecretKeys, PartialAddress};
use protocol::tag::SharedSecret;
use spin::RwLock;

use super::KeyStoreError;
use super::account::Sealed;
use super::seal::{NotAuthentic, SealingKey};
use crate::port::Rng;
use crate::store::Table;

/// The secrets of one account, with what follows from them.
pub(super) struct Keys {
    pub(super) complete: CompleteAddress,
    pub(super) sealed: Sealed,
    pub(super) master: MasterSecretKeys,
    pub(super) address_secret: AddressSecret,
    /// Hashes of the public keys, in the order of [`KeyKind::ALL`].
    hashes: [Fr; 4],
    /// What it shares with others, as far as that was needed; nothing where there is no point to share.
    shared: RwLock<BTreeMap<AztecAddress, Option<Arc<SharedSecret>>>>,
}

/// With so many others what is shared is remembered.
const MAX_SHARED: usize = 4096;

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.complete.address())
    }
}

impl Keys {
    pub(super) fn derive(sealed: Sealed, partial_address: PartialAddress) -> Self {
        let complete = CompleteAddress::from_secret_key(&sealed.secret, partial_address);
        let master = sealed.secret.master_keys();
        let address_secret = AddressSecret::derive(&master.ivsk_m, complete.preaddress());
        let hashes = KeyKind::ALL.map(|kind| complete.public_keys().get(kind).hash());
        Self { complete, sealed, master, address_secret, hashes, shared: RwLock::new(BTreeMap::new()) }
    }

    /// What it shares with somebody; nothing if the address has no point.
    pub(super) fn shared_with(&self, external: AztecAddress) -> Option<Arc<SharedSecret>> {
        if let Some(known) = self.shared.read().get(&external) {
            return known.clone();
        }
        let derived = SharedSecret::derive(&self.address_secret, external).ok().map(Arc::new);
        let mut shared = self.shared.write();
        if shared.len() >= MAX_SHARED {
            shared.clear();
        }
        shared.insert(external, derived.clone());
        derived
    }

    /// Which of its keys has this hash.
    pub(super) fn kind_of_hash(&self, hash: Fr) -> Option<KeyKind> {
        self.hashes.iter().position(|own| *own == hash).map(|place| KeyKind::ALL[place])
    }

    /// Which of its keys is this point.
    pub(super) fn kind_of_point(&self, point: &Point) -> Option<KeyKind> {
        KeyKind::ALL.into_iter().find(|kind| self.complete.public_keys().get(*kind) == *point)
    }
}

/// Everything that is forgotten when the keys are locked.
#[derive(Debug)]
pub(super) struct Unlocked {
    data_key: SealingKey,
    pub(super) accounts: BTreeMap<AztecAddress, Arc<Keys>>,
}

/// Key of the sealed seed in its table. Those of accounts are longer.
pub(super) const SEED: &[u8] = b"seed";

/// What a value of the table of secrets is sealed for: table and key, so that no two can be swapped.
fn place(key: &[u8]) -> Vec<u8> {
    [b"aztec-lite/secret/v1".as_slice(), &[Table::Secrets as u8], key].concat()
}

impl Unlocked {
    pub(super) const fn new(data_key: SealingKey) -> Self {
        Self { data_key, accounts: BTreeMap::new() }
    }

    pub(super) const fn data_key(&self) -> &SealingKey {
        &self.data_key
    }

    pub(super) fn add(&mut self, keys: Keys) {
        self.accounts.insert(keys.complete.address(), Arc::new(keys));
    }

    pub(super) fn account(&self, address: AztecAddress) -> Result<&Arc<Keys>, KeyStoreError> {
        self.accounts.get(&address).ok_or(KeyStoreError::UnknownAccount(address))
    }

    /// The first account with a key of this hash, and which key.
    pub(super) fn by_hash(&self, hash: Fr) -> Option<(Arc<Keys>, KeyKind)> {
        self.accounts.values().find_map(|keys| Some((Arc::clone(keys), keys.kind_of_hash(hash)?)))
    }

    /// The first account with this key, and which key.
    pub(super) fn by_point(&self, point: &Point) -> Option<(&Arc<Keys>, KeyKind)> {
        self.accounts.values().find_map(|keys| Some((keys, keys.kind_of_point(point)?)))
    }
}

impl SealingKey {
    /// Seals a value of the table of secrets.
    pub(super) fn seal_secret(&self, rng: &dyn Rng, key: &[u8], value: &[u8]) -> Vec<u8> {
        self.seal(rng, &place(key), value)
    }

    /// Whether a value of the table of secrets was sealed with this key.
    pub(super) fn opens(&self, key: &[u8], sealed: &[u8]) -> bool {
        self.open(&place(key), sealed).is_ok()
    }

    /// Opens a value of the table of secrets.
    pub(super) fn open_secret<T: Decode>(&self, key: &[u8], sealed: &[u8]) -> Result<T, NotAuthentic> {
        let value = self.open(&place(key), sealed)?;
        T::from_buffer(&value).map_err(|_| NotAuthentic)
    }
}
