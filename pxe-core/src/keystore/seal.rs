//! Encrypting what is stored, bound to where it is stored.

use alloc::vec::Vec;
use core::fmt;

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::port::Rng;

/// A key that seals. XChaCha20-Poly1305; a sealed value is a random nonce of 24 bytes, the ciphertext, and a tag of 16.
#[derive(Clone)]
pub(super) struct SealingKey(Zeroizing<[u8; 32]>);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(..)")
    }
}

/// The value was sealed with another key or for another place, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAuthentic;

const NONCE: usize = 24;
const TAG: usize = 16;

impl SealingKey {
    pub(super) const fn new(key: Zeroizing<[u8; 32]>) -> Self {
        Self(key)
    }

    pub(super) fn random(rng: &dyn Rng) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill(&mut *key);
        Self(key)
    }

    pub(super) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }

    /// Seals a value for a place.
    pub(super) fn seal(&self, rng: &dyn Rng, place: &[u8], value: &[u8]) -> Vec<u8> {
        let nonce = rng.bytes::<NONCE>();
        let mut sealed = Vec::with_capacity(NONCE + value.len() + TAG);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(value);
        let tag = self.cipher().encrypt_inout_detached(&XNonce::from(nonce), place, (&mut sealed[NONCE..]).into());
        sealed.extend_from_slice(&tag.expect("values of the store are far below the limit of the cipher, 256 GiB"));
        sealed
    }

    /// Opens a value that was sealed for a place.
    pub(super) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotAuthentic> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE>().ok_or(NotAuthentic)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(NotAuthentic)?;
        let mut value = Zeroizing::new(ciphertext.to_vec());
        let nonce = XNonce::from(*nonce);
        let opened = self.cipher().decrypt_inout_detached(&nonce, place, value.as_mut_slice().into(), &(*tag).into());
        opened.map_err(|_| NotAuthentic)?;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keystore::tests::TestRng;

    /// Recorded from A.3.1 of draft-irtf-cfrg-xchacha-03.
    #[test]
    fn known_ciphertext() {
        let hex = |text: &str| const_hex::decode(text).unwrap();
        let key: [u8; 32] = core::array::from_fn(|index| 0x80 + index as u8);
        let key = SealingKey::new(Zeroizing::new(key));
        let place = hex("50515253c0c1c2c3c4c5c6c7");
        let value = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                      sunscreen would be it.";
        let sealed = [
            hex("404142434445464748494a4b4c4d4e4f5051525354555657"),
            hex(concat!(
                "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39ae64c670",
                "8c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff921f9664c97637da9",
                "768812f615c68b13b52e"
            )),
            hex("c0875924c1c7987947deafd8780acf49"),
        ];
        assert_eq!(key.open(&place, &sealed.concat()).unwrap().as_slice(), value);
    }

    #[test]
    fn values_open_only_unchanged_and_in_their_place() {
        let rng = TestRng::default();
        let key = SealingKey::random(&rng);
        let sealed = key.seal(&rng, b"place", b"value");
        assert_eq!(key.open(b"place", &sealed).unwrap().as_slice(), b"value");
        assert_ne!(sealed, key.seal(&rng, b"place", b"value"));
        assert_eq!(key.open(b"other", &sealed).unwrap_err(), NotAuthentic);
        assert_eq!(SealingKey::random(&rng).open(b"place", &sealed).unwrap_err(), NotAuthentic);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(key.open(b"place", &changed).unwrap_err(), NotAuthentic);
            assert_eq!(key.open(b"place", &sealed[..index]).unwrap_err(), NotAuthentic);
        }
    }
}
