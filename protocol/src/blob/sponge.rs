//! The hash of blob data, absorbed block by block.
//!
//! Protocol source: `@aztec/blob-lib/src/sponge_blob.ts`.

use thiserror::Error;

use crate::constants::{BLOBS_PER_CHECKPOINT, FIELDS_PER_BLOB};
use crate::field::Fr;
use crate::hash::poseidon2_permutation;

/// Fields that the blobs of a checkpoint hold.
pub const MAX_CHECKPOINT_FIELDS: usize = BLOBS_PER_CHECKPOINT * FIELDS_PER_BLOB;

const RATE: usize = 3;

/// More was absorbed than the blobs of a checkpoint hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{fields} fields do not fit in the blobs of a checkpoint, which hold {MAX_CHECKPOINT_FIELDS}")]
pub struct TooManyBlobFields {
    /// The fields there would be.
    pub fields: usize,
}

wire_struct! {
    /// A sponge over the data of a checkpoint: 233 bytes, 10 fields. Its hash after a block is the `sponge_blob_hash` of
    /// the block's header; its hash at the end is what the blob challenges start from.
    ///
    /// Rollup circuits take it in the form it is kept in, which is why it is not a [`crate::hash::Poseidon2Sponge`].
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SpongeBlob {
        /// What was absorbed since the last permutation; behind `cached`, what was there before.
        cache: [Fr; RATE],
        state: [Fr; RATE + 1],
        cached: u32,
        /// Circuits set it once the sponge is used up. Hashing works on a copy, so here it stays false.
        squeezed: bool,
        absorbed: u32,
    }
}

impl Default for SpongeBlob {
    /// Starts from the capacity of all blobs, however much will be absorbed.
    fn default() -> Self {
        let capacity = Fr::from((MAX_CHECKPOINT_FIELDS as u128) << 64);
        let state = [Fr::ZERO, Fr::ZERO, Fr::ZERO, capacity];
        Self { cache: [Fr::ZERO; RATE], state, cached: 0, squeezed: false, absorbed: 0 }
    }
}

impl SpongeBlob {
    /// The state once the cache is absorbed.
    fn permuted(&self) -> [Fr; RATE + 1] {
        let mut state = self.state;
        for (item, cached) in state.iter_mut().zip(self.cache).take(self.cached as usize) {
            *item += cached;
        }
        poseidon2_permutation(state)
    }

    /// Absorbs the next fields of the checkpoint.
    pub fn absorb(&mut self, fields: &[Fr]) -> Result<(), TooManyBlobFields> {
        let absorbed = self.absorbed() + fields.len();
        if absorbed > MAX_CHECKPOINT_FIELDS {
            return Err(TooManyBlobFields { fields: absorbed });
        }
        self.absorbed = absorbed as u32;
        for field in fields {
            if self.cached as usize >= RATE {
                self.state = self.permuted();
                self.cached = 0;
            }
            self.cache[self.cached as usize] = *field;
            self.cached += 1;
        }
        Ok(())
    }

    /// Fields absorbed so far.
    #[must_use]
    pub fn absorbed(&self) -> usize {
        self.absorbed as usize
    }

    /// The hash of what was absorbed so far; absorbing can go on.
    #[must_use]
    pub fn hash(&self) -> Fr {
        self.permuted()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Decode, Encode, FixedFields};
    use crate::hash::Poseidon2Sponge;
    use proptest::collection::vec;
    use proptest::prelude::*;

    #[test]
    fn empty_and_full() {
        let mut sponge = SpongeBlob::default();
        assert_eq!((sponge.to_buffer().len(), SpongeBlob::FIELD_COUNT), (233, 10));
        assert_eq!(
            sponge.hash(),
            "0x2010c615b7cfd45ffe67e7c75e157fc1cec5eea3014bdce3eddbb87450854218".parse().unwrap()
        );
        let zeros = [Fr::ZERO; FIELDS_PER_BLOB];
        for _ in 0..BLOBS_PER_CHECKPOINT {
            sponge.absorb(&zeros).unwrap();
        }
        assert_eq!(sponge.absorb(&[Fr::ONE]), Err(TooManyBlobFields { fields: MAX_CHECKPOINT_FIELDS + 1 }));
        assert_eq!(sponge.absorbed(), MAX_CHECKPOINT_FIELDS);
    }

    proptest! {
        #[test]
        fn agrees_with_the_plain_sponge(mut any in any::<SpongeBlob>(), pieces in vec(vec(any::<Fr>(), 0..8), 0..8)) {
            // Any decoded sponge can be used without a panic.
            let _ = (any.absorb(&[Fr::ONE; 5]), any.hash());
            let mut sponge = SpongeBlob::default();
            let mut plain = Poseidon2Sponge::new(MAX_CHECKPOINT_FIELDS as u64);
            for piece in &pieces {
                sponge.absorb(piece).unwrap();
                plain.absorb_all(piece);
                sponge = SpongeBlob::from_buffer(&sponge.to_buffer()).unwrap();
            }
            prop_assert_eq!(sponge.hash(), plain.squeeze());
        }
    }
}
