//! What is known of a function: code, interface, where it is in its class.

use alloc::string::String;
use alloc::sync::Arc;

use protocol::abi::{FunctionAbi, FunctionSelector, FunctionType};
use protocol::address::AztecAddress;
use protocol::artifact::{ArtifactError, Bytecode, FunctionArtifact, VerificationKey, VerificationKeyHash};
use protocol::contract::{ContractClassId, FunctionMembership, SaltedInitializationHash};
use protocol::field::Fr;
use protocol::keys::PublicKeys;

use super::class::{self, StoredFunction};
use super::{Class, ClassFunction, CodeHash, ContractError, Contracts};
use crate::store::Job;

/// A function with its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedFunction {
    /// Name of the contract's class.
    pub contract_name: String,
    /// Its interface.
    pub abi: FunctionAbi,
    /// Its selector.
    pub selector: FunctionSelector,
    /// Its code, as the compiler ships it.
    pub bytecode: Bytecode,
    /// Hash of the code: what a decoded program can be kept under.
    pub code: CodeHash,
    /// Its verification key, if it is private.
    pub verification_key: Option<VerificationKey>,
    /// Hash of that key.
    pub vk_hash: Option<VerificationKeyHash>,
}

impl LoadedFunction {
    /// A function of an artifact.
    pub(super) fn of(
        contract_name: &str,
        selector: FunctionSelector,
        function: FunctionArtifact,
    ) -> Result<Self, ContractError> {
        let FunctionArtifact { abi, bytecode, verification_key } = function;
        if bytecode.is_elsewhere() {
            return Err(ContractError::NoCode { contract: contract_name.into(), function: abi.name });
        }
        let vk_hash = verification_key.as_ref().map(VerificationKey::mega_hash).transpose();
        let vk_hash =
            vk_hash.map_err(|source| ArtifactError::VerificationKey { function: abi.name.clone(), source })?;
        let (contract_name, code) = (contract_name.into(), CodeHash::of(&bytecode));
        Ok(Self { contract_name, abi, selector, bytecode, code, verification_key, vk_hash })
    }

    fn stored(
        class: &Class,
        function: &ClassFunction,
        (code, bytecode): (CodeHash, Bytecode),
        stored: StoredFunction,
    ) -> Self {
        Self {
            contract_name: class.name.clone(),
            selector: function.selector,
            verification_key: stored.key(),
            abi: stored.abi,
            bytecode,
            code,
            vk_hash: function.vk_hash,
        }
    }
}

/// What leads from a private function's key to the address of its contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallHints {
    /// Hash of the instance's salt, initialization hash and deployer.
    pub salted_initialization_hash: SaltedInitializationHash,
    /// The instance's keys.
    pub public_keys: PublicKeys,
    /// Hash of the artifact of the class the instance runs now.
    pub class_artifact_hash: Fr,
    /// Commitment to the public bytecode of that class.
    pub public_bytecode_commitment: Fr,
    /// Where the function is among the private functions of that class.
    pub membership: FunctionMembership,
    /// The class the instance was deployed with, which its address commits to.
    pub original_class: ContractClassId,
    /// The class it runs now.
    pub current_class: ContractClassId,
}

/// Names for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FunctionName {
    /// Name of the contract's class, if it is registered.
    pub contract: Option<String>,
    /// Name of the function, if the class has it.
    pub function: Option<String>,
}

impl Contracts {
    /// Loads a function with code of the class that a contract runs.
    ///
    /// # Errors
    /// If contract, class or function is unknown.
    pub async fn function(
        &self,
        job: &Job,
        address: AztecAddress,
        selector: FunctionSelector,
    ) -> Result<Arc<LoadedFunction>, ContractError> {
        let unknown = |contract: &str| ContractError::UnknownFunction { contract: contract.into(), address, selector };
        if let Some(stand_in) = self.stand_in(address) {
            return stand_in.functions.get(&selector).cloned().ok_or_else(|| unknown(&stand_in.name));
        }
        let class = self.class_of(job, address).await?;
        self.class_function(job, &class, selector).await?.ok_or_else(|| unknown(&class.name))
    }

    /// Loads the function with code that has a name, of the class that a contract runs.
    ///
    /// # Errors
    /// If contract, class or function is unknown.
    pub async fn function_named(
        &self,
        job: &Job,
        address: AztecAddress,
        name: &str,
    ) -> Result<Arc<LoadedFunction>, ContractError> {
        let unknown = |contract: &str| ContractError::UnknownName { contract: contract.into(), function: name.into() };
        if let Some(stand_in) = self.stand_in(address) {
            let found = stand_in.functions.values().find(|function| function.abi.name == name);
            return found.cloned().ok_or_else(|| unknown(&stand_in.name));
        }
        let class = self.class_of(job, address).await?;
        let selector = class.function_named(name).ok_or_else(|| unknown(&class.name))?.selector;
        self.class_function(job, &class, selector).await?.ok_or_else(|| unknown(&class.name))
    }

    /// Loads a function with code of a class; none if the class has no such function. Code the artifact lacked is fetched.
    ///
    /// # Errors
    /// If the store fails or is damaged, or code cannot be fetched.
    pub async fn class_function(
        &self,
        job: &Job,
        class: &Class,
        selector: FunctionSelector,
    ) -> Result<Option<Arc<LoadedFunction>>, ContractError> {
        if let Some(function) = self.cache().function(class.id, selector).await {
            return Ok(Some(function));
        }
        let Some(entry) = class.function(selector) else { return Ok(None) };
        let Some(code) = entry.code else { return Ok(None) };
        let Some(mut stored) = class::load_function(job, class.id, selector).await? else { return Ok(None) };
        let bytecode = match stored.code(code) {
            elsewhere if elsewhere.is_elsewhere() => self.fetch(&class.name, &entry.name, code).await?,
            here => here,
        };
        let loaded = LoadedFunction::stored(class, entry, (code, bytecode), stored);
        Ok(Some(self.cache().add_function(class.id, loaded).await))
    }

    /// The public bytecode of a class: what is published with it. Empty without public functions.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn public_bytecode(&self, job: &Job, class: &Class) -> Result<Bytecode, ContractError> {
        let is_public = |function: &&ClassFunction| function.function_type == FunctionType::Public;
        let Some(dispatch) = class.functions.iter().filter(is_public).find(|function| function.code.is_some()) else {
            return Ok(Bytecode::default());
        };
        let dispatch = self.class_function(job, class, dispatch.selector).await?;
        Ok(dispatch.map(|function| function.bytecode.clone()).unwrap_or_default())
    }

    /// Loads the interface of a function, with code or without, of the class that a contract runs.
    ///
    /// # Errors
    /// If contract, class or function is unknown.
    pub async fn abi(
        &self,
        job: &Job,
        address: AztecAddress,
        selector: FunctionSelector,
    ) -> Result<FunctionAbi, ContractError> {
        if self.stand_in(address).is_some() {
            return Ok(self.function(job, address, selector).await?.abi.clone());
        }
        let class = self.class_of(job, address).await?;
        self.class_abi(job, &class, selector).await?.ok_or_else(|| ContractError::UnknownFunction {
            contract: class.name.clone(),
            address,
            selector,
        })
    }

    /// Loads the interface of the function with a name, with code or without, of the class that a contract runs.
    ///
    /// # Errors
    /// If contract, class or function is unknown.
    pub async fn abi_named(&self, job: &Job, address: AztecAddress, name: &str) -> Result<FunctionAbi, ContractError> {
        if self.stand_in(address).is_some() {
            return Ok(self.function_named(job, address, name).await?.abi.clone());
        }
        let class = self.class_of(job, address).await?;
        let abi = match class.function_named(name) {
            Some(function) => self.class_abi(job, &class, function.selector).await?,
            None => None,
        };
        let (contract, function) = (class.name.clone(), name.into());
        abi.ok_or(ContractError::UnknownName { contract, function })
    }

    /// Loads the interface of a function of a class, with code or without; none if the class has no such function.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn class_abi(
        &self,
        job: &Job,
        class: &Class,
        selector: FunctionSelector,
    ) -> Result<Option<FunctionAbi>, ContractError> {
        let Some(entry) = class.function(selector) else { return Ok(None) };
        if entry.code.is_some() {
            return Ok(self.class_function(job, class, selector).await?.map(|function| function.abi.clone()));
        }
        debug_assert_eq!(entry.function_type, FunctionType::Public);
        let abis = class::load_public_abis(job, class.id).await?;
        Ok(abis.into_iter().find(|abi| abi.name == entry.name))
    }

    /// What a kernel needs to see that a private function is the contract's: the class is the current one, the address
    /// follows from the original one.
    ///
    /// # Errors
    /// If contract, class or private function is unknown.
    pub async fn call_hints(
        &self,
        job: &Job,
        address: AztecAddress,
        selector: FunctionSelector,
    ) -> Result<CallHints, ContractError> {
        let instance = self.known_instance(job, address).await?.instance;
        let current_class = instance.current_contract_class_id;
        let class = self.known_class(job, current_class).await?;
        let membership = class.tree.membership(selector).ok_or_else(|| ContractError::UnknownFunction {
            contract: class.name.clone(),
            address,
            selector,
        })?;
        Ok(CallHints {
            salted_initialization_hash: instance.salted_initialization_hash(),
            public_keys: instance.public_keys,
            class_artifact_hash: class.preimage.artifact_hash,
            public_bytecode_commitment: class.preimage.public_bytecode_commitment,
            membership,
            original_class: instance.original_contract_class_id,
            current_class,
        })
    }

    /// The names of a contract and one of its functions, as far as they are known. For messages: it never fails.
    pub async fn names(&self, job: &Job, address: AztecAddress, selector: FunctionSelector) -> FunctionName {
        if let Some(stand_in) = self.stand_in(address) {
            let function = stand_in.functions.get(&selector).map(|function| function.abi.name.clone());
            return FunctionName { contract: Some(stand_in.name.clone()), function };
        }
        match self.class_of(job, address).await {
            Ok(class) => FunctionName {
                contract: Some(class.name.clone()),
                function: class.function(selector).map(|function| function.name.clone()),
            },
            Err(_) => FunctionName::default(),
        }
    }
}
