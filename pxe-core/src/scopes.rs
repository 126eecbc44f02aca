//! Whose private data a piece of work may see.

use alloc::vec::Vec;

use protocol::address::AztecAddress;

/// The accounts whose notes, keys and events a piece of work may use.
///
/// Protocol source: `@aztec/pxe/src/access_scopes.ts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scopes {
    /// All accounts.
    All,
    /// These accounts; none of them hides every note.
    Accounts(Vec<AztecAddress>),
}

impl Scopes {
    /// Whether an account is among them.
    #[must_use]
    pub fn contains(&self, account: AztecAddress) -> bool {
        match self {
            Self::All => true,
            Self::Accounts(accounts) => accounts.contains(&account),
        }
    }

    /// Whether no account is among them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Accounts(accounts) if accounts.is_empty())
    }

    /// The scopes with one account more.
    #[must_use]
    pub fn with(&self, account: AztecAddress) -> Self {
        match self {
            Self::Accounts(accounts) if !accounts.contains(&account) => {
                Self::Accounts(accounts.iter().copied().chain([account]).collect())
            }
            other => other.clone(),
        }
    }
}
