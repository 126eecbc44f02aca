//! Recorded executions with one value changed, and how the official solver ended then.

use circuits::witness::ForeignValue;
use protocol::field::Fr;
use serde_json::Value;

use super::execution::{Execution, Expected, field};

/// A changed execution and its official outcome.
#[derive(Debug)]
pub struct Mutation {
    /// Name of the execution.
    pub execution: String,
    /// What is changed.
    pub change: Change,
    /// How the official solver ended; none for success.
    pub error: Option<Expected>,
    /// First 16 bytes of the SHA-256 of the official solution, hexadecimal; none when not recorded.
    pub digest: Option<String>,
}

/// One changed value.
#[derive(Debug)]
pub enum Change {
    /// A witness the execution starts with.
    Witness {
        /// Its index.
        index: u32,
        /// Its new value.
        value: Fr,
    },
    /// A value of an oracle's answer.
    Answer {
        /// Number of the call.
        call: usize,
        /// Number of the result.
        output: usize,
        /// Place in the result.
        item: usize,
        /// The new value.
        value: Fr,
    },
}

impl Mutation {
    /// Reads a line of `mutations.jsonl`.
    ///
    /// # Errors
    /// If it is not one.
    pub fn from_json(line: &[u8]) -> Result<Self, String> {
        let json: Value = serde_json::from_slice(line).map_err(|error| error.to_string())?;
        let number = |value: &Value| value.as_u64().and_then(|value| usize::try_from(value).ok());
        let value = field(&json["value"])?;
        let change = if let Some(index) = number(&json["witness"]) {
            Change::Witness { index: index.try_into().map_err(|_| "an index is too large")?, value }
        } else {
            let place = &json["answer"];
            let part = |index: usize| number(&place[index]).ok_or("an answer's place is three numbers");
            Change::Answer { call: part(0)?, output: part(1)?, item: part(2)?, value }
        };
        let execution = json["execution"].as_str().ok_or("no execution")?.into();
        let digest = json["digest"].as_str().map(str::to_owned);
        Ok(Self { execution, change, error: Expected::from_json(&json["error"])?, digest })
    }

    /// Changes an execution.
    ///
    /// # Errors
    /// If it has no such value.
    pub fn apply(&self, execution: &mut Execution) -> Result<(), String> {
        match self.change {
            Change::Witness { index, value } => {
                execution.inputs.insert(index, value).map_err(|error| error.to_string())
            }
            Change::Answer { call, output, item, value } => {
                let outputs = execution.calls.get_mut(call).and_then(|call| call.outputs.as_mut());
                let place = outputs.and_then(|outputs| outputs.get_mut(output)).and_then(|output| match output {
                    ForeignValue::Single(field) if item == 0 => Some(field),
                    ForeignValue::Single(_) => None,
                    ForeignValue::Array(fields) => fields.get_mut(item),
                });
                *place.ok_or("there is no such answer")? = value;
                Ok(())
            }
        }
    }
}
