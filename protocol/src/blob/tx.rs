//! The effect of a transaction as blob fields.
//!
//! Protocol source: `@aztec/blob-lib/src/encoding/tx_blob_data.ts`, `@aztec/stdlib/src/tx/tx_effect.ts`.

use alloc::vec::Vec;

use super::TxStartMarker;
use crate::codec::{DecodeError, DecodeErrorKind, FieldReader, ToFields, Unit};
use crate::constants::{
    MAX_L2_TO_L1_MSGS_PER_TX, MAX_NOTE_HASHES_PER_TX, MAX_NULLIFIERS_PER_TX, MAX_PRIVATE_LOGS_PER_TX,
    MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX, PRIVATE_LOG_SIZE_IN_FIELDS,
};
use crate::field::Fr;
use crate::kernel::IsEmpty;
use crate::log::{ContractClassLog, ContractClassLogFields, FlatPublicLogs, PrivateLog, PublicLog};
use crate::tx::{PublicDataWrite, RevertCode, TxEffect};

/// A count as a member of the marker; the limits of a transaction are far below what those hold.
fn count<T: TryFrom<usize>>(count: usize) -> T {
    T::try_from(count).ok().expect("a transaction has far fewer effects than 2^16")
}

/// The marker in front of an effect.
#[must_use]
pub fn tx_start_marker(effect: &TxEffect) -> TxStartMarker {
    let mut marker = TxStartMarker {
        note_hashes: count(effect.note_hashes.len()),
        nullifiers: count(effect.nullifiers.len()),
        l2_to_l1_messages: count(effect.l2_to_l1_msgs.len()),
        public_data_writes: count(effect.public_data_writes.len()),
        private_logs: count(effect.private_logs.len()),
        private_logs_length: count(effect.private_logs.iter().map(|log| log.emitted_fields().len()).sum()),
        public_logs_length: count(effect.public_logs.iter().map(PublicLog::size_in_fields).sum()),
        contract_class_log_length: effect
            .contract_class_logs
            .first()
            .map_or(0, |log| count(log.emitted_fields().len())),
        revert_code: effect.revert_code.number(),
        blob_fields: 0,
    };
    marker.blob_fields = marker.counted_fields();
    marker
}

/// Appends the blob fields of an effect.
pub fn write_tx(effect: &TxEffect, out: &mut Vec<Fr>) {
    tx_start_marker(effect).write_fields(out);
    out.push(effect.tx_hash.to_field());
    out.push(effect.transaction_fee);
    out.extend_from_slice(&effect.note_hashes);
    out.extend_from_slice(&effect.nullifiers);
    out.extend_from_slice(&effect.l2_to_l1_msgs);
    out.extend(effect.public_data_writes.iter().flat_map(|write| [write.leaf_slot, write.value]));
    for log in &effect.private_logs {
        let emitted = log.emitted_fields();
        out.push(Fr::from(emitted.len() as u64));
        out.extend_from_slice(emitted);
    }
    effect.public_logs.write_fields(out);
    for log in &effect.contract_class_logs {
        out.push(log.contract_address.to_field());
        out.extend_from_slice(log.emitted_fields());
    }
}

/// Reads the effect of one transaction.
pub fn read_tx(reader: &mut FieldReader<'_>) -> Result<TxEffect, DecodeError> {
    let start = reader.offset();
    let invalid = |what| DecodeError::new(Unit::Field, start, DecodeErrorKind::Invalid(what));
    let marker: TxStartMarker = reader.member("marker")?;
    let needed = (marker.blob_fields as usize).saturating_sub(1);
    if needed > reader.left() {
        let kind = DecodeErrorKind::UnexpectedEnd { needed, left: reader.left() };
        return Err(reader.error_at(reader.offset(), kind));
    }
    let mut effect = TxEffect {
        revert_code: RevertCode::from_number(marker.revert_code).ok_or_else(|| invalid("a revert code is 0 to 3"))?,
        tx_hash: reader.member("tx_hash")?,
        transaction_fee: reader.member("transaction_fee")?,
        note_hashes: list(reader, "note_hashes", marker.note_hashes)?,
        nullifiers: list(reader, "nullifiers", marker.nullifiers)?,
        l2_to_l1_msgs: list(reader, "l2_to_l1_msgs", marker.l2_to_l1_messages)?,
        ..TxEffect::default()
    };
    let writes: Vec<Fr> = list(reader, "public_data_writes", u32::from(marker.public_data_writes) * 2)?;
    effect.public_data_writes =
        writes.chunks_exact(2).map(|pair| PublicDataWrite { leaf_slot: pair[0], value: pair[1] }).collect();
    for index in 0..usize::from(marker.private_logs) {
        let log = private_log(reader).map_err(|error| error.at_index(index).within("private_logs"))?;
        effect.private_logs.push(log);
    }
    let payload = list(reader, "public_logs", marker.public_logs_length)?;
    effect.public_logs = FlatPublicLogs::from_payload(payload)
        .and_then(|logs| logs.to_logs())
        .map_err(|_| invalid("the public logs are too long or not whole"))?;
    if marker.contract_class_log_length > 0 {
        let contract_address = reader.member("contract_class_logs")?;
        let emitted: Vec<Fr> = list(reader, "contract_class_logs", marker.contract_class_log_length)?;
        let fields = ContractClassLogFields::from_emitted_fields(emitted)
            .ok_or_else(|| invalid("the contract class log is too long"))?;
        let emitted_length = marker.contract_class_log_length.into();
        effect.contract_class_logs.push(ContractClassLog { contract_address, fields, emitted_length });
    }
    let checks = [
        ("note_hashes", check::<_, MAX_NOTE_HASHES_PER_TX>(&effect.note_hashes)),
        ("nullifiers", check::<_, MAX_NULLIFIERS_PER_TX>(&effect.nullifiers)),
        ("l2_to_l1_msgs", check::<_, MAX_L2_TO_L1_MSGS_PER_TX>(&effect.l2_to_l1_msgs)),
        ("public_data_writes", check::<_, MAX_TOTAL_PUBLIC_DATA_UPDATE_REQUESTS_PER_TX>(&effect.public_data_writes)),
        ("private_logs", check::<_, MAX_PRIVATE_LOGS_PER_TX>(&effect.private_logs)),
    ];
    for (name, result) in checks {
        result.map_err(|kind| DecodeError::new(Unit::Field, start, kind).within(name))?;
    }
    Ok(effect)
}

/// A list within the limits of a transaction, without padding.
fn check<T: IsEmpty, const MAX: usize>(items: &[T]) -> Result<(), DecodeErrorKind> {
    if items.len() > MAX {
        return Err(DecodeErrorKind::TooLong { length: items.len(), max: MAX });
    }
    match items.iter().any(T::is_empty) {
        true => Err(DecodeErrorKind::Invalid("has an empty item, which only padding may be")),
        false => Ok(()),
    }
}

fn list(reader: &mut FieldReader<'_>, name: &str, count: impl Into<u32>) -> Result<Vec<Fr>, DecodeError> {
    reader.take(count.into() as usize).map(<[Fr]>::to_vec).map_err(|error| error.within(name))
}

fn private_log(reader: &mut FieldReader<'_>) -> Result<PrivateLog, DecodeError> {
    let start = reader.offset();
    let length = reader.member::<u32>("length")? as usize;
    let emitted = reader.take(length)?;
    PrivateLog::from_emitted_fields(emitted)
        .ok_or_else(|| reader.error_at(start, DecodeErrorKind::TooLong { length, max: PRIVATE_LOG_SIZE_IN_FIELDS }))
}
