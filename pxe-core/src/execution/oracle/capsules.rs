//! What a contract keeps on this device: its own capsules only.
//!
//! Protocol source: `@aztec/pxe/src/storage/capsule_store/capsule_store.ts`.

use alloc::vec;

use protocol::address::AztecAddress;
use protocol::field::Fr;

use super::arguments::within;
use super::{Answer, Call, OracleError};
use crate::store::StoreError;
use crate::store::capsules::{self, CapsuleError};

/// Fields a contract has room for when it loads a capsule.
const MAX_LENGTH: u32 = 1 << 16;

pub(super) fn store(
    call: &mut Call<'_>,
    contract: AztecAddress,
    slot: Fr,
    capsule: &[Fr],
) -> Result<Answer, OracleError> {
    call.own(contract)?;
    call.keep(capsule.len())?;
    capsules::put(call.job, contract, slot, capsule);
    Ok(vec![])
}

/// A capsule of the transaction hides a stored one.
pub(super) async fn load(
    call: &Call<'_>,
    contract: AztecAddress,
    slot: Fr,
    length: u32,
) -> Result<Answer, OracleError> {
    call.own(contract)?;
    let of_tx =
        call.capsules.iter().find(|capsule| capsule.contract_address == contract && capsule.storage_slot == slot);
    let found = match of_tx {
        Some(capsule) => Some(capsule.data.clone()),
        None => capsules::get(call.job, contract, slot).await?,
    };
    Ok(match found {
        Some(capsule) => vec![Fr::ONE.into(), capsule.into()],
        None => vec![Fr::ZERO.into(), vec![Fr::ZERO; within("length", length, MAX_LENGTH)?].into()],
    })
}

pub(super) fn delete(call: &mut Call<'_>, contract: AztecAddress, slot: Fr) -> Result<Answer, OracleError> {
    call.own(contract)?;
    call.keep(0)?;
    capsules::delete(call.job, contract, slot);
    Ok(vec![])
}

/// Copies in the order in which no capsule is overwritten before it is copied.
pub(super) async fn copy(
    call: &mut Call<'_>,
    contract: AztecAddress,
    from: Fr,
    to: Fr,
    count: u32,
) -> Result<Answer, OracleError> {
    call.own(contract)?;
    for step in 0..count {
        let index = Fr::from(if from < to { count - 1 - step } else { step });
        let slot = from + index;
        let capsule = capsules::get(call.job, contract, slot).await?;
        let capsule = capsule.ok_or(CapsuleError::EmptySource { contract, slot }).map_err(StoreError::from)?;
        call.keep(capsule.len())?;
        capsules::put(call.job, contract, to + index, &capsule);
    }
    Ok(vec![])
}
