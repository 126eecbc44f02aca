//! Keeping up with the chain: which block everything is seen from, which logs are for the own accounts, which notes and
//! events there are and which notes are spent.
//!
//! Everything happens in a [`Job`](crate::store::Job) of the caller, who commits it or lets it go. What a node is asked
//! is asked in few, large bodies: waiting is what synchronizing takes time for.
//!
//! | File | Subject |
//! |---|---|
//! | `anchor` | to the newest block, and back when blocks were taken back |
//! | `class_id` | which class a contract runs |
//! | `tags` | which tag the next log to somebody gets |
//! | `logs` | logs whose tags say that they are for the own accounts |
//! | `notes` | notes and events that contracts found in logs; which notes are spent |
//! | `retrieval` | logs that contracts ask for by tag |
//! | `request` | what contracts ask for and get in arrays of capsules |
//! | `error` | what can go wrong |

pub mod anchor;
pub mod class_id;
mod error;
pub mod logs;
pub mod notes;
mod request;
pub mod retrieval;
pub mod tags;
#[cfg(test)]
mod tests;

pub use error::SyncError;
