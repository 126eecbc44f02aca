//! Master keys of the keys that were used.
//!
//! Protocol source: `@aztec/stdlib/src/kernel/hints/key_validation_hint.ts`,
//! `@aztec/pxe/src/private_kernel/hints/private_kernel_reset_private_inputs_builder.ts`.

use alloc::vec::Vec;

use circuits::kernel_inputs::KeyValidationHint;
use protocol::field::Fq;
use protocol::kernel::{KeyValidationRequestAndSeparator, Scoped};
use protocol::keys::SecretScalar;

use super::{HintError, HintSource};

/// The master secret keys of the first `size` requests, padded with zeros to that many, at least one.
pub(in crate::kernel) async fn key_validation_hints(
    requests: &[Scoped<KeyValidationRequestAndSeparator>],
    size: u16,
    source: &dyn HintSource,
) -> Result<Vec<KeyValidationHint>, HintError> {
    let size = usize::from(size);
    let mut hints: Vec<KeyValidationHint> = Vec::with_capacity(size.max(1));
    let mut last = None;
    for Scoped { inner, .. } in requests.iter().take(size) {
        let key = &inner.request.pk_m;
        // Transactions use one key again and again.
        let sk_m = match (&last, hints.last()) {
            (Some(last), Some(hint)) if last == key => hint.sk_m.clone(),
            _ => source.master_secret_key(key).await?,
        };
        last = Some(*key);
        hints.push(KeyValidationHint { sk_m });
    }
    hints.resize(size.max(1), KeyValidationHint { sk_m: SecretScalar::from_scalar(Fq::ZERO) });
    Ok(hints)
}
