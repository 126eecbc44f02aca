//! Published contract classes and instances, as the registries' events say.

use protocol::address::AztecAddress;
use protocol::block::{BlockNumber, L2Block, Timestamp};
use protocol::codec::{Decode, Encode};
use protocol::contract::{
    ClassPublished, ContractClassId, ContractClassPublic, ContractInstance, ContractInstanceWithAddress,
    InstancePublished, InstanceUpdated, Version1,
};
use protocol::tx::TxEffect;
use redb::{ReadableTable, WriteTransaction};

use super::tables::{CLASSES, INSTANCES, UPDATES};
use crate::store::{Result, Snapshot, codec};

/// What transactions published. What looks like an event but is not one, or claims an id or address it does not have, is
/// left out.
///
/// Protocol source: `@aztec/archiver/src/modules/data_store_updater.ts`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Published {
    pub(crate) classes: Vec<ContractClassPublic>,
    pub(crate) instances: Vec<ContractInstanceWithAddress>,
    pub(crate) updates: Vec<InstanceUpdated>,
}

impl Published {
    fn of(block: &L2Block) -> Self {
        let mut published = Self::default();
        block.body.tx_effects.iter().for_each(|effect| published.add(effect));
        published
    }

    /// Adds what a transaction published.
    pub(crate) fn add(&mut self, effect: &TxEffect) {
        self.classes.extend(effect.contract_class_logs.iter().filter_map(|log| {
            let event = ClassPublished::from_log(log.contract_address, log.emitted_fields())?;
            event.ok().map(|ClassPublished(class)| class)
        }));
        self.instances.extend(effect.private_logs.iter().filter_map(|log| {
            let InstancePublished(instance) = InstancePublished::from_log(log.emitted_fields())?.ok()?;
            instance.verify().is_ok().then_some(instance)
        }));
        let updates = effect.public_logs.iter();
        self.updates
            .extend(updates.filter_map(|log| InstanceUpdated::from_log(log.contract_address, &log.fields)?.ok()));
    }
}

/// Address, time of the block, block, place among the block's updates.
fn update_key(address: AztecAddress, time: Timestamp, block: BlockNumber, place: u32) -> [u8; 48] {
    let mut key = [0; 48];
    key[..32].copy_from_slice(&address.to_field().to_be_bytes());
    key[32..40].copy_from_slice(&time.0.to_be_bytes());
    key[40..44].copy_from_slice(&block.0.to_be_bytes());
    key[44..].copy_from_slice(&place.to_be_bytes());
    key
}

fn class_bytes(class: &ContractClassPublic, block: BlockNumber) -> Vec<u8> {
    let mut bytes = codec::encode(&[&block, &class.artifact_hash, &class.private_functions_root]);
    bytes.extend_from_slice(&class.packed_bytecode);
    bytes
}

/// Makes a class known as published by a block; the first publication counts.
pub(crate) fn add_class(transaction: &WriteTransaction, class: &ContractClassPublic, block: BlockNumber) -> Result<()> {
    let mut classes = transaction.open_table(CLASSES)?;
    let id = class.id.to_field().to_be_bytes();
    if classes.get(&id)?.is_none() {
        classes.insert(&id, class_bytes(class, block).as_slice())?;
    }
    Ok(())
}

/// Makes an instance known as published by a block; the first publication counts.
pub(crate) fn add_instance(
    transaction: &WriteTransaction,
    instance: &ContractInstanceWithAddress,
    block: BlockNumber,
) -> Result<()> {
    let mut instances = transaction.open_table(INSTANCES)?;
    let address = instance.address.to_field().to_be_bytes();
    if instances.get(&address)?.is_none() {
        instances.insert(&address, codec::encode(&[&block, &instance.instance]).as_slice())?;
    }
    Ok(())
}

/// Keeps what a block published.
pub(super) fn add(transaction: &WriteTransaction, block: &L2Block) -> Result<()> {
    let published = Published::of(block);
    published.classes.iter().try_for_each(|class| add_class(transaction, class, block.number()))?;
    published.instances.iter().try_for_each(|instance| add_instance(transaction, instance, block.number()))?;
    let mut updates = transaction.open_table(UPDATES)?;
    for (update, place) in published.updates.iter().zip(0..) {
        let key = update_key(update.address, block.header.timestamp(), block.number(), place);
        let value = codec::encode(&[&update.previous.to_field(), &update.next.to_field(), &update.change]);
        updates.insert(&key, value.as_slice())?;
    }
    Ok(())
}

/// Takes [`add`] back. What an earlier block published too stays.
pub(super) fn remove(transaction: &WriteTransaction, block: &L2Block) -> Result<()> {
    let published = Published::of(block);
    let by_this = |bytes: &[u8]| bytes.starts_with(&block.number().to_buffer());
    let mut classes = transaction.open_table(CLASSES)?;
    for id in published.classes.iter().map(|class| class.id.to_field().to_be_bytes()) {
        if classes.get(&id)?.is_some_and(|stored| by_this(stored.value())) {
            classes.remove(&id)?;
        }
    }
    let mut instances = transaction.open_table(INSTANCES)?;
    for address in published.instances.iter().map(|instance| instance.address.to_field().to_be_bytes()) {
        if instances.get(&address)?.is_some_and(|stored| by_this(stored.value())) {
            instances.remove(&address)?;
        }
    }
    let mut updates = transaction.open_table(UPDATES)?;
    for (update, place) in published.updates.iter().zip(0..) {
        updates.remove(&update_key(update.address, block.header.timestamp(), block.number(), place))?;
    }
    Ok(())
}

impl Snapshot {
    /// A published class.
    pub fn contract_class(&self, id: ContractClassId) -> Result<Option<ContractClassPublic>> {
        let Some(bytes) = self.transaction().open_table(CLASSES)?.get(&id.to_field().to_be_bytes())? else {
            return Ok(None);
        };
        let class = codec::read("classes", bytes.value(), |reader| {
            let _published = BlockNumber::decode(reader)?;
            Ok(ContractClassPublic {
                id,
                version: Version1,
                artifact_hash: reader.member("artifact_hash")?,
                private_functions_root: reader.member("private_functions_root")?,
                packed_bytecode: reader.take(reader.left())?.to_vec(),
                private_functions: Vec::new(),
                utility_functions: Vec::new(),
            })
        })?;
        Ok(Some(class))
    }

    /// A published instance, with the class it has at a time.
    pub fn contract_instance(
        &self,
        address: AztecAddress,
        time: Timestamp,
    ) -> Result<Option<ContractInstanceWithAddress>> {
        let Some(bytes) = self.transaction().open_table(INSTANCES)?.get(&address.to_field().to_be_bytes())? else {
            return Ok(None);
        };
        let mut instance = codec::read("instances", bytes.value(), |reader| {
            let _published = BlockNumber::decode(reader)?;
            ContractInstance::decode(reader)
        })?;
        instance.current_contract_class_id = self.class_at(address, time, instance.original_contract_class_id)?;
        Ok(Some(ContractInstanceWithAddress { instance, address }))
    }

    /// The class of an instance at a time: what the last update of a block up to then says.
    ///
    /// Protocol source: `@aztec/archiver/src/store/contract_instance_store.ts`.
    fn class_at(&self, address: AztecAddress, time: Timestamp, original: ContractClassId) -> Result<ContractClassId> {
        let first = update_key(address, Timestamp(0), BlockNumber(0), 0);
        let last = update_key(address, time, BlockNumber(u32::MAX), u32::MAX);
        let updates = self.transaction().open_table(UPDATES)?;
        let Some(update) = updates.range::<&[u8; 48]>(&first..=&last)?.next_back() else { return Ok(original) };
        let (_, bytes) = update?;
        let (previous, next, change) = codec::read("instance_updates", bytes.value(), |reader| {
            let previous: ContractClassId = reader.member("previous")?;
            Ok((previous, reader.member("next")?, reader.member::<Timestamp>("change")?))
        })?;
        Ok(match time < change {
            true if previous.is_zero() => original,
            true => previous,
            false => next,
        })
    }
}
