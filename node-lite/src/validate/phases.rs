//! The setup calls of a transaction are on the list of those allowed.
//!
//! Setup is executed before it is sure that the fee can be paid, and cannot be undone: an unknown function could make a
//! node work for nothing.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/phases_validator.ts`,
//! `PublicContractsDB` in `@aztec/simulator/src/public/public_db_sources.ts`.

use protocol::abi::FunctionSelector;
use protocol::address::AztecAddress;
use protocol::block::Timestamp;
use protocol::codec::FromFields;
use protocol::contract::protocol::ProtocolContract;
use protocol::contract::{
    ClassPublished, ContractClassId, ContractInstanceWithAddress, DelayedClassId, InstancePublished,
};
use protocol::field::Fr;
use protocol::hash::silo::public_data_leaf_slot;
use protocol::kernel::PublicCallRequest;
use protocol::rpc::info::{AllowedElement, AllowedTarget};
use protocol::tx::Tx;

use super::{MalformedTx, Refusal};
use crate::state::Fork;
use crate::store::StoreError;

/// The first thing that is wrong.
pub(super) fn check(
    tx: &Tx,
    allowed: &[AllowedElement],
    fork: &Fork,
    time: Timestamp,
) -> Result<Option<Refusal>, StoreError> {
    let published = match published(tx) {
        Ok(published) => published,
        Err(malformed) => return Ok(Some(Refusal::Malformed(malformed))),
    };
    for request in tx.data().setup_calls() {
        let calldata = tx.calldata(request).unwrap_or_default();
        let Some(selector) = calldata.first().and_then(|selector| selector.to_u32()) else {
            return Ok(Some(Refusal::Malformed(MalformedTx::Selector(request.contract_address))));
        };
        let call = SetupCall { request, selector: FunctionSelector(selector), length: calldata.len() };
        if let Some(refusal) = call.check(allowed, &published, fork, time)? {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}

/// The instances that a transaction publishes, last ones last. Their classes must be readable too.
fn published(tx: &Tx) -> Result<Vec<ContractInstanceWithAddress>, MalformedTx> {
    let registry = ProtocolContract::ContractClassRegistry.address();
    for (place, hash) in tx.data().contract_class_log_hashes().enumerate() {
        match tx.contract_class_log_fields().get(place) {
            Some(payload) => ClassPublished::from_log(hash.contract_address, &payload.fields).transpose()?,
            None if hash.contract_address == registry => return Err(MalformedTx::ClassLog(place)),
            None => None,
        };
    }
    let instances = tx.data().private_logs().filter_map(|log| InstancePublished::from_log(&log.fields));
    instances.map(|instance| Ok(instance?.0)).collect()
}

struct SetupCall<'a> {
    request: &'a PublicCallRequest,
    selector: FunctionSelector,
    /// Fields of calldata, the selector included.
    length: usize,
}

impl SetupCall<'_> {
    /// The first entry for the call decides. Entries of addresses come first: they need no look-up.
    fn check(
        &self,
        allowed: &[AllowedElement],
        published: &[ContractInstanceWithAddress],
        fork: &Fork,
        time: Timestamp,
    ) -> Result<Option<Refusal>, StoreError> {
        let contract = self.request.contract_address;
        let mine = |entry: &&AllowedElement| entry.selector == self.selector;
        let here = AllowedTarget::Address(contract);
        if let Some(entry) = allowed.iter().filter(mine).find(|entry| entry.target == here) {
            return Ok(self.conditions(entry));
        }
        if allowed.iter().any(|entry| matches!(entry.target, AllowedTarget::ClassId(_))) {
            let Some(class) = current_class(contract, published, fork, time)? else {
                return Ok(Some(Refusal::SetupUnknownContract { contract }));
            };
            let of_class = AllowedTarget::ClassId(class);
            if let Some(entry) = allowed.iter().filter(mine).find(|entry| entry.target == of_class) {
                return Ok(self.conditions(entry));
            }
        }
        Ok(Some(Refusal::SetupNotAllowed { contract, selector: self.selector }))
    }

    fn conditions(&self, entry: &AllowedElement) -> Option<Refusal> {
        let PublicCallRequest { contract_address: contract, msg_sender: sender, .. } = *self.request;
        if let Some(expected) = entry.calldata_length.filter(|expected| *expected as usize != self.length) {
            return Some(Refusal::SetupCalldataLength { contract, found: self.length, expected });
        }
        if entry.only_self == Some(true) && sender != contract {
            return Some(Refusal::SetupOnlySelf { contract, sender });
        }
        let is_null = sender == AztecAddress::NULL_MSG_SENDER;
        (entry.reject_null_msg_sender == Some(true) && is_null).then_some(Refusal::SetupNullSender { contract })
    }
}

/// The class that an instance will have at a time.
fn current_class(
    contract: AztecAddress,
    published: &[ContractInstanceWithAddress],
    fork: &Fork,
    time: Timestamp,
) -> Result<Option<ContractClassId>, StoreError> {
    if let Some(new) = published.iter().rev().find(|instance| instance.address == contract) {
        return Ok(Some(new.instance.current_contract_class_id));
    }
    let Some(instance) = fork.contract_instance(contract)? else { return Ok(None) };
    let original = instance.instance.original_contract_class_id;
    let read = |slot| fork.public_value(public_data_leaf_slot(DelayedClassId::contract(), slot));
    if read(DelayedClassId::hash_slot(contract))?.is_zero() {
        return Ok(Some(original));
    }
    let slot = DelayedClassId::slot(contract);
    let fields = [read(slot)?, read(slot + Fr::ONE)?, read(slot + Fr::from(2u8))?];
    let update = DelayedClassId::from_fields(&fields)
        .map_err(|source| StoreError::Corrupt { table: "public data of updates", source })?;
    Ok(Some(update.at(time, original)))
}
