//! The node's JSON-RPC: every method declared once, with its parameters, limits and result.
//!
//! A method is a type that holds the values of its parameters ([`Method`]); a namespace is an enum of them. Clients write
//! [`write_request`] batches and read [`read_replies`]; servers read a [`Body`] and answer with [`Response`]s.
//!
//! ```
//! use protocol::block::{BlockNumber, BlockParameter};
//! use protocol::rpc::{Method, node, write_request};
//!
//! let method = node::GetBlockHeader { block: Some(BlockNumber(7).into()) };
//! assert_eq!(
//!     write_request(0, &method),
//!     r#"{"jsonrpc":"2.0","id":0,"method":"node_getBlockHeader","params":[7]}"#
//! );
//! assert_eq!(node::GetBlockHeader::read_result(None), Ok(None));
//! ```

pub mod admin;
pub mod dev;
mod envelope;
mod error;
pub mod headers;
pub mod info;
pub mod lookup;
mod method;
pub mod node;
pub mod p2p;
pub mod validators;

pub use envelope::{
    Body, DEFAULT_MAX_BATCH_SIZE, DEFAULT_MAX_BODY_SIZE, Outcomes, ReplyError, ReplyTo, Request, Response,
    read_replies, write_batch, write_request,
};
pub use error::{ErrorCode, ErrorObject};
pub use method::{LimitError, Method, MethodInfo, ParamInfo, ParamsError};
