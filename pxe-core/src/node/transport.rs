//! The port to a node: a body goes out, a body comes back.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use async_trait::async_trait;
use thiserror::Error;

use super::NodeHeaders;
use crate::port::{MaybeSend, MaybeSync};

/// No answer came.
#[derive(Debug, Error)]
#[error("no answer from the node at {endpoint}")]
pub struct TransportError {
    /// Where the node should be.
    pub endpoint: String,
    /// Whether trying again may help: the request did not arrive, or the node was busy.
    pub is_transient: bool,
    /// What happened.
    #[source]
    pub source: Box<dyn core::error::Error + Send + Sync>,
}

/// Carries JSON-RPC bodies to a node: over HTTP, or to one in the same process.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait Transport: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Sends a body and returns the answer, whatever its HTTP status, bounded in size.
    async fn exchange(&self, body: String) -> Result<Vec<u8>, TransportError>;

    /// What the node said of itself beside its answers so far, if there is a place for that.
    fn headers(&self) -> NodeHeaders {
        NodeHeaders::default()
    }
}
