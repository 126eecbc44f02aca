//! Requests to prove that an app-siloed key belongs to a master public key.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/hints/{key_validation_request,key_validation_request_and_separator}.ts`.

use super::padding::IsEmpty;
use crate::field::{Fr, Point};

wire_struct! {
    /// A master public key and the secret key derived from it for one app.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct KeyValidationRequest {
        /// The master public key.
        pub pk_m: Point,
        /// The app's secret key.
        pub sk_app: Fr,
    }
}

wire_struct! {
    /// A request and the kind of key it is about.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct KeyValidationRequestAndSeparator {
        /// The request.
        pub request: KeyValidationRequest,
        /// Domain separator of the derivation of the app's key.
        pub key_type_domain_separator: Fr,
    }
}

impl IsEmpty for KeyValidationRequestAndSeparator {
    fn is_empty(&self) -> bool {
        let Self { request: KeyValidationRequest { pk_m, sk_app }, key_type_domain_separator } = self;
        pk_m.is_empty() && sk_app.is_zero() && key_type_domain_separator.is_zero()
    }
}
