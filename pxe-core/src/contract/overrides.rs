//! Contracts replaced for a simulation: an account that accepts every signature stands in for one that does not.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/proxied_contract_data_source.ts`.

use alloc::collections::BTreeMap;
use alloc::sync::Arc;

use protocol::address::AztecAddress;
use protocol::artifact::{ArtifactError, ContractArtifact};
use protocol::contract::{ContractClassId, ContractInstance, InitializationHash, Version1};
use protocol::field::Fr;
use protocol::keys::PublicKeys;

use super::{ContractError, LoadedFunction};

/// What stands in for a contract.
#[derive(Debug, Clone)]
pub struct Override {
    /// Keys, salt, deployer and initialization. Its class ids count for nothing: those of the real instance stay.
    pub instance: ContractInstance,
    /// The code that runs.
    pub artifact: Arc<ContractArtifact>,
}

impl Override {
    /// What stands in for an account: an artifact that accepts every call, see
    /// [`SIMULATED_ACCOUNT`](crate::account::SIMULATED_ACCOUNT). The salt is random.
    ///
    /// Protocol source: `@aztec/wallets/src/embedded/embedded_wallet.ts`.
    #[must_use]
    pub const fn account(artifact: Arc<ContractArtifact>, salt: Fr) -> Self {
        let instance = ContractInstance {
            version: Version1,
            salt,
            deployer: AztecAddress::ZERO,
            current_contract_class_id: ContractClassId::ZERO,
            original_contract_class_id: ContractClassId::ZERO,
            initialization_hash: InitializationHash::ZERO,
            public_keys: PublicKeys::DEFAULT,
        };
        Self { instance, artifact }
    }
}

/// Contracts replaced for a simulation.
pub type Overrides = BTreeMap<AztecAddress, Override>;

/// A contract's stand-in with its functions by selector.
#[derive(Debug)]
pub(super) struct StandIn {
    pub(super) instance: ContractInstance,
    pub(super) name: alloc::string::String,
    pub(super) functions: BTreeMap<protocol::abi::FunctionSelector, Arc<LoadedFunction>>,
}

impl StandIn {
    pub(super) fn new(given: &Override) -> Result<Self, ContractError> {
        let mut functions = BTreeMap::new();
        for function in &given.artifact.functions {
            let selector = function.abi.selector().map_err(ArtifactError::from)?;
            let loaded = LoadedFunction::of(&given.artifact.name, selector, function.clone())?;
            functions.insert(selector, Arc::new(loaded));
        }
        Ok(Self { instance: given.instance, name: given.artifact.name.clone(), functions })
    }
}
