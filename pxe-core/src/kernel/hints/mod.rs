//! What circuits are given beside what the one before returned.
//!
//! | File | Subject |
//! |---|---|
//! | `source` | the port to contracts, trees and keys: everything for a transaction is asked at once |
//! | `call_data` | that a call ran the code of its contract |
//! | `reads` | note hashes and nullifiers that were read |
//! | `keys` | master keys of the keys used |
//! | `squash` | notes made and nullified in the same transaction |
//! | `reset` | whether a reset is needed, and what it is asked to do |
//! | `padding` | side effects that are not there |

mod call_data;
mod keys;
mod padding;
mod reads;
mod reset;
mod source;
mod squash;

pub(super) use call_data::private_call;
pub(super) use keys::key_validation_hints;
pub(super) use padding::{padded_side_effect_amounts, padded_side_effects};
#[cfg(test)]
pub(super) use reads::Emitted;
pub(super) use reads::ReadAction;
pub(super) use reset::{Accumulated, Reset};
pub(super) use source::Known;
pub(super) use squash::{Future, Links, squashable, squashed_logs};

pub use call_data::{UpdatedClass, contract_class_hints};
pub use source::{CalledFunction, HintAnswers, HintError, HintQuestions, HintSource, NullifierMembership};
