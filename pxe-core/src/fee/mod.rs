//! Fees: who pays, and how much gas at which price.
//!
//! | File | Subject |
//! |---|---|
//! | `method` | ways to pay, as payloads |
//! | `gas` | gas settings: defaults, prices, what a simulation suggests |
//! | `error` | why a fee cannot be paid so |
//!
//! Protocol source: `@aztec/aztec.js/src/fee/`, `@aztec/wallet-sdk/src/base-wallet/base_wallet.ts`.

mod error;
mod gas;
mod method;
#[cfg(test)]
mod tests;

pub use error::FeeError;
pub use gas::{DEFAULT_GAS_PADDING, FeePadding, GasOptions};
pub use method::{FeeJuiceClaim, FeeMethod, accepted_asset, balance_slot, payment_method};
