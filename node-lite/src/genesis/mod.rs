//! What a network has before anyone uses it.
//!
//! | Item | Subject |
//! |---|---|
//! | [`test_accounts`], [`test_contracts`] | who and what is there, and on which network |
//! | [`test_deployments`] | the effects that bring them there |
//! | [`protocol_classes`] | the code of the protocol's contracts |
//!
//! Data: `node-lite/genesis/`.

mod classes;
mod deployments;
mod network;

pub use classes::protocol_classes;
pub use deployments::test_deployments;
pub use network::{TestAccount, TestContract, test_accounts, test_contracts};
