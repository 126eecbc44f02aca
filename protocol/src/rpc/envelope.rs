//! The JSON-RPC 2.0 frame around calls and replies, as lenient and as strict as the official server and client are.
//!
//! The official client sends batches only, of one call too, and numbers calls from 0.
//!
//! Protocol source: `@aztec/foundation/src/json-rpc/{server/safe_json_rpc_server,client/safe_json_rpc_client}.ts`.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use thiserror::Error;

use super::{ErrorCode, ErrorObject, Method};
use crate::json::JsonError;

/// Bytes a server takes in one body unless configured otherwise.
pub const DEFAULT_MAX_BODY_SIZE: usize = 1024 * 1024;
/// Calls a server takes in one batch unless configured otherwise.
pub const DEFAULT_MAX_BATCH_SIZE: usize = 100;

/// Keeps a member that is present but `null` apart from an absent one.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    Deserialize::deserialize(deserializer).map(Some)
}

#[derive(Deserialize)]
struct RawRequest<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

/// What a reply repeats of its request.
#[derive(Debug, Clone, Default)]
pub struct ReplyTo {
    jsonrpc: Option<Box<RawValue>>,
    id: Option<Box<RawValue>>,
}

impl ReplyTo {
    /// For a body or item that is no request: the id is `null`.
    #[must_use]
    pub fn nobody() -> Self {
        Self { jsonrpc: None, id: Some(RawValue::NULL.to_owned()) }
    }
}

/// One call.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// What the reply repeats.
    pub reply_to: ReplyTo,
    /// Namespace and method: `node_getBlock`.
    pub method: String,
    /// The parameters, unread; none counts as an empty list.
    pub params: Option<&'a RawValue>,
}

/// A body as a server sees it: each call, or at once the reply to what is no call.
#[derive(Debug)]
pub enum Body<'a> {
    /// One call. Its failure is answered with HTTP status 400.
    Single(Result<Request<'a>, Response>),
    /// A batch. It is answered with a list and HTTP status 200.
    Batch(Vec<Result<Request<'a>, Response>>),
}

impl<'a> Body<'a> {
    /// Reads a body. The error is the whole reply, with HTTP status 400.
    pub fn parse(body: &'a [u8], max_batch_size: usize) -> Result<Self, Response> {
        let refuse = |code, message: String| Response::error(ReplyTo::nobody(), ErrorObject::new(code, message));
        let root: &RawValue =
            serde_json::from_slice(body).map_err(|error| refuse(ErrorCode::Parse, format!("Parse error: {error}")))?;
        match root.get().as_bytes().first() {
            Some(b'{') => Ok(Self::Single(Request::parse(root))),
            Some(b'[') => {
                let calls: Vec<&RawValue> = serde_json::from_str(root.get())
                    .map_err(|error| refuse(ErrorCode::Parse, format!("Parse error: {error}")))?;
                if calls.is_empty() {
                    return Err(refuse(ErrorCode::InvalidRequest, "Invalid Request".into()));
                }
                if calls.len() > max_batch_size {
                    let message = format!("Batch request exceeds maximum allowed size of {max_batch_size}");
                    return Err(refuse(ErrorCode::InvalidRequest, message));
                }
                Ok(Self::Batch(calls.into_iter().map(Request::parse).collect()))
            }
            _ => {
                let message = "Parse error: invalid JSON, only supports object and array";
                Err(refuse(ErrorCode::Parse, message.into()))
            }
        }
    }
}

impl<'a> Request<'a> {
    fn parse(call: &'a RawValue) -> Result<Self, Response> {
        let invalid =
            |reply_to, message| Response::error(reply_to, ErrorObject::new(ErrorCode::InvalidRequest, message));
        match call.get().as_bytes().first() {
            Some(b'{') => {}
            Some(b'[') => return Err(invalid(ReplyTo::default(), "Invalid request")),
            _ => return Err(invalid(ReplyTo::nobody(), "Invalid Request")),
        }
        let raw: RawRequest<'a> =
            serde_json::from_str(call.get()).map_err(|_| invalid(ReplyTo::nobody(), "Invalid Request"))?;
        let id = raw.id.map(ToOwned::to_owned);
        let method = raw.method.and_then(|method| serde_json::from_str::<String>(method.get()).ok());
        match method.filter(|method| !method.is_empty()) {
            None => Err(invalid(ReplyTo { jsonrpc: None, id }, "Invalid request")),
            Some(method) => {
                let reply_to = ReplyTo { jsonrpc: raw.jsonrpc.map(ToOwned::to_owned), id };
                Ok(Self { reply_to, method, params: raw.params })
            }
        }
    }
}

/// The reply to one call.
#[derive(Debug, Clone)]
pub struct Response {
    reply_to: ReplyTo,
    /// The result, none for nothing; or why the call failed.
    pub outcome: Result<Option<Box<RawValue>>, ErrorObject>,
}

impl Response {
    /// The reply with the result of method `M`.
    #[must_use]
    pub fn result<M: Method>(reply_to: ReplyTo, result: &M::Result) -> Self {
        let outcome = serde_json::value::to_raw_value(result)
            .map(|value| Some(value).filter(|value| value.get() != "null"))
            .map_err(|error| {
                // As the official server words it.
                ErrorObject::new(ErrorCode::Parse, format!("Unable to serialize response: {error}"))
            });
        Self { reply_to, outcome }
    }

    /// The reply to a call that failed.
    #[must_use]
    pub fn error(reply_to: ReplyTo, error: ErrorObject) -> Self {
        Self { reply_to, outcome: Err(error) }
    }
}

impl Serialize for Response {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.reply_to.jsonrpc {
            Some(version) => map.serialize_entry("jsonrpc", version)?,
            None => map.serialize_entry("jsonrpc", "2.0")?,
        }
        if let Some(id) = &self.reply_to.id {
            map.serialize_entry("id", id)?;
        }
        match &self.outcome {
            Ok(Some(result)) => map.serialize_entry("result", result)?,
            Ok(None) => {}
            Err(error) => map.serialize_entry("error", error)?,
        }
        map.end()
    }
}

/// One call as the official client writes it.
#[must_use]
pub fn write_request<M: Method>(id: u64, method: &M) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{}","params":{}}}"#, M::NAME, method.to_params())
}

/// A batch of calls written by [`write_request`].
#[must_use]
pub fn write_batch<S: AsRef<str>>(requests: &[S]) -> String {
    let size: usize = requests.iter().map(|request| request.as_ref().len() + 1).sum();
    let mut batch = String::with_capacity(size + 1);
    batch.push('[');
    for (index, request) in requests.iter().enumerate() {
        batch.push_str(if index == 0 { "" } else { "," });
        batch.push_str(request.as_ref());
    }
    batch.push(']');
    batch
}

/// A server's answer is not the reply to the batch that was sent.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum ReplyError {
    /// The answer is not a list of replies.
    #[error("the answer is not a list of replies: {0}")]
    NotAList(JsonError),
    /// The whole batch was refused.
    #[error("the node refused the whole batch: {0}")]
    Refused(ErrorObject),
    /// Another number of replies than calls.
    #[error("{found} replies to {expected} calls")]
    WrongLength {
        /// Replies found.
        found: usize,
        /// Calls sent.
        expected: usize,
    },
    /// A reply is to another call than the one at its place.
    #[error("reply {index} has id {found}, the call has id {expected}")]
    WrongId {
        /// Place in the batch.
        index: usize,
        /// Id in the reply; empty when there is none.
        found: String,
        /// Id of the call.
        expected: u64,
    },
}

#[derive(Deserialize)]
struct RawReply<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<ErrorObject>,
}

/// The result of each call, unread, `None` for nothing, or the error it failed with.
pub type Outcomes<'a> = Vec<Result<Option<&'a RawValue>, ErrorObject>>;

/// Reads the answer to a batch of calls with these ids.
pub fn read_replies<'a>(answer: &'a [u8], ids: &[u64]) -> Result<Outcomes<'a>, ReplyError> {
    let replies: Vec<RawReply<'a>> = crate::json::from_slice(answer).map_err(|error| {
        let refused = serde_json::from_slice::<RawReply<'_>>(answer).ok().and_then(|reply| reply.error);
        refused.map_or(ReplyError::NotAList(error), ReplyError::Refused)
    })?;
    if replies.len() != ids.len() {
        return Err(ReplyError::WrongLength { found: replies.len(), expected: ids.len() });
    }
    let outcome = |(index, (reply, id)): (usize, (RawReply<'a>, &u64))| {
        let found = reply.id.map_or("", RawValue::get);
        if found.parse() != Ok(*id) {
            return Err(ReplyError::WrongId { index, found: found.chars().take(80).collect(), expected: *id });
        }
        Ok(reply.error.map_or(Ok(reply.result), Err))
    };
    replies.into_iter().zip(ids).enumerate().map(outcome).collect()
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    /// What a server without any method answers.
    fn answer(body: &str) -> String {
        let reply = |call: Result<Request<'_>, Response>| match call {
            Err(response) => response,
            Ok(request) => Response::error(request.reply_to, ErrorObject::method_not_found(&request.method)),
        };
        match Body::parse(body.as_bytes(), 2) {
            Err(response) => serde_json::to_string(&response),
            Ok(Body::Single(call)) => serde_json::to_string(&reply(call)),
            Ok(Body::Batch(calls)) => serde_json::to_string(&calls.into_iter().map(reply).collect::<Vec<_>>()),
        }
        .unwrap()
    }

    #[test]
    fn broken_bodies_are_answered_as_the_official_server_does() {
        let not_found = r#""error":{"code":-32601,"message":"Method not found: x"}}"#;
        let invalid = r#""error":{"code":-32600,"message":"Invalid request"}}"#;
        let nobody = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid Request"}}"#;
        let cases = [
            (r#"{"jsonrpc":"2.0","id":7,"method":"x"}"#, format!(r#"{{"jsonrpc":"2.0","id":7,{not_found}"#)),
            (r#"{"method":"x"}"#, format!(r#"{{"jsonrpc":"2.0",{not_found}"#)),
            (r#"{"id":null,"method":"x"}"#, format!(r#"{{"jsonrpc":"2.0","id":null,{not_found}"#)),
            (r#"{"id":"a","method":"x","more":[]}"#, format!(r#"{{"jsonrpc":"2.0","id":"a",{not_found}"#)),
            (r#"{"jsonrpc":"1.0","id":7,"method":"x"}"#, format!(r#"{{"jsonrpc":"1.0","id":7,{not_found}"#)),
            (r#"{"jsonrpc":"2.0","id":1}"#, format!(r#"{{"jsonrpc":"2.0","id":1,{invalid}"#)),
            (r#"{"id":7,"method":5}"#, format!(r#"{{"jsonrpc":"2.0","id":7,{invalid}"#)),
            (r"[null,{}]", format!(r#"[{nobody},{{"jsonrpc":"2.0",{invalid}]"#)),
            (r#"["x",5]"#, format!("[{nobody},{nobody}]")),
            ("[]", nobody.to_string()),
            ("[1,2,3]", nobody.replace("Invalid Request", "Batch request exceeds maximum allowed size of 2")),
        ];
        for (body, expected) in cases {
            assert_eq!(answer(body), expected, "{body}");
        }
        for (body, reason) in [("1", "invalid JSON, only supports object and array"), ("{", "EOF"), ("", "EOF")] {
            let answer = answer(body);
            assert!(
                answer.contains(r#""code":-32700,"message":"Parse error: "#) && answer.contains(reason),
                "{answer}"
            );
        }
    }

    #[test]
    fn replies() {
        let outcomes = |answer: &str, ids: &[u64]| -> Result<Vec<String>, ReplyError> {
            let outcomes = read_replies(answer.as_bytes(), ids)?.into_iter().map(|outcome| match outcome {
                Ok(result) => result.map_or("nothing", RawValue::get).to_string(),
                Err(error) => error.to_string(),
            });
            Ok(outcomes.collect())
        };
        let answer = r#"[{"jsonrpc":"2.0","id":4,"result":[1]},{"id":5},{"id":6,"result":null},
            {"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"no"}}]"#;
        assert_eq!(outcomes(answer, &[4, 5, 6, 7]).unwrap(), ["[1]", "nothing", "nothing", "no (code -32601)"]);
        assert_eq!(outcomes("[]", &[1]), Err(ReplyError::WrongLength { found: 0, expected: 1 }));
        let wrong_id = ReplyError::WrongId { index: 0, found: "3".into(), expected: 1 };
        assert_eq!(outcomes(r#"[{"id":3}]"#, &[1]), Err(wrong_id));
        let refused = r#"{"id":null,"error":{"code":-32600,"message":"too many"}}"#;
        assert!(matches!(outcomes(refused, &[1]), Err(ReplyError::Refused(error)) if error.message == "too many"));
        assert!(matches!(outcomes("<html>", &[1]), Err(ReplyError::NotAList(_))));
        assert_eq!(write_batch(&["{}", "{}"]), "[{},{}]");
    }
}
