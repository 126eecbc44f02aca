//! Arguments, return values and calldata of the transaction that is being executed, by their hashes.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/hashed_values_cache.ts`.

use alloc::vec::Vec;
use std::collections::HashMap;

use protocol::field::Fr;
use protocol::tx::HashedValues;

/// Lists of fields by their hashes. That a hash is the one of its list is for the circuits to check.
#[derive(Debug, Default)]
pub(super) struct HashedValuesCache(HashMap<Fr, Vec<Fr>>);

impl HashedValuesCache {
    /// What a request brings along.
    pub(super) fn new(values: &[HashedValues]) -> Self {
        Self(values.iter().map(|HashedValues { values, hash }| (*hash, values.clone())).collect())
    }

    /// The list with a hash. Zero is the hash of none.
    pub(super) fn get(&self, hash: Fr) -> Option<&[Fr]> {
        if hash.is_zero() { Some(&[]) } else { self.0.get(&hash).map(Vec::as_slice) }
    }

    /// Keeps a list.
    pub(super) fn store(&mut self, values: Vec<Fr>, hash: Fr) {
        self.0.insert(hash, values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_kept() {
        let values = HashedValues::from_args([1u8, 2].map(Fr::from).to_vec());
        let mut cache = HashedValuesCache::new(core::slice::from_ref(&values));
        assert_eq!(cache.get(values.hash), Some(values.values.as_slice()));
        assert_eq!(cache.get(Fr::ONE), None);
        cache.store(alloc::vec![Fr::MAX], Fr::ONE);
        cache.store(alloc::vec![Fr::MAX], Fr::ZERO);
        assert_eq!(cache.get(Fr::ONE), Some([Fr::MAX].as_slice()));
        assert_eq!(cache.get(Fr::ZERO), Some([].as_slice()));
    }
}
