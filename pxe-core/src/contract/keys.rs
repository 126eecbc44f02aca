//! Which verification keys private functions have.
//!
//! Keys depend on the SRS. Artifacts ship those of the Aztec Ignition SRS; a network with a development SRS has its own,
//! by the code of the function, and with them class ids of its own.

use alloc::collections::BTreeMap;
use core::fmt;

use protocol::artifact::{Bytecode, VerificationKey};
use serde::{Deserialize, Serialize};

/// SHA-256 of a function's code as the compiler shipped it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodeHash(pub [u8; 32]);

impl CodeHash {
    /// The hash of some code.
    #[must_use]
    pub fn of(code: &Bytecode) -> Self {
        Self(code.sha256())
    }
}

impl fmt::Display for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeHash({self})")
    }
}

/// The verification keys of a network's private functions.
#[derive(Clone, Default)]
pub enum FunctionKeys {
    /// Those the artifacts ship: networks with the Aztec Ignition SRS.
    #[default]
    Shipped,
    /// These, by the code of the function: networks with an SRS of their own.
    Replaced(BTreeMap<CodeHash, VerificationKey>),
}

impl FunctionKeys {
    /// The key of a function.
    pub(super) fn key<'a>(
        &'a self,
        code: CodeHash,
        shipped: Option<&'a VerificationKey>,
    ) -> Option<&'a VerificationKey> {
        match self {
            Self::Shipped => shipped,
            Self::Replaced(keys) => keys.get(&code),
        }
    }

    /// Adds keys of a network with an SRS of its own. Where those shipped are used, nothing happens.
    pub fn add(&mut self, more: impl IntoIterator<Item = (CodeHash, VerificationKey)>) {
        if let Self::Replaced(keys) = self {
            keys.extend(more);
        }
    }
}

impl fmt::Debug for FunctionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shipped => f.write_str("Shipped"),
            Self::Replaced(keys) => write!(f, "Replaced({} keys)", keys.len()),
        }
    }
}

#[cfg(feature = "std")]
impl From<&circuits::set::DerivedKeys> for FunctionKeys {
    fn from(derived: &circuits::set::DerivedKeys) -> Self {
        Self::Replaced(derived.iter().map(|(code, key)| (CodeHash(code.0), key.clone())).collect())
    }
}
