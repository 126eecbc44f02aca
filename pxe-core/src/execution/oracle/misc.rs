//! Version, randomness, messages.

use alloc::vec;
use alloc::vec::Vec;

use protocol::field::Fr;
use protocol::log::{DebugLog, LogLevel};

use super::{Answer, Call, OracleError};
use crate::execution::log::text;

/// The version of the interface between contracts and clients.
///
/// Protocol source: `@aztec/pxe/src/oracle_version.ts`.
pub const ORACLE_VERSION: u32 = 12;

pub(super) fn assert_version(version: u32) -> Result<Answer, OracleError> {
    if version == ORACLE_VERSION { Ok(vec![]) } else { Err(OracleError::Version { found: version }) }
}

pub(super) fn random_field(call: &Call<'_>) -> Result<Answer, OracleError> {
    Ok(vec![call.env.rng.field().into()])
}

pub(super) fn log(call: &Call<'_>, level: u32, message: &[Fr], fields: Vec<Fr>) -> Result<Answer, OracleError> {
    let level = LogLevel::ALL.get(level as usize).copied().ok_or(OracleError::LogLevel(level))?;
    if let Some(log) = call.env.log.as_ref().filter(|log| level != LogLevel::Silent && log.takes(level)) {
        let entry = DebugLog { contract_address: call.contract, level, message: text(message), fields };
        log.log(call.contract_name, entry);
    }
    Ok(vec![])
}
