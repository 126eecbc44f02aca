//! Contract instances: a class with a salt, a deployer, an initialization and keys, and the address they add up to.
//!
//! Protocol source: `@aztec/stdlib/src/contract/contract_instance.ts`, `contract_address.ts` and
//! `interfaces/contract_instance.ts` beside it.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use super::ContractClassId;
use crate::abi::FunctionSelector;
use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use crate::field::{Fr, NotOnCurve};
use crate::hash::silo::args_hash;
use crate::hash::{DomainSeparator, poseidon2_with_separator};
use crate::keys::{PartialAddress, PublicKeys, address_from};

/// The version of classes and instances: always 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Version1;

impl Version1 {
    /// The number.
    pub const NUMBER: u8 = 1;

    /// The version with this number, if it is the one there is.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        (number == u64::from(Self::NUMBER)).then_some(Self)
    }
}

impl Encode for Version1 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(Self::NUMBER);
    }
}

impl Decode for Version1 {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let number = u8::decode(reader)?;
        Self::from_number(number.into())
            .ok_or_else(|| reader.error_at(start, DecodeErrorKind::Invalid("the version must be 1")))
    }
}

impl Serialize for Version1 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::NUMBER.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Version1 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(deserializer)?;
        Self::from_number(number)
            .ok_or_else(|| serde::de::Error::custom(format_args!("the version must be 1, found {number}")))
    }
}

crate::field_newtype! {
    /// Hash of the initializer's selector and arguments; 0 for contracts without an initializer.
    pub struct InitializationHash;
}

impl InitializationHash {
    /// The hash for an initializer called with these encoded arguments.
    #[must_use]
    pub fn new(initializer: FunctionSelector, args: &[Fr]) -> Self {
        let inputs = [Fr::from(u32::from(initializer)), args_hash(args)];
        Self(poseidon2_with_separator(&inputs, DomainSeparator::Initializer))
    }
}

crate::field_newtype! {
    /// Hash of salt, initialization hash and deployer.
    pub struct SaltedInitializationHash;
}

impl SaltedInitializationHash {
    /// The hash of these parts.
    #[must_use]
    pub fn new(salt: Fr, initialization: InitializationHash, deployer: AztecAddress) -> Self {
        let inputs = [salt, initialization.to_field(), deployer.to_field()];
        Self(poseidon2_with_separator(&inputs, DomainSeparator::PartialAddress))
    }

    /// The partial address of an instance deployed with this class.
    #[must_use]
    pub fn partial_address(self, original_class: ContractClassId) -> PartialAddress {
        let inputs = [original_class.to_field(), self.to_field()];
        PartialAddress::from_field(poseidon2_with_separator(&inputs, DomainSeparator::PartialAddress))
    }
}

/// A deployment of a contract class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractInstance {
    /// Always 1.
    pub version: Version1,
    /// Chosen by the deployer, so that equal deployments differ.
    pub salt: Fr,
    /// Who may deploy it; zero for anyone.
    pub deployer: AztecAddress,
    /// The class it runs now.
    pub current_contract_class_id: ContractClassId,
    /// The class it was deployed with, which its address commits to.
    pub original_contract_class_id: ContractClassId,
    /// Commitment to the initializer and its arguments.
    pub initialization_hash: InitializationHash,
    /// Its keys.
    pub public_keys: PublicKeys,
}

crate::wire_bytes!(ContractInstance {
    version: Version1,
    salt: Fr,
    deployer: AztecAddress,
    current_contract_class_id: ContractClassId,
    original_contract_class_id: ContractClassId,
    initialization_hash: InitializationHash,
    public_keys: PublicKeys,
});

impl ContractInstance {
    /// Hash of salt, initialization hash and deployer.
    #[must_use]
    pub fn salted_initialization_hash(&self) -> SaltedInitializationHash {
        SaltedInitializationHash::new(self.salt, self.initialization_hash, self.deployer)
    }

    /// The part of the address that does not depend on keys.
    #[must_use]
    pub fn partial_address(&self) -> PartialAddress {
        self.salted_initialization_hash().partial_address(self.original_contract_class_id)
    }

    /// The address. Fails when the incoming viewing key is not on the curve.
    pub fn address(&self) -> Result<AztecAddress, NotOnCurve> {
        address_from(&self.public_keys, self.partial_address())
    }

    /// The instance with its address.
    pub fn with_address(self) -> Result<ContractInstanceWithAddress, NotOnCurve> {
        Ok(ContractInstanceWithAddress { address: self.address()?, instance: self })
    }
}

/// An instance together with its address, as wallets and nodes pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContractInstanceWithAddress {
    /// The instance.
    #[serde(flatten)]
    pub instance: ContractInstance,
    /// Its address. That of a protocol contract does not follow from the instance.
    pub address: AztecAddress,
}

/// An instance is not at the address it claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum AddressMismatch {
    /// The address is another.
    #[error("contract instance claims address {claimed} but derives {derived}")]
    Address {
        /// The address it claims.
        claimed: AztecAddress,
        /// The address its contents lead to.
        derived: AztecAddress,
    },
    /// It has no address at all.
    #[error("contract instance at {claimed}: incoming viewing key: {source}")]
    Keys {
        /// The address it claims.
        claimed: AztecAddress,
        /// The reason.
        source: NotOnCurve,
    },
}

impl ContractInstanceWithAddress {
    /// Checks that the address follows from the instance. Protocol contracts have fixed addresses and do not pass.
    pub fn verify(&self) -> Result<(), AddressMismatch> {
        let claimed = self.address;
        match self.instance.address() {
            Ok(derived) if derived == claimed => Ok(()),
            Ok(derived) => Err(AddressMismatch::Address { claimed, derived }),
            Err(source) => Err(AddressMismatch::Keys { claimed, source }),
        }
    }
}
