//! A person's wallet over the client: accounts that sign, calls from names and arguments, fees, deployments.
//!
//! | File | Subject |
//! |---|---|
//! | `artifacts` | the port to contracts that wallets come with |
//! | `accounts` | accounts of the seed, and others |
//! | `transactions` | simulating and sending payloads of calls |
//! | `view` | public functions that only read, asked of the node |
//! | `deploy` | deploying accounts and other contracts |
//! | `authorize` | letting others act |
//! | `sponsor` | the contract that pays for everyone on test networks |
//! | `error` | why the wallet cannot do something |
//! | `api` | all of it as calls in JSON, for other languages |
//!
//! Protocol source: `@aztec/wallet-sdk/src/base-wallet/`, `@aztec/wallets/src/embedded/`.

mod accounts;
pub mod api;
mod artifacts;
mod authorize;
mod deploy;
mod error;
mod sponsor;
mod transactions;
mod view;

use alloc::sync::Arc;

use crate::pxe::Pxe;

pub use accounts::{AccountOrigin, NewAccount};
pub use artifacts::{ArtifactSource, ArtifactSourceError, PackedArtifacts};
pub use deploy::{ContractDeployment, Deployed};
pub use error::WalletError;
pub use transactions::{Estimate, Sent, TxRequestOptions};

/// A wallet. Cheap to clone; clones are the same wallet.
#[derive(Debug, Clone)]
pub struct Wallet {
    pxe: Pxe,
    artifacts: Arc<dyn ArtifactSource>,
}

impl Wallet {
    /// The wallet over a client, with the contracts it comes with.
    #[must_use]
    pub fn new(pxe: Pxe, artifacts: Arc<dyn ArtifactSource>) -> Self {
        Self { pxe, artifacts }
    }

    /// The client below.
    #[must_use]
    pub fn pxe(&self) -> &Pxe {
        &self.pxe
    }
}
