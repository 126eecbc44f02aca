//! What the registries emit: a class published, an instance published, an instance updated.
//!
//! Protocol source: `@aztec/protocol-contracts/src/class-registry/contract_class_published_event.ts`,
//! `@aztec/protocol-contracts/src/instance-registry/`.

use alloc::vec::Vec;

use ark_ff::MontFp;
use thiserror::Error;

use super::protocol::ProtocolContract;
use super::{
    ClassMismatch, ContractClassId, ContractClassPublic, ContractInstance, ContractInstanceWithAddress,
    InitializationHash, Version1,
};
use crate::address::AztecAddress;
use crate::block::Timestamp;
use crate::codec::{DecodeError, DecodeErrorKind, FieldReader};
use crate::constants::{CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE, CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE};
use crate::field::{Fr, Point};
use crate::keys::PublicKeys;

/// First field of the private log that publishes an instance: the magic value siloed by the registry's address.
const INSTANCE_PUBLISHED_TAG: Fr =
    Fr::from_ark(MontFp!("11982947823884945625521310961758837089746599565080700489597457318140744180136"));

/// A log looks like an event of a registry but is not one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EventError {
    /// Too short, or a value out of range.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Another version than 1.
    #[error("version {0} of a published class or instance, only 1 exists")]
    Version(Fr),
    /// The class does not hash to the id it was published under.
    #[error(transparent)]
    Class(#[from] ClassMismatch),
}

fn version(reader: &mut FieldReader<'_>) -> Result<Version1, EventError> {
    let field = reader.field()?;
    field.to_u64().and_then(Version1::from_number).ok_or(EventError::Version(field))
}

/// A class was published: log of the class registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassPublished(pub ContractClassPublic);

impl ClassPublished {
    /// Reads a contract class log, its fields with or without padding. `None` when it is no such event. The contents
    /// are known to hash to the class id.
    pub fn from_log(contract: AztecAddress, fields: &[Fr]) -> Option<Result<Self, EventError>> {
        let is_event = contract == ProtocolContract::ContractClassRegistry.address()
            && fields.first() == Some(&CONTRACT_CLASS_PUBLISHED_MAGIC_VALUE);
        is_event.then(|| Self::parse(&fields[1..]))
    }

    fn parse(fields: &[Fr]) -> Result<Self, EventError> {
        let mut reader = FieldReader::new(fields);
        let id = reader.member("contractClassId")?;
        let version = version(&mut reader)?;
        let artifact_hash = reader.member("artifactHash")?;
        let private_functions_root = reader.member("privateFunctionsRoot")?;
        let start = reader.offset();
        let length = reader.field()?.to_u64().and_then(|length| usize::try_from(length).ok());
        let chunks = reader.take(reader.left())?;
        let available = chunks.len() * 31;
        let length = length.filter(|length| *length <= available).ok_or_else(|| {
            reader.error_at(start, DecodeErrorKind::Invalid("bytecode is longer than the log")).within("packedBytecode")
        })?;
        let mut packed_bytecode = Vec::with_capacity(length.next_multiple_of(31));
        for chunk in &chunks[..length.div_ceil(31)] {
            packed_bytecode.extend_from_slice(&chunk.to_be_bytes()[1..]);
        }
        packed_bytecode.truncate(length);
        let class = ContractClassPublic {
            id,
            private_functions_root,
            private_functions: Vec::new(),
            utility_functions: Vec::new(),
            version,
            artifact_hash,
            packed_bytecode,
        };
        class.verify()?;
        Ok(Self(class))
    }
}

/// An instance was published: private log of the instance registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstancePublished(pub ContractInstanceWithAddress);

impl InstancePublished {
    /// Reads a private log as it is on chain, its first field siloed. `None` when it is no such event.
    ///
    /// The event's address is only claimed: see [`ContractInstanceWithAddress::verify`].
    pub fn from_log(fields: &[Fr]) -> Option<Result<Self, EventError>> {
        (fields.first() == Some(&INSTANCE_PUBLISHED_TAG)).then(|| Self::parse(&fields[1..]))
    }

    fn parse(fields: &[Fr]) -> Result<Self, EventError> {
        let mut reader = FieldReader::new(fields);
        let address = reader.member("address")?;
        let version = version(&mut reader)?;
        let salt = reader.member("salt")?;
        let class: ContractClassId = reader.member("contractClassId")?;
        let initialization_hash: InitializationHash = reader.member("initializationHash")?;
        let mut point = || Ok::<_, DecodeError>(Point::new(reader.member("publicKeys")?, reader.member("publicKeys")?));
        let public_keys = PublicKeys { npk_m: point()?, ivpk_m: point()?, ovpk_m: point()?, tpk_m: point()? };
        let instance = ContractInstance {
            version,
            salt,
            deployer: reader.member("deployer")?,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash,
            public_keys,
        };
        Ok(Self(ContractInstanceWithAddress { instance, address }))
    }
}

/// An instance will change its class: public log of the instance registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceUpdated {
    /// The instance.
    pub address: AztecAddress,
    /// The class before the change.
    pub previous: ContractClassId,
    /// The class after it.
    pub next: ContractClassId,
    /// When the class changes.
    pub change: Timestamp,
}

impl InstanceUpdated {
    /// Reads a public log. `None` when it is no such event.
    pub fn from_log(contract: AztecAddress, fields: &[Fr]) -> Option<Result<Self, EventError>> {
        let is_event = contract == ProtocolContract::ContractInstanceRegistry.address()
            && fields.first() == Some(&CONTRACT_INSTANCE_UPDATED_MAGIC_VALUE);
        is_event.then(|| {
            let mut reader = FieldReader::new(&fields[1..]);
            Ok(Self {
                address: reader.member("address")?,
                previous: reader.member("prevContractClassId")?,
                next: reader.member("newContractClassId")?,
                change: reader.member("timestampOfChange")?,
            })
        })
    }
}
