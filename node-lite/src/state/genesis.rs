//! The state before the first block.

use protocol::address::AztecAddress;
use protocol::block::{BlockHeader, BlockNumber, Timestamp};
use protocol::contract::protocol::ProtocolContract;
use protocol::field::Fr;
use protocol::hash::silo;
use protocol::merkle::{Hasher, NullifierLeaf, Poseidon2, PublicDataLeaf, genesis_leaves};
use redb::WriteTransaction;

use super::reader::TreeReader;
use super::tables::TreeState;
use super::{Fork, commit};
use crate::store::{Result, Snapshot};

/// Storage slot of the map of balances in the FeeJuice contract.
const FEE_JUICE_BALANCES: Fr = Fr::ONE;

/// What a network starts with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Genesis {
    /// Public data that is there before the first block.
    pub public_data: Vec<PublicDataLeaf>,
    /// Start of slot 0. Stored data keeps the time it was made with.
    pub time: Timestamp,
}

impl Genesis {
    /// What each funded account has by default, in the smallest unit of fee juice.
    pub const DEFAULT_FUNDS: u128 = 10_000_000_000_000_000_000_000;

    /// A network on which some accounts have fee juice from the start.
    ///
    /// Protocol source: `getGenesisValues` in `@aztec/world-state/src/testing.ts`.
    #[must_use]
    pub fn funding(accounts: &[AztecAddress], amount: u128) -> Self {
        let public_data = accounts
            .iter()
            .map(|account| PublicDataLeaf { slot: fee_juice_balance_slot(*account), value: amount.into() });
        Self { public_data: public_data.collect(), ..Self::default() }
    }

    /// Writes the state as that of block 0; returns its header.
    pub(crate) fn write(&self, transaction: &WriteTransaction, empty: &Snapshot) -> Result<BlockHeader> {
        let mut fork = Fork::over(BlockNumber(0), |tree| {
            let root = Poseidon2::empty_root(tree.height().levels());
            TreeReader::new(empty.clone(), tree, BlockNumber(0), TreeState { root, size: 0 })
        })?;
        fork.nullifiers.start(&genesis_leaves::<NullifierLeaf>(&[])?)?;
        fork.public_data.start(&genesis_leaves(&self.public_data)?)?;
        let header = BlockHeader::genesis(fork.state_reference()?);
        fork.append_block(header.hash())?;
        commit::append(transaction, &mut fork)?;
        Ok(header)
    }
}

/// The public data slot, siloed, that holds an account's balance of fee juice.
///
/// Protocol source: `@aztec/protocol-contracts/src/fee-juice/index.ts`.
#[must_use]
pub fn fee_juice_balance_slot(account: AztecAddress) -> Fr {
    let slot = silo::map_slot(FEE_JUICE_BALANCES, account.to_field());
    silo::public_data_leaf_slot(ProtocolContract::FeeJuice.address(), slot)
}
