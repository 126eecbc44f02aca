//! The leaves indexed trees start with.

use alloc::vec::Vec;

use thiserror::Error;

use super::{IndexedLeaf, IndexedLeafPreimage, LeafIndex};
use crate::constants::MAX_NULLIFIERS_PER_TX;
use crate::field::Fr;

/// Leaves in an indexed tree before the first block: as many as two transactions insert.
pub const PREFILLED_LEAVES: usize = 2 * MAX_NULLIFIERS_PER_TX;

/// Why a tree cannot start with some leaves.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum GenesisError {
    /// There are more leaves than a tree starts with.
    #[error("{0} prefilled leaves, at most {PREFILLED_LEAVES} are possible")]
    TooMany(usize),
    /// A key appears twice, or is one of those that fill up the leaves.
    #[error("prefilled key {0} is taken")]
    KeyTaken(Fr),
}

/// The first leaves of an indexed tree: `prefilled` sorted by key, and in front of them leaves with the keys 0, 1, 2 ...
/// up to [`PREFILLED_LEAVES`] in all, each pointing to the next.
///
/// Protocol source: `@aztec/world-state/src/testing.ts`, `@aztec/world-state/src/native/native_world_state.ts`.
pub fn genesis_leaves<L: IndexedLeaf>(prefilled: &[L]) -> Result<Vec<IndexedLeafPreimage<L>>, GenesisError> {
    let filling = PREFILLED_LEAVES.checked_sub(prefilled.len()).ok_or(GenesisError::TooMany(prefilled.len()))?;
    let mut leaves: Vec<L> = (0..filling as u64).map(|key| L::with_key(key.into())).collect();
    leaves.extend_from_slice(prefilled);
    leaves[filling..].sort_by_key(L::key);
    if let Some(pair) = leaves.windows(2).find(|pair| pair[0].key() >= pair[1].key()) {
        return Err(GenesisError::KeyTaken(pair[1].key()));
    }
    let next = leaves.iter().skip(1).zip(1..).map(|(leaf, index)| (leaf.key(), LeafIndex(index)));
    let next = next.chain([(Fr::ZERO, LeafIndex(0))]);
    let chained = leaves.iter().zip(next);
    Ok(chained
        .map(|(leaf, (next_key, next_index))| IndexedLeafPreimage { leaf: *leaf, next_key, next_index })
        .collect())
}
