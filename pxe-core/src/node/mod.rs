//! Questions to a node.
//!
//! | File | Subject |
//! |---|---|
//! | `transport` | the port: a body goes out, a body comes back |
//! | `client` | typed calls over it, in batches, counted |
//! | `error` | why a question has no answer |

mod client;
mod error;
mod transport;

pub use client::{CallBatch, NodeClient, NodeStats, Replies, Slot};
pub use error::NodeError;
pub use transport::{Transport, TransportError};
