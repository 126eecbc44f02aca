//! Leaves of the indexed trees.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{LeafIndex, TreeHeight};
use crate::codec::{
    Decode, DecodeError, DecodeErrorKind, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields,
};
use crate::field::Fr;
use crate::hash::poseidon2;

/// A leaf that is found by its key.
pub trait IndexedLeaf: Copy + PartialEq + ToFields + FromFields + FixedFields + Encode + Decode {
    /// Height of the tree of such leaves.
    const TREE_HEIGHT: TreeHeight;
    /// Whether inserting a key that is present changes its leaf; otherwise it is an error.
    const UPDATABLE: bool;

    /// The leaf with this key and nothing else.
    #[must_use]
    fn with_key(key: Fr) -> Self;

    /// What the leaf is found by. In a list of leaves to insert, a leaf with key 0 is padding.
    #[must_use]
    fn key(&self) -> Fr;
}

wire_struct! {
    /// A leaf of the nullifier tree.
    ///
    /// Protocol source: `@aztec/stdlib/src/trees/nullifier_leaf.ts`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct NullifierLeaf {
        /// The siloed nullifier.
        pub nullifier: Fr,
    }
}

impl IndexedLeaf for NullifierLeaf {
    const TREE_HEIGHT: TreeHeight = TreeHeight::NULLIFIER;
    const UPDATABLE: bool = false;

    fn with_key(nullifier: Fr) -> Self {
        Self { nullifier }
    }

    fn key(&self) -> Fr {
        self.nullifier
    }
}

wire_struct! {
    /// A leaf of the public data tree.
    ///
    /// Protocol source: `@aztec/stdlib/src/trees/public_data_leaf.ts`.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
    pub struct PublicDataLeaf {
        /// The siloed slot.
        pub slot: Fr,
        /// What is stored in it.
        pub value: Fr,
    }
}

impl IndexedLeaf for PublicDataLeaf {
    const TREE_HEIGHT: TreeHeight = TreeHeight::PUBLIC_DATA;
    const UPDATABLE: bool = true;

    fn with_key(slot: Fr) -> Self {
        Self { slot, value: Fr::ZERO }
    }

    fn key(&self) -> Fr {
        self.slot
    }
}

/// A leaf and where the next larger key is: what is hashed into the tree.
///
/// Bytes and fields: the leaf, the next key, the next index as 32 bytes. JSON: `{leaf, nextKey, nextIndex}`, the index
/// as a decimal string.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IndexedLeafPreimage<L> {
    /// The leaf.
    pub leaf: L,
    /// The next larger key in the tree; 0 for the last.
    pub next_key: Fr,
    /// The index of the leaf with that key.
    pub next_index: LeafIndex,
}

impl<L: IndexedLeaf> IndexedLeafPreimage<L> {
    /// The hash in the tree.
    #[must_use]
    pub fn hash(&self) -> Fr {
        poseidon2(&self.to_fields())
    }

    /// Whether `key` is the key of this leaf, or falls between it and the next.
    #[must_use]
    pub fn covers(&self, key: Fr) -> bool {
        self.leaf.key() == key || self.leaf.key() < key && (self.next_key.is_zero() || key < self.next_key)
    }
}

impl<L: Encode> Encode for IndexedLeafPreimage<L> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.leaf.encode(out);
        self.next_key.encode(out);
        Fr::from(self.next_index.0).encode(out);
    }
}

impl<L: Decode> Decode for IndexedLeafPreimage<L> {
    const MIN_SIZE: usize = L::MIN_SIZE + 64;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let (leaf, next_key) = (reader.member("leaf")?, reader.member("nextKey")?);
        Ok(Self { leaf, next_key, next_index: decode_wide_index(reader).map_err(|error| error.within("nextIndex"))? })
    }
}

/// Reads an index of 32 bytes.
pub(super) fn decode_wide_index(reader: &mut Reader<'_>) -> Result<LeafIndex, DecodeError> {
    let start = reader.offset();
    let wide = Fr::decode(reader)?;
    wide.to_u64().map(LeafIndex).ok_or_else(|| reader.error_at(start, DecodeErrorKind::OutOfRange { bits: 64 }))
}

impl<L: ToFields> ToFields for IndexedLeafPreimage<L> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        self.leaf.write_fields(out);
        out.extend([self.next_key, self.next_index.0.into()]);
    }
}

impl<L: FromFields> FromFields for IndexedLeafPreimage<L> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        let (leaf, next_key) = (reader.member("leaf")?, reader.member("nextKey")?);
        Ok(Self { leaf, next_key, next_index: reader.member("nextIndex")? })
    }
}

impl<L: FixedFields> FixedFields for IndexedLeafPreimage<L> {
    const FIELD_COUNT: usize = L::FIELD_COUNT + 2;
}

macro_rules! any_preimage {
    ($($leaf:ty),*) => {$(
        crate::any_value!(
            IndexedLeafPreimage<$leaf>,
            (any::<$leaf>(), any::<Fr>(), any::<LeafIndex>())
                .prop_map(|(leaf, next_key, next_index)| Self { leaf, next_key, next_index })
        );
    )*};
}
any_preimage!(NullifierLeaf, PublicDataLeaf);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn encodings_round_trip(preimage: IndexedLeafPreimage<PublicDataLeaf>) {
            prop_assert_eq!(IndexedLeafPreimage::from_buffer(&preimage.to_buffer()), Ok(preimage));
            prop_assert_eq!(IndexedLeafPreimage::from_fields(&preimage.to_fields()), Ok(preimage));
            let json = serde_json::to_string(&preimage).unwrap();
            prop_assert_eq!(serde_json::from_str::<IndexedLeafPreimage<PublicDataLeaf>>(&json).unwrap(), preimage);
        }
    }

    #[test]
    fn an_index_beyond_64_bits_is_refused() {
        let mut bytes = [0; 96];
        bytes[71] = 1;
        let error = IndexedLeafPreimage::<NullifierLeaf>::from_buffer(&bytes).unwrap_err();
        assert_eq!((error.path.as_str(), error.offset), ("nextIndex", 64));
    }

    #[test]
    fn a_leaf_covers_its_key_and_those_up_to_the_next() {
        let at = |key: u8, next: u8| IndexedLeafPreimage {
            leaf: NullifierLeaf { nullifier: key.into() },
            next_key: next.into(),
            next_index: LeafIndex(1),
        };
        let covered = |leaf: IndexedLeafPreimage<NullifierLeaf>| (0u8..9).filter(move |key| leaf.covers((*key).into()));
        assert!(covered(at(3, 6)).eq([3, 4, 5]));
        assert!(covered(at(3, 0)).eq([3, 4, 5, 6, 7, 8]));
        assert!(covered(at(3, 4)).eq([3]));
    }
}
