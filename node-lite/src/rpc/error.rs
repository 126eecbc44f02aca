//! Errors of the node as clients see them.

use std::error::Error;

use protocol::rpc::ErrorObject;

use crate::node::NodeError;
use crate::store::StoreError;

/// A failed call says the error and what caused it, as one line.
fn internal(error: &dyn Error) -> ErrorObject {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_message = cause.to_string();
        // Some errors already say their cause.
        if !message.contains(&cause_message) {
            message = format!("{message}: {cause_message}");
        }
        source = cause.source();
    }
    ErrorObject::execution(message)
}

impl From<StoreError> for ErrorObject {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownBlock { asked, latest } => Self::not_yet_synced(asked, latest),
            StoreError::PrunedBlock { asked, oldest } => Self::execution(format!(
                "The state of block {asked} is not kept any more, block {oldest} is the oldest whose state is."
            )),
            // Said in the log once.
            StoreError::Closed { .. } => {
                with_hint(internal(&error), "when the disk has room again the node goes on; see its log and /status")
            }
            error => {
                tracing::error!(error = &error as &dyn Error, "reading stored data failed");
                internal(&error)
            }
        }
    }
}

impl From<NodeError> for ErrorObject {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Store(error) => error.into(),
            error => internal(&error),
        }
    }
}

/// Says in an error's data what to do about it; the message stays as clients know it.
pub(super) fn with_hint(mut error: ErrorObject, hint: &str) -> ErrorObject {
    error.data = serde_json::value::to_raw_value(&serde_json::json!({ "hint": hint })).ok();
    error
}
