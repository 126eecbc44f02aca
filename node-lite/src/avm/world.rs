//! What all calls of a transaction share: state, journal, decoded programs.
//!
//! Protocol source: `@aztec/simulator/src/public/state_manager/state_manager.ts`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use protocol::address::AztecAddress;
use protocol::block::GlobalVariables;
use protocol::codec::{DecodeError, FromFields};
use protocol::constants::MAX_PROTOCOL_CONTRACTS;
use protocol::contract::{ClassMismatch, ContractClassId, DelayedClassId, InitializationHash};
use protocol::field::Fr;
use protocol::hash::silo::{public_data_leaf_slot, silo_nullifier};
use thiserror::Error;

use super::halt::Halt;
use super::journal::Journal;
use super::program::Program;
use super::state::{PublicState, StateError};

/// Execution cannot go on, whatever the program: the node's state is at fault, or a limit set by the caller.
#[derive(Debug, Error)]
pub enum AvmError {
    /// The state cannot be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// The state and the nullifier tree disagree.
    #[error("contract {address}: published is {published}, but its deployment nullifier exists is {nullified}")]
    InconsistentInstance {
        /// The contract.
        address: AztecAddress,
        /// Whether the state knows an instance.
        published: bool,
        /// Whether the nullifier tree holds its nullifier.
        nullified: bool,
    },
    /// The class of an instance is not there.
    #[error("class {class} of contract {address} is not known")]
    MissingClass {
        /// The contract.
        address: AztecAddress,
        /// Its class.
        class: ContractClassId,
    },
    /// A class is not what its id says.
    #[error(transparent)]
    Class(#[from] ClassMismatch),
    /// What the registry stores of a contract's update does not hash to what it stores as the hash.
    #[error("scheduled update of contract {address}: stored hash {stored}, computed {computed}")]
    UpdateHash {
        /// The contract.
        address: AztecAddress,
        /// The hash in storage.
        stored: Fr,
        /// The hash of the values in storage.
        computed: Fr,
    },
    /// What the registry stores of a contract's update cannot be read.
    #[error("scheduled update of a contract: {0}")]
    Update(#[from] DecodeError),
    /// Contracts print more than is collected.
    #[error("debug logs read more than {max} memory cells")]
    DebugLogLimit {
        /// The limit.
        max: u64,
    },
    /// A contract prints what is no text and no fields.
    #[error("debug log: {0}")]
    DebugLog(Halt),
    /// A contract prints at a level that does not exist.
    #[error("{level} is no level of debug logs")]
    DebugLogLevel {
        /// The number.
        level: u8,
    },
}

/// Decoded programs, by class. Transactions share it; what an id stands for never changes.
#[derive(Debug, Default)]
pub struct Programs(Mutex<Cache>);

#[derive(Debug, Default)]
struct Cache {
    programs: HashMap<ContractClassId, Arc<Program>>,
    weight: usize,
}

impl Programs {
    /// Memory the cache may hold; beyond it starts anew.
    const MAX_WEIGHT: usize = 256 << 20;

    fn get(&self, class: ContractClassId) -> Option<Arc<Program>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).programs.get(&class).cloned()
    }

    fn insert(&self, class: ContractClassId, program: &Arc<Program>) {
        let mut cache = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cache.weight + program.weight() > Self::MAX_WEIGHT {
            *cache = Cache::default();
        }
        if cache.programs.insert(class, Arc::clone(program)).is_none() {
            cache.weight += program.weight();
        }
    }
}

/// What the host collects for whoever wants to know more than the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebugLogs {
    /// Memory cells all debug logs of a transaction may read.
    pub max_reads: u64,
}

impl Default for DebugLogs {
    fn default() -> Self {
        Self { max_reads: 125_000 }
    }
}

/// What a contract can ask of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instance {
    pub(crate) deployer: AztecAddress,
    pub(crate) class: ContractClassId,
    pub(crate) initialization_hash: InitializationHash,
}

/// What all calls of a transaction share.
#[derive(Clone, Copy)]
pub struct Host<'a> {
    /// The state at the beginning of the transaction.
    pub state: &'a dyn PublicState,
    /// Decoded programs.
    pub programs: &'a Programs,
    /// The block.
    pub globals: &'a GlobalVariables,
    /// Whether contracts' prints are kept; without, they cost the same and do nothing.
    pub debug_logs: Option<DebugLogs>,
}

impl std::fmt::Debug for Host<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("globals", &self.globals).finish_non_exhaustive()
    }
}

/// Whether an address is reserved for protocol contracts, which need no deployment.
fn is_reserved(address: AztecAddress) -> bool {
    address.to_field().to_u64().is_some_and(|number| (1..=MAX_PROTOCOL_CONTRACTS as u64).contains(&number))
}

impl Host<'_> {
    /// The instance at an address with its current class.
    pub(crate) fn instance(&self, journal: &Journal, address: AztecAddress) -> Result<Option<Instance>, AvmError> {
        let pending = journal.instance(address).copied();
        let found = match pending {
            Some(instance) => Some(instance),
            None => self.state.contract_instance(address)?,
        };
        let resolve = |class| {
            move |found: protocol::contract::ContractInstanceWithAddress| Instance {
                deployer: found.instance.deployer,
                class,
                initialization_hash: found.instance.initialization_hash,
            }
        };
        if is_reserved(address) {
            return Ok(found.map(|found| resolve(found.instance.current_contract_class_id)(found)));
        }
        let registry = DelayedClassId::contract();
        let nullified = journal.nullifier_exists(self.state, silo_nullifier(registry, address.to_field()))?;
        if found.is_some() != nullified {
            return Err(AvmError::InconsistentInstance { address, published: found.is_some(), nullified });
        }
        let Some(found) = found else { return Ok(None) };
        let class = self.current_class(journal, address, found.instance.original_contract_class_id)?;
        Ok(Some(resolve(class)(found)))
    }

    fn current_class(
        &self,
        journal: &Journal,
        address: AztecAddress,
        original: ContractClassId,
    ) -> Result<ContractClassId, AvmError> {
        let read = |slot| journal.read(self.state, public_data_leaf_slot(DelayedClassId::contract(), slot));
        let stored = read(DelayedClassId::hash_slot(address))?;
        if stored.is_zero() {
            return Ok(original);
        }
        let slot = DelayedClassId::slot(address);
        let fields = [read(slot)?, read(slot + Fr::ONE)?, read(slot + Fr::from(2u8))?];
        let computed = protocol::hash::poseidon2(&fields);
        if computed != stored {
            return Err(AvmError::UpdateHash { address, stored, computed });
        }
        Ok(DelayedClassId::from_fields(&fields)?.at(self.globals.timestamp, original))
    }

    /// The code at an address; a halt when nothing is deployed there or the transaction may run no further class.
    pub(crate) fn program(
        &self,
        journal: &mut Journal,
        address: AztecAddress,
    ) -> Result<Result<Arc<Program>, Halt>, AvmError> {
        let Some(Instance { class: id, .. }) = self.instance(journal, address)? else {
            return Ok(Err(Halt::NotDeployed(Box::new(address))));
        };
        let program = match self.programs.get(id) {
            Some(program) => program,
            None => {
                let stored;
                let class = if let Some(class) = journal.class(id) {
                    class.as_ref()
                } else {
                    let missing = AvmError::MissingClass { address, class: id };
                    stored = self.state.contract_class(id)?.ok_or(missing)?;
                    &stored
                };
                class.verify()?;
                let program = Arc::new(Program::new(&class.packed_bytecode));
                self.programs.insert(id, &program);
                program
            }
        };
        Ok(if journal.run_class(id) { Ok(program) } else { Err(Halt::TooManyClasses) })
    }
}
