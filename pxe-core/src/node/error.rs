//! Why a question to a node has no answer.

use alloc::string::String;

use protocol::json::JsonError;
use protocol::rpc::{ErrorObject, ParamsError, ReplyError};
use thiserror::Error;

use super::TransportError;

/// Why a question to a node has no answer that can be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The node did not answer.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The answer is not one to what was asked.
    #[error("the node's answer to {calls} cannot be read")]
    Reply {
        /// What was asked: the first method, and how many more.
        calls: String,
        /// What is wrong with it.
        #[source]
        source: ReplyError,
    },
    /// The node refused a call.
    #[error("{method} was refused by the node: {error}")]
    Refused {
        /// The method.
        method: &'static str,
        /// What the node says.
        error: ErrorObject,
    },
    /// The result of a call is not of its type.
    #[error("the node's result of {method} cannot be read")]
    Result {
        /// The method.
        method: &'static str,
        /// What is wrong with it.
        #[source]
        source: JsonError,
    },
    /// The call is one no node answers.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The answer contradicts what is known.
    #[error("the node's result of {method} is false: {what}")]
    False {
        /// The method.
        method: &'static str,
        /// What it contradicts.
        what: String,
    },
}
