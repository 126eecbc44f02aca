//! The four kinds of keys.

use crate::hash::DomainSeparator;

/// What a key is for.
///
/// Protocol source: `@aztec/stdlib/src/keys/key_types.ts`, `@aztec/stdlib/src/keys/utils.ts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Nullifying notes.
    Nullifier,
    /// Reading what others send.
    IncomingViewing,
    /// Reading what one sent.
    OutgoingViewing,
    /// Finding logs by their tags.
    Tagging,
}

impl KeyKind {
    /// Every kind, in the order in which keys are written everywhere.
    pub const ALL: [Self; 4] = [Self::Nullifier, Self::IncomingViewing, Self::OutgoingViewing, Self::Tagging];

    /// The separator under which master keys are derived and siloed.
    #[must_use]
    pub const fn separator(self) -> DomainSeparator {
        match self {
            Self::Nullifier => DomainSeparator::NhkM,
            Self::IncomingViewing => DomainSeparator::IvskM,
            Self::OutgoingViewing => DomainSeparator::OvskM,
            Self::Tagging => DomainSeparator::TskM,
        }
    }

    /// The kind a separator belongs to.
    #[must_use]
    pub fn from_separator(separator: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.separator().value() == separator)
    }

    /// The prefix of the kind in the names of keys: `n`, `iv`, `ov` or `t`.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Nullifier => "n",
            Self::IncomingViewing => "iv",
            Self::OutgoingViewing => "ov",
            Self::Tagging => "t",
        }
    }
}
