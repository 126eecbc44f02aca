//! Trees over a list of leaves that is known as a whole.
//!
//! Protocol source: `@aztec/foundation/src/trees/{balanced_merkle_tree_root,unbalanced_merkle_tree_root}.ts`,
//! `@aztec/foundation/src/trees/unbalanced_merkle_tree_calculator.ts`.

use alloc::vec::Vec;

use super::{Hasher, LeafIndex, SiblingPath};
use crate::field::Fr;

/// The root of a balanced tree; none unless the number of leaves is a power of two.
#[must_use]
pub fn balanced_root<H: Hasher>(leaves: &[Fr]) -> Option<Fr> {
    leaves.len().is_power_of_two().then(|| unbalanced_root::<H>(leaves))
}

/// The root of the tree whose left part is the largest full tree that leaves something for the right part, and whose
/// right part is made alike. 0 for no leaves, the leaf itself for one.
#[must_use]
pub fn unbalanced_root<H: Hasher>(leaves: &[Fr]) -> Fr {
    node::<H>(leaves, false, None).unwrap_or_default()
}

/// The root of an unbalanced tree from which leaves that are 0 are taken out: what was beside them moves up. 0 when none
/// is left.
#[must_use]
pub fn wonky_root<H: Hasher>(leaves: &[Fr]) -> Fr {
    node::<H>(leaves, true, None).unwrap_or_default()
}

/// The way to a leaf of an unbalanced tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnbalancedPath {
    /// Position from the left on the leaf's own level.
    pub index: LeafIndex,
    /// The nodes beside the way from the leaf to the root: as many as the leaf is levels below it.
    pub siblings: SiblingPath,
}

/// The way to the leaf at `index` of an unbalanced tree; none beyond the last.
#[must_use]
pub fn unbalanced_path<H: Hasher>(leaves: &[Fr], index: usize) -> Option<UnbalancedPath> {
    path::<H>(leaves, false, index)
}

/// The way to the leaf at `index` of a tree made by [`wonky_root`]; none for leaves that are 0.
#[must_use]
pub fn wonky_path<H: Hasher>(leaves: &[Fr], index: usize) -> Option<UnbalancedPath> {
    if leaves.get(index)?.is_zero() { None } else { path::<H>(leaves, true, index) }
}

fn path<H: Hasher>(leaves: &[Fr], skip_zeros: bool, index: usize) -> Option<UnbalancedPath> {
    if index >= leaves.len() {
        return None;
    }
    let mut steps = Vec::new();
    node::<H>(leaves, skip_zeros, Some((index, &mut steps)))?;
    let index = steps.iter().rev().fold(0, |index, (_, is_right)| index << 1 | u64::from(*is_right));
    let siblings = steps.into_iter().map(|(sibling, _)| sibling).collect();
    Some(UnbalancedPath { index: LeafIndex(index), siblings: SiblingPath::new(siblings) })
}

/// The siblings on the way from a leaf up, and whether the way came from the right.
type Steps = Vec<(Fr, bool)>;

/// The root of `leaves`, if any is left; records the way to one leaf when asked.
fn node<H: Hasher>(leaves: &[Fr], skip_zeros: bool, target: Option<(usize, &mut Steps)>) -> Option<Fr> {
    match leaves {
        [] => return None,
        [leaf] => return (!skip_zeros || !leaf.is_zero()).then_some(*leaf),
        _ => {}
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    match target {
        None => match (node::<H>(left, skip_zeros, None), node::<H>(right, skip_zeros, None)) {
            (Some(left), Some(right)) => Some(H::hash(left, right)),
            (left, right) => left.or(right),
        },
        Some((index, steps)) => {
            let is_right = index >= split;
            let (way, other, index) = if is_right { (right, left, index - split) } else { (left, right, index) };
            let way = node::<H>(way, skip_zeros, Some((index, &mut *steps)))?;
            let Some(other) = node::<H>(other, skip_zeros, None) else { return Some(way) };
            steps.push((other, is_right));
            Some(if is_right { H::hash(other, way) } else { H::hash(way, other) })
        }
    }
}
