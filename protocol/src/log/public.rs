//! Public logs, one by one and flattened into the form that circuits and blobs use.
//!
//! Protocol source: `@aztec/stdlib/src/logs/public_log.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

use crate::address::AztecAddress;
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FromFields, Reader, ToFields};
use crate::constants::{
    FLAT_PUBLIC_LOGS_PAYLOAD_LENGTH as MAX_PAYLOAD, MAX_PUBLIC_LOG_SIZE_IN_FIELDS, PUBLIC_LOG_HEADER_LENGTH,
};
use crate::field::Fr;

/// A public log. Bytes: the number of fields as four bytes, contract, fields; the field form has the same order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicLog {
    /// The contract that emitted it.
    pub contract_address: AztecAddress,
    /// The payload.
    pub fields: Vec<Fr>,
}

crate::any_struct!(PublicLog { contract_address: AztecAddress, fields: Vec<Fr> });

impl PublicLog {
    /// Length of the field form.
    #[must_use]
    pub fn size_in_fields(&self) -> usize {
        self.fields.len() + PUBLIC_LOG_HEADER_LENGTH
    }

    fn length(&self) -> u32 {
        u32::try_from(self.fields.len()).expect("public logs are far below 2^32 fields")
    }
}

impl Encode for PublicLog {
    fn encode(&self, out: &mut Vec<u8>) {
        self.length().encode(out);
        self.contract_address.encode(out);
        self.fields.iter().for_each(|field| field.encode(out));
    }
}

impl Decode for PublicLog {
    const MIN_SIZE: usize = 36;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let length = reader.member::<u32>("length")? as usize;
        if length > MAX_PUBLIC_LOG_SIZE_IN_FIELDS {
            let kind = DecodeErrorKind::TooLong { length, max: MAX_PUBLIC_LOG_SIZE_IN_FIELDS };
            return Err(reader.error_at(start, kind).within("length"));
        }
        let contract_address = reader.member("contract_address")?;
        Ok(Self { contract_address, fields: reader.items(length).map_err(|error| error.within("fields"))? })
    }
}

impl ToFields for PublicLog {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.length().into());
        out.push(self.contract_address.to_field());
        out.extend_from_slice(&self.fields);
    }
}

impl FromFields for PublicLog {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let length = reader.member::<u32>("length")? as usize;
        let contract_address = reader.member("contract_address")?;
        Ok(Self { contract_address, fields: reader.take(length).map_err(|error| error.within("fields"))?.to_vec() })
    }
}

/// The public logs do not fit, or the flat form does not hold whole logs.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PublicLogError {
    /// Too many fields.
    #[error("public logs take {fields} fields, at most {MAX_PAYLOAD} fit")]
    TooLong {
        /// Fields of all logs, headers included.
        fields: usize,
    },
    /// The payload does not end where a log ends.
    #[error("public logs payload: {0}")]
    Payload(#[from] DecodeError),
}

/// All public logs of a transaction, one after the other, in at most 4096 fields.
///
/// Bytes: the number of used fields as four bytes and those fields. Field form and JSON: the number and all 4096, padded
/// with zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FlatPublicLogs(Vec<Fr>);

impl FlatPublicLogs {
    /// Flattens `logs`.
    pub fn from_logs<'a>(logs: impl IntoIterator<Item = &'a PublicLog>) -> Result<Self, PublicLogError> {
        let mut payload = Vec::new();
        logs.into_iter().for_each(|log| log.write_fields(&mut payload));
        Self::from_payload(payload)
    }

    /// Logs in flat form, not checked to be whole.
    pub fn from_payload(payload: Vec<Fr>) -> Result<Self, PublicLogError> {
        match payload.len() {
            fields if fields > MAX_PAYLOAD => Err(PublicLogError::TooLong { fields }),
            _ => Ok(Self(payload)),
        }
    }

    /// The used fields.
    #[must_use]
    pub fn payload(&self) -> &[Fr] {
        &self.0
    }

    /// The logs.
    pub fn to_logs(&self) -> Result<Vec<PublicLog>, PublicLogError> {
        let mut reader = FieldReader::new(&self.0);
        let mut logs = Vec::new();
        while reader.left() > 0 {
            logs.push(PublicLog::read_fields(&mut reader).map_err(|error| error.at_index(logs.len()))?);
        }
        Ok(logs)
    }

    fn length(&self) -> u32 {
        u32::try_from(self.0.len()).expect("at most 4096")
    }

    /// The used fields and the zeros after them.
    fn padded(&self) -> impl Iterator<Item = Fr> {
        self.0.iter().copied().chain(core::iter::repeat_n(Fr::ZERO, MAX_PAYLOAD - self.0.len()))
    }
}

crate::any_value!(
    FlatPublicLogs,
    proptest::collection::vec(any::<PublicLog>(), 0..4)
        .prop_map(|logs| Self::from_logs(&logs).expect("four short logs fit"))
);

impl Encode for FlatPublicLogs {
    fn encode(&self, out: &mut Vec<u8>) {
        crate::codec::encode_vec_u32(&self.0, out);
    }
}

impl Decode for FlatPublicLogs {
    const MIN_SIZE: usize = 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.vec_u32(MAX_PAYLOAD).map(Self)
    }
}

impl ToFields for FlatPublicLogs {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.length().into());
        out.extend(self.padded());
    }
}

impl FromFields for FlatPublicLogs {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let length = reader.member::<u32>("length")? as usize;
        if length > MAX_PAYLOAD {
            let kind = DecodeErrorKind::TooLong { length, max: MAX_PAYLOAD };
            return Err(reader.error_at(start, kind).within("length"));
        }
        let payload = reader.take(MAX_PAYLOAD).map_err(|error| error.within("payload"))?;
        Ok(Self(payload[..length].to_vec()))
    }
}

#[derive(Serialize, Deserialize)]
struct FlatPublicLogsJson {
    #[serde(with = "crate::json::number")]
    length: u32,
    payload: Vec<Fr>,
}

impl Serialize for FlatPublicLogs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        FlatPublicLogsJson { length: self.length(), payload: self.padded().collect() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FlatPublicLogs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let FlatPublicLogsJson { length, mut payload } = FlatPublicLogsJson::deserialize(deserializer)?;
        let (length, found) = (length as usize, payload.len());
        if found != MAX_PAYLOAD || length > MAX_PAYLOAD {
            let message = format_args!("payload has {found} fields and length is {length}, {MAX_PAYLOAD} expected");
            return Err(serde::de::Error::custom(message));
        }
        payload.truncate(length);
        Ok(Self(payload))
    }
}
