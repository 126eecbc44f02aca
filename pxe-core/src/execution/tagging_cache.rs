//! Tags that the transaction being executed has used.
//!
//! Protocol source: `@aztec/pxe/src/contract_function_simulator/execution_tagging_index_cache.ts`.

use alloc::vec::Vec;

use protocol::tag::{PreTag, TaggingSecret};

/// The last index used of each secret, in the order in which the secrets were first used.
#[derive(Debug, Default)]
pub(super) struct TaggingCache(Vec<PreTag>);

impl TaggingCache {
    /// The index after the last one used of a secret, which counts as used from now on; `None` for a secret that was not
    /// used yet, or one whose indexes are used up.
    pub(super) fn use_next(&mut self, secret: &TaggingSecret) -> Option<u32> {
        let used = self.0.iter_mut().find(|used| used.secret == *secret)?;
        used.index = used.index.checked_add(1)?;
        Some(used.index)
    }

    /// The first index used of a secret.
    pub(super) fn use_first(&mut self, secret: TaggingSecret, index: u32) {
        self.0.push(PreTag { secret, index });
    }

    /// What was used so far.
    pub(super) fn used(&self) -> Vec<PreTag> {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use protocol::address::AztecAddress;
    use protocol::field::Fr;

    use super::*;

    #[test]
    fn counts_by_secret() {
        let secret = |secret: u8| TaggingSecret { secret: secret.into(), app: AztecAddress::from_field(Fr::ONE) };
        let mut cache = TaggingCache::default();
        assert_eq!(cache.use_next(&secret(1)), None);
        cache.use_first(secret(1), 5);
        cache.use_first(secret(2), 0);
        assert_eq!((cache.use_next(&secret(1)), cache.use_next(&secret(1))), (Some(6), Some(7)));
        let used = cache.used();
        assert_eq!(used, [(1, 7), (2, 0)].map(|(number, index)| PreTag { secret: secret(number), index }));
        cache.use_first(secret(3), u32::MAX);
        assert_eq!(cache.use_next(&secret(3)), None);
    }
}
