//! The way from a leaf to the root.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::leaf::decode_wide_index;
use super::{Hasher, LeafIndex, Poseidon2};
use crate::codec::{
    Array, Decode, DecodeError, Encode, FieldReader, FixedFields, FromFields, Reader, ToFields, encode_vec_u32,
};
use crate::field::Fr;

/// The nodes beside the way from a leaf to the root, the leaf's neighbour first.
///
/// Bytes: a four-byte count and the nodes. Fields: the nodes. JSON: the bytes as base64.
///
/// Protocol source: `@aztec/foundation/src/trees/sibling_path.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SiblingPath(Vec<Fr>);

impl SiblingPath {
    /// The longest path that is read: no tree of the protocol comes near it.
    pub const MAX_LENGTH: usize = 64;

    /// The path of these nodes.
    #[must_use]
    pub const fn new(nodes: Vec<Fr>) -> Self {
        Self(nodes)
    }

    /// The nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Fr] {
        &self.0
    }

    /// The nodes as a list.
    #[must_use]
    pub fn into_nodes(self) -> Vec<Fr> {
        self.0
    }

    /// The root that follows from `leaf` at `index`.
    #[must_use]
    pub fn root<H: Hasher>(&self, leaf: Fr, index: LeafIndex) -> Fr {
        climb(&self.0, leaf, index, H::hash)
    }

    /// The path of the node `levels` above the leaf.
    #[must_use]
    pub fn above(&self, levels: usize) -> Self {
        Self(self.0.get(levels..).unwrap_or_default().to_vec())
    }
}

/// The root that follows from a leaf and the nodes beside its way.
fn climb(siblings: &[Fr], leaf: Fr, LeafIndex(mut index): LeafIndex, mut parent: impl FnMut(Fr, Fr) -> Fr) -> Fr {
    siblings.iter().fold(leaf, |node, sibling| {
        let is_right = index & 1 == 1;
        index >>= 1;
        if is_right { parent(*sibling, node) } else { parent(node, *sibling) }
    })
}

/// Computes the roots of many paths of a Poseidon2 tree. Most share the upper part of their ways, which is hashed once.
#[derive(Debug, Default)]
pub struct PathRoots {
    /// Parents by their children, left and right.
    parents: BTreeMap<[Fr; 2], Fr>,
}

impl PathRoots {
    /// The root that follows from `leaf` at `index` and the nodes beside its way, the leaf's neighbour first.
    pub fn root(&mut self, siblings: &[Fr], leaf: Fr, index: LeafIndex) -> Fr {
        climb(siblings, leaf, index, |left, right| {
            *self.parents.entry([left, right]).or_insert_with(|| Poseidon2::hash(left, right))
        })
    }
}

impl ToFields for SiblingPath {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.extend_from_slice(&self.0);
    }
}

impl Encode for SiblingPath {
    fn encode(&self, out: &mut Vec<u8>) {
        encode_vec_u32(&self.0, out);
    }
}

impl Decode for SiblingPath {
    const MIN_SIZE: usize = 4;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.vec_u32(Self::MAX_LENGTH).map(Self)
    }
}

impl Serialize for SiblingPath {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_base64::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for SiblingPath {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::buffer_base64::deserialize(deserializer)
    }
}

crate::any_value!(SiblingPath, proptest::collection::vec(any::<Fr>(), 0..=Self::MAX_LENGTH).prop_map(Self));

/// That a leaf is in a tree of height `N`.
///
/// Bytes: the index as 32 bytes and the `N` nodes. Fields: the same. JSON: the bytes as base64.
///
/// Protocol source: `@aztec/foundation/src/trees/membership_witness.ts`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MembershipWitness<const N: usize> {
    /// The leaf's index.
    pub leaf_index: LeafIndex,
    /// The nodes beside the way from the leaf to the root.
    pub sibling_path: Array<Fr, N>,
}

impl<const N: usize> MembershipWitness<N> {
    /// The witness of a path, if it has `N` nodes.
    #[must_use]
    pub fn new(leaf_index: LeafIndex, path: SiblingPath) -> Option<Self> {
        Some(Self { leaf_index, sibling_path: Array::new(path.0)? })
    }

    /// A witness of zeros, as circuits want it for what is not there.
    #[must_use]
    pub fn empty() -> Self {
        Self { leaf_index: LeafIndex(0), sibling_path: Array::default() }
    }

    /// The root of the Poseidon2 tree that has `leaf` in this place.
    #[must_use]
    pub fn root(&self, leaf: Fr) -> Fr {
        climb(&self.sibling_path, leaf, self.leaf_index, Poseidon2::hash)
    }
}

impl<const N: usize> Default for MembershipWitness<N> {
    fn default() -> Self {
        Self::empty()
    }
}

impl<const N: usize> Encode for MembershipWitness<N> {
    fn encode(&self, out: &mut Vec<u8>) {
        Fr::from(self.leaf_index.0).encode(out);
        self.sibling_path.encode(out);
    }
}

impl<const N: usize> Decode for MembershipWitness<N> {
    const MIN_SIZE: usize = 32 + 32 * N;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let leaf_index = decode_wide_index(reader).map_err(|error| error.within("leafIndex"))?;
        Ok(Self { leaf_index, sibling_path: reader.member("siblingPath")? })
    }
}

impl<const N: usize> ToFields for MembershipWitness<N> {
    fn write_fields(&self, out: &mut Vec<Fr>) {
        out.push(self.leaf_index.0.into());
        self.sibling_path.write_fields(out);
    }
}

impl<const N: usize> FromFields for MembershipWitness<N> {
    fn read_fields(reader: &mut FieldReader<'_>) -> Result<Self, DecodeError> {
        Ok(Self { leaf_index: reader.member("leafIndex")?, sibling_path: reader.member("siblingPath")? })
    }
}

impl<const N: usize> FixedFields for MembershipWitness<N> {
    const FIELD_COUNT: usize = N + 1;
}

impl<const N: usize> Serialize for MembershipWitness<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::json::buffer_base64::serialize(self, serializer)
    }
}

impl<'de, const N: usize> Deserialize<'de> for MembershipWitness<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::json::buffer_base64::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_lengths_are_refused() {
        let claims_much = [255, 255, 255, 255, 0, 0];
        assert!(SiblingPath::from_buffer(&claims_much).is_err());
        let mut beyond_u64 = [0; 64];
        beyond_u64[20] = 1;
        assert!(MembershipWitness::<1>::from_buffer(&beyond_u64).is_err());
        assert_eq!(MembershipWitness::<1>::from_buffer(&[0; 64]), Ok(MembershipWitness::empty()));
        assert!(MembershipWitness::<2>::from_buffer(&[0; 64]).is_err());
        assert!(serde_json::from_str::<MembershipWitness<2>>("\"AAAA\"").is_err());
    }

    proptest! {
        #[test]
        fn roots_computed_together_are_those_computed_alone(
            nodes in proptest::collection::vec(any::<Fr>(), 0..8),
            leaves in proptest::collection::vec(any::<(Fr, LeafIndex)>(), 1..8),
        ) {
            let (path, mut roots) = (SiblingPath::new(nodes), PathRoots::default());
            // Each twice, and each neighbour.
            for (leaf, LeafIndex(index)) in leaves.into_iter().flat_map(|(leaf, index)| [(leaf, index); 2]) {
                for index in [index, index ^ 1].map(LeafIndex) {
                    prop_assert_eq!(roots.root(path.nodes(), leaf, index), path.root::<Poseidon2>(leaf, index));
                }
            }
        }

        #[test]
        fn encodings_round_trip(path: SiblingPath, index: LeafIndex) {
            prop_assert_eq!(SiblingPath::from_buffer(&path.to_buffer()), Ok(path.clone()));
            let json = serde_json::to_string(&path).unwrap();
            prop_assert_eq!(serde_json::from_str::<SiblingPath>(&json).unwrap(), path.clone());
            prop_assert_eq!(path.above(70), SiblingPath::default());
            let mut nodes = path.into_nodes();
            nodes.resize(5, Fr::ONE);
            let witness = MembershipWitness::<5>::new(index, SiblingPath::new(nodes)).unwrap();
            prop_assert_eq!(MembershipWitness::from_fields(&witness.to_fields()), Ok(witness.clone()));
            let json = serde_json::to_string(&witness).unwrap();
            prop_assert_eq!(serde_json::from_str::<MembershipWitness<5>>(&json).unwrap(), witness);
        }
    }
}
