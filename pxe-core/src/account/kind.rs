//! Which account contracts there are.
//!
//! Protocol source: `@aztec/accounts/src/`, `@aztec/wallets/src/embedded/wallet_db.ts`.

use core::fmt;
use core::str::FromStr;

use protocol::abi::FunctionSelector;
use protocol::signature::ecdsa::EcdsaCurve;
use thiserror::Error;

/// Artifact of the account that stands in for any other in simulations: it accepts every call.
pub const SIMULATED_ACCOUNT: &str = "SimulatedAccount";

/// How an account verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureScheme {
    /// Schnorr on Grumpkin.
    Schnorr,
    /// ECDSA.
    Ecdsa(EcdsaCurve),
}

/// An account contract of the package `@aztec/accounts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// A Grumpkin key, kept in a private note.
    Schnorr,
    /// A key on secp256k1, the curve of Ethereum, kept in a private note.
    EcdsaK,
    /// A key on secp256r1, the curve of secure hardware, kept in a private note.
    EcdsaR,
    /// The incoming viewing key signs as well. It needs no initialization; whoever can read its messages can spend.
    SchnorrSingleKey,
}

/// No kind of account has that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a kind of account; there are schnorr, ecdsasecp256k1, ecdsasecp256r1 and schnorrsinglekey")]
pub struct UnknownKind;

impl AccountKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Schnorr, Self::EcdsaK, Self::EcdsaR, Self::SchnorrSingleKey];

    /// The name official wallets know it by; they have none for the last.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Schnorr => "schnorr",
            Self::EcdsaK => "ecdsasecp256k1",
            Self::EcdsaR => "ecdsasecp256r1",
            Self::SchnorrSingleKey => "schnorrsinglekey",
        }
    }

    /// Its artifact in the pack of `@aztec/accounts`.
    #[must_use]
    pub const fn artifact_name(self) -> &'static str {
        match self {
            Self::Schnorr => "SchnorrAccount",
            Self::EcdsaK => "EcdsaKAccount",
            Self::EcdsaR => "EcdsaRAccount",
            Self::SchnorrSingleKey => "SchnorrSingleKeyAccount",
        }
    }

    /// How it verifies.
    #[must_use]
    pub const fn scheme(self) -> SignatureScheme {
        match self {
            Self::Schnorr | Self::SchnorrSingleKey => SignatureScheme::Schnorr,
            Self::EcdsaK => SignatureScheme::Ecdsa(EcdsaCurve::K1),
            Self::EcdsaR => SignatureScheme::Ecdsa(EcdsaCurve::R1),
        }
    }

    /// Selector of its constructor, if it has one.
    pub(super) const fn constructor(self) -> Option<FunctionSelector> {
        match self {
            Self::Schnorr => Some(FunctionSelector(0xcd97_28af)),
            Self::EcdsaK | Self::EcdsaR => Some(FunctionSelector(ECDSA_CONSTRUCTOR)),
            Self::SchnorrSingleKey => None,
        }
    }

    /// Whether it must be initialized before it can act.
    #[must_use]
    pub const fn has_constructor(self) -> bool {
        self.constructor().is_some()
    }
}

/// `constructor([u8;32],[u8;32])`.
const ECDSA_CONSTRUCTOR: u32 = 0xb6b8_e0f8;

impl fmt::Display for AccountKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for AccountKind {
    type Err = UnknownKind;
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_those_of_the_signatures() {
        let signature = |kind: AccountKind| match kind.scheme() {
            SignatureScheme::Schnorr => "constructor(Field,Field)",
            SignatureScheme::Ecdsa(_) => "constructor([u8;32],[u8;32])",
        };
        for kind in AccountKind::ALL.into_iter().filter(|kind| kind.has_constructor()) {
            let selector = FunctionSelector::from_signature(signature(kind)).unwrap();
            assert_eq!(kind.constructor(), Some(selector), "{:#x}", selector.0);
        }
        assert!(!AccountKind::SchnorrSingleKey.has_constructor());
    }

    #[test]
    fn kinds_are_known_by_name() {
        for kind in AccountKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("ecdsa".parse::<AccountKind>(), Err(UnknownKind));
    }
}
