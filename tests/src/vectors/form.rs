//! The JSON forms of the data files.

use protocol::codec::{Decode, Encode, FromFields, ToFields};
use protocol::field::{Fr, Point};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// An answer of ours or why we refuse.
pub(super) type Answer = Result<Value, String>;

/// The recorded input as a value of ours.
pub(super) fn arg<T: DeserializeOwned>(input: &Value) -> Result<T, String> {
    T::deserialize(input).map_err(|error| error.to_string())
}

/// A member of the recorded input.
pub(super) fn member<T: DeserializeOwned>(input: &Value, name: &str) -> Result<T, String> {
    arg(&input[name]).map_err(|error| format!("{name}: {error}"))
}

/// A number that travels as decimal text.
pub(super) fn text<T: core::str::FromStr<Err: ToString>>(input: &Value) -> Result<T, String> {
    or(input.as_str().ok_or_else(|| format!("{input} is not text"))?.parse())
}

/// An answer.
pub(super) fn ok(value: impl Serialize) -> Answer {
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A refusal with the reason of ours.
pub(super) fn or<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// Bytes from hex, or from base64 of their zlib form in `{"z": ...}`.
pub(super) fn bytes(input: &Value) -> Result<Vec<u8>, String> {
    use base64::Engine;
    match (input.as_str(), input["z"].as_str()) {
        (Some(hex), _) if hex.starts_with("0x") => or(const_hex::decode(hex)),
        (_, Some(packed)) => {
            let packed = or(base64::engine::general_purpose::STANDARD.decode(packed))?;
            or(miniz_oxide::inflate::decompress_to_vec_zlib(&packed))
        }
        _ => Err("not bytes".to_owned()),
    }
}

/// A list of fields as the bytes of all.
pub(super) fn fields(input: &Value) -> Result<Vec<Fr>, String> {
    let bytes = bytes(input)?;
    if bytes.len() % 32 != 0 {
        return Err(format!("{} bytes are not fields", bytes.len()));
    }
    bytes.chunks_exact(32).map(|chunk| or(Fr::from_buffer(chunk))).collect()
}

/// Bytes as hex. The data may hold the same bytes in their zlib form.
pub(super) fn hex(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(const_hex::encode_prefixed(bytes))
}

/// A list of fields as the bytes of all.
pub(super) fn joined(fields: &[Fr]) -> Value {
    hex(fields.iter().flat_map(|field| field.to_be_bytes()).collect::<Vec<_>>())
}

/// A point with all its members, where the official JSON form drops the flag.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shape {
    x: Fr,
    y: Fr,
    is_infinite: bool,
}

impl From<Point> for Shape {
    fn from(Point { x, y, is_infinite }: Point) -> Self {
        Self { x, y, is_infinite }
    }
}

impl From<Shape> for Point {
    fn from(Shape { x, y, is_infinite }: Shape) -> Self {
        Self { x, y, is_infinite }
    }
}

/// A value from its recorded byte form, which must encode to the same bytes again.
pub(super) fn decoded<T: Encode + Decode>(input: &Value) -> Result<T, String> {
    let bytes = bytes(input)?;
    let value = or(T::from_buffer(&bytes))?;
    if value.to_buffer() == bytes { Ok(value) } else { Err("encodes to other bytes".to_owned()) }
}

/// The field form as the data has it: a list when short, joined bytes when long. It must decode to the same value.
pub(super) fn as_fields<T: ToFields + FromFields>(value: &T) -> Answer {
    let fields = value.to_fields();
    if or(T::from_fields(&fields))?.to_fields() != fields {
        return Err("field form does not round-trip".to_owned());
    }
    if fields.len() <= 16 { ok(fields) } else { Ok(joined(&fields)) }
}

/// The JSON form, which must parse to the same value.
pub(super) fn as_json<T: Serialize + DeserializeOwned>(value: &T) -> Answer {
    let json = ok(value)?;
    let again = ok(arg::<T>(&json).map_err(|error| format!("our own JSON does not parse: {error}"))?)?;
    if again == json { Ok(json) } else { Err("JSON form does not round-trip".to_owned()) }
}

/// Byte form in, field form out.
pub(super) fn bytes_and_fields<T: Encode + Decode + ToFields + FromFields>(input: &Value) -> Answer {
    let value = decoded::<T>(input)?;
    Ok(json!({ "fields": as_fields(&value)? }))
}

/// Byte form in, JSON form out.
pub(super) fn bytes_and_json<T: Encode + Decode + Serialize + DeserializeOwned>(input: &Value) -> Answer {
    let value = decoded::<T>(input)?;
    Ok(json!({ "json": as_json(&value)? }))
}

/// Byte form in, the other two out.
pub(super) fn all_forms<T>(input: &Value) -> Answer
where
    T: Encode + Decode + ToFields + FromFields + Serialize + DeserializeOwned,
{
    let value = decoded::<T>(input)?;
    Ok(json!({ "fields": as_fields(&value)?, "json": as_json(&value)? }))
}

/// The same answer with further members.
pub(super) fn with(answer: Answer, more: Value) -> Answer {
    match (answer?, more) {
        (Value::Object(mut members), Value::Object(more)) => {
            members.extend(more);
            Ok(Value::Object(members))
        }
        _ => Err("only objects have members".to_owned()),
    }
}

/// Whether our answer is the official one; if not, where they differ, the official part and ours.
pub(super) fn same(official: &Value, ours: &Value) -> Result<(), (String, String, String)> {
    let differ = || (String::new(), official.to_string(), ours.to_string());
    let nested = |step: String, result: Result<(), (String, String, String)>| {
        result.map_err(|(path, official, ours)| (format!("{step}{path}"), official, ours))
    };
    match (official, ours) {
        (Value::Object(members), Value::String(_)) if members.len() == 1 && members.contains_key("z") => {
            if bytes(official).is_ok() && bytes(official) == bytes(ours) { Ok(()) } else { Err(differ()) }
        }
        (Value::Object(official), Value::Object(ours)) if official.keys().eq(ours.keys()) => {
            for (name, member) in official {
                nested(format!(".{name}"), same(member, &ours[name]))?;
            }
            Ok(())
        }
        (Value::Array(official), Value::Array(ours)) if official.len() == ours.len() => {
            for (index, (official, ours)) in official.iter().zip(ours).enumerate() {
                nested(format!("[{index}]"), same(official, ours))?;
            }
            Ok(())
        }
        _ if official == ours => Ok(()),
        _ => Err(differ()),
    }
}
