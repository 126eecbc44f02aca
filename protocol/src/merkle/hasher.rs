//! How two nodes become one.

use super::empty_roots::POSEIDON2_EMPTY_ROOTS;
use crate::field::Fr;
use crate::hash::{poseidon2, sha256_reduced, sha256_to_field};

/// The hash of a tree's inner nodes.
pub trait Hasher {
    /// The node above `left` and `right`.
    fn hash(left: Fr, right: Fr) -> Fr;

    /// The root of a subtree of `level` levels without leaves; its leaves are 0.
    #[must_use]
    fn empty_root(level: u8) -> Fr {
        (0..level).fold(Fr::ZERO, |node, _| Self::hash(node, node))
    }
}

/// Poseidon2 of both nodes, without separator: all trees of the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Poseidon2 {}

impl Hasher for Poseidon2 {
    fn hash(left: Fr, right: Fr) -> Fr {
        poseidon2(&[left, right])
    }

    fn empty_root(level: u8) -> Fr {
        match POSEIDON2_EMPTY_ROOTS.get(usize::from(level)) {
            Some(root) => *root,
            None => {
                let known = POSEIDON2_EMPTY_ROOTS.len() - 1;
                (known..usize::from(level)).fold(POSEIDON2_EMPTY_ROOTS[known], |node, _| Self::hash(node, node))
            }
        }
    }
}

/// SHA-256 cut to 31 bytes: messages between L1 and L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sha256Truncated {}

impl Hasher for Sha256Truncated {
    fn hash(left: Fr, right: Fr) -> Fr {
        sha256_to_field(&[&left.to_be_bytes(), &right.to_be_bytes()])
    }
}

/// SHA-256 modulo p: functions of an artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sha256ModP {}

impl Hasher for Sha256ModP {
    fn hash(left: Fr, right: Fr) -> Fr {
        sha256_reduced(&[&left.to_be_bytes(), &right.to_be_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_empty_roots_is_right() {
        let mut expected = Fr::ZERO;
        for level in 0..=44 {
            assert_eq!(Poseidon2::empty_root(level), expected, "level {level}");
            expected = Poseidon2::hash(expected, expected);
        }
        let note_hash_root = "0x2ac5dda169f6bb3b9ca09bbac34e14c94d1654597db740153a1288d859a8a30a";
        assert_eq!(Poseidon2::empty_root(42), note_hash_root.parse().unwrap());
        assert_eq!(Sha256ModP::empty_root(1), sha256_reduced(&[&[0; 64]]));
        assert_eq!(Sha256Truncated::empty_root(1), sha256_to_field(&[&[0; 64]]));
    }
}
