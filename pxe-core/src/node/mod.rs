//! Questions to a node.
//!
//! | File | Subject |
//! |---|---|
//! | `transport` | the port: a body goes out, a body comes back |
//! | `client` | typed calls over it, in batches, counted |
//! | `question` | what is asked of the chain at one block, and how each answer is checked |
//! | `facts` | questions collected, asked together, their answers kept |
//! | `anchored` | the chain at one block: asks, checks, remembers |
//! | `http` | bodies over HTTP (feature `http`) |
//! | `handshake` | whether a node is of the network and the protocol that is wanted |
//! | `error` | why a question has no answer |

/// Says in which topic of questions and answers a kind of question is.
macro_rules! topic {
    ($topic:ident) => {
        fn of(questions: &mut $crate::node::Questions) -> &mut alloc::collections::BTreeSet<Self> {
            &mut questions.$topic
        }

        fn known(facts: &$crate::node::Facts) -> &alloc::collections::BTreeMap<Self, Self::Answer> {
            &facts.$topic
        }
    };
}

mod anchored;
mod client;
mod error;
mod facts;
mod handshake;
#[cfg(feature = "http")]
mod http;
mod question;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod transport;

pub(crate) use anchored::value_of;
pub use anchored::{AnchoredNode, SeenTx};
pub use client::{CallBatch, NodeClient, NodeStats, Replies, Slot};
pub use error::NodeError;
pub use facts::{Facts, Questions};
pub use handshake::{Expectation, HandshakeError, NodeHeaders, Trait, shake_hands};
#[cfg(feature = "http")]
pub use http::{HttpError, HttpLimits, HttpTransport};
pub(crate) use question::check_ancestor;
pub use question::{
    Anchor, BlockBefore, EffectOf, Grounds, HeaderNumbered, HeaderOf, LowNullifierAt, MessageAt, NoteHashAt,
    NoteHashLeafOf, NullifierAt, NullifierLeafOf, PrivateLogs, PublicDataAt, PublicLogs, Question, ReceiptOf,
    StorageAt,
};
pub use transport::{Transport, TransportError};
