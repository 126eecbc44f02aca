//! What a private function asks the kernel to check about a key it was given.

use super::AppSecretKey;
use crate::field::Point;

wire_struct! {
    /// A claim that an app secret key and a master public key have the same master secret: 96 bytes, 4 fields.
    ///
    /// Protocol source: `@aztec/stdlib/src/kernel/hints/key_validation_request.ts`.
    #[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
    pub struct KeyValidationRequest {
        /// Master public key.
        pub pk_m: Point,
        /// The key siloed for the calling contract.
        pub sk_app: AppSecretKey,
    }
}

impl KeyValidationRequest {
    /// Whether this is padding.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pk_m.is_empty() && self.sk_app.expose().is_zero()
    }
}
