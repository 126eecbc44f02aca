//! That a leaf is in an indexed tree, or that a key is not.

use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize};

use super::{IndexedLeaf, IndexedLeafPreimage, LeafIndex, NullifierLeaf, Poseidon2, PublicDataLeaf, SiblingPath};
use crate::codec::ToFields;
use crate::field::Fr;

/// A leaf of an indexed tree with its place and path. Of a low leaf it shows that the keys up to the next are absent.
///
/// JSON: `{index, leafPreimage, siblingPath}`. Fields, in the order circuits take them: index, leaf, next key, next
/// index, path.
///
/// Protocol source: `@aztec/stdlib/src/trees/{nullifier_membership_witness,public_data_witness}.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeafWitness<L> {
    /// The leaf's index.
    pub index: LeafIndex,
    /// The leaf.
    pub leaf_preimage: IndexedLeafPreimage<L>,
    /// Its path.
    pub sibling_path: SiblingPath,
}

/// Witness of a leaf of the nullifier tree.
pub type NullifierMembershipWitness = LeafWitness<NullifierLeaf>;
/// Witness of a leaf of the public data tree.
pub type PublicDataWitness = LeafWitness<PublicDataLeaf>;

impl<L: IndexedLeaf> LeafWitness<L> {
    /// The root of the tree that has the leaf in this place.
    #[must_use]
    pub fn root(&self) -> Fr {
        self.sibling_path.root::<Poseidon2>(self.leaf_preimage.hash(), self.index)
    }
}

impl<L: ToFields> ToFields for LeafWitness<L> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.index.0.into());
        self.leaf_preimage.write_fields(out);
        self.sibling_path.write_fields(out);
    }
}

/// Refuses a path of another length than the tree's height.
impl<'de, L: IndexedLeaf + Deserialize<'de>> Deserialize<'de> for LeafWitness<L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Raw<L> {
            index: LeafIndex,
            leaf_preimage: IndexedLeafPreimage<L>,
            sibling_path: SiblingPath,
        }
        let Raw { index, leaf_preimage, sibling_path } = Raw::deserialize(deserializer)?;
        let (found, expected) = (sibling_path.nodes().len(), usize::from(L::TREE_HEIGHT.levels()));
        if found != expected {
            let message = format_args!("siblingPath has {found} nodes, {expected} expected");
            return Err(serde::de::Error::custom(message));
        }
        Ok(Self { index, leaf_preimage, sibling_path })
    }
}
