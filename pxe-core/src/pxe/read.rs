//! Notes and events.

use alloc::vec::Vec;

use protocol::abi::EventSelector;
use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber};
use protocol::tx::TxHash;

use super::work::Work;
use super::{OnProgress, Pxe, PxeError};
use crate::execution::contract_sync::ensure_synced;
use crate::scopes::Scopes;
use crate::store::events::{self, EventFilter, StoredEvent};
use crate::store::notes::{self, NoteFilter, StoredNote};
use crate::store::sync;

/// Which private events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQuery {
    /// The contract that emitted them.
    pub contract: AztecAddress,
    /// Which kind.
    pub selector: EventSelector,
    /// Of which accounts.
    pub scopes: Scopes,
    /// Of one transaction.
    pub tx_hash: Option<TxHash>,
    /// The first block; 1 unless told.
    pub from: Option<BlockNumber>,
    /// The block to stop before; the one after the anchor unless told.
    pub to: Option<BlockNumber>,
}

impl Pxe {
    /// Looks at the chain, syncs a contract, and tells the anchor's header.
    ///
    /// # Errors
    /// If the contract cannot be synced.
    pub async fn sync(
        &self,
        contracts: &[AztecAddress],
        scopes: &Scopes,
        on_progress: &OnProgress,
    ) -> Result<BlockHeader, PxeError> {
        let mut work = self.begin(on_progress).await?;
        for contract in contracts {
            let Work { env, job, .. } = &mut work;
            ensure_synced(env, job, *contract, None, scopes).await?;
        }
        let header = *work.env.node.header();
        work.commit().await?;
        Ok(header)
    }

    /// The header of the block everything was last seen from; none before the first look.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn anchor(&self) -> Result<Option<BlockHeader>, PxeError> {
        Ok(sync::anchor(&self.reading().await?).await?)
    }

    /// Notes of a contract, which is synced first.
    ///
    /// # Errors
    /// If the contract cannot be synced.
    pub async fn notes(&self, filter: &NoteFilter, on_progress: &OnProgress) -> Result<Vec<StoredNote>, PxeError> {
        self.sync(&[filter.contract], &filter.scopes, on_progress).await?;
        Ok(notes::find(&self.reading().await?, filter).await?)
    }

    /// Private events of a contract, which is synced first, the oldest first.
    ///
    /// # Errors
    /// If the contract cannot be synced.
    pub async fn private_events(
        &self,
        query: &EventQuery,
        on_progress: &OnProgress,
    ) -> Result<Vec<StoredEvent>, PxeError> {
        let anchor = self.sync(&[query.contract], &query.scopes, on_progress).await?.number();
        let filter = EventFilter {
            contract: query.contract,
            selector: query.selector,
            scopes: query.scopes.clone(),
            tx_hash: query.tx_hash,
            from: query.from.unwrap_or(BlockNumber(1)),
            to: query.to.unwrap_or(BlockNumber(anchor.0 + 1)),
        };
        Ok(events::find(&self.reading().await?, &filter).await?)
    }
}
