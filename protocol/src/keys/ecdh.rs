//! Diffie-Hellman on Grumpkin.

use thiserror::Error;

use super::SecretScalar;
use crate::field::{NotOnCurve, Point};

/// Why no secret can be shared with a public key.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SharedSecretError {
    /// The public key is empty or at infinity: the contract used a key of nobody.
    #[error("the public key is zero: a message to nobody has no shared secret")]
    ZeroPublicKey,
    /// The public key is no point.
    #[error("public key: {0}")]
    NotOnCurve(#[from] NotOnCurve),
}

/// The point that both sides of a message know: the recipient's secret times the sender's public key.
///
/// Protocol source: `@aztec/stdlib/src/logs/shared_secret_derivation.ts`.
pub fn shared_secret(secret: &SecretScalar, public_key: &Point) -> Result<Point, SharedSecretError> {
    if public_key.is_empty() || public_key.is_infinite {
        return Err(SharedSecretError::ZeroPublicKey);
    }
    Ok(public_key.mul(secret.expose())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Fq, Fr};

    #[test]
    fn both_sides_agree_and_bad_keys_are_refused() {
        let [a, b] = [5u32, 77].map(|scalar| SecretScalar::from_scalar(Fq::from(scalar)));
        assert_eq!(shared_secret(&a, &b.public_key()), shared_secret(&b, &a.public_key()));
        for zero in [Point::EMPTY, Point::INFINITY] {
            assert_eq!(shared_secret(&a, &zero), Err(SharedSecretError::ZeroPublicKey));
        }
        let stray = Point::new(Fr::ONE, Fr::ONE);
        assert!(matches!(shared_secret(&a, &stray), Err(SharedSecretError::NotOnCurve(_))));
    }
}
