//! What happened on the chain.
//!
//! | Item | Subject |
//! |---|---|
//! | `blocks` | blocks, and the effects of their transactions |
//! | `checkpoints` | checkpoints, and how far the chain is proven and finalized |
//! | `logs` | finding logs by tag, contract, place |
//! | `contracts` | published classes and instances |
//! | `messages` | messages from L1 |
//!
//! The questions are methods of [`Snapshot`](crate::store::Snapshot), the changes methods of
//! [`Batch`](crate::store::Batch).
//!
//! Protocol source: `@aztec/archiver/src/store/`.

pub(crate) mod blocks;
pub(crate) mod checkpoints;
pub(crate) mod contracts;
mod logs;
pub(crate) mod messages;
mod tables;

pub use blocks::TxPlace;
pub(crate) use contracts::Published;
pub use logs::MAX_FILTERED_LOGS;
pub use messages::InboxMessage;
pub(crate) use tables::create_tables;
