//! Trees of fixed height over a few leaves: private functions, artifact functions, verification keys.
//!
//! Protocol source: `@aztec/foundation/src/trees/merkle_tree_calculator.ts`.

use alloc::vec;
use alloc::vec::Vec;

use crate::field::Fr;

/// A tree whose absent leaves all have the same value. Only the nodes above real leaves are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    /// Leaves first, root last.
    levels: Vec<Vec<Fr>>,
    /// The node of each level that has only absent leaves below it.
    empty: Vec<Fr>,
}

impl Tree {
    /// The tree, or `None` when there are more leaves than the height allows.
    pub(crate) fn new(leaves: Vec<Fr>, height: usize, absent: Fr, hash: impl Fn(Fr, Fr) -> Fr) -> Option<Self> {
        if u32::try_from(height)
            .ok()
            .and_then(|height| 1usize.checked_shl(height))
            .is_some_and(|max| leaves.len() > max)
        {
            return None;
        }
        let mut empty = vec![absent];
        let mut levels = vec![leaves];
        for level in 0..height {
            let absent = empty[level];
            let nodes = levels[level].chunks(2).map(|pair| hash(pair[0], pair.get(1).copied().unwrap_or(absent)));
            let nodes = nodes.collect();
            levels.push(nodes);
            empty.push(hash(absent, absent));
        }
        Some(Self { levels, empty })
    }

    fn node(&self, level: usize, index: usize) -> Fr {
        self.levels[level].get(index).copied().unwrap_or(self.empty[level])
    }

    /// The root.
    pub(crate) fn root(&self) -> Fr {
        self.node(self.levels.len() - 1, 0)
    }

    /// The nodes beside the way from the leaf at `index` to the root, the leaf's neighbour first.
    pub(crate) fn sibling_path(&self, index: usize) -> Vec<Fr> {
        (0..self.levels.len() - 1).map(|level| self.node(level, (index >> level) ^ 1)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::poseidon2;

    fn hash(left: Fr, right: Fr) -> Fr {
        poseidon2(&[left, right])
    }

    #[test]
    fn absent_leaves_count_as_the_given_value() {
        let leaves: Vec<Fr> = (1..=5u8).map(Fr::from).collect();
        let sparse = Tree::new(leaves.clone(), 3, Fr::from(9u8), hash).expect("fits");
        let mut padded = leaves;
        padded.resize(8, Fr::from(9u8));
        let full = Tree::new(padded, 3, Fr::ZERO, hash).expect("fits");
        assert_eq!(sparse.root(), full.root());
        for index in 0..8 {
            assert_eq!(sparse.sibling_path(index), full.sibling_path(index));
        }
    }

    #[test]
    fn paths_lead_to_the_root() {
        let tree = Tree::new((0..6u8).map(Fr::from).collect(), 3, Fr::ZERO, hash).expect("fits");
        for index in 0..8usize {
            let leaf = if index < 6 { Fr::from(index as u64) } else { Fr::ZERO };
            let root = tree.sibling_path(index).iter().enumerate().fold(leaf, |node, (level, sibling)| {
                if index >> level & 1 == 1 { hash(*sibling, node) } else { hash(node, *sibling) }
            });
            assert_eq!(root, tree.root());
        }
    }

    #[test]
    fn too_many_leaves_are_refused() {
        assert_eq!(Tree::new(vec![Fr::ONE; 3], 1, Fr::ZERO, hash), None);
        assert_eq!(Tree::new(vec![], 0, Fr::ONE, hash).map(|tree| tree.root()), Some(Fr::ONE));
    }
}
