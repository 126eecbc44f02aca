//! A recorded execution.

use circuits::witness::{ForeignValue, WitnessMap};
use protocol::field::Fr;
use serde_json::Value;

/// A recorded execution of the official solver.
#[derive(Debug)]
pub struct Execution {
    /// First 16 bytes of the SHA-256 of the bytecode, hexadecimal: the name of its file.
    pub program: String,
    /// Milliseconds the official solver took, without its oracles; 0 when not recorded.
    pub official_ms: f64,
    /// The witnesses it started with.
    pub inputs: WitnessMap,
    /// Oracle calls in order.
    pub calls: Vec<Recorded>,
    /// How it ended; none for success.
    pub error: Option<Expected>,
}

/// A recorded oracle call.
#[derive(Debug)]
pub struct Recorded {
    /// Name of the oracle.
    pub name: String,
    /// Arguments; the recording does not tell a single value from an array of one.
    pub inputs: Vec<Vec<Fr>>,
    /// Results; none when the oracle failed.
    pub outputs: Option<Vec<ForeignValue>>,
}

/// How an execution failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The message.
    pub message: String,
    /// Where, as official code writes it; none when it does not tell.
    pub call_stack: Option<Vec<String>>,
    /// The selector and values of an assertion.
    pub payload: Option<(u64, Vec<Fr>)>,
}

/// A field as official code prints it: hexadecimal, with or without `0x`, any number of digits.
pub(super) fn field(value: &Value) -> Result<Fr, String> {
    let text = value.as_str().ok_or("a field is no text")?;
    let digits = text.trim_start_matches("0x");
    format!("0x{digits}").parse().map_err(|error| format!("{error}"))
}

fn fields(value: &Value) -> Result<Vec<Fr>, String> {
    value.as_array().ok_or("fields are no list")?.iter().map(field).collect()
}

fn foreign_value(value: &Value) -> Result<ForeignValue, String> {
    if value.is_array() { fields(value).map(ForeignValue::Array) } else { field(value).map(ForeignValue::Single) }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl Execution {
    /// Reads the JSON of a recording.
    ///
    /// # Errors
    /// If it is not one.
    pub fn from_json(json: &[u8]) -> Result<Self, String> {
        let json: Value = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let mut inputs = WitnessMap::new();
        for pair in list(&json["init"]) {
            let index = pair[0].as_u64().and_then(|index| index.try_into().ok()).ok_or("an index is none")?;
            inputs.insert(index, field(&pair[1])?).map_err(|error| error.to_string())?;
        }
        let call = |call: &Value| {
            Ok(Recorded {
                name: call["n"].as_str().ok_or("a call without name")?.into(),
                inputs: list(&call["i"]).iter().map(fields).collect::<Result<_, String>>()?,
                outputs: call["o"].as_array().map(|out| out.iter().map(foreign_value).collect()).transpose()?,
            })
        };
        Ok(Self {
            program: json["sha"].as_str().ok_or("no program")?.into(),
            official_ms: json["ms"].as_f64().unwrap_or_default() - json["cbms"].as_f64().unwrap_or_default(),
            inputs,
            calls: list(&json["calls"]).iter().map(call).collect::<Result<_, String>>()?,
            error: Expected::from_json(&json["error"])?,
        })
    }
}

impl Expected {
    /// Reads the JSON of an error; none for null.
    ///
    /// # Errors
    /// If it is not one.
    pub fn from_json(error: &Value) -> Result<Option<Self>, String> {
        if error.is_null() {
            return Ok(None);
        }
        let raw = &error["raw"];
        let payload = raw["selector"].as_str().map(|selector| {
            let selector = selector.parse().map_err(|_| "a selector is no number".to_owned())?;
            Ok::<_, String>((selector, fields(&raw["data"])?))
        });
        Ok(Some(Self {
            message: error["message"].as_str().unwrap_or_default().into(),
            call_stack: error["callStack"]
                .as_array()
                .map(|stack| stack.iter().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()),
            payload: payload.transpose()?,
        }))
    }
}
