//! Private, public and contract class logs.

use protocol::codec::{Encode, ToFields};
use protocol::kernel::{PrivateLogData, Scoped};
use protocol::log::{ContractClassLog, FlatPublicLogs, PrivateLog, PublicLog};
use serde_json::json;

use super::form::{all_forms, arg, as_fields, bytes_and_fields, decoded, hex, joined, or, with};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("privateLog", |input| {
        let log: PrivateLog = decoded(input)?;
        with(all_forms::<PrivateLog>(input), json!({ "blobFields": joined(log.emitted_fields()) }))
    }),
    many("privateLogData", bytes_and_fields::<PrivateLogData>),
    many("scopedPrivateLogData", bytes_and_fields::<Scoped<PrivateLogData>>),
    many("publicLog", all_forms::<PublicLog>),
    many("flatPublicLogs", |input| {
        let logs: Vec<PublicLog> = arg(input)?;
        let flat = or(FlatPublicLogs::from_logs(&logs))?;
        if or(flat.to_logs())? != logs {
            return Err("the flat form does not round-trip".to_owned());
        }
        Ok(json!({
            "length": flat.payload().len(),
            "buffer": hex(flat.to_buffer()),
            "fields": joined(&flat.to_fields()),
        }))
    }),
    many("contractClassLog", |input| {
        let log: ContractClassLog = decoded(input)?;
        let blob: Vec<_> =
            [log.contract_address.to_field()].into_iter().chain(log.emitted_fields().iter().copied()).collect();
        Ok(json!({ "fields": as_fields(&log)?, "hash": log.hash(), "blobFields": joined(&blob) }))
    }),
];
