//! An artifact with constructor arguments, salt and keys: a new instance.
//!
//! Protocol source: `@aztec/stdlib/src/contract/contract_instance.ts`, `@aztec/stdlib/src/abi/abi.ts`,
//! `@aztec/aztec.js/src/contract/deploy_method.ts`.

use protocol::abi::{AbiError, AbiErrorKind, FunctionCall};
use protocol::address::AztecAddress;
use protocol::artifact::ContractArtifact;
use protocol::contract::{
    ContractClassId, ContractInstance, ContractInstanceWithAddress, InitializationHash, Version1,
};
use protocol::field::Fr;
use protocol::keys::PublicKeys;

use super::ContractError;
use super::call::{Arguments, CallError, call};

/// A new instance, and the call that initializes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instantiation {
    /// The instance.
    pub instance: ContractInstanceWithAddress,
    /// The call to its initializer, if its class has one.
    pub constructor: Option<FunctionCall>,
}

impl Instantiation {
    /// An instance of an artifact. `class` is the id of the artifact's class on the network, as it was registered;
    /// `initializer` a name, or none for the default one; `deployer` zero if anyone may deploy it.
    ///
    /// # Errors
    /// If the artifact has no such initializer, an argument does not fit, or the keys are no points.
    pub fn new<'a>(
        artifact: &ContractArtifact,
        class: ContractClassId,
        initializer: Option<&str>,
        arguments: impl Into<Arguments<'a>>,
        (salt, deployer, public_keys): (Fr, AztecAddress, PublicKeys),
    ) -> Result<Self, CallError> {
        let arguments = arguments.into();
        let initializer = match initializer {
            Some(name) => Some(artifact.initializer(name).map_err(ContractError::from)?),
            None => artifact.default_initializer(),
        };
        // Its address follows from its arguments.
        let unplaced = match initializer {
            Some(abi) => Some(call(AztecAddress::ZERO, abi, arguments)?),
            None => {
                arguments.none()?;
                None
            }
        };
        let hash = |call: &FunctionCall| InitializationHash::new(call.selector, &call.args);
        let instance = ContractInstance {
            version: Version1,
            salt,
            deployer,
            current_contract_class_id: class,
            original_contract_class_id: class,
            initialization_hash: unplaced.as_ref().map_or(InitializationHash::ZERO, hash),
            public_keys,
        };
        let instance = instance.with_address().map_err(ContractError::from)?;
        Ok(Self { instance, constructor: unplaced.map(|call| FunctionCall { to: instance.address, ..call }) })
    }
}

impl Arguments<'_> {
    /// Refuses arguments where nothing takes them.
    fn none(&self) -> Result<(), AbiError> {
        let found = match self {
            Self::Values(values) => values.len(),
            Self::Json(values) => values.len(),
        };
        match found {
            0 => Ok(()),
            found => Err(AbiError::new(AbiErrorKind::WrongLength { found, expected: 0 })),
        }
    }
}
