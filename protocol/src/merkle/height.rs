//! Heights, leaf indices and node positions.

use crate::constants;

crate::integer_newtype! {
    /// Index of a leaf in its tree.
    pub struct LeafIndex(u64) as string;
}

/// Height of a tree: the number of levels above its leaves, at most [`TreeHeight::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TreeHeight(u8);

impl TreeHeight {
    /// The tallest tree of the protocol.
    pub const MAX: Self = Self::of_constant(constants::NOTE_HASH_TREE_HEIGHT);
    /// The note hash tree.
    pub const NOTE_HASH: Self = Self::of_constant(constants::NOTE_HASH_TREE_HEIGHT);
    /// The nullifier tree.
    pub const NULLIFIER: Self = Self::of_constant(constants::NULLIFIER_TREE_HEIGHT);
    /// The public data tree.
    pub const PUBLIC_DATA: Self = Self::of_constant(constants::PUBLIC_DATA_TREE_HEIGHT);
    /// The tree of L1 to L2 messages.
    pub const L1_TO_L2_MESSAGE: Self = Self::of_constant(constants::L1_TO_L2_MSG_TREE_HEIGHT);
    /// The archive.
    pub const ARCHIVE: Self = Self::of_constant(constants::ARCHIVE_HEIGHT);

    #[allow(clippy::cast_possible_truncation)]
    const fn of_constant(height: usize) -> Self {
        assert!(height <= constants::NOTE_HASH_TREE_HEIGHT);
        Self(height as u8)
    }

    /// The height, if it is at most [`TreeHeight::MAX`].
    #[must_use]
    pub const fn new(height: u8) -> Option<Self> {
        if height <= Self::MAX.0 { Some(Self(height)) } else { None }
    }

    /// The number of levels above the leaves, which is also the level of the root.
    #[must_use]
    pub const fn levels(self) -> u8 {
        self.0
    }

    /// The number of leaves the tree has room for.
    #[must_use]
    pub const fn capacity(self) -> u64 {
        1 << self.0
    }
}

/// Where a node is. Ordered by level, then from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodePosition {
    /// Levels above the leaves.
    pub level: u8,
    /// Position in its level, from the left.
    pub index: u64,
}

impl NodePosition {
    /// The leaf at `index`.
    #[must_use]
    pub const fn leaf(index: LeafIndex) -> Self {
        Self { level: 0, index: index.0 }
    }

    /// The root of a tree.
    #[must_use]
    pub const fn root(height: TreeHeight) -> Self {
        Self { level: height.0, index: 0 }
    }

    /// The node above.
    #[must_use]
    pub const fn parent(self) -> Self {
        Self { level: self.level + 1, index: self.index >> 1 }
    }

    /// The other child of the node above.
    #[must_use]
    pub const fn sibling(self) -> Self {
        Self { level: self.level, index: self.index ^ 1 }
    }

    /// The two nodes below; a leaf has none.
    #[must_use]
    pub const fn children(self) -> Option<[Self; 2]> {
        match self.level.checked_sub(1) {
            Some(level) => Some([Self { level, index: self.index * 2 }, Self { level, index: self.index * 2 + 1 }]),
            None => None,
        }
    }
}
