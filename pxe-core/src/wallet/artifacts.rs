//! Contracts that wallets come with, by name.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use async_trait::async_trait;
use protocol::artifact::ContractArtifact;
use protocol::artifact::pack::{Pack, ReadAt};
use thiserror::Error;

use crate::port::{MaybeSend, MaybeSync};

/// Why an artifact cannot be had.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArtifactSourceError {
    /// There is none with this name.
    #[error("there is no contract {0} among those the wallet comes with")]
    Unknown(String),
    /// It cannot be loaded.
    #[error("cannot load the contract {name}")]
    Load {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        source: Box<dyn core::error::Error + Send + Sync>,
    },
}

/// Contracts that wallets come with. A browser fetches each when it is needed first.
#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
pub trait ArtifactSource: MaybeSend + MaybeSync + core::fmt::Debug {
    /// Loads a contract.
    ///
    /// # Errors
    /// If there is none with this name, or it cannot be loaded.
    async fn contract(&self, name: &str) -> Result<Arc<ContractArtifact>, ArtifactSourceError>;
}

/// Contracts in packs that are at hand. Of those with the same name the one in the first pack counts.
#[derive(Debug)]
pub struct PackedArtifacts<R>(Vec<Pack<R>>);

impl<R: ReadAt> PackedArtifacts<R> {
    /// The contracts of these packs.
    #[must_use]
    pub const fn new(packs: Vec<Pack<R>>) -> Self {
        Self(packs)
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl<R: ReadAt + MaybeSend + MaybeSync + core::fmt::Debug> ArtifactSource for PackedArtifacts<R> {
    async fn contract(&self, name: &str) -> Result<Arc<ContractArtifact>, ArtifactSourceError> {
        let holds = |pack: &&Pack<R>| pack.index().contracts.iter().any(|entry| entry.name == name);
        let pack = self.0.iter().find(holds).ok_or_else(|| ArtifactSourceError::Unknown(name.to_string()))?;
        let loaded = pack.contract(name).and_then(|contract| contract.artifact());
        let failed = |source| ArtifactSourceError::Load { name: name.to_string(), source: Box::new(source) };
        loaded.map(Arc::new).map_err(failed)
    }
}
