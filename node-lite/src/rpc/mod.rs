//! JSON-RPC over HTTP: what clients, tools and people ask a node.
//!
//! | Module | Subject |
//! |---|---|
//! | [`ServerConfig`] | what the server is told when it starts |
//! | `server` | connections, limits, routes, headers |
//! | `dispatch` | bodies to calls, calls to replies |
//! | [`LocalServer`] | the same for clients in the same process |
//! | `methods` | what each method does |
//! | `metrics`, `health` | how the node does |
//! | [`support`] | which method is supported how |
//!
//! Protocol source: `@aztec/foundation/src/json-rpc/server/safe_json_rpc_server.ts`,
//! `@aztec/aztec-node/src/aztec-node/server.ts`.

mod config;
mod context;
mod dispatch;
mod error;
mod health;
mod local;
mod methods;
mod metrics;
mod server;
pub mod support;

pub use config::{AdminConfig, AllowedOrigins, ApiKey, Limits, ServerConfig, ShortApiKey};
pub(crate) use context::Context;
pub use local::LocalServer;
pub(crate) use server::{Port, Server, stopped};
