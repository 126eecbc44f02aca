//! Registering classes and instances, and finding them again.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use async_lock::RwLock;
use protocol::abi::FunctionType;
use protocol::address::AztecAddress;
use protocol::artifact::pack::{Pack, ReadAt};
use protocol::artifact::{ContractArtifact, FunctionArtifact, VerificationKey};
use protocol::codec::Encode;
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{
    ClassIdPreimage, ContractClassId, ContractInstance, ContractInstanceWithAddress, PrivateFunction,
    PrivateFunctionTree,
};

use super::cache::Cache;
use super::class::{self, Prepared};
use super::overrides::StandIn;
use super::{Class, CodeHash, CodeSource, ContractError, FunctionKeys, OtherClass, Overrides, ProtocolClasses};
use crate::store::{Job, Table};

/// Bytes of code kept in memory: a wallet's daily functions.
const CACHED_CODE: usize = 32 << 20;

/// The contracts a client knows. Cheap to clone; clones share what was loaded.
#[derive(Debug, Clone)]
pub struct Contracts {
    shared: Arc<Shared>,
    /// Where code that artifacts lacked comes from.
    pub(super) code: Option<Arc<dyn CodeSource>>,
    /// Contracts replaced for a simulation.
    stand_ins: Arc<BTreeMap<AztecAddress, StandIn>>,
}

#[derive(Debug)]
struct Shared {
    protocol: ProtocolClasses,
    keys: RwLock<FunctionKeys>,
    cache: Cache,
}

impl Contracts {
    /// The contracts of a client of a network: `network` is its `Parameters`, or the classes of its protocol contracts.
    #[must_use]
    pub fn new(network: impl Into<ProtocolClasses>, keys: FunctionKeys) -> Self {
        let (keys, cache) = (RwLock::new(keys), Cache::new(CACHED_CODE));
        let shared = Shared { protocol: network.into(), keys, cache };
        Self { shared: Arc::new(shared), code: None, stand_ins: Arc::default() }
    }

    /// The same contracts; code that artifacts lacked is fetched from this source.
    #[must_use]
    pub fn with_code(self, source: Arc<dyn CodeSource>) -> Self {
        Self { code: Some(source), ..self }
    }

    /// The same contracts with some of them replaced.
    ///
    /// # Errors
    /// If a replacement's artifact is malformed.
    pub fn with_overrides(&self, overrides: &Overrides) -> Result<Self, ContractError> {
        let stand_in = |(address, given): (&AztecAddress, _)| Ok::<_, ContractError>((*address, StandIn::new(given)?));
        let stand_ins = overrides.iter().map(stand_in).collect::<Result<_, _>>()?;
        Ok(Self { stand_ins: Arc::new(stand_ins), ..self.clone() })
    }

    /// Whether a contract is replaced: then it is not synced, and no kernel can run its functions.
    #[must_use]
    pub fn is_overridden(&self, address: AztecAddress) -> bool {
        self.stand_ins.contains_key(&address)
    }

    pub(super) fn stand_in(&self, address: AztecAddress) -> Option<&StandIn> {
        self.stand_ins.get(&address)
    }

    pub(super) fn cache(&self) -> &Cache {
        &self.shared.cache
    }

    /// The classes of the network's protocol contracts.
    #[must_use]
    pub fn protocol_classes(&self) -> &ProtocolClasses {
        &self.shared.protocol
    }

    /// Adds verification keys of a network with an SRS of its own.
    pub async fn add_keys(&self, keys: impl IntoIterator<Item = (CodeHash, VerificationKey)>) {
        self.shared.keys.write().await.add(keys);
    }

    /// Registers the contracts every network starts with, from the pack of `@aztec/protocol-contracts`. Those registered
    /// before cost nothing.
    ///
    /// # Errors
    /// If the pack is damaged or not that of the network.
    pub async fn register_protocol_contracts<R: ReadAt>(
        &self,
        job: &mut Job,
        pack: &Pack<R>,
    ) -> Result<(), ContractError> {
        for contract in ProtocolContract::ALL {
            let expected = self.shared.protocol.class_id(contract);
            if class::is_stored(job, expected).await? {
                continue;
            }
            let found = self.register_packed(job, pack, contract.name()).await?;
            if found != expected {
                return Err(ContractError::OtherProtocolClass { contract, expected, found });
            }
        }
        Ok(())
    }

    /// Registers a class. Hashes all of its code; of code that is kept elsewhere, the hash counts.
    ///
    /// # Errors
    /// If the artifact is malformed, or a private function has no verification key.
    pub async fn register_class(
        &self,
        job: &mut Job,
        artifact: &ContractArtifact,
    ) -> Result<ContractClassId, ContractError> {
        let prepared = Prepared::new(artifact, &*self.shared.keys.read().await)?;
        self.add(job, prepared).await
    }

    async fn add(&self, job: &mut Job, prepared: Prepared<'_>) -> Result<ContractClassId, ContractError> {
        let id = prepared.class.id;
        if !class::is_stored(job, id).await? || (prepared.is_complete() && class::misses_code(job, id).await?) {
            self.shared.cache.add_class(prepared.store(job)?).await;
        }
        Ok(id)
    }

    /// Registers a class from the official JSON of its artifact.
    ///
    /// # Errors
    /// If it is not the JSON of an artifact, or as for [`Self::register_class`].
    pub async fn register_json(&self, job: &mut Job, json: &[u8]) -> Result<ContractClassId, ContractError> {
        self.register_class(job, &ContractArtifact::from_json(json)?).await
    }

    /// Registers a class of a pack. One registered before costs nothing, any other is loaded and hashed whole.
    ///
    /// # Errors
    /// If the pack is damaged or has no such contract, or as for [`Self::register_class`].
    pub async fn register_packed<R: ReadAt>(
        &self,
        job: &mut Job,
        pack: &Pack<R>,
        name: &str,
    ) -> Result<ContractClassId, ContractError> {
        let id = self.packed_class_id(pack, name).await?;
        if class::is_stored(job, id).await? {
            return Ok(id);
        }
        let artifact = pack.contract(name)?.verify()?;
        self.register_class(job, &artifact).await
    }

    /// The id that a class of a pack has on this network. Believes what the pack says of its code.
    ///
    /// # Errors
    /// If the pack is damaged or has no such contract, or a private function has no verification key.
    pub async fn packed_class_id<R: ReadAt>(
        &self,
        pack: &Pack<R>,
        name: &str,
    ) -> Result<ContractClassId, ContractError> {
        let packed = pack.contract(name)?;
        let keys = self.shared.keys.read().await;
        if matches!(*keys, FunctionKeys::Shipped) {
            return Ok(packed.entry().class_id);
        }
        let mut private = Vec::new();
        let functions = packed.manifest().functions.iter();
        for function in functions.filter(|function| function.function_type == FunctionType::Private) {
            let code = CodeHash(function.bytecode.sha256);
            let key = keys.key(code, None).ok_or_else(|| ContractError::NoKey {
                contract: name.into(),
                function: function.name.clone(),
                code,
            })?;
            let wrong =
                |source| protocol::artifact::ArtifactError::VerificationKey { function: function.name.clone(), source };
            private.push(PrivateFunction {
                selector: function.selector,
                vk_hash: key.mega_hash().map_err(wrong)?.to_field(),
            });
        }
        let wrong = |source: protocol::contract::TooManyFunctions| protocol::artifact::ArtifactError::Class {
            contract: name.into(),
            source: source.into(),
        };
        let private_functions_root = PrivateFunctionTree::new(private).map_err(wrong)?.root();
        Ok(ClassIdPreimage { private_functions_root, ..packed.entry().preimage }.class_id())
    }

    /// Registers an instance, with its artifact unless its class is registered already.
    ///
    /// # Errors
    /// If the artifact is not of the class the instance runs, if the address does not follow from the instance, or if the
    /// class is unknown.
    pub async fn register(
        &self,
        job: &mut Job,
        instance: &ContractInstanceWithAddress,
        artifact: Option<&ContractArtifact>,
    ) -> Result<(), ContractError> {
        let address = instance.address;
        let protocol_contract = ProtocolContract::at(address);
        match protocol_contract {
            Some(contract) if *instance != self.shared.protocol.instance(contract) => {
                return Err(ContractError::OtherProtocolContract { contract });
            }
            Some(_) => {}
            None => instance.verify()?,
        }
        let class = instance.instance.current_contract_class_id;
        match artifact {
            Some(artifact) => {
                let prepared = Prepared::new(artifact, &*self.shared.keys.read().await)?;
                self.expect_class(&prepared, address, class)?;
                self.add(job, prepared).await?;
            }
            None if !class::is_stored(job, class).await? => return Err(ContractError::UnknownClass(class)),
            None => {}
        }
        if protocol_contract.is_none() {
            job.write(Table::Instances, address.to_buffer(), &instance.instance);
        }
        Ok(())
    }

    /// Gives a contract the artifact of the class it runs now. `current` is that class, as the network has it.
    ///
    /// # Errors
    /// If no such instance is registered, or the artifact is of another class.
    pub async fn update(
        &self,
        job: &mut Job,
        address: AztecAddress,
        artifact: &ContractArtifact,
        current: ContractClassId,
    ) -> Result<(), ContractError> {
        let stored = job.read::<ContractInstance>(Table::Instances, &address.to_buffer()).await?;
        let mut instance = stored.ok_or(ContractError::UnknownInstance(address))?;
        let prepared = Prepared::new(artifact, &*self.shared.keys.read().await)?;
        self.expect_class(&prepared, address, current)?;
        self.add(job, prepared).await?;
        instance.current_contract_class_id = current;
        job.write(Table::Instances, address.to_buffer(), &instance);
        Ok(())
    }

    fn expect_class(
        &self,
        prepared: &Prepared<'_>,
        address: AztecAddress,
        expected: ContractClassId,
    ) -> Result<(), ContractError> {
        let Class { id: found, ref name, .. } = prepared.class;
        match found == expected {
            true => Ok(()),
            false => {
                let other = OtherClass { contract: name.clone(), address, expected, found };
                Err(ContractError::OtherClass(Box::new(other)))
            }
        }
    }

    /// The instance at an address, if one is registered.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn instance(
        &self,
        job: &Job,
        address: AztecAddress,
    ) -> Result<Option<ContractInstanceWithAddress>, ContractError> {
        let real = match self.shared.protocol.at(address) {
            Some(instance) => Some(instance),
            None => {
                let stored = job.read::<ContractInstance>(Table::Instances, &address.to_buffer()).await?;
                stored.map(|instance| ContractInstanceWithAddress { instance, address })
            }
        };
        Ok(match (real, self.stand_in(address)) {
            (Some(real), Some(stand_in)) => Some(ContractInstanceWithAddress {
                instance: ContractInstance {
                    current_contract_class_id: real.instance.current_contract_class_id,
                    original_contract_class_id: real.instance.original_contract_class_id,
                    ..stand_in.instance
                },
                address,
            }),
            (real, _) => real,
        })
    }

    /// The instance at an address.
    ///
    /// # Errors
    /// If none is registered.
    pub async fn known_instance(
        &self,
        job: &Job,
        address: AztecAddress,
    ) -> Result<ContractInstanceWithAddress, ContractError> {
        self.instance(job, address).await?.ok_or(ContractError::UnknownInstance(address))
    }

    /// All instances: those of the protocol, then those that were registered, by address.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn instances(&self, job: &Job) -> Result<Vec<ContractInstanceWithAddress>, ContractError> {
        let mut found: Vec<_> = ProtocolContract::ALL.map(|contract| self.shared.protocol.instance(contract)).into();
        for (key, value) in job.scan(Table::Instances, &[], &[], usize::MAX).await? {
            use protocol::codec::Decode;
            let damaged = |source| crate::store::StoreError::Damaged { table: Table::Instances, source };
            let address = AztecAddress::from_buffer(&key).map_err(damaged)?;
            let instance = ContractInstance::from_buffer(&value).map_err(damaged)?;
            found.push(ContractInstanceWithAddress { instance, address });
        }
        Ok(found)
    }

    /// A class, if it is registered.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn class(&self, job: &Job, id: ContractClassId) -> Result<Option<Arc<Class>>, ContractError> {
        if let Some(class) = self.shared.cache.class(id).await {
            return Ok(Some(class));
        }
        let Some(class) = class::load(job, id).await? else { return Ok(None) };
        Ok(Some(self.shared.cache.add_class(class).await))
    }

    /// A class.
    ///
    /// # Errors
    /// If it is not registered.
    pub async fn known_class(&self, job: &Job, id: ContractClassId) -> Result<Arc<Class>, ContractError> {
        self.class(job, id).await?.ok_or(ContractError::UnknownClass(id))
    }

    /// The class a contract runs now. A contract that is replaced still has its real class.
    ///
    /// # Errors
    /// If contract or class is unknown.
    pub async fn class_of(&self, job: &Job, address: AztecAddress) -> Result<Arc<Class>, ContractError> {
        let instance = self.known_instance(job, address).await?;
        self.known_class(job, instance.instance.current_contract_class_id).await
    }

    /// Loads a whole artifact, if its class is registered. Private functions have the keys of the network. Code that was
    /// not fetched yet is elsewhere.
    ///
    /// # Errors
    /// If the store fails or is damaged.
    pub async fn artifact(&self, job: &Job, id: ContractClassId) -> Result<Option<ContractArtifact>, ContractError> {
        let Some(class) = self.class(job, id).await? else { return Ok(None) };
        let mut functions = Vec::new();
        for entry in &class.functions {
            let Some(code) = entry.code else { continue };
            let stored = class::load_function(job, id, entry.selector).await?;
            let mut stored = stored.ok_or(ContractError::UnknownClass(id))?;
            let verification_key = stored.key();
            let bytecode = stored.code(code);
            functions.push(FunctionArtifact { abi: stored.abi, bytecode, verification_key });
        }
        let public_functions = class::load_public_abis(job, id).await?;
        let (outputs, storage_layout) = class::load_exports(job, id).await?;
        Ok(Some(ContractArtifact { name: class.name.clone(), functions, public_functions, outputs, storage_layout }))
    }
}
