//! An account as a contract.
//!
//! Protocol source: `@aztec/accounts/src/`, `@aztec/aztec.js/src/wallet/account_manager.ts`.

use protocol::abi::{FunctionCall, FunctionType};
use protocol::address::AztecAddress;
use protocol::authwit::MessageHash;
use protocol::codec::ToFields;
use protocol::contract::{
    ContractClassId, ContractInstance, ContractInstanceWithAddress, InitializationHash, Version1,
};
use protocol::field::Fr;
use protocol::keys::{CompleteAddress, PublicKeys};
use protocol::tx::AuthWitness;

use super::{AccountError, AccountKind, Signer, SigningPublicKey};

/// An account contract with the keys it is made for. Holds no secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    kind: AccountKind,
    signing_key: SigningPublicKey,
    instance: ContractInstanceWithAddress,
}

impl Account {
    /// The account of some kind with these keys. `class` is the class of the kind's artifact on the network; anyone may
    /// deploy it.
    ///
    /// # Errors
    /// If the signing key is of another curve than the kind verifies with, or the keys are no points.
    pub fn new(
        kind: AccountKind,
        class: ContractClassId,
        signing_key: SigningPublicKey,
        public_keys: PublicKeys,
        salt: Fr,
    ) -> Result<Self, AccountError> {
        if signing_key.scheme() != kind.scheme() {
            return Err(AccountError::OtherCurve(kind));
        }
        let initialization_hash = match kind.constructor() {
            Some(constructor) => InitializationHash::new(constructor, &signing_key.constructor_args()),
            None => InitializationHash::ZERO,
        };
        let instance = ContractInstance {
            version: Version1,
            salt,
            deployer: AztecAddress::ZERO,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash,
            public_keys,
        };
        Ok(Self { kind, signing_key, instance: instance.with_address()? })
    }

    /// The account at an instance that is known already.
    ///
    /// # Errors
    /// If the instance is not the account of that kind with that signing key.
    pub fn at(
        kind: AccountKind,
        signing_key: SigningPublicKey,
        instance: ContractInstanceWithAddress,
    ) -> Result<Self, AccountError> {
        let ContractInstance { original_contract_class_id, public_keys, salt, .. } = instance.instance;
        let account = Self::new(kind, original_contract_class_id, signing_key, public_keys, salt)?;
        match account.address() == instance.address {
            true => Ok(Self { instance, ..account }),
            false => Err(AccountError::OtherAccount { found: account.address(), expected: instance.address }),
        }
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The key it verifies with.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningPublicKey {
        &self.signing_key
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> AztecAddress {
        self.instance.address
    }

    /// The contract.
    #[must_use]
    pub const fn instance(&self) -> &ContractInstanceWithAddress {
        &self.instance
    }

    /// Its address with what that commits to.
    #[must_use]
    pub fn complete_address(&self) -> CompleteAddress {
        let ContractInstanceWithAddress { instance, address } = self.instance;
        CompleteAddress::new(address, instance.public_keys, instance.partial_address())
            .expect("the address was derived from the instance")
    }

    /// The call that initializes it; none if it needs none.
    #[must_use]
    pub fn constructor(&self) -> Option<FunctionCall> {
        self.kind.constructor().map(|selector| FunctionCall {
            name: "constructor".into(),
            to: self.address(),
            selector,
            function_type: FunctionType::Private,
            hide_msg_sender: false,
            is_static: false,
            args: self.signing_key.constructor_args(),
            return_types: alloc::vec::Vec::new(),
        })
    }

    /// Has a message signed, and makes the signature what the account contract reads.
    ///
    /// # Errors
    /// If the signer does not sign, or not with the account's key.
    pub async fn authorize(&self, message: MessageHash, signer: &dyn Signer) -> Result<AuthWitness, AccountError> {
        let account = self.address();
        let signature = signer.sign(message).await.map_err(|source| AccountError::Signer { account, source })?;
        if !self.signing_key.verify(message, &signature) {
            return Err(AccountError::BadSignature(account));
        }
        let mut witness = signature.to_witness();
        if self.kind == AccountKind::SchnorrSingleKey {
            // This contract keeps no key: the witness shows those its address commits to.
            let instance = &self.instance.instance;
            witness.splice(0..0, instance.public_keys.to_fields());
            witness.push(instance.partial_address().to_field());
        }
        Ok(AuthWitness { request_hash: message.to_field(), witness })
    }
}
