//! The server without a network: for clients in the same process.

use std::sync::Arc;

use protocol::rpc::dev::Milliseconds;

use super::dispatch::{self, Patience};
use super::{Context, Limits, Port};
use crate::node::Node;

/// Answers bodies as the main port does, `dev` namespace included. Answering takes the thread it is called on.
#[derive(Debug, Clone)]
pub struct LocalServer {
    context: Arc<Context>,
    limits: Limits,
}

impl LocalServer {
    /// A server for a node that runs.
    #[must_use]
    pub fn new(node: Arc<Node>) -> Self {
        Self { context: Arc::new(Context::new(node, true, Milliseconds(0))), limits: Limits::default() }
    }

    /// Answers a body.
    #[must_use]
    pub fn answer(&self, body: &[u8]) -> Vec<u8> {
        // With patience for all calls there always is an answer.
        dispatch::answer(&self.context, Port::Main, &self.limits, body, Patience::Any)
            .map_or_else(Vec::new, |answer| answer.body)
    }
}
