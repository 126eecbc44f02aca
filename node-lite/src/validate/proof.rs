//! The proof of a transaction verifies.
//!
//! Protocol source: `@aztec/p2p/src/msg_validators/tx_validator/tx_proof_validator.ts`.

use std::error::Error;
use std::fmt::Debug;

use protocol::tx::Tx;

use super::Refusal;

/// A proof could not be verified, whatever it is.
#[derive(Debug, thiserror::Error)]
#[error("cannot verify a proof: {0}")]
pub struct VerifierError(#[source] Box<dyn Error + Send + Sync>);

impl VerifierError {
    /// Wraps the verifier's error.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Someone who verifies the proofs of transactions.
pub trait ProofVerifier: Send + Sync + Debug {
    /// Whether the proof of a transaction is one of its data. May take long.
    fn verify(&self, tx: &Tx) -> Result<bool, VerifierError>;

    /// Whether it looks at proofs at all. Clients are told, so that they need not make any.
    fn needs_proofs(&self) -> bool {
        true
    }

    /// How it does.
    fn health(&self) -> VerifierHealth;
}

/// How a verifier does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierHealth {
    /// Whether it works.
    pub healthy: bool,
    /// Its figures, or what is wrong with it.
    pub detail: String,
}

/// Accepts every proof without looking at it. For development networks only: anyone can send anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct AcceptAll;

impl ProofVerifier for AcceptAll {
    fn verify(&self, _tx: &Tx) -> Result<bool, VerifierError> {
        Ok(true)
    }

    fn needs_proofs(&self) -> bool {
        false
    }

    fn health(&self) -> VerifierHealth {
        VerifierHealth { healthy: true, detail: "nobody looks at proofs".into() }
    }
}

pub(super) fn check(tx: &Tx, verifier: &dyn ProofVerifier) -> Result<Option<Refusal>, VerifierError> {
    Ok((!verifier.verify(tx)?).then_some(Refusal::Proof))
}
