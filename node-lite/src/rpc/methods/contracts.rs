//! Published contract classes and instances.

use protocol::address::AztecAddress;
use protocol::block::BlockParameter;
use protocol::contract::{ContractClassId, ContractClassPublic, ContractInstanceWithAddress};

use super::{Result, chain};
use crate::rpc::context::Reader;

pub(super) fn class(reader: &Reader<'_>, id: ContractClassId) -> Result<Option<ContractClassPublic>> {
    Ok(reader.snapshot()?.contract_class(id)?)
}

/// The instance has the class that it has at the time of the latest block.
pub(super) fn instance(reader: &Reader<'_>, address: AztecAddress) -> Result<Option<ContractInstanceWithAddress>> {
    let header = chain::header(reader, BlockParameter::Latest)?;
    let time = header.map(|header| header.timestamp()).unwrap_or_default();
    Ok(reader.snapshot()?.contract_instance(address, time)?)
}
