//! Processing of transactions: private effects, the phases of public execution, the fee.
//!
//! | Module | Subject |
//! |---|---|
//! | `process` | what a transaction gives, with public calls or without |
//! | `phases` | setup, app logic and teardown, and what of them stays |
//! | `fee` | who pays and how much |
//! | `error` | why a transaction is in no block |

mod error;
mod fee;
mod phases;
mod process;

pub use error::{PhaseCall, ProcessError};
pub use fee::{FeeEnforcement, fee_payer_balance_slot};
pub use process::{ProcessedTx, Published, process};
