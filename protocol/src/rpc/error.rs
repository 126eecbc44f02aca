//! What a call can fail with: codes, and the texts of the official node that clients match on.
//!
//! Protocol source: `@aztec/foundation/src/json-rpc/server/safe_json_rpc_server.ts`,
//! `@aztec/aztec-node/src/aztec-node/server.ts`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::block::{BlockHash, BlockNumber};

/// Code of an [`ErrorObject`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum ErrorCode {
    /// The body is not JSON.
    Parse,
    /// A call is not a request object, or the body or batch is too large.
    InvalidRequest,
    /// The node has no such method.
    MethodNotFound,
    /// A parameter is not what the method takes.
    InvalidParams,
    /// The method failed; the message says why.
    Execution,
    /// The HTTP request itself was refused, for example without its API key.
    BadRequest,
    /// Any other code.
    Other(i64),
}

impl From<i64> for ErrorCode {
    fn from(code: i64) -> Self {
        match code {
            -32700 => Self::Parse,
            -32600 => Self::InvalidRequest,
            -32601 => Self::MethodNotFound,
            -32701 => Self::InvalidParams,
            -32702 => Self::Execution,
            -32000 => Self::BadRequest,
            other => Self::Other(other),
        }
    }
}

impl From<ErrorCode> for i64 {
    fn from(code: ErrorCode) -> Self {
        match code {
            ErrorCode::Parse => -32700,
            ErrorCode::InvalidRequest => -32600,
            ErrorCode::MethodNotFound => -32601,
            ErrorCode::InvalidParams => -32701,
            ErrorCode::Execution => -32702,
            ErrorCode::BadRequest => -32000,
            ErrorCode::Other(other) => other,
        }
    }
}

/// Why a call failed.
#[derive(Debug, Clone, Serialize, Deserialize, thiserror::Error)]
#[error("{message} (code {})", i64::from(*code))]
pub struct ErrorObject {
    /// What kind of failure.
    pub code: ErrorCode,
    /// More about it, in a form of the method's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Box<RawValue>>,
    /// The reason.
    pub message: Cow<'static, str>,
}

impl PartialEq for ErrorObject {
    fn eq(&self, other: &Self) -> bool {
        let data = |object: &Self| object.data.as_ref().map(|data| String::from(data.get()));
        (self.code, &self.message, data(self)) == (other.code, &other.message, data(other))
    }
}

impl ErrorObject {
    /// An error without data.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, data: None, message: message.into() }
    }

    /// A method failed.
    #[must_use]
    pub fn execution(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Execution, message)
    }

    /// The node has no such method.
    #[must_use]
    pub fn method_not_found(method: &str) -> Self {
        Self::new(ErrorCode::MethodNotFound, format!("Method not found: {method}"))
    }

    /// A block was asked for that the node does not have yet.
    #[must_use]
    pub fn not_yet_synced(block: BlockNumber, synced: BlockNumber) -> Self {
        Self::execution(format!("Queried block {block} not yet synced by the node (node is synced upto {synced})."))
    }

    /// State was asked for at a block the node does not know.
    #[must_use]
    pub fn unknown_state(block: BlockHash) -> Self {
        Self::execution(format!(
            "Block hash {block} not found when querying world state. If the node API has been queried with anchor \
             block hash possibly a reorg has occurred."
        ))
    }

    /// Logs were asked for up to a block the node does not know.
    #[must_use]
    pub fn unknown_reference_block(block: BlockHash) -> Self {
        Self::execution(format!("Block {block} not found in the node. This might indicate a reorg has occurred."))
    }

    /// A block was asked for by a hash the node does not know.
    #[must_use]
    pub fn unknown_block(block: BlockHash) -> Self {
        Self::execution(format!("Block hash {block} not found."))
    }

    /// A transaction was refused.
    #[must_use]
    pub fn invalid_tx(reasons: &[impl AsRef<str>]) -> Self {
        let mut message = String::from("Invalid tx: ");
        for (index, reason) in reasons.iter().enumerate() {
            message.push_str(if index == 0 { "" } else { ", " });
            message.push_str(reason.as_ref());
        }
        Self::execution(message)
    }

    /// A simulation was asked for that may use more gas than the node spends on one.
    #[must_use]
    pub fn simulation_gas(limit: u64, teardown_limit: u64, max: u64) -> Self {
        let total = limit.saturating_add(teardown_limit);
        Self::execution(format!(
            "Transaction total gas limit {total} ({limit} + {teardown_limit}) exceeds maximum gas limit {max} for \
             simulation"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_texts() {
        let error = ErrorObject::not_yet_synced(BlockNumber(1034), BlockNumber(34));
        let json =
            r#"{"code":-32702,"message":"Queried block 1034 not yet synced by the node (node is synced upto 34)."}"#;
        assert_eq!(serde_json::to_string(&error).unwrap(), json);
        assert_eq!(serde_json::from_str::<ErrorObject>(json).unwrap(), error);
        let json = r#"{"code":-32001,"data":{"id":4},"message":"RPC id mismatch"}"#;
        let error: ErrorObject = serde_json::from_str(json).unwrap();
        assert_eq!(error.code, ErrorCode::Other(-32001));
        assert_eq!(serde_json::to_string(&error).unwrap(), json);
        assert_eq!(
            ErrorObject::invalid_tx(&["Invalid proof", "Existing nullifier"]).message,
            "Invalid tx: Invalid proof, Existing nullifier"
        );
        for code in [-32700, -32600, -32601, -32701, -32702, -32000, 7] {
            assert_eq!(i64::from(ErrorCode::from(code)), code);
        }
    }
}
