//! What a private function hands over beside its public inputs.

use alloc::vec;
use alloc::vec::Vec;

use protocol::address::AztecAddress;
use protocol::constants::MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS;
use protocol::field::Fr;
use protocol::kernel::SideEffectCounter;
use protocol::log::{ContractClassLog, ContractClassLogFields};

use super::{Answer, Call, OracleError};
use crate::execution::{CountedContractClassLog, OffchainEffect};

pub(super) fn store_values(call: &mut Call<'_>, values: Vec<Fr>, hash: Fr) -> Result<Answer, OracleError> {
    call.keep(values.len())?;
    call.private()?.tx.hashed_values.store(values, hash);
    Ok(vec![])
}

pub(super) fn load_values(call: &mut Call<'_>, hash: Fr) -> Result<Answer, OracleError> {
    Ok(vec![call.values(hash)?.to_vec().into()])
}

pub(super) fn contract_class_log(
    call: &mut Call<'_>,
    contract_address: AztecAddress,
    fields: ContractClassLogFields,
    emitted_length: u32,
    counter: SideEffectCounter,
) -> Result<Answer, OracleError> {
    call.keep(fields.fields.len())?;
    let log = ContractClassLog { contract_address, fields, emitted_length };
    call.private()?.contract_class_logs.push(CountedContractClassLog { log, counter });
    Ok(vec![])
}

/// A public call is enqueued, or set as the teardown: its calldata must be known, and not too long with all others.
pub(super) fn public_call(call: &mut Call<'_>, calldata_hash: Fr) -> Result<Answer, OracleError> {
    let length = call.values(calldata_hash)?.len();
    let private = call.private()?;
    private.calldata_fields = private.calldata_fields.saturating_add(length);
    match private.calldata_fields {
        found if found > MAX_FR_CALLDATA_TO_ALL_ENQUEUED_CALLS => Err(OracleError::TooMuchCalldata { found }),
        _ => Ok(vec![]),
    }
}

pub(super) fn offchain_effect(call: &mut Call<'_>, data: Vec<Fr>) -> Result<Answer, OracleError> {
    call.keep(data.len())?;
    let contract_address = call.contract;
    call.private()?.offchain_effects.push(OffchainEffect { data, contract_address });
    Ok(vec![])
}
