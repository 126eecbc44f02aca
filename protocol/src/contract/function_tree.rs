//! The private functions of a class: what its id commits to and the kernel checks membership in.
//!
//! Protocol source: `@aztec/stdlib/src/contract/private_function.ts`.

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Tree;
use crate::abi::FunctionSelector;
use crate::constants::FUNCTION_TREE_HEIGHT;
use crate::field::Fr;
use crate::hash::{DomainSeparator, poseidon2, poseidon2_with_separator};

/// A class has more private functions than its tree has leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{0} private functions, a class can have at most {max}", max = 1usize << FUNCTION_TREE_HEIGHT)]
pub struct TooManyFunctions(pub usize);

/// A private function as its class commits to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateFunction {
    /// The selector.
    pub selector: FunctionSelector,
    /// Hash of the verification key.
    pub vk_hash: Fr,
}

impl PrivateFunction {
    /// The leaf of the function tree.
    #[must_use]
    pub fn leaf(&self) -> Fr {
        let selector = Fr::from(u32::from(self.selector));
        poseidon2_with_separator(&[selector, self.vk_hash], DomainSeparator::PrivateFunctionLeaf)
    }
}

/// Where a private function is in the tree of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FunctionMembership {
    /// Index of the leaf: the function's place by selector.
    pub leaf_index: usize,
    /// Nodes beside the way to the root, the leaf's neighbour first.
    pub sibling_path: [Fr; FUNCTION_TREE_HEIGHT],
}

/// The tree of a class's private functions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateFunctionTree {
    functions: Vec<PrivateFunction>,
    tree: Tree,
}

impl PrivateFunctionTree {
    /// The tree of these functions, given in any order.
    pub fn new(mut functions: Vec<PrivateFunction>) -> Result<Self, TooManyFunctions> {
        functions.sort_by_key(|function| function.selector);
        let leaves = functions.iter().map(PrivateFunction::leaf).collect();
        let absent = poseidon2(&[Fr::ZERO, Fr::ZERO]);
        let tree = Tree::new(leaves, FUNCTION_TREE_HEIGHT, absent, |left, right| poseidon2(&[left, right]))
            .ok_or(TooManyFunctions(functions.len()))?;
        Ok(Self { functions, tree })
    }

    /// The functions, by selector.
    #[must_use]
    pub fn functions(&self) -> &[PrivateFunction] {
        &self.functions
    }

    /// The root, which the class id commits to.
    #[must_use]
    pub fn root(&self) -> Fr {
        self.tree.root()
    }

    /// Where the function with this selector is, if the class has it.
    #[must_use]
    pub fn membership(&self, selector: FunctionSelector) -> Option<FunctionMembership> {
        let leaf_index = self.functions.iter().position(|function| function.selector == selector)?;
        let path = self.tree.sibling_path(leaf_index);
        let sibling_path = path.try_into().expect("the tree has this height");
        Some(FunctionMembership { leaf_index, sibling_path })
    }
}
