//! How many points an SRS has.

use super::points;

/// A number of points on BN254: enough for circuits of up to a power of two of gates, and the one more that
/// barretenberg asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SrsSize(u8);

impl SrsSize {
    /// What any client proof needs: the Translator has 2^17 rows.
    pub const TRANSLATOR: Self = Self(17);
    /// Enough for every common private function and kernel.
    pub const DEFAULT: Self = Self(18);
    /// Enough for every client circuit, the full reset included.
    pub const FULL: Self = Self(20);
    /// More than any circuit of the protocol needs.
    pub const MAX: Self = Self(24);

    /// The size for circuits of up to 2^`log2` gates; `None` above [`SrsSize::MAX`].
    #[must_use]
    pub const fn for_log2_gates(log2: u8) -> Option<Self> {
        if log2 <= Self::MAX.0 { Some(Self(log2)) } else { None }
    }

    /// Every size, the smallest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..=Self::MAX.0).map(Self)
    }

    /// The number of points.
    #[must_use]
    pub const fn points(self) -> usize {
        (1 << self.0) + 1
    }

    /// The number of bytes of those points.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.points() * points::SIZE
    }
}

impl Default for SrsSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}
