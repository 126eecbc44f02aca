//! Private and utility functions, executed.
//!
//! | File | Subject |
//! |---|---|
//! | `result` | what the private part of a transaction came to |

mod result;

pub use result::{CountedContractClassLog, NewNote, OffchainEffect, PrivateCall, PrivateExecution};
