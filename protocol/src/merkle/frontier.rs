//! An append-only tree of which only the edge is kept.

use alloc::vec::Vec;
use core::marker::PhantomData;

use super::pending::grown_size;
use super::{Hasher, Poseidon2, TreeError, TreeHeight};
use crate::codec::{Decode, DecodeError, DecodeErrorKind, Encode, Reader};
use crate::field::Fr;

/// The size of an append-only tree and the roots of its largest full subtrees: enough to append and to know the root.
///
/// Bytes: the height (1), the size (8), and one node for each bit that is set in the size, the lowest first.
#[derive(Debug)]
pub struct Frontier<H = Poseidon2> {
    height: TreeHeight,
    size: u64,
    /// The full subtrees, smallest first: one of 2^i leaves for each bit i of the size.
    subtrees: Vec<Fr>,
    hasher: PhantomData<H>,
}

impl<H: Hasher> Frontier<H> {
    /// The empty tree.
    #[must_use]
    pub const fn new(height: TreeHeight) -> Self {
        Self { height, size: 0, subtrees: Vec::new(), hasher: PhantomData }
    }

    /// The height.
    #[must_use]
    pub const fn height(&self) -> TreeHeight {
        self.height
    }

    /// Leaves in the tree.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub fn append(&mut self, leaf: Fr) -> Result<(), TreeError<core::convert::Infallible>> {
        let grown = grown_size(self.size, 1, self.height)?;
        // Full subtrees of equal size merge, as the ones of a binary counter carry.
        let merged = self.size.trailing_ones() as usize;
        let node = self.subtrees.drain(..merged).fold(leaf, |right, left| H::hash(left, right));
        self.subtrees.insert(0, node);
        self.size = grown;
        Ok(())
    }

    /// The root.
    #[must_use]
    pub fn root(&self) -> Fr {
        let mut subtrees = self.subtrees.iter();
        if self.size == self.height.capacity() {
            return subtrees.next().copied().unwrap_or_default();
        }
        (0..self.height.levels()).fold(Fr::ZERO, |node, level| {
            let is_full = self.size >> level & 1 == 1;
            match is_full.then(|| subtrees.next()).flatten() {
                Some(left) => H::hash(*left, node),
                None if node == H::empty_root(level) => H::empty_root(level + 1),
                None => H::hash(node, H::empty_root(level)),
            }
        })
    }
}

impl<H> Clone for Frontier<H> {
    fn clone(&self) -> Self {
        Self { subtrees: self.subtrees.clone(), ..*self }
    }
}

impl<H> PartialEq for Frontier<H> {
    fn eq(&self, other: &Self) -> bool {
        (self.height, self.size, &self.subtrees) == (other.height, other.size, &other.subtrees)
    }
}

impl<H> Eq for Frontier<H> {}

impl<H> Encode for Frontier<H> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.height.levels().encode(out);
        self.size.encode(out);
        self.subtrees.iter().for_each(|node| node.encode(out));
    }
}

impl<H> Decode for Frontier<H> {
    const MIN_SIZE: usize = 9;
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = reader.offset();
        let height = TreeHeight::new(u8::decode(reader)?);
        let height = height.ok_or_else(|| reader.error_at(start, DecodeErrorKind::Invalid("tree is too high")))?;
        let start = reader.offset();
        let size = u64::decode(reader)?;
        if size > height.capacity() {
            return Err(reader.error_at(start, DecodeErrorKind::Invalid("more leaves than the tree has room for")));
        }
        let subtrees = reader.items(size.count_ones() as usize)?;
        Ok(Self { height, size, subtrees, hasher: PhantomData })
    }
}
