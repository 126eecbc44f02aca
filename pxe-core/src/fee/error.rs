//! Why a fee cannot be paid so.

use thiserror::Error;

use crate::account::AccountError;

/// Why a fee cannot be paid so.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FeeError {
    /// The payer does not authorize it.
    #[error("the fee is not authorized")]
    Account(#[from] AccountError),
    /// Somebody has to pay.
    #[error("without an account only a sponsor can pay the fee")]
    NoAccount,
    /// Fees a contract takes in its own currency are 128-bit amounts.
    #[error("the highest fee of these gas settings does not fit in 128 bits")]
    TooHigh,
}
