//! How much a program may make the client keep.

use thiserror::Error;

/// A program wants more kept than any needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the program makes the client keep more than {} fields", Budget::FIELDS)]
pub struct TooMuchKept;

/// What a program, or all private functions of a transaction, may still make the client keep: arguments, notes, logs,
/// capsules. A program runs a billion steps at most, so that without this it could fill the memory.
#[derive(Debug)]
pub(super) struct Budget(usize);

impl Budget {
    /// Fields it begins with: hundreds of times what the largest transaction needs, 128 MB.
    pub(super) const FIELDS: usize = 1 << 22;
    /// What an entry costs beside its fields.
    const ENTRY: usize = 8;

    /// Nothing is kept yet.
    pub(super) const fn new() -> Self {
        Self(Self::FIELDS)
    }

    /// An entry of so many fields is about to be kept.
    pub(super) fn keep(&mut self, fields: usize) -> Result<(), TooMuchKept> {
        self.0 = self.0.checked_sub(fields.saturating_add(Self::ENTRY)).ok_or(TooMuchKept)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends() {
        let mut budget = Budget::new();
        assert_eq!(budget.keep(Budget::FIELDS - 20), Ok(()));
        assert_eq!(budget.keep(4), Ok(()));
        assert_eq!(budget.keep(0), Err(TooMuchKept));
        assert_eq!(Budget::new().keep(usize::MAX), Err(TooMuchKept));
    }
}
