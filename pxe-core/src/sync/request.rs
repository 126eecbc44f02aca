//! What contracts ask for, and what they get, in arrays of capsules.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/noir-structs/`,
//! `@aztec/stdlib/src/logs/{pending_tagged_log,message_context}.ts`.

use alloc::boxed::Box;
use alloc::vec::Vec;

use protocol::abi::EventSelector;
use protocol::address::AztecAddress;
use protocol::codec::{DecodeError, FieldReader};
use protocol::constants::{MAX_NOTE_HASHES_PER_TX, PRIVATE_LOG_SIZE_IN_FIELDS};
use protocol::field::Fr;
use protocol::log::TxScopedL2Log;
use protocol::tag::Tag;
use protocol::tx::TxHash;

use super::SyncError;
use crate::store::{Job, capsules};

/// Fields of a note, as contracts pass them.
const MAX_NOTE_FIELDS: usize = 8;
/// Fields of an event, as contracts pass them.
const MAX_EVENT_FIELDS: usize = 10;
/// Fields of a log without its tag, as contracts get them.
const MAX_LOG_CONTENT: usize = PRIVATE_LOG_SIZE_IN_FIELDS - 1;

/// Reads a request.
pub(super) trait Request: Sized {
    /// Reads it from the fields of a capsule.
    fn read(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError>;
}

/// A note a contract found.
#[derive(Debug)]
pub(super) struct NoteRequest {
    pub(super) contract: AztecAddress,
    pub(super) owner: AztecAddress,
    pub(super) storage_slot: Fr,
    pub(super) randomness: Fr,
    pub(super) note_nonce: Fr,
    pub(super) content: Vec<Fr>,
    pub(super) note_hash: Fr,
    pub(super) nullifier: Fr,
    pub(super) tx_hash: TxHash,
    pub(super) recipient: AztecAddress,
}

impl Request for NoteRequest {
    fn read(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let request = Self {
            contract: reader.member("contract_address")?,
            owner: reader.member("owner")?,
            storage_slot: reader.member("storage_slot")?,
            randomness: reader.member("randomness")?,
            note_nonce: reader.member("note_nonce")?,
            content: bounded(reader, MAX_NOTE_FIELDS)?,
            note_hash: reader.member("note_hash")?,
            nullifier: reader.member("nullifier")?,
            tx_hash: reader.member("tx_hash")?,
            recipient: reader.member("recipient")?,
        };
        reader.finish()?;
        Ok(request)
    }
}

/// A private event a contract found.
#[derive(Debug)]
pub(super) struct EventRequest {
    pub(super) contract: AztecAddress,
    pub(super) selector: EventSelector,
    pub(super) randomness: Fr,
    pub(super) content: Vec<Fr>,
    pub(super) commitment: Fr,
    pub(super) tx_hash: TxHash,
    pub(super) recipient: AztecAddress,
}

/// What follows is ignored, as officially.
impl Request for EventRequest {
    fn read(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            contract: reader.member("contract_address")?,
            selector: reader.member("event_type_id")?,
            randomness: reader.member("randomness")?,
            content: bounded(reader, MAX_EVENT_FIELDS)?,
            commitment: reader.member("event_commitment")?,
            tx_hash: reader.member("tx_hash")?,
            recipient: reader.member("recipient")?,
        })
    }
}

/// A log a contract asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct LogRequest {
    pub(super) contract: AztecAddress,
    pub(super) tag: Tag,
}

/// What follows is ignored, as officially.
impl Request for LogRequest {
    fn read(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { contract: reader.member("contract_address")?, tag: reader.member("unsiloed_tag")? })
    }
}

/// All requests in an array.
pub(super) async fn read_all<R: Request>(job: &Job, contract: AztecAddress, base: Fr) -> Result<Vec<R>, SyncError> {
    let elements = capsules::array_read_all(job, contract, base).await?;
    let read = |(index, fields): (usize, &Vec<Fr>)| {
        R::read(&mut FieldReader::new(fields)).map_err(|source| SyncError::Request {
            contract,
            base,
            index,
            source: Box::new(source),
        })
    };
    elements.iter().enumerate().map(read).collect()
}

/// Up to `max` fields, padded to as many, and how many there are. A length beyond that counts as all, as officially.
fn bounded(reader: &mut FieldReader<'_>, max: usize) -> Result<Vec<Fr>, DecodeError> {
    let storage = reader.take(max)?;
    let length: u32 = reader.member("length")?;
    Ok(storage[..max.min(usize::try_from(length).unwrap_or(max))].to_vec())
}

/// The same, written. There are no more than `max`.
fn write_bounded(fields: &[Fr], max: usize, out: &mut Vec<Fr>) {
    debug_assert!(fields.len() <= max, "logs and transactions are checked when they come from the node");
    out.extend_from_slice(fields);
    out.extend((fields.len()..max).map(|_| Fr::ZERO));
    out.push(Fr::from(fields.len() as u64));
}

/// A log that was found by its tag, as contracts get it.
pub(super) fn pending_log(log: &TxScopedL2Log, recipient: AztecAddress) -> Vec<Fr> {
    let mut fields = Vec::with_capacity(85);
    write_bounded(&log.log_data, PRIVATE_LOG_SIZE_IN_FIELDS, &mut fields);
    write_context(log, &mut fields);
    fields.push(recipient.to_field());
    fields
}

fn write_context(log: &TxScopedL2Log, out: &mut Vec<Fr>) {
    out.push(log.tx_hash.to_field());
    write_bounded(&log.note_hashes, MAX_NOTE_HASHES_PER_TX, out);
    out.push(log.first_nullifier);
}

/// The answer to a [`LogRequest`]: whether there is a log, and the log without its tag, cut where contracts have no room.
pub(super) fn log_response(log: Option<&TxScopedL2Log>) -> Vec<Fr> {
    const FIELDS: usize = 1 + MAX_LOG_CONTENT + 1 + 1 + MAX_NOTE_HASHES_PER_TX + 1 + 1;
    let mut fields = Vec::with_capacity(FIELDS);
    match log {
        Some(log) => {
            fields.push(Fr::ONE);
            let content = log.log_data.get(1..).unwrap_or_default();
            write_bounded(&content[..content.len().min(MAX_LOG_CONTENT)], MAX_LOG_CONTENT, &mut fields);
            write_context(log, &mut fields);
        }
        None => fields.resize(FIELDS, Fr::ZERO),
    }
    fields
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use protocol::block::{BlockNumber, Timestamp};

    use super::*;

    fn log(fields: u32, note_hashes: u32) -> TxScopedL2Log {
        TxScopedL2Log {
            tx_hash: TxHash::from_field(Fr::from(700u32)),
            block_number: BlockNumber(3),
            block_timestamp: Timestamp(4),
            log_data: (1..=fields).map(Fr::from).collect(),
            note_hashes: (101..101 + note_hashes).map(Fr::from).collect(),
            first_nullifier: Fr::from(800u32),
        }
    }

    #[test]
    fn logs_are_laid_out_as_contracts_read_them() {
        let recipient = AztecAddress::from_u64(900);
        let fields = pending_log(&log(3, 2), recipient);
        let mut expected = vec![Fr::ZERO; 85];
        for (place, value) in [(0, 1u32), (1, 2), (2, 3), (16, 3), (17, 700), (18, 101), (19, 102), (82, 2), (83, 800)]
        {
            expected[place] = value.into();
        }
        expected[84] = recipient.to_field();
        assert_eq!(fields, expected);
        assert_eq!(pending_log(&log(16, 64), recipient).len(), 85);
    }

    #[test]
    fn responses_leave_the_tag_out_and_cut_what_is_too_long() {
        assert_eq!(log_response(None), vec![Fr::ZERO; 84]);
        let fields = log_response(Some(&log(3, 1)));
        let mut expected = vec![Fr::ZERO; 84];
        for (place, value) in [(0, 1u32), (1, 2), (2, 3), (16, 2), (17, 700), (18, 101), (82, 1), (83, 800)] {
            expected[place] = value.into();
        }
        assert_eq!(fields, expected);
        let long = log_response(Some(&log(40, 0)));
        assert_eq!((long.len(), long[15], long[16]), (84, Fr::from(16u32), Fr::from(15u32)));
    }

    #[test]
    fn requests_are_read_field_by_field() {
        let fields: Vec<Fr> = (1..=18u32).map(Fr::from).collect();
        let mut note = fields.clone();
        note[13] = Fr::from(2u32);
        let request = NoteRequest::read(&mut FieldReader::new(&note)).unwrap();
        assert_eq!((request.content, request.note_hash), (fields[5..7].to_vec(), Fr::from(15u32)));
        assert_eq!((request.tx_hash.to_field(), request.recipient.to_field()), (Fr::from(17u32), Fr::from(18u32)));
        note[13] = Fr::from(9u32);
        assert_eq!(NoteRequest::read(&mut FieldReader::new(&note)).unwrap().content.len(), 8);
        note.push(Fr::ZERO);
        assert!(NoteRequest::read(&mut FieldReader::new(&note)).is_err());
        note[13] = Fr::MAX;
        assert!(NoteRequest::read(&mut FieldReader::new(&note)).is_err());
        assert!(NoteRequest::read(&mut FieldReader::new(&fields[..17])).is_err());

        let mut event: Vec<Fr> = (1..=17u32).map(Fr::from).collect();
        event[13] = Fr::from(10u32);
        let request = EventRequest::read(&mut FieldReader::new(&event)).unwrap();
        assert_eq!((request.content, request.commitment), (event[3..13].to_vec(), Fr::from(15u32)));
        event[1] = Fr::MAX;
        assert!(EventRequest::read(&mut FieldReader::new(&event)).is_err());
    }
}
